// SPDX-License-Identifier: MIT
// The end of an arena.
#include "arena.h"

#include <stdlib.h>

#include "poison.h"
#include "regions.h"
#include "supply.h"

void arena_give_back(Samrena *arena, uint32_t index) {
    const Region *region = region_at(arena, index);
    SamrenaRegion memory = region_as_memory(region);
    unpoison(arena_is_watched(arena), region->base, region->size);
    if (region->owner)
        supply_release(region->owner, &memory);
}

/* Newest first. What lies in storage of its owner's is not the heap's. */
void arena_end(Samrena *arena) {
    Supply *supply = arena->supply;
    for (uint32_t i = arena->regions.count; i-- > 0;)
        arena_give_back(arena, i);
    regions_end(arena);
    if (supply)
        supply_end(supply);
    free(arena->plan ? (void *)supply : (void *)arena);
}
