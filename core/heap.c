// SPDX-License-Identifier: MIT
// The heap over an arena's memory: blocks that can be freed one by one, and are used again.
#include "heap.h"

#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "compiler.h"
#include "error.h"
#include "poison.h"
#include "push.h"
#include "regions.h"
#include "samrena/heap.h"
#include "splice.h"

enum { SMALLEST_RUN = 512, LARGEST_RUN = 16 << 10 };

#define MAGIC (UINT64_C(0xa7e3) << 48)
#define LARGEST_BLOCK (UINT64_C(0) + PTRDIFF_MAX - 2 * LARGE_HEADER)
#define CLASS_MASK UINT64_C(0xff)

/* ---- Tags ---- */

/* Where a checker watches, nobody else may read there. */
SAMRENA_NOINLINE SAMRENA_UNCHECKED static uint64_t watched_word_before(const void *block, int words) {
    poison_look_away();
    uint64_t word = ((const uint64_t *)block)[-words];
    poison_look_again();
    return word;
}

/* `words` 8-byte words before the block. */
static inline uint64_t word_before(const void *block, int words) {
    return poison_is_watched() ? watched_word_before(block, words) : ((const uint64_t *)block)[-words];
}

static inline uint64_t tag_of(const void *block) {
    return word_before(block, 1);
}

static inline bool is_tag(uint64_t tag) {
    uint64_t class = tag & CLASS_MASK;
    return tag >> 48 == MAGIC >> 48 && ((class > 0 && class < SMALL_CLASSES) || class >= CLASS_WATCHED);
}

static inline uint64_t usable(const void *block, uint64_t tag) {
    uint64_t class = tag & CLASS_MASK;
    return class < SMALL_CLASSES  ? class * SMALL_STEP - TAG_SIZE
           : class == CLASS_LARGE ? large_size(large_of_memory(block)) - LARGE_HEADER
                                  : word_before(block, 2);
}

uint64_t samrena_block_size(const void *block) {
    uint64_t tag = block ? tag_of(block) : 0;
    return is_tag(tag) ? usable(block, tag) : 0;
}

/* ---- Heaps ---- */

/* Unlike any other of this arena's, and hardly like one of another's. */
static uint64_t new_stamp(Samrena *arena) {
    uint64_t serial = marks_take_serial(arena);
    uint64_t mixed = serial ^ (serial >> 32) << 20;
    return MAGIC | mixed << 24 >> 16; /* 40 bits of it, above the class */
}

SamrenaError heap_open(Samrena *arena, Heap **opened) {
    void *memory = NULL;
    Position before = {arena->regions.current, region_used(arena)};
    *opened = arena->heaps.open;
    if (*opened)
        return SAMRENA_OK;
    SamrenaError error = push_block(arena, sizeof(Heap), LARGE_GRANULE, push_growth(arena, 0), &memory);
    if (error)
        return error;
    Heap *heap = memory;
    memset(heap, 0, sizeof(*heap));
    heap->arena = arena;
    heap->stamp = new_stamp(arena);
    heap->classes = regions_spoil(arena) ? 0 : SMALL_CLASSES;
    heap->older = arena->heaps.newest;
    heap->next_run = SMALLEST_RUN;
    heap->before = before;
    arena->heaps = (Heaps){heap, heap};
    marks_put(arena, &heap->note, heap_over, heap);
    *opened = heap;
    return SAMRENA_OK;
}

/* A heap that was just opened, and could not get any memory, goes again. */
static void close_unused(Samrena *arena, Heap *heap) {
    if (heap->large.end)
        return;
    Position before = heap->before;
    arena->notes.newest = heap->note.note.older;
    arena->heaps = (Heaps){NULL, heap->older};
    regions_rewind(arena, before);
}

void heap_over(void *ended) {
    const Heap *heap = ended;
    heap->arena->heaps = (Heaps){NULL, heap->older};
}

void heap_retire_behind(Samrena *arena, Position position) {
    const Heap *heap = arena->heaps.open;
    Position newest = {0, 0};
    if (!heap)
        return;
    const void *end = heap->large.end ? (const void *)heap->large.end : heap; /* GCOVR_EXCL_BR_LINE: unused ones went */
    (void)regions_find_block(arena, end, 0, &newest);
    if (!position_is_before(newest, position))
        arena->heaps = (Heaps){NULL, NULL};
}

/* ---- Making ---- */

/* What is left of the last run becomes a free block. The tag of a run's first block lies in its header. */
static SamrenaError new_run(Samrena *arena, Heap *heap, SmallBlocks *small, uint64_t class) {
    LargeBlock *run;
    bool fresh;
    uint64_t least = max_u64(class * SMALL_STEP + LARGE_HEADER, LARGE_LEAST);
    LargeWish wish = {.required = least, .desired = max_u64(least, heap->next_run)};
    SamrenaError error = large_take(arena, &heap->large, wish, &run, &fresh);
    if (error)
        return error;
    uint64_t left = (uint64_t)(small->end - small->cursor) / SMALL_STEP;
    if (left > 0)
        small_put(small, (uint64_t *)(void *)small->cursor, left);
    uint64_t shift = small == &heap->tagged ? TAG_SIZE : 0; /* so that the memory behind a tag is aligned */
    small->cursor = (unsigned char *)large_memory(run) - shift;
    small->end = (unsigned char *)run + large_size(run) - shift;
    heap->next_run = min_u64(heap->next_run * 2, LARGEST_RUN);
    return SAMRENA_OK;
}

SamrenaError heap_make_small(Samrena *arena, Heap *heap, SmallBlocks *small, uint64_t class, uint64_t **unit) {
    SamrenaError error = SAMRENA_OK;
    *unit = small_take(small, class);
    if (!*unit)
        error = new_run(arena, heap, small, class);
    if (error)
        close_unused(arena, heap);
    else if (!*unit)
        *unit = small_take(small, class);
    return error;
}

static uint64_t large_total(uint64_t size) {
    return max_u64(round_up(size + LARGE_HEADER, LARGE_GRANULE), LARGE_LEAST);
}

static SamrenaError make_large(Samrena *arena, Heap *heap, uint64_t size, uint64_t headroom, Made *made) {
    LargeBlock *block;
    uint64_t total = large_total(size);
    LargeWish wish = {.required = total, .desired = total, .headroom = headroom, .to_be_freed = true};
    SamrenaError error = large_take(arena, &heap->large, wish, &block, &made->fresh);
    if (error)
        return error;
    block->tag = heap->stamp | CLASS_LARGE;
    made->block = large_memory(block);
    return SAMRENA_OK;
}

/* ---- Blocks that a checker watches: their headers too ---- */

static void set_watched(void *block, uint64_t size, uint64_t tag) {
    LargeBlock *header = large_of_memory(block);
    (void)unpoison(WATCHED_BY_CHECKER, (unsigned char *)header, sizeof(*header));
    *header = (LargeBlock){size, tag};
    (void)poison(WATCHED_BY_CHECKER, (unsigned char *)header, sizeof(*header));
}

static SamrenaError make_watched(Samrena *arena, uint64_t size, Made *made) {
    void *memory = NULL;
    uint64_t total = size + LARGE_HEADER;
    SamrenaError error = push_block(arena, total, SAMRENA_DEFAULT_ALIGNMENT, push_growth(arena, 0), &memory);
    if (error)
        return error;
    uint64_t of_arena = (uint64_t)(uintptr_t)arena << 24 >> 16;
    *made = (Made){(unsigned char *)memory + LARGE_HEADER, false};
    set_watched(made->block, size, MAGIC | of_arena | CLASS_WATCHED);
    return SAMRENA_OK;
}

/* ---- Blocks with tags ---- */

SamrenaError heap_make(Samrena *arena, uint64_t size, uint64_t headroom, Made *made) {
    Heap *heap;
    if (size > LARGEST_BLOCK)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "an arena's heap has no block above %" PRIu64, LARGEST_BLOCK);
    if (arena_is_watched(arena))
        return make_watched(arena, size, made);
    SamrenaError error = heap_open(arena, &heap);
    if (error)
        return error;
    if (size > SMALL_MOST - TAG_SIZE) {
        error = make_large(arena, heap, size, headroom, made);
        if (error)
            close_unused(arena, heap);
        return error;
    }
    uint64_t *unit, class = small_class(size + TAG_SIZE);
    error = heap_make_small(arena, heap, &heap->tagged, class, &unit);
    if (!error)
        *made = (Made){block_with_tag(unit, heap->stamp | class), false};
    return error;
}

SamrenaError heap_find(const Samrena *arena, const char *function, const void *block, Heap **heap) {
    Position position;
    uint64_t tag = tag_of(block);
    *heap = arena->heaps.newest;
    while (*heap && (*heap)->stamp != (tag & ~CLASS_MASK))
        *heap = (*heap)->older;
    if (is_tag(tag) && (*heap || parts_find_block(arena, block, 0, &position)))
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: %p %s", function, block,
                     is_freed(tag) ? "was freed already" : "is no block of this arena's heap");
}

void heap_free(Samrena *arena, Heap *heap, void *block) {
    uint64_t tag = tag_of(block);
    uint64_t class = tag & CLASS_MASK;
    uint64_t size = usable(block, tag);
    if (class == CLASS_WATCHED) {
        (void)poison(WATCHED_BY_CHECKER, block, size);
        set_watched(block, 0, FREED_MARK);
    } else {
        ((uint64_t *)block)[-1] = FREED_MARK;
    }
    if (!heap)
        return;
    if (heap->classes == 0)
        memset(block, JUNK, (size_t)size);
    if (class == CLASS_LARGE)
        large_free(arena, &heap->large, large_of_memory(block));
    else
        small_put(&heap->tagged, (uint64_t *)block - 1, class);
}

bool heap_resize_in_place(Samrena *arena, Heap *heap, void *block, uint64_t size) {
    uint64_t tag = tag_of(block);
    uint64_t had = usable(block, tag);
    if (size > LARGEST_BLOCK)
        return false;
    if ((tag & CLASS_MASK) == CLASS_WATCHED && size <= had) {
        (void)poison(WATCHED_BY_CHECKER, (unsigned char *)block + size, had - size);
        set_watched(block, size, tag);
        return true;
    }
    if (heap && (tag & CLASS_MASK) == CLASS_LARGE && size > SMALL_MOST - TAG_SIZE)
        return large_resize(arena, &heap->large, large_of_memory(block), large_total(size));
    return size <= had && size >= had / 2;
}
