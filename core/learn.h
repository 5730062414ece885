// SPDX-License-Identifier: MIT
// What a label learns: sizes are told to it, and it says what the next arena takes at first.
//
// Threads share a label without a lock: counts of sizes, and of rounds, may lose one where two threads tell at the same
// moment. The plan is one word, and made anew at every round while few were told, then at every 32nd: so its cost
// is spread.
#ifndef SAMRENA_CORE_LEARN_H
#define SAMRENA_CORE_LEARN_H

#include "relaxed.h"
#include "samrena.h"
#include "sizes.h"

enum { PLAN_SHIFT = 8 };

static inline SizePlan learn_plan(const SamrenaLabel *label) {
    size_t word = relaxed_load(&label->plan);
    return (SizePlan){.first = word & 0xff, .prefault = (unsigned)(word >> PLAN_SHIFT)};
}

/* An arena came to so many bytes. */
void learn_size(SamrenaLabel *label, uint64_t size);

/* What earlier runs came to; of these one is enough to learn from. Only the first call for a label does anything. */
void learn_from(SamrenaLabel *label, const Sizes *sizes);

/* Returns their total. */
unsigned learn_get_sizes(const SamrenaLabel *label, Sizes *sizes);

#endif
