// SPDX-License-Identifier: MIT
// The end of an arena.
#include "arena.h"

#include <stdlib.h>

#include "poison.h"
#include "regions.h"
#include "supply.h"

void arena_give_back(Samrena *arena, uint32_t index) {
    const Region *region = region_at(arena, index);
    bool open = unpoison(region_watch(arena, region), region->base, region_watched_to(arena, region));
    if (open && !arena_owns(arena, index)) { /* else nobody else could use it: it is lost */
        SamrenaRegion memory = region_as_memory(region);
        supply_release(arena->supply, &memory);
    }
}

/* Newest first. */
SAMRENA_NOINLINE static void give_back_all(Samrena *arena) {
    for (uint32_t i = arena->regions.count; i-- > 0;)
        arena_give_back(arena, i);
    regions_end(arena);
    if (arena->supply)
        supply_end(arena->supply);
}

/* Without a supply it has nothing but its owner's storage. There the handle stays, and refuses whoever still calls. */
void arena_end(Samrena *arena) {
    if (arena->supply || arena->watch != NOT_WATCHED)
        give_back_all(arena);
    if (!arena->in_storage) {
        /* Read once more by who destroys it twice: volatile, or the compiler sees that nobody may. */
        *(volatile uint8_t *)&arena->now.state = ENDED;
        free(arena);
        return;
    }
    if (arena->supply)
        free(arena->supply);
    arena->now.state = ENDED;
    regions_promise(arena, 0);
    arena->window.cursor = arena->window.end = NULL;
}
