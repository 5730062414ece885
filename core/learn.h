// SPDX-License-Identifier: MIT
// What a label learns: sizes are told to it, and it says what the next arena takes at first.
//
// Threads share a label without a lock: counts of sizes, and of rounds, may lose one where two threads tell at the same
// moment. The plan is one word, and made anew at every round while few were told, then seldom; and once enough is
// known, one of some rounds that came to what was expected is told, and counts for all of them: so the cost is spread.
#ifndef SAMRENA_CORE_LEARN_H
#define SAMRENA_CORE_LEARN_H

#include "atomic.h"
#include "samrena.h"
#include "sizes.h"

enum { PLAN_SHIFT = 8 };

/* SamrenaLabel.plan, read. */
static inline SizePlan learn_plan_of(size_t word) {
    return (SizePlan){
        .first = word & 0xff, .prefault = word >> PLAN_SHIFT & 0xff, .rest = word >> 2 * PLAN_SHIFT & 0xff};
}

static inline SizePlan learn_plan(const SamrenaLabel *label) {
    return learn_plan_of(relaxed_load(&label->plan));
}

enum {
    SURE_AFTER = 64, /* rounds; then one of so many is told that came to what was expected, and counts for all */
    TOLD_OF = 14
};

/* What `weight` rounds came to. */
void learn_tell(SamrenaLabel *label, uint64_t size, unsigned weight);

/* Nothing out of the usual, or the upper half of what all come to. Where sizes differ each is news. */
static inline bool learn_is_expected(const SamrenaLabel *label, uint64_t size) {
    SizePlan plan = learn_plan(label);
    uint64_t most = plan.first ? size_plan_bytes(plan.first) : SIZES_USUAL;
    return size <= most && (plan.first == 0 || (plan.prefault > 0 && size > most / 2));
}

/* An arena came to so many bytes. */
static inline void learn_size(SamrenaLabel *label, uint64_t size) {
    size_t rounds = relaxed_load(&label->rounds) + 1;
    bool seldom = rounds > SURE_AFTER && learn_is_expected(label, size);
    relaxed_store(&label->rounds, rounds);
    if (size > relaxed_load(&label->most))
        relaxed_store(&label->most, (size_t)min_u64(size, SIZE_MAX));
    if (!seldom)
        learn_tell(label, size, 1);
    else if (rounds % TOLD_OF == 0)
        learn_tell(label, size, TOLD_OF);
}

/* What earlier runs came to; of these one is enough to learn from. Only the first call for a label does anything. */
void learn_from(SamrenaLabel *label, const Sizes *sizes);

/* Returns their total. */
unsigned learn_get_sizes(const SamrenaLabel *label, Sizes *sizes);

#endif
