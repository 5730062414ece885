// SPDX-License-Identifier: MIT
// More memory for an arena: its supply is asked, its regions take what came.
#include "grow.h"

#include <stdlib.h>

#include "checked_math.h"
#include "error.h"
#include "recycle.h"
#include "regions.h"
#include "supply.h"

SamrenaError grow_need_supply(Samrena *arena) {
    const Adapter *adapter;
    if (arena->supply)
        return SAMRENA_OK;
    SamrenaError error = supply_find(arena->config->adapter, arena->config->adapter_options, &adapter);
    if (error)
        return error;
    Supply *supply = malloc(supply_size(adapter));
    if (!supply)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for what an arena's adapter needs");
    error = supply_begin(supply, adapter, arena->config, arena);
    if (error)
        free(supply);
    else
        arena->supply = supply;
    return error;
}

/* What is left behind in regions that were full before their end is out of reach. */
uint64_t grow_ceiling(const Samrena *arena) {
    uint64_t callers = arena_owns(arena, 0) ? region_usable(region_at(arena, 0)) : 0;
    uint64_t lost = region_current(arena)->before - region_current(arena)->start;
    uint64_t ceiling = arena->supply ? arena->supply->ceiling : UINT64_MAX;
    if (arena_has_guards(arena) && ceiling < UINT64_MAX)
        ceiling = guard_ceiling(ceiling);
    uint64_t most = add_saturating(ceiling, callers);
    return most == UINT64_MAX ? most : add_saturating(most - lost, arena->parts.allocated);
}

bool grow_may_be_in_place(const Samrena *arena) {
    uint32_t newest = arena->regions.newest;
    return newest != NO_REGION && newest >= arena->regions.current && supply_operations(arena->supply)->extend;
}

/* What is kept of arenas that ended may be what is lacking. */
static bool may_try_again(const Samrena *arena, SamrenaError error, SamrenaWant want) {
    return error == SAMRENA_ERROR_OUT_OF_MEMORY && (!arena->supply || supply_can_have(arena->supply, want.required)) &&
           recycle_end_all();
}

static SamrenaError extend(Samrena *arena, SamrenaWant want) {
    const Region *newest = region_at(arena, arena->regions.newest);
    SamrenaRegion memory = region_as_memory(newest);
    if (arena_has_guards(arena))
        want = guard_want_more(want, newest->base, region_size(newest), region_usable(newest));
    SamrenaError error = supply_grow(arena->supply, want, &memory);
    if (!error)
        regions_adopt(arena, arena->regions.newest, &memory);
    return error;
}

SamrenaError grow_in_place(Samrena *arena, SamrenaWant want) {
    if (!grow_may_be_in_place(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaError error = extend(arena, want);
    return may_try_again(arena, error, want) ? extend(arena, want) : error;
}

static SamrenaError add_by_supply(Samrena *arena, SamrenaWant want) {
    SamrenaRegion memory;
    if (arena_has_guards(arena))
        want = guard_want_new(want);
    SamrenaError error = grow_need_supply(arena);
    if (!error)
        error = regions_make_room(arena);
    if (error)
        return error;
    error = supply_add(arena->supply, want, &memory);
    if (error && memory.base)
        regions_forget_newest(arena);
    if (error)
        return error;
    if (regions_overlap(arena, &memory))
        return supply_gave_twice(arena->supply, &memory);
    regions_add(arena, &memory);
    return SAMRENA_OK;
}

SamrenaError grow_by_region(Samrena *arena, SamrenaWant want) {
    SamrenaError error = add_by_supply(arena, want);
    return may_try_again(arena, error, want) ? add_by_supply(arena, want) : error;
}
