// SPDX-License-Identifier: MIT
// What an arena is to have at first, where more is known than nothing.
#ifndef SAMRENA_CORE_PLAN_H
#define SAMRENA_CORE_PLAN_H

#include "checked_math.h"
#include "supply.h"

/* From here on a plan is worth huge pages: it fills one. */
#define PLAN_LEAST_HUGE (UINT64_C(2) << 20)

typedef struct Plan {
    uint64_t first;    /* bytes; 0: what is usual */
    uint64_t prefault; /* of these, as they will surely be used */
    uint64_t rest;     /* total that is had at once when the first region is outgrown; 0: nothing is known of that */
    size_t whole;      /* the label's word for it; 0: it plans nothing, or the config allows only a part of it */
} Plan;

static const Plan NO_PLAN = {0, 0, 0, 0};

/* Where one region is planned that holds some of them: they begin with its first byte, so that it has to be new. */
static inline bool plan_wants_huge_pages(Plan plan) {
    return plan.prefault > 0 && plan.first >= PLAN_LEAST_HUGE;
}

/* Whether the first region of that supply can grow to what is planned: then it is as small as one that is kept. */
static inline bool plan_can_grow(Plan plan, const Supply *supply) {
    return supply_operations(supply)->extend && !plan_wants_huge_pages(plan);
}

/* Whether a kept arena of that supply does for the plan: its first region grows, or is as planned, and no more than a
   quarter, or one step of growth, larger. */
static inline bool plan_is_served(Plan plan, const Supply *supply) {
    uint64_t has = supply->first_size;
    if (plan_can_grow(plan, supply))
        return true;
    return has >= plan.first && has <= max_u64(plan.first + plan.first / 4, supply->step);
}

#endif
