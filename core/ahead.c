// SPDX-License-Identifier: MIT
// Prefaulting ahead of the cursor: what a reserve asks of the background thread, and when the cursor asks for more.
#include "ahead.h"

#include "background.h"
#include "checked_math.h"
#include "supply.h"

/* The cursor is looked at each time it has come this part of the way: so the thread always has some to do, and is asked
   again soon after it refused. */
enum { STEPS = 4 };
#define SMALLEST_STEP (UINT64_C(64) << 10)
#define LARGEST_STEP (2 * BACKGROUND_CHUNK)

/* Bytes of the region in use up to which pushes were reserved for. */
static uint64_t reserved_end(const Samrena *arena, const Region *region) {
    uint64_t total = arena->supply->prefault_to;
    return total > region->start ? min_u64(region_usable(region), total - region->start) : 0;
}

/* The cursor is looked at until it has passed all of it: what was asked for may not have been done. */
void ahead_follow(Samrena *arena, bool waits) {
    const Region *region = region_current(arena);
    uint64_t used = region_used(arena);
    uint64_t end = reserved_end(arena, region);
    if (used >= end || supply_is_the_parents(arena->supply)) {
        regions_show_to(arena, UINT64_MAX);
        return;
    }
    SamrenaRegion memory = region_as_memory(region);
    uint64_t from = max_u64(used, region->resident);
    uint64_t to = min_u64(add_saturating(used, arena->config->ahead), end);
    bool posted = background_post(arena->supply->background, &memory, from, to, waits);
    uint64_t step = posted ? min_u64(arena->config->ahead / STEPS, LARGEST_STEP) : 0;
    regions_show_to(arena, add_saturating(region->start + used, max_u64(step, SMALLEST_STEP)));
}

void ahead_forget(Samrena *arena, uint64_t keep) {
    Supply *supply = arena->supply;
    supply->prefault_to = min_u64(supply->prefault_to, add_saturating(arena_own_allocated(arena), keep));
    background_withdraw(supply->background, region_current(arena)->base);
    ahead_follow(arena, true);
}

bool ahead_begin(Samrena *arena, uint64_t need) {
    if (!supply_need_background(arena->supply))
        return false;
    arena->ties |= TIED_TO_CURSOR;
    arena->supply->prefault_to = add_saturating(arena_own_allocated(arena), need);
    ahead_follow(arena, true);
    return true;
}
