// SPDX-License-Identifier: MIT
// How much growth asks for, for every policy, hint and size: something where a step is set, nothing past the hint
// before that is reached, no more than the largest step, and no sum or difference wraps on the way.
#include "growth.h"
#include "proof.h"

int main(void) {
    GrowthPolicy policy = {.kind = any_bool() ? SAMRENA_GROWTH_GEOMETRIC : any_u32(),
                           .step = any_u64(),
                           .most = any_u64(),
                           .hint = any_u64(),
                           .headroom = any_u64()};
    uint64_t capacity = any_u64(), allocated = any_u64();
    GIVEN(allocated <= capacity);

    uint64_t step = growth_step(&policy, allocated, capacity);

    uint64_t most = policy.most > policy.step ? policy.most : policy.step;
    uint64_t wished = policy.headroom < most ? policy.headroom : most;
    SHOW(step > 0 || policy.step == 0);
    SHOW(step <= most && step >= wished);
    if (capacity < policy.hint) {
        uint64_t missing = policy.hint - capacity;
        SHOW(step <= (missing > policy.headroom ? missing : policy.headroom));
    } else if (policy.step > 0) {
        SHOW(step >= policy.step); /* each call is worth it */
    }
    return 0;
}
