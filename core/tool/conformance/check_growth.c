// SPDX-License-Identifier: MIT
// Checks of the optional operations that get memory: extend and reserve.
#include "area.h"
#include "checks.h"

static const uint64_t steps[] = {1, 16, 4095, 4096, 12345, 100 * KIB, MIB};
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static void require_operation(Trial *trial, bool there, const char *name) {
    if (!there)
        skip(trial, "it has no %s()", name);
}

/* The two ways to grow in place. */
typedef SamrenaError Grow(Area *area, uint64_t bytes);

static SamrenaError grow_by_extend(Area *area, uint64_t bytes) {
    return area_extend(area, want(bytes, bytes * 2));
}

static SamrenaError grow_by_reserve(Area *area, uint64_t bytes) {
    return area_reserve_more(area, exactly(bytes));
}

/* The sizes are taken as they are, so that rounding is the adapter's. Where its steps are large, each costs one of
   them: then a few are enough, and the last is a whole step at least. */
static uint64_t step_of(const Context *context, size_t which) {
    bool coarse = in_steps(context, 0, 1) > 0;
    if (coarse && which > 1 && which < STEPS - 1)
        return 0;
    return which == STEPS - 1 ? in_steps(context, steps[which], 1) : steps[which];
}

static void grow_in_steps(Area *area, Grow *grow, const char *name) {
    const Context *context = area->context;
    size_t grown = 0;
    for (size_t i = 0; i < STEPS; i++) {
        uint64_t bytes = step_of(context, i);
        /* Some bytes in use, some known to be zero. */
        area_fill(area, area->filled + (area->region.size - area->filled) / 2);
        bool fits = bytes > 0 && bytes <= ceiling_of(context) - context->held &&
                    bytes <= largest_of(context) - area->region.size;
        grown += fits && grow(area, bytes) == SAMRENA_OK;
        area_verify(area, name);
    }
    area_fill(area, area->region.size);
    area_verify(area, "writing to what has grown");
    if (grown == 0)
        skip(context->trial, "%s() refused to grow a region at all", name);
}

void check_extend(Trial *trial) {
    require_operation(trial, trial->adapter.operations.extend, "extend");
    grow_in_steps(area_of(context_new(trial), 4 * KIB), grow_by_extend, "extend");
}

void check_reserve_in_place(Trial *trial) {
    require_operation(trial, trial->adapter.operations.reserve, "reserve");
    require_operation(trial, trial->adapter.operations.extend, "extend");
    grow_in_steps(area_of(context_new(trial), 4 * KIB), grow_by_reserve, "reserve");
}

void check_reserve_extra(Trial *trial) {
    require_operation(trial, trial->adapter.operations.reserve, "reserve");
    size_t given = 0;
    for (size_t i = 0; i < STEPS; i++) {
        Context *context = context_new(trial);
        uint64_t bytes = step_of(context, i);
        Area *extra = bytes > 0 && bytes <= largest_of(context) ? area_reserve(context, exactly(bytes)) : NULL;
        if (extra) {
            given++;
            area_verify(extra, "reserve()");
            area_fill(extra, extra->region.size);
            area_verify(extra, "writing to what was reserved");
        }
        context_end(context);
    }
    REQUIRE(trial, given > 0, "reserve() gave no region of any size");
}
