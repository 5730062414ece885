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

static uint64_t distance(const Samrena *arena) {
    return max_u64(arena->config->ahead, STEPS * SMALLEST_STEP);
}

/* What of a region is to be resident next. */
typedef struct Stretch {
    const Region *region;
    uint64_t from, to;
} Stretch;

/* Bytes of pushes to come that were reserved for. */
static uint64_t reserved_left(const Samrena *arena) {
    uint64_t total = arena->supply->prefault_to, allocated = arena_own_allocated(arena);
    return total - min_u64(total, allocated);
}

/* Of the region in use; where that is next to full, of the one that pushes come to then. */
static Stretch next_stretch(const Samrena *arena) {
    uint64_t wanted = min_u64(reserved_left(arena), distance(arena));
    uint64_t left = region_left(arena);
    if (left >= min_u64(wanted, SMALLEST_STEP) || !regions_has_spare(arena)) {
        const Region *region = region_current(arena);
        uint64_t used = region_used(arena);
        return (Stretch){region, max_u64(used, region->resident), used + min_u64(wanted, left)};
    }
    const Region *next = region_current(arena) + 1;
    return (Stretch){next, next->resident, min_u64(wanted, region_usable(next))};
}

/* The cursor is looked at until it has passed all of it: what was asked for may not have been done. */
void ahead_follow(Samrena *arena, bool waits) {
    Stretch stretch = next_stretch(arena);
    if (reserved_left(arena) == 0 || supply_is_the_parents(arena->supply)) {
        regions_show_to(arena, UINT64_MAX);
        return;
    }
    SamrenaRegion memory = region_as_memory(stretch.region);
    bool posted = background_post(arena->supply->background, &memory, stretch.from, stretch.to, waits);
    uint64_t step = posted ? min_u64(distance(arena) / STEPS, LARGEST_STEP) : 0;
    regions_show_to(arena, add_saturating(arena_own_allocated(arena), max_u64(step, SMALLEST_STEP)));
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
