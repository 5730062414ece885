// SPDX-License-Identifier: MIT
// An arena's list of regions, and the position in it.
#ifndef SAMRENA_CORE_REGIONS_H
#define SAMRENA_CORE_REGIONS_H

#include "arena.h"

static inline Region *region_current(const Samrena *arena) {
    return &arena->regions[arena->current];
}

/* Whole alignments only, so that a window's limit is always aligned. */
static inline uint64_t region_usable(const Region *region) {
    return region->memory.size & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
}

/* Offset of the cursor in the current region. */
static inline uint64_t region_used(const Samrena *arena) {
    const Region *region = region_current(arena);
    return arena->window.limit ? (uint64_t)(arena->window.cursor - region->memory.base) : region->used;
}

static inline uint64_t arena_allocated(const Samrena *arena) {
    return region_current(arena)->start + region_used(arena);
}

/* Bytes left in the current region, the tail included. */
static inline uint64_t region_left(const Samrena *arena) {
    return region_usable(region_current(arena)) - region_used(arena);
}

/* Without regard to the limit. */
static inline uint64_t arena_capacity(const Samrena *arena) {
    return arena_allocated(arena) + region_left(arena) + arena->spare;
}

/* Whether the newest region may grow in place, as far as can be told before the adapter is asked. It is the current one
   or spare: what grows behind used ones could not be reached. */
static inline bool newest_may_grow(const Samrena *arena) {
    return arena->adapter->descriptor.operations.extend && arena->newest != NO_REGION &&
           arena->newest >= arena->current;
}

/* Bytes of the region at `index`, the current or a spare one, that pushes have used. */
static inline uint64_t region_used_at(const Samrena *arena, uint32_t index) {
    return index == arena->current ? region_used(arena) : 0;
}

/* Notes what the current region knows about its bytes, before the cursor leaves or moves back. */
static inline void region_settle(Samrena *arena) {
    Region *region = region_current(arena);
    uint64_t used = region_used(arena);
    region->used = used;
    if (region->memory.zero_from < used)
        region->memory.zero_from = used;
    if (region->resident < used)
        region->resident = used;
}

/* Where `size` bytes at `block` lie, if all of them are handed out. Newest regions first. */
bool region_find_block(const Samrena *arena, const void *block, uint64_t size, Position *found);

/* Moves the cursor to `used` in the current region and shows the inline functions what they may take from there. */
void region_set_used(Samrena *arena, uint64_t used);

/* Makes the spare region at `index` the current one; what is left in the old one is out of reach until it is
   rewound to. */
void region_enter(Samrena *arena, uint32_t index);

/* Takes back what was pushed behind `position`; regions behind it become spare. */
void regions_rewind(Samrena *arena, Position position);

/* The last block of the current region comes to end at offset `end`, for which there is room. */
void region_resize_last(Samrena *arena, uint64_t end);

/* The caller's block becomes the first region, before any other. */
void regions_adopt_callers(Samrena *arena, unsigned char *block, uint64_t size);

#endif
