// SPDX-License-Identifier: MIT
// Finds one of many regions: the next one that is large enough, and the one that an address lies in, each in the
// logarithm of their number.
//
// Regions are known by their position in the arena's records. Two trees stand in one heap block:
//
//     sizes   a tournament: leaf i is the usable size of the region at position i, each node the larger of its two
//     nodes   a treap by base address; nodes stay where they are, and know the position of their region
#ifndef SAMRENA_CORE_REGION_INDEX_H
#define SAMRENA_CORE_REGION_INDEX_H

#include <stdint.h>

typedef struct RegionIndex RegionIndex;

/* For up to `room` positions, a power of two; NULL: no heap memory. free() ends it. */
RegionIndex *index_create(uint32_t room);

/* The region at `position`, the first one that is free. */
void index_add(RegionIndex *index, uint32_t position, const unsigned char *base, uint64_t usable);
/* The last position, `last`, becomes free. */
void index_remove_last(RegionIndex *index, uint32_t last);
void index_swap(RegionIndex *index, uint32_t a, uint32_t b);
void index_resize(RegionIndex *index, uint32_t position, uint64_t usable);

/* The first position from `from` on with at least `least` usable bytes, above 0; UINT32_MAX: none. */
uint32_t index_find(const RegionIndex *index, uint32_t from, uint64_t least);
/* The position of the region with the highest base that is not above `address`; UINT32_MAX: none. */
uint32_t index_at_or_below(const RegionIndex *index, uintptr_t address);
/* Likewise the lowest base above `address`. */
uint32_t index_above(const RegionIndex *index, uintptr_t address);

#endif
