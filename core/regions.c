// SPDX-License-Identifier: MIT
// An arena's list of regions and the position in it: the one owner of both, and of every counter about them.
#include "regions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checked_math.h"
#include "config.h"
#include "error.h"
#include "poison.h"
#include "region_index.h"

SamrenaRegion region_as_memory(const Region *region) {
    return (SamrenaRegion){.struct_size = sizeof(SamrenaRegion),
                           .base = region->base,
                           .size = region_size(region),
                           .zero_from = region->zero_from,
                           .cookie = region->cookie};
}

/* ---- Finding ---- */

uint32_t regions_find_spare(const Samrena *arena, uint32_t from, uint64_t least) {
    const Regions *regions = &arena->regions;
    if (regions->index)
        return index_find(regions->index, from, least);
    for (uint32_t i = from; i < regions->count; i++)
        if (region_usable(region_at(arena, i)) >= least)
            return i;
    return NO_REGION;
}

static bool lies_in(const Samrena *arena, uint32_t index, const void *block, uint64_t size, Position *found) {
    const Region *region = region_at(arena, index);
    uint64_t used = region_used_at(arena, index);
    uint64_t offset = (uint64_t)((uintptr_t)block - (uintptr_t)region->base);
    *found = (Position){index, offset};
    return offset <= used && size <= used - offset;
}

static bool lies_in_older(const Samrena *arena, uintptr_t address, const void *block, uint64_t size, Position *found) {
    uint32_t index = index_at_or_below(arena->regions.index, address);
    return index < arena->regions.current && lies_in(arena, index, block, size, found); /* NO_REGION is above all */
}

bool regions_find_block(const Samrena *arena, const void *block, uint64_t size, Position *found) {
    const Regions *regions = &arena->regions;
    if (lies_in(arena, regions->current, block, size, found))
        return true;
    if (!regions->index) {
        for (uint32_t i = regions->current; i-- > 0;)
            if (lies_in(arena, i, block, size, found))
                return true;
        return false;
    }
    uintptr_t address = (uintptr_t)block;
    return lies_in_older(arena, address, block, size, found) ||
           (size == 0 && lies_in_older(arena, address - 1, block, size, found)); /* the end of the one before */
}

static bool overlaps(const Samrena *arena, uint32_t index, const SamrenaRegion *memory) {
    const Region *other = region_at(arena, index);
    uintptr_t base = (uintptr_t)memory->base;
    return base < (uintptr_t)other->base + region_size(other) && (uintptr_t)other->base < base + memory->size;
}

/* Regions do not overlap one another, so the nearest on both sides tell. */
bool regions_overlap(const Samrena *arena, const SamrenaRegion *memory) {
    const Regions *regions = &arena->regions;
    if (regions->index) {
        uint32_t below = index_at_or_below(regions->index, (uintptr_t)memory->base);
        uint32_t above = index_above(regions->index, (uintptr_t)memory->base);
        return (below != NO_REGION && overlaps(arena, below, memory)) ||
               (above != NO_REGION && overlaps(arena, above, memory));
    }
    for (uint32_t i = 0; i < regions->count; i++)
        if (overlaps(arena, i, memory))
            return true;
    return false;
}

/* ---- The window ---- */

/* Bytes of the region, the current one, that the arena's limit lets be used. */
static uint64_t allowed(const Samrena *arena, const Region *region) {
    return arena->config->limit - arena->parts.allocated - region->start;
}

/* Memory in the upper half of all addresses, as some tagged pointers are, is handed out push by push: the inline sums
   could wrap there. */
static inline void show(Samrena *arena, const Region *region, uint64_t used, uint64_t packed) {
    uint64_t cursor = round_up(used, SAMRENA_GRANULE);
    uint64_t end =
        round_down(min_u64(region_usable(region), arena->shown_to - region->start), SAMRENA_REGION_ALIGNMENT);
    const uint64_t last = (uintptr_t)(region->base + end);
    bool open = end > cursor && arena->watch == NOT_WATCHED && last <= INT64_MAX;

    arena->used = used;
    arena->window.cursor = open ? region->base + cursor : NULL;
    arena->window.end = open ? region->base + end : NULL;
    arena->window.packed = region->base + (cursor - packed < SAMRENA_GRANULE ? used : packed);
}

void regions_set_used(Samrena *arena, uint64_t used, uint64_t packed) {
    show(arena, region_current(arena), used, packed);
}

/* The same, with as much packed as before. */
static void move_used(Samrena *arena, uint64_t used) {
    regions_set_used(arena, used, (uint64_t)(arena->window.packed - region_current(arena)->base));
}

/* ---- Changing the list ---- */

/* Nothing is handed out from offset `from` of the region on. Apart, as most are not watched. */
SAMRENA_NOINLINE static void close_behind(const Samrena *arena, const Region *region, uint64_t from) {
    (void)poison(region_watch(arena, region), region->base + from, region_watched_to(arena, region) - from);
}

void regions_begin(Samrena *arena) {
    arena->regions = (Regions){.records = arena->first, .room = FIRST_REGIONS, .newest = NO_REGION};
}

static void set_region_size(const Samrena *arena, Region *region, uint64_t size) {
    bool guarded = arena_has_guards(arena) && guard_fits(size);
    region->usable = guarded ? guard_usable(region->base, size) : round_down(size, SAMRENA_REGION_ALIGNMENT);
    region->lost = (uint32_t)(size - region->usable);
}

SAMRENA_NOINLINE static void close_first(Samrena *arena) {
    Region *first = &arena->first[0];
    set_region_size(arena, first, region_usable(first));
    arena->regions.held = region_usable(first);
    close_behind(arena, first, 0);
}

/* Nothing is known of what it holds, and whether it is resident is the caller's business. */
void regions_begin_with(Samrena *arena, unsigned char *base, uint64_t size) {
    regions_begin(arena);
    arena->first[0] = (Region){.base = base, .usable = size, .zero_from = size, .resident = size};
    arena->regions.count = 1;
    arena->regions.held = size;
    if (arena->watch != NOT_WATCHED)
        close_first(arena);
    show(arena, &arena->first[0], 0, 0);
}

static SamrenaError no_heap(uint32_t room) {
    return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for the records of %" PRIu32 " regions", room);
}

/* Twice as many, with an index of them made anew: constant for each region, on the whole. */
SamrenaError regions_make_room(Samrena *arena) {
    Regions *regions = &arena->regions;
    if (regions->count < regions->room)
        return SAMRENA_OK;
    uint32_t room = regions->room * 2;
    bool first = regions->records == arena->first;
    RegionIndex *index = room > regions->room ? index_create(room) : NULL; /* GCOVR_EXCL_BR_LINE: 2^31 regions */
    Region *records = index ? realloc(first ? NULL : regions->records, room * sizeof(Region)) : NULL;
    if (!records) {
        free(index);
        return no_heap(room);
    }
    if (first)
        memcpy(records, arena->first, sizeof(arena->first));
    for (uint32_t i = 0; i < regions->count; i++)
        index_add(index, i, records[i].base, region_usable(&records[i]));
    free(regions->index);
    regions->index = index;
    regions->records = records;
    regions->room = room;
    return SAMRENA_OK;
}

static void swap(Samrena *arena, uint32_t a, uint32_t b) {
    Regions *regions = &arena->regions;
    if (a == b)
        return;
    Region moved = regions->records[a];
    regions->records[a] = regions->records[b];
    regions->records[b] = moved;
    if (regions->newest == a || regions->newest == b)
        regions->newest = regions->newest == a ? b : a;
    if (regions->index)
        index_swap(regions->index, a, b);
}

void regions_bring_forward(Samrena *arena, uint32_t index) {
    swap(arena, arena->regions.current + 1, index);
}

void regions_add(Samrena *arena, const SamrenaRegion *memory) {
    Regions *regions = &arena->regions;
    uint32_t added = regions->count++;
    Region *region = region_at(arena, added);
    *region = (Region){.base = memory->base, .zero_from = memory->zero_from, .cookie = memory->cookie};
    set_region_size(arena, region, memory->size);
    regions->held += region_usable(region);
    regions->newest = added;
    if (regions->index)
        index_add(regions->index, added, region->base, region_usable(region));
    if (arena->watch != NOT_WATCHED)
        close_behind(arena, region, 0);
    if (added > 0)
        regions_bring_forward(arena, added);
}

void regions_adopt(Samrena *arena, uint32_t index, const SamrenaRegion *memory) {
    Region *region = region_at(arena, index);
    uint64_t before = region_usable(region);
    uint64_t used = region_used_at(arena, index);
    set_region_size(arena, region, memory->size);
    region->cookie = memory->cookie;
    region->zero_from = max_u64(memory->zero_from, min_u64(used, memory->size));
    region->resident = min_u64(region->resident, memory->size);
    arena->regions.held += region_usable(region) - before;
    if (arena->regions.index)
        index_resize(arena->regions.index, index, region_usable(region));
    if (region_usable(region) > before && arena->watch != NOT_WATCHED)
        close_behind(arena, region, before);
    if (index == arena->regions.current)
        move_used(arena, used);
}

void regions_remove(Samrena *arena, uint32_t index) {
    Regions *regions = &arena->regions;
    uint32_t last = regions->count - 1;
    regions->held -= region_usable(region_at(arena, index));
    swap(arena, index, last);
    regions->count = last;
    if (regions->index)
        index_remove_last(regions->index, last);
    if (regions->newest == last)
        regions->newest = NO_REGION;
}

void regions_forget_newest(Samrena *arena) {
    arena->regions.newest = NO_REGION;
}

void regions_shrink(Samrena *arena) {
    Regions *regions = &arena->regions;
    if (regions->count > FIRST_REGIONS || regions->records == arena->first)
        return;
    memcpy(arena->first, regions->records, regions->count * sizeof(Region));
    free(regions->records);
    free(regions->index);
    regions->records = arena->first;
    regions->index = NULL;
    regions->room = FIRST_REGIONS;
}

void regions_end(Samrena *arena) {
    if (arena->regions.records != arena->first)
        free(arena->regions.records);
    free(arena->regions.index);
    regions_begin(arena);
}

/* ---- Moving the cursor ---- */

/* The end of a block that is not packed. */
static uint64_t rounded(const Samrena *arena, const Region *region, uint64_t end) {
    return min_u64(round_up(end, SAMRENA_GRANULE), allowed(arena, region));
}

void regions_hand_out(Samrena *arena, uint64_t start, uint64_t size, uint64_t alignment) {
    bool packs = alignment < SAMRENA_GRANULE;
    bool small = packs || (alignment == SAMRENA_GRANULE && size <= SAMRENA_GRANULE);
    uint64_t end = packs ? start + size : rounded(arena, region_current(arena), start + size);
    if (small)
        regions_set_used(arena, end, end);
    else
        move_used(arena, end);
}

bool regions_spoil(Samrena *arena) {
    if (arena->spoiling == SPOIL_AS_CHOSEN) {
        bool all = arena_is_watched(arena) || config_debug(arena->config) >= SAMRENA_DEBUG_JUNK;
        arena->spoiling = all ? SPOIL_ALL : SPOIL_NOTHING;
    }
    return arena->spoiling == SPOIL_ALL;
}

/* Notes what the current region knows about its bytes, before the cursor leaves or moves back. */
static void settle(Region *region, uint64_t used) {
    region->zero_from = max_u64(region->zero_from, used);
    region->resident = max_u64(region->resident, used);
}

void regions_show_to(Samrena *arena, uint64_t total) {
    arena->shown_to = min_u64(total, arena->config->limit - arena->parts.allocated);
    move_used(arena, region_used(arena));
}

void regions_reopen(Samrena *arena) {
    regions_show_to(arena, UINT64_MAX);
    regions_promise(arena, 0);
}

void regions_shut(Samrena *arena) {
    arena->used = region_used(arena);
    arena->window.cursor = arena->window.end = NULL;
    regions_promise(arena, 0);
}

void regions_close(Samrena *arena) {
    if (arena->regions.current > 0 || regions_spoil(arena))
        regions_rewind(arena, (Position){0, 0});
    else
        settle(region_current(arena), region_used(arena));
    arena->used = 0;
    arena->window.cursor = arena->window.end = NULL;
    regions_promise(arena, 0);
}

void regions_enter(Samrena *arena, uint32_t index) {
    Region *left = region_current(arena);
    uint64_t used = region_used(arena);

    settle(left, used);
    left->packed = (uint32_t)min_u64(used - (uint64_t)(arena->window.packed - left->base), UINT32_MAX);
    regions_bring_forward(arena, index);
    arena->regions.current++;
    Region *entered = region_current(arena);
    entered->start = left->start + used;
    entered->before = left->before + region_usable(left);
    regions_set_used(arena, 0, 0);
    regions_promise(arena, min_u64(arena->now.reserved, arena_capacity(arena)));
}

/* What of the region at `index` is taken back, from offset `from` on, nobody may rely on any more. */
static void spoil(Samrena *arena, uint32_t index, uint64_t from) {
    const Region *region = region_at(arena, index);
    unsigned char *taken_back = region->base + from;
    uint64_t bytes = region_used_at(arena, index) - from;
    memset(taken_back, JUNK, (size_t)poison(region_watch(arena, region), taken_back, bytes));
}

/* From `position` on. Apart, as it is seldom wanted. */
SAMRENA_NOINLINE static void spoil_behind(Samrena *arena, Position position) {
    if (!regions_spoil(arena))
        return;
    spoil(arena, position.region, position.used);
    for (uint32_t i = position.region + 1; i <= arena->regions.current; i++)
        spoil(arena, i, 0);
}

/* What show() does where the end stays. */
static inline void move_back(SamrenaWindow *window, unsigned char *base, uint64_t used) {
    window->cursor = base + round_up(used, SAMRENA_GRANULE);
    window->packed = base + used;
}

void regions_rewind(Samrena *arena, Position position) {
    uint32_t left = arena->regions.current;
    uint64_t used = region_used(arena);
    arena->now.high_water =
        max_u64(arena->now.high_water, region_current(arena)->start + used + arena->parts.allocated);
    settle(region_current(arena), used);
    if (arena->spoiling != SPOIL_NOTHING)
        spoil_behind(arena, position);
    if (left == position.region && arena->window.cursor) {
        move_back(&arena->window, region_current(arena)->base, position.used);
    } else {
        arena->regions.current = position.region;
        regions_set_used(arena, position.used, position.used);
    }
    if (left != position.region || regions_has_spare(arena))
        regions_promise(arena, 0); /* the room for it may be in another region than what is to come fits */
}

/* Only small blocks could lie between the end and the next multiple of 8, or of 16 where a block that was aligned to
   that is gone, and they would end behind `packed`. So behind a block with bytes alone: an empty one may have been left
   behind by a small one that shrank. */
static bool ends_last(const Samrena *arena, const Region *region, uint64_t used, uint64_t packed, uint64_t size,
                      uint64_t end) {
    uint64_t aligned = round_up(end + arena->red_zone, SAMRENA_DEFAULT_ALIGNMENT);
    bool only_padding = used == rounded(arena, region, end) || used == aligned;
    return end == used || (size > 0 && only_padding && packed <= end);
}

bool regions_ends_last(const Samrena *arena, uint64_t size, uint64_t end) {
    const Region *region = region_current(arena);
    return ends_last(arena, region, region_used(arena), (uint64_t)(arena->window.packed - region->base), size, end);
}

bool regions_step_back(Samrena *arena, uint32_t index, uint64_t size, uint64_t end) {
    const Region *region = region_at(arena, index);
    uint64_t used = region_used_at(arena, index), packed = used - min_u64(used, region->packed);
    uint64_t left_behind = (uint64_t)arena->red_zone * (arena->regions.current - index); /* before each first block */
    if (arena_own_allocated(arena) > region->start + used + left_behind ||
        !ends_last(arena, region, used, packed, size, end))
        return false;
    regions_rewind(arena, (Position){index, used});
    regions_set_used(arena, used, packed);
    return true;
}

void regions_resize_last(Samrena *arena, uint64_t start, uint64_t old_end, uint64_t end) {
    uint64_t used = region_used(arena);
    Region *region = region_current(arena);
    bool was_small = arena->window.packed == region->base + old_end;
    arena->shown_to = max_u64(arena->shown_to, region->start + end);
    bool becomes_small =
        end - start < SAMRENA_DEFAULT_ALIGNMENT && end > start && start % SAMRENA_DEFAULT_ALIGNMENT != 0;
    arena->now.high_water = max_u64(arena->now.high_water, region->start + used + arena->parts.allocated);
    settle(region, used);
    if (end < used && regions_spoil(arena))
        spoil(arena, arena->regions.current, end);
    /* What small block ended before one that is taken back is not known: all that is before may be small then. */
    if (was_small || becomes_small)
        regions_set_used(arena, end, end);
    else
        move_used(arena, rounded(arena, region, end));
    if (end < used && regions_has_spare(arena))
        regions_promise(arena, 0);
}

/* ---- Checking ---- */

#ifdef SAMRENA_CHECKS
/* GCOV_EXCL_START: what holds takes one way through each of these */
static void must(const Samrena *arena, bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "arena %p: regions_check: %s\n", (const void *)arena, what);
    abort();
}

static void check_window(const Samrena *arena) {
    const SamrenaWindow *window = &arena->window;
    const Region *region = region_current(arena);
    uintptr_t base = (uintptr_t)region->base, cursor = (uintptr_t)window->cursor, end = (uintptr_t)window->end;
    must(arena, (cursor == 0) == (end == 0), "half a window is open");
    must(arena, region_used(arena) <= region_usable(region), "the cursor is behind its region");
    must(arena, arena_allocated(arena) <= arena->config->limit, "more is allocated than the limit allows");
    must(arena,
         end == 0 || (end % SAMRENA_REGION_ALIGNMENT == 0 && cursor <= end && end <= base + region_usable(region)),
         "the window does not lie in its region");
    must(arena, arena->shown_to <= arena->config->limit - arena->parts.allocated,
         "more is shown than the limit allows");
    must(arena, end == 0 || end - base <= arena->shown_to - region->start, "the window passes what is to be shown");
    must(arena, cursor % SAMRENA_GRANULE == 0, "the cursor is no multiple of 8");
    must(arena, (uintptr_t)window->packed >= base && (uintptr_t)window->packed <= base + region_used(arena),
         "`packed` is not in what is used");
}

static void check_record(const Samrena *arena, uint32_t index, uint64_t before) {
    const Regions *regions = &arena->regions;
    const Region *region = region_at(arena, index);
    must(arena, (uintptr_t)region->base % SAMRENA_REGION_ALIGNMENT == 0 && region_usable(region) > 0,
         "a region is no memory");
    must(arena, region->zero_from <= region_size(region) || arena_owns(arena, index),
         "zeros are known behind a region");
    must(arena, region->resident <= region_size(region), "more is resident than there is");
    if (index <= regions->current) {
        must(arena, region->before == before, "the regions before one are not what it says");
        must(arena, region_used_at(arena, index) <= region_usable(region), "more of a region is used than there is");
        must(arena, index == 0 || region->start >= region[-1].start, "allocated falls from region to region");
    }
    if (regions->index) {
        uint32_t found =
            index_at_or_below(regions->index, (uintptr_t)region->base + (uintptr_t)region_size(region) - 1);
        must(arena, found == index, "the index finds another region at an address");
        must(arena, index_find(regions->index, index, region_usable(region)) == index, "the index knows another size");
    }
}

void regions_check(const Samrena *arena) {
    const Regions *regions = &arena->regions;
    uint64_t held = 0;
    must(arena, regions->count > 0 && regions->count <= regions->room && regions->current < regions->count,
         "the current region is none");
    must(arena, regions->newest == NO_REGION || regions->newest < regions->count, "the newest region is none");
    must(arena, (regions->records == arena->first) == (regions->index == NULL), "an index of few, or none of many");
    check_window(arena);
    must(arena, arena->now.reserved <= arena_capacity(arena), "more is reserved than there is");
    if (regions->count > 300)
        return; /* looked at while they were fewer: a test of many takes long enough */
    for (uint32_t i = 0; i < regions->count; i++) {
        check_record(arena, i, held);
        held += region_usable(region_at(arena, i));
    }
    must(arena, held == regions->held, "the regions hold another number of bytes");
}
/* GCOV_EXCL_STOP */
#endif
