// SPDX-License-Identifier: MIT
// An arena's list of regions: where its memory is, and the calls to the adapter that change it.
#ifndef SAMRENA_CORE_REGIONS_H
#define SAMRENA_CORE_REGIONS_H

#include "arena.h"

/* ---- Where the memory is ---- */

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

static inline bool region_is_newest(const Samrena *arena) {
    return arena->current + 1 == arena->region_count && region_current(arena)->memory.base == arena->newest;
}

/* As far as can be told before the adapter is asked. */
static inline bool region_grows_in_place(const Samrena *arena) {
    return arena->adapter->descriptor.operations.extend && region_is_newest(arena);
}

/* Moves the cursor to `used` in the current region and shows the inline functions what they may take from there. */
void region_set_used(Samrena *arena, uint64_t used);

/* Makes the spare region at `index` the current one; what is left in the old one is out of reach until a reset. */
void region_enter(Samrena *arena, uint32_t index);

/* Back to the start of the first region; all others become spare. */
void regions_rewind(Samrena *arena);

/* ---- Asking the adapter; every failure sets the error of this thread ---- */

/* A separate region of at least `required` bytes becomes the next spare one. Asks for `desired` first. */
SamrenaError region_acquire(Samrena *arena, uint64_t required, uint64_t desired);
/* The newest region, which is the current one, grows in place. UNSUPPORTED: it cannot; no error is set. */
SamrenaError region_extend(Samrena *arena, uint64_t required, uint64_t desired);
/* The reserve entry point, both ways: more of the newest region (UNSUPPORTED as above), or a next spare one. */
SamrenaError region_reserve_in_place(Samrena *arena, uint64_t bytes);
SamrenaError region_reserve_extra(Samrena *arena, uint64_t bytes);

/* Makes `bytes` bytes from offset `from` on resident; says how many are. */
uint64_t region_prefault(Samrena *arena, Region *region, uint64_t from, uint64_t bytes);

/* Gives every region back, newest first. */
void regions_release(Samrena *arena);

#endif
