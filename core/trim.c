// SPDX-License-Identifier: MIT
// Giving unused memory back, but for what the next pushes need.
#include "trim.h"

#include "ahead.h"
#include "checked_math.h"
#include "poison.h"
#include "regions.h"
#include "supply.h"

/* Lets the adapter take back what lies behind offset `keep` of the region at `index`, which nothing uses. What is left
   of the last 16 bytes could not be used: they are kept whole. */
static void trim_region(Samrena *arena, uint32_t index, uint64_t keep) {
    Region *region = region_at(arena, index);
    keep = round_up(max_u64(keep, 1), SAMRENA_REGION_ALIGNMENT);
    if (arena_has_guards(arena))
        keep = guard_keep(keep);
    if (arena_owns(arena, index) || keep >= round_down(region_size(region), SAMRENA_REGION_ALIGNMENT))
        return;
    SamrenaRegion memory = region_as_memory(region);
    Watch watch = region_watch(arena, region);
    if (!poison_lend(watch, region->base, keep, region_watched_to(arena, region))) /* to who may write there */
        return;
    if (supply_trim(arena->supply, &memory, keep))
        region->resident = min_u64(region->resident, keep);
    uint64_t end = watch == WATCHED_BY_GUARDS ? guard_end(memory.base, memory.size) : memory.size;
    poison_lent(watch, region->base, region_used_at(arena, index), keep, end);
    regions_adopt(arena, index, &memory);
}

static void give_back_spare(Samrena *arena, uint32_t index) {
    arena_give_back(arena, index);
    regions_remove(arena, index);
}

/* The smallest spare region that holds `keep` bytes; NO_REGION: none does. */
static uint32_t best_fit(const Samrena *arena, uint64_t keep) {
    uint32_t best = NO_REGION;
    for (uint32_t i = arena->regions.current + 1; i < arena->regions.count; i++) {
        uint64_t usable = region_usable(region_at(arena, i));
        if (usable >= keep && (best == NO_REGION || usable < region_usable(region_at(arena, best))))
            best = i;
    }
    return best;
}

/* One that holds all of it where there is one: what is kept then takes pushes of any size. Else the next ones. */
static void trim_spare(Samrena *arena, uint64_t keep) {
    uint32_t next = arena->regions.current + 1;
    uint32_t best = keep > 0 ? best_fit(arena, keep) : NO_REGION;
    if (best != NO_REGION)
        regions_bring_forward(arena, best);
    for (; next < arena->regions.count && keep > 0; next++) {
        trim_region(arena, next, keep);
        keep -= min_u64(keep, region_usable(region_at(arena, next)));
    }
    for (uint32_t i = arena->regions.count; i > next;)
        give_back_spare(arena, --i);
}

void trim_to(Samrena *arena, uint64_t keep) {
    uint64_t used = region_used(arena);
    uint64_t left = region_left(arena);
    if (arena_capacity(arena) - arena_allocated(arena) <= keep)
        return;
    if (left >= keep)
        trim_region(arena, arena->regions.current,
                    used + max_u64(keep, used > 0 ? arena->red_zone : 0)); /* of the block before the cursor */
    trim_spare(arena, left >= keep ? 0 : keep);
    regions_shrink(arena);
    regions_promise(arena, 0);
    if (arena->ties & TIED_TO_CURSOR)
        ahead_forget(arena, keep);
}

bool trim_to_first(Samrena *arena, uint64_t size) {
    regions_close(arena);
    for (uint32_t i = arena->regions.count; i > 1;)
        give_back_spare(arena, --i);
    regions_shrink(arena);
    if (region_size(region_at(arena, 0)) > size) {
        trim_region(arena, 0, size);
        regions_close(arena);
    }
    return region_size(region_at(arena, 0)) == size;
}
