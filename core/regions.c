// SPDX-License-Identifier: MIT
// An arena's list of regions, and the position in it.
#include "regions.h"

#include <string.h>

#include "checked_math.h"
#include "poison.h"

enum { JUNK = 0xdd };

void region_set_used(Samrena *arena, uint64_t used) {
    Region *region = region_current(arena);
    uint64_t allowed = arena->limit - region->start; /* of this region, by the arena's limit */
    uint64_t end = round_down(min_u64(region_usable(region), allowed), SAMRENA_REGION_ALIGNMENT);
    bool open = end > used && arena->red_zone == 0;

    region->used = used;
    arena->window.cursor = open ? region->memory.base + used : NULL;
    arena->window.limit = open ? region->memory.base + end : NULL;
}

bool region_find_block(const Samrena *arena, const void *block, uint64_t size, Position *found) {
    for (uint32_t i = arena->current + 1; i-- > 0;) {
        const Region *region = &arena->regions[i];
        uint64_t used = i == arena->current ? region_used(arena) : region->used;
        uint64_t offset = (uint64_t)((uintptr_t)block - (uintptr_t)region->memory.base);
        if (offset <= used && size <= used - offset) {
            *found = (Position){i, offset};
            return true;
        }
    }
    return false;
}

static void swap_regions(Samrena *arena, uint32_t a, uint32_t b) {
    Region moved = arena->regions[a];
    arena->regions[a] = arena->regions[b];
    arena->regions[b] = moved;
    if (arena->newest == a)
        arena->newest = b;
    else if (arena->newest == b)
        arena->newest = a;
}

void region_enter(Samrena *arena, uint32_t index) {
    uint64_t allocated = arena_allocated(arena);
    uint64_t before = region_current(arena)->before + region_usable(region_current(arena));

    region_settle(arena);
    swap_regions(arena, index, ++arena->current);
    Region *entered = region_current(arena);
    entered->start = allocated;
    entered->before = before;
    arena->spare -= region_usable(entered);
    region_set_used(arena, 0);
    arena->reserved = min_u64(arena->reserved, arena_capacity(arena));
}

/* What of a region is taken back, from offset `from` on, nobody may rely on any more. */
static void spoil(Samrena *arena, Region *region, uint64_t from) {
    if (arena->red_zone)
        poison(region->memory.base + from, region->used - from);
    else if (arena->junk)
        memset(region->memory.base + from, JUNK, (size_t)(region->used - from));
}

void regions_rewind(Samrena *arena, Position position) {
    arena->high_water = max_u64(arena->high_water, arena_allocated(arena));
    region_settle(arena);
    if (arena->red_zone || arena->junk)
        for (uint32_t i = position.region; i <= arena->current; i++)
            spoil(arena, &arena->regions[i], i == position.region ? position.used : 0);

    if (position.region != arena->current || arena->spare > 0)
        arena->reserved = 0; /* tails that were skipped are reachable again, and may not be resident */
    if (position.region != arena->current)
        arena->largest_spare = UINT64_MAX;
    arena->current = position.region;
    Region *region = region_current(arena);
    arena->spare = arena->held - region->before - region_usable(region);
    region_set_used(arena, position.used);
}

void region_resize_last(Samrena *arena, uint64_t end) {
    Region *region = region_current(arena);
    arena->high_water = max_u64(arena->high_water, arena_allocated(arena));
    region_settle(arena);
    if (end < region->used)
        spoil(arena, region, end);
    else if (arena->red_zone)
        unpoison(region->memory.base + region->used, end - region->used);
    region_set_used(arena, end);
}

void regions_adopt_callers(Samrena *arena, unsigned char *block, uint64_t size) {
    uint64_t skipped = (0 - (uintptr_t)block) & (SAMRENA_REGION_ALIGNMENT - 1);
    uint64_t usable = round_down(size - skipped, SAMRENA_REGION_ALIGNMENT);
    /* Whether it is resident is the caller's business: no adapter can prefault it. */
    arena->regions[0] =
        (Region){.memory = {.base = block + skipped, .size = usable, .zero_from = usable}, .resident = usable};
    arena->region_count = 1;
    arena->callers = true;
    arena->newest = NO_REGION;
    arena->held = usable;
    if (arena->red_zone)
        poison(block + skipped, usable);
}
