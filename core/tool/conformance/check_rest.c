// SPDX-License-Identifier: MIT
// The check of rest(): what an arena that ended and is kept has, and what can follow.
#include <inttypes.h>

#include "area.h"
#include "checks.h"

/* A context as it is when its arena is kept: with one region, of no more bytes than are recyclable. */
static Area *kept_region(Trial *trial) {
    Context *context = context_new(trial);
    uint64_t recyclable = context->told.params.recyclable;
    if (recyclable == 0)
        skip(trial, "it has nothing recycled");
    uint64_t bytes = recyclable < 64 * KIB ? recyclable : 64 * KIB;
    Area *area = bytes <= largest_of(context) ? area_acquire(context, exactly(bytes)) : NULL;
    if (!area || area->region.size > recyclable)
        skip(trial, "it gives no region of the %" PRIu64 " bytes that it has recycled", recyclable);
    area_fill(area, area->region.size / 2);
    return area;
}

/* Everything that the next arena may do; the outcome of the first growth. */
static SamrenaError go_on(Area *area) {
    Context *context = area->context;
    area_verify(area, "rest()");
    area_fill(area, area->region.size * 3 / 4);
    if (context->trial->adapter.operations.prefault)
        (void)area_prefault(area, area->filled, area->region.size - area->filled);
    area_verify(area, "rest() and prefault()");
    SamrenaError error = area_grow(area, 100 * KIB);
    area_verify(area, "rest() and extend()");
    area_fill(area, area->region.size);
    if (context->trial->adapter.operations.trim)
        (void)area_trim(area, 4 * KIB);
    area_verify(area, "rest() and trim()");
    return error;
}

void check_rest(Trial *trial) {
    void (*rest)(void *context) = trial->adapter.operations.rest;
    if (!rest)
        skip(trial, "it has no rest()");
    Area *awake = kept_region(trial);
    bool grows = go_on(awake) == SAMRENA_OK;
    context_end(awake->context);

    Area *area = kept_region(trial);
    Context *context = area->context;
    rest(context->memory);
    rest(context->memory);
    REQUIRE(trial, go_on(area) == SAMRENA_OK || !grows, "after rest() extend() was refused: %s", context->note);
    rest(context->memory);
    area_verify(area, "rest() once more");
    area_release(area);
    REQUIRE(trial, area_acquire(context, exactly(16)), "after rest() and release() 16 bytes were refused: %s",
            context->note);
    rest(context->memory);
    context_end(context);
}
