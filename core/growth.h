// SPDX-License-Identifier: MIT
// How much to ask an adapter for next: a pure function of what the arena is and was told.
#ifndef SAMRENA_CORE_GROWTH_H
#define SAMRENA_CORE_GROWTH_H

#include <stdint.h>

#include "samrena.h"

typedef struct GrowthPolicy {
    SamrenaGrowth kind;
    uint64_t step;     /* bytes; smallest step that is worth a call */
    uint64_t most;     /* largest step, but for one that is smaller than the smallest */
    uint64_t hint;     /* total that the arena is expected to reach; 0: not known */
    uint64_t headroom; /* what is wished for at least, this time */
} GrowthPolicy;

/* Bytes that growth would like to add to an arena that has `allocated` of `capacity` bytes in use. What the push at
   hand needs comes on top: callers ask for the larger of the two. */
uint64_t growth_step(const GrowthPolicy *policy, uint64_t allocated, uint64_t capacity);

#endif
