// SPDX-License-Identifier: MIT
// The large blocks of a heap: cut from segments of the arena's memory, split, and joined when they are free.
#include "large_blocks.h"

#include <string.h>

#include "checked_math.h"
#include "compiler.h"
#include "push.h"
#include "regions.h"
#include "splice.h"

enum { IS_FREE = 1, BEFORE_IS_FREE = 2 };

typedef struct FreeBlock {
    LargeBlock block;
    struct FreeBlock *next, *before;
    /* In the last 8 bytes: the size again. */
} FreeBlock;

static LargeBlock *at(const LargeBlock *block, uint64_t offset) {
    return (LargeBlock *)((uintptr_t)block + (uintptr_t)offset);
}

static LargeBlock *block_after(const LargeBlock *block) {
    return at(block, large_size(block));
}

static uint64_t *last_word(LargeBlock *block) {
    return (uint64_t *)(void *)block_after(block) - 1;
}

static LargeBlock *free_block_before(LargeBlock *block) {
    uint64_t size = ((uint64_t *)(void *)block)[-1];
    return at(block, 0 - size);
}

static bool is_free(const LargeBlock *block) {
    return block->size & IS_FREE;
}

static void set_size(LargeBlock *block, uint64_t size) {
    block->size = size | (block->size & (LARGE_GRANULE - 1));
}

/* ---- Bins ---- */

static unsigned bin_of(uint64_t size) {
    unsigned octave = highest_bit(size);
    unsigned bin = (octave - 5) * 4 + (unsigned)(size >> (octave - 2) & 3);
    return bin < LARGE_BINS ? bin : LARGE_BINS - 1;
}

/* The first bin that holds any, from `bin` on; LARGE_BINS: none. */
static unsigned filled_bin(const LargeBins *bins, unsigned bin) {
    for (unsigned word = bin / 64; word < LARGE_BINS / 64; word++, bin = word * 64) {
        uint64_t filled = bins->filled[word] >> bin % 64;
        if (filled)
            return bin + lowest_bit(filled);
    }
    return LARGE_BINS;
}

static void put_into_bin(LargeBins *bins, LargeBlock *block) {
    FreeBlock *freed = (FreeBlock *)(void *)block;
    unsigned bin = bin_of(large_size(block));
    freed->before = NULL;
    freed->next = bins->first[bin];
    if (freed->next)
        freed->next->before = freed;
    bins->first[bin] = freed;
    bins->filled[bin / 64] |= UINT64_C(1) << bin % 64;
}

static void take_from_bin(LargeBins *bins, LargeBlock *block) {
    FreeBlock *taken = (FreeBlock *)(void *)block;
    unsigned bin = bin_of(large_size(block));
    if (taken->next)
        taken->next->before = taken->before;
    if (taken->before)
        taken->before->next = taken->next;
    else
        bins->first[bin] = taken->next;
    if (!bins->first[bin])
        bins->filled[bin / 64] &= ~(UINT64_C(1) << bin % 64);
}

static bool first_is_enough(const LargeBins *bins, unsigned bin, uint64_t size) {
    return bins->first[bin] && large_size(&bins->first[bin]->block) >= size;
}

/* In the size's own bin the first one may do; those above it all do, but the last, which has no upper end. */
static LargeBlock *find_free(const LargeBins *bins, uint64_t size) {
    unsigned own = bin_of(size);
    if (first_is_enough(bins, own, size))
        return &bins->first[own]->block;
    unsigned bin = filled_bin(bins, own + 1);
    if (bin == LARGE_BINS || !first_is_enough(bins, bin, size)) /* GCOVR_EXCL_BR_LINE: of 2^36 bytes and more */
        return NULL;
    return &bins->first[bin]->block;
}

/* ---- Free and in use ---- */

static void mark_free(LargeBins *bins, LargeBlock *block) {
    block->size |= IS_FREE;
    *last_word(block) = large_size(block);
    block_after(block)->size |= BEFORE_IS_FREE;
    put_into_bin(bins, block);
}

static void mark_used(LargeBins *bins, LargeBlock *block) {
    take_from_bin(bins, block);
    block->size &= ~(uint64_t)IS_FREE;
    block_after(block)->size &= ~(uint64_t)BEFORE_IS_FREE;
}

/* What is more than `size` of a block in use becomes one of its own, in use too; NULL: it is too little. */
static LargeBlock *split(LargeBlock *block, uint64_t size) {
    uint64_t rest = large_size(block) - size;
    if (rest < LARGE_LEAST)
        return NULL;
    set_size(block, size);
    LargeBlock *made = block_after(block);
    *made = (LargeBlock){rest, 0};
    return made;
}

/* ---- At the end of the arena ---- */

/* Where the newest segment's end is followed by nothing, and how far from its region's base it lies. */
static bool end_is_last(const Samrena *arena, const LargeBlocks *large, uint64_t *offset) {
    const Region *region = region_current(arena);
    if (!large->end)
        return false;
    *offset = (uint64_t)((uintptr_t)large->end - (uintptr_t)region->base);
    return *offset < region_usable(region) && regions_ends_last(arena, LARGE_HEADER, *offset + LARGE_HEADER) &&
           !parts_lie_behind(arena, (Position){arena->regions.current, *offset});
}

static const PushGrowth NO_GROWTH = {.allowed = false};

/* From one place in the current region to another, for which room was made. */
static void move_end(Samrena *arena, LargeBlocks *large, uint64_t from, uint64_t to) {
    regions_resize_last(arena, from, from + LARGE_HEADER, to + LARGE_HEADER);
    large->end = at(large->end, to - from);
}

/* The end moves behind `size` more bytes, for which room was made, and which become a block in use. */
static LargeBlock *push_at_end(Samrena *arena, LargeBlocks *large, uint64_t offset, uint64_t size) {
    LargeBlock *made = large->end;
    move_end(arena, large, offset, offset + size);
    *large->end = (LargeBlock){0, 0};
    set_size(made, size);
    return made;
}

/* What there is room for behind the end, without more memory. */
static uint64_t room_behind(const Samrena *arena, uint64_t offset) {
    uint64_t room = region_usable(region_current(arena)) - offset - LARGE_HEADER;
    uint64_t allowed = arena->config->limit - arena_allocated(arena);
    return round_down(min_u64(room, allowed), LARGE_GRANULE);
}

/* Where a segment is about to end for want of room, what room is left becomes a block in use; not at the cost of what
   is required from a limit, with the end of its segment. NULL: there is none. */
static LargeBlock *use_room(Samrena *arena, LargeBlocks *large, uint64_t offset, uint64_t required) {
    uint64_t room = room_behind(arena, offset);
    uint64_t allowed = arena->config->limit - arena_allocated(arena);
    bool enough = large->bins && room >= LARGE_LEAST && add_saturating(required, room + LARGE_HEADER) <= allowed &&
                  push_make_room(arena, offset + LARGE_HEADER, room, NO_GROWTH);
    return enough ? push_at_end(arena, large, offset, room) : NULL;
}

/* The last block of the newest segment, in use and followed by nothing, goes back to the arena. */
static void pop_from_end(Samrena *arena, LargeBlocks *large, LargeBlock *block) {
    uint64_t offset = (uint64_t)((uintptr_t)large->end - (uintptr_t)region_current(arena)->base);
    uint64_t size = large_size(block);
    set_size(block, 0);
    move_end(arena, large, offset, offset - size);
}

static PushGrowth growth_for(const Samrena *arena, uint64_t headroom) {
    PushGrowth growth = push_growth(arena, headroom);
    growth.lean = true;
    return growth;
}

static SamrenaError push_segment(Samrena *arena, LargeBlocks *large, LargeWish wish, LargeBlock **made) {
    void *memory = NULL;
    PushGrowth growth = growth_for(arena, wish.headroom);
    SamrenaError error = push_block(arena, wish.desired + LARGE_HEADER, LARGE_GRANULE, growth, &memory);
    if (error && wish.desired > wish.required) {
        wish.desired = wish.required;
        error = push_block(arena, wish.desired + LARGE_HEADER, LARGE_GRANULE, growth, &memory);
    }
    if (error)
        return error;
    *made = memory;
    **made = (LargeBlock){wish.desired, 0};
    large->end = block_after(*made);
    *large->end = (LargeBlock){0, 0};
    return SAMRENA_OK;
}

static SamrenaError push_large(Samrena *arena, LargeBlocks *large, LargeWish wish, LargeBlock **made) {
    uint64_t offset = 0;
    LargeBlock *room = NULL;
    if (end_is_last(arena, large, &offset)) {
        bool enough = push_make_room(arena, offset + LARGE_HEADER, wish.desired, growth_for(arena, wish.headroom));
        uint64_t bytes = enough ? wish.desired : min_u64(wish.desired, room_behind(arena, offset));
        if (enough || (bytes >= wish.required && push_make_room(arena, offset + LARGE_HEADER, bytes, NO_GROWTH))) {
            *made = push_at_end(arena, large, offset, bytes);
            return SAMRENA_OK;
        }
        room = use_room(arena, large, offset, wish.required);
    }
    SamrenaError error = push_segment(arena, large, wish, made);
    if (room && error)
        pop_from_end(arena, large, room);
    else if (room)
        mark_free(large->bins, room);
    return error;
}

/* ---- For the heap ---- */

/* The bins come with the first block that may be freed, or not at all. */
static SamrenaError push_with_bins(Samrena *arena, LargeBlocks *large, LargeWish wish, LargeBlock **made) {
    const uint64_t bins_size = round_up(sizeof(LargeBins) + LARGE_HEADER, LARGE_GRANULE);
    LargeBlock *block;
    wish.required += bins_size;
    wish.desired += bins_size;
    SamrenaError error = push_large(arena, large, wish, &block);
    if (error)
        return error;
    *made = split(block, bins_size);
    large->bins = memset(large_memory(block), 0, sizeof(LargeBins));
    return SAMRENA_OK;
}

SamrenaError large_take(Samrena *arena, LargeBlocks *large, LargeWish wish, LargeBlock **taken, bool *fresh) {
    LargeBins *bins = large->bins;
    LargeBlock *found = bins ? find_free(bins, wish.desired) : NULL;
    if (!found && bins && wish.desired > wish.required)
        found = find_free(bins, wish.required);
    *fresh = !found;
    if (!found)
        return bins || !wish.to_be_freed ? push_large(arena, large, wish, taken)
                                         : push_with_bins(arena, large, wish, taken);
    mark_used(bins, found);
    LargeBlock *rest = large_size(found) > wish.desired ? split(found, wish.desired) : NULL;
    if (rest)
        mark_free(bins, rest);
    *taken = found;
    return SAMRENA_OK;
}

/* While release functions run the cursor stays where it is: what they take back lies behind it. */
void large_free(Samrena *arena, LargeBlocks *large, LargeBlock *block) {
    LargeBins *bins = large->bins;
    uint64_t offset;
    LargeBlock *after = block_after(block);
    if (is_free(after)) {
        mark_used(bins, after);
        set_size(block, large_size(block) + large_size(after));
    }
    if (block->size & BEFORE_IS_FREE) {
        LargeBlock *before = free_block_before(block);
        mark_used(bins, before);
        set_size(before, large_size(before) + large_size(block));
        block = before;
    }
    if (block_after(block) == large->end && arena->now.state == ALIVE && end_is_last(arena, large, &offset))
        pop_from_end(arena, large, block);
    else
        mark_free(bins, block);
}

static bool grow_block(Samrena *arena, LargeBlocks *large, LargeBlock *block, uint64_t size) {
    LargeBlock *after = block_after(block);
    uint64_t had = large_size(block), free_bytes = is_free(after) ? large_size(after) : 0, offset = 0;
    uint64_t more = size - had;
    if (free_bytes < more) {
        more -= free_bytes;
        if (at(after, free_bytes) != large->end || !end_is_last(arena, large, &offset) ||
            !push_make_room(arena, offset + LARGE_HEADER, more, growth_for(arena, 0)))
            return false;
    }
    if (free_bytes > 0)
        mark_used(large->bins, after);
    set_size(block, had + free_bytes);
    if (had + free_bytes < size) {
        LargeBlock *added = push_at_end(arena, large, offset, more);
        set_size(block, had + free_bytes + large_size(added));
    }
    return true;
}

bool large_resize(Samrena *arena, LargeBlocks *large, LargeBlock *block, uint64_t size) {
    if (size > large_size(block) && !grow_block(arena, large, block, size))
        return false;
    LargeBlock *rest = large_size(block) > size ? split(block, size) : NULL;
    if (rest)
        large_free(arena, large, rest);
    return true;
}
