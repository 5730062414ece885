// SPDX-License-Identifier: MIT
// How much to ask an adapter for next: a pure function of what the arena is and was told.
#include "growth.h"

#include "checked_math.h"

static uint64_t step_of(const GrowthPolicy *policy, uint64_t allocated, uint64_t capacity) {
    uint64_t hint = policy->hint;

    /* Towards the hint in quarters, and never past it: a hint that was right costs at most 4 calls and no waste. */
    if (capacity < hint)
        return min_u64(max_u64(hint / 4, policy->step), hint - capacity);

    /* Just past it, small steps: a hint that was a little low must not double the arena. From half as much again on
       the hint was wrong, and the growth policy knows no less. */
    if (capacity - hint < hint / 2)
        return max_u64(hint / 8, policy->step);

    /* As much as is allocated already: O(log n) calls, and never less than half of the capacity in use. */
    if (policy->kind == SAMRENA_GROWTH_GEOMETRIC)
        return max_u64(round_down(allocated, SAMRENA_REGION_ALIGNMENT), policy->step);
    return policy->step;
}

uint64_t growth_step(const GrowthPolicy *policy, uint64_t allocated, uint64_t capacity) {
    uint64_t step = max_u64(step_of(policy, allocated, capacity), policy->headroom);
    return min_u64(step, max_u64(policy->most, policy->step));
}
