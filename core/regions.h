// SPDX-License-Identifier: MIT
// An arena's list of regions and the position in it: the one owner of both, and of every counter about them.
#ifndef SAMRENA_CORE_REGIONS_H
#define SAMRENA_CORE_REGIONS_H

#include "arena.h"

static inline Region *region_at(const Samrena *arena, uint32_t index) {
    return &arena->regions.records[index];
}

static inline Region *region_current(const Samrena *arena) {
    return region_at(arena, arena->regions.current);
}

static inline uint64_t region_usable(const Region *region) {
    return region->usable;
}

/* As its adapter knows it. */
static inline uint64_t region_size(const Region *region) {
    return region->usable + region->lost;
}

/* Who watches it. */
static inline Watch region_watch(const Samrena *arena, const Region *region) {
    return arena_has_guards(arena) && !guard_fits(region_size(region)) ? NOT_WATCHED : (Watch)arena->watch;
}

/* Offset up to which there are whole pages where guards watch it; else its size. */
static inline uint64_t region_watched_to(const Samrena *arena, const Region *region) {
    uint64_t size = region_size(region);
    return region_watch(arena, region) == WATCHED_BY_GUARDS ? guard_end(region->base, size) : size;
}

/* Offset in the current region behind which nothing is handed out: where the next packed block may start. */
static inline uint64_t region_used(const Samrena *arena) {
    const unsigned char *cursor = arena->window.cursor, *packed = arena->window.packed;
    if (!cursor)
        return arena->used;
    bool is_packed = (uintptr_t)cursor - (uintptr_t)packed < SAMRENA_GRANULE;
    return (uint64_t)((is_packed ? packed : cursor) - region_current(arena)->base);
}

/* Bytes of the region at `index` that pushes have used. */
static inline uint64_t region_used_at(const Samrena *arena, uint32_t index) {
    const Region *region = region_at(arena, index);
    return index > arena->regions.current    ? 0
           : index == arena->regions.current ? region_used(arena)
                                             : region[1].start - region->start;
}

/* In its own regions; growth goes by this. */
static inline uint64_t arena_own_allocated(const Samrena *arena) {
    return region_current(arena)->start + region_used(arena);
}

static inline uint64_t arena_allocated(const Samrena *arena) {
    return arena_own_allocated(arena) + arena->parts.allocated;
}

/* Bytes left in the current region, the tail included. */
static inline uint64_t region_left(const Samrena *arena) {
    return region_usable(region_current(arena)) - region_used(arena);
}

/* Without regard to the limit. */
static inline uint64_t arena_capacity(const Samrena *arena) {
    return region_current(arena)->start + arena->regions.held - region_current(arena)->before + arena->parts.allocated;
}

static inline bool regions_has_spare(const Samrena *arena) {
    return arena->regions.current + 1 < arena->regions.count;
}

/* Between an arena's record and what an adapter is shown of it. */
SamrenaRegion region_as_memory(const Region *region);

/* ---- Finding ---- */

/* The first spare region from position `from` on with at least `least` usable bytes, above 0; NO_REGION: none. Costs
   the logarithm of their number. */
uint32_t regions_find_spare(const Samrena *arena, uint32_t from, uint64_t least);

/* Where `size` bytes at `block` lie, if all of them are handed out. No bytes lie anywhere among those, and at
   their end: in which region that is cannot be told where another one begins there. Costs the logarithm of the number
   of regions, or nothing for one in the current region. */
bool regions_find_block(const Samrena *arena, const void *block, uint64_t size, Position *found);

/* Whether any byte of that memory is in a region already. Likewise. */
bool regions_overlap(const Samrena *arena, const SamrenaRegion *memory);

/* Whether what is taken back is to be spoilt. Asked for when something is taken back for the first time. */
bool regions_spoil(Samrena *arena);

/* ---- Changing the list ---- */

/* None yet, and room for the first ones. */
void regions_begin(Samrena *arena);
/* The caller's own memory, whole alignments of it, which no adapter ever sees: it is the current one. */
void regions_begin_with(Samrena *arena, unsigned char *base, uint64_t size);

/* Room for one more record, got before the region itself: nothing then has to be given back. */
SamrenaError regions_make_room(Samrena *arena);
/* Sound memory becomes the next spare region, and the newest. The first one of an arena becomes the current
   one. */
void regions_add(Samrena *arena, const SamrenaRegion *memory);
/* The region got last was given back at once: no other may grow in place from now on. */
void regions_forget_newest(Samrena *arena);
/* What an adapter made of the memory of the region at `index`: larger, or smaller, at the same place. */
void regions_adopt(Samrena *arena, uint32_t index, const SamrenaRegion *memory);
/* Forgets a spare region; another one takes its position. */
void regions_remove(Samrena *arena, uint32_t index);
/* The spare region at `index` becomes the next one that pushes come to. */
void regions_bring_forward(Samrena *arena, uint32_t index);
/* Where few regions are left of many: gives the heap's memory for their records back. */
void regions_shrink(Samrena *arena);
void regions_end(Samrena *arena);

/* ---- Moving the cursor ---- */

/* To `used` in the current region; shows the inline functions what they may take from there. No small block ends behind
   `packed`, an offset; where that is in the 8 bytes before the cursor, it comes to be `used`, so that packed blocks go
   on there. */
void regions_set_used(Samrena *arena, uint64_t used, uint64_t packed);
/* A block of `size` bytes at offset `start` of the current region is handed out, for which there is room: what the
   inline functions do, for any alignment and up to the arena's limit. */
void regions_hand_out(Samrena *arena, uint64_t start, uint64_t size, uint64_t alignment);
/* What the limit allows has changed. */
void regions_reopen(Samrena *arena);
/* The window ends where the arena's own regions have `total` allocated, if not before: a push that passes that is seen.
 */
void regions_show_to(Samrena *arena, uint64_t total);
/* Nothing more is handed out. */
void regions_shut(Samrena *arena);
/* All is taken back, nothing is promised, and the window shows nothing, until the cursor is set again. */
void regions_close(Samrena *arena);

/* Makes the spare region at `index` the current one; what is left in the old one is out of reach until it is
   rewound to. */
void regions_enter(Samrena *arena, uint32_t index);

/* Takes back what was pushed behind `position`; regions behind it become spare. */
void regions_rewind(Samrena *arena, Position position);

/* Whether a block of `size` bytes that ends at offset `end` of the current region is its last: behind it is nothing but
   padding. */
bool regions_ends_last(const Samrena *arena, uint64_t size, uint64_t end);
/* The same for the region at `index`, one that was left, where those behind it hold nothing any more: it is the current
   one again. */
bool regions_step_back(Samrena *arena, uint32_t index, uint64_t size, uint64_t end);
/* The last block of the current region, from `start` to `old_end`, comes to end at offset `end`, for which room was
   made. */
void regions_resize_last(Samrena *arena, uint64_t start, uint64_t old_end, uint64_t end);

/* What is allocated at most is counted from that total on. */
static inline void regions_count_most_from(Samrena *arena, uint64_t total) {
    arena->now.high_water = total;
}

/* Up to `total` in all nothing is left to reserve. */
static inline void regions_promise(Samrena *arena, uint64_t total) {
    arena->now.reserved = total;
}

/* Aborts where anything that this file relies on does not hold; nothing in builds without SAMRENA_CHECKS. */
#ifdef SAMRENA_CHECKS
void regions_check(const Samrena *arena);
#else
static inline void regions_check(const Samrena *arena) {
    (void)arena;
}
#endif

#endif
