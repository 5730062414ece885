// SPDX-License-Identifier: MIT
// Checks of what an adapter must not touch, and of two contexts at once.
#include "area.h"
#include "checks.h"

/* Of these checks alone, so that an adapter that is made to fail can fail in them alone. */
#define STRUCT_SIZE_MAX_RESERVE (96 * MIB)
#define CONTEXT_SIZE_MAX_RESERVE (80 * MIB)

/* ---- What is not the adapter's ---- */

static void require_whole(const Area *area, const char *operation) {
    Trial *trial = area->context->trial;
    REQUIRE(trial, guard_is_whole(area->guard), "%s() wrote behind the region's struct_size", operation);
    REQUIRE(trial, area->region.struct_size == sizeof(SamrenaRegion) && area->region.reserved == 0,
            "%s() changed the region's struct_size or reserved", operation);
}

static bool fits_in_place(const Area *area, uint64_t size) {
    uint64_t fits = fitting(area->context, size);
    return fits > 0 && fits <= largest_of(area->context) - area->region.size;
}

void check_struct_size(Trial *trial) {
    const SamrenaAdapterOperations *operations = &trial->adapter.operations;
    Context *context = context_new_of(trial, STRUCT_SIZE_MAX_RESERVE);
    REQUIRE(trial, guard_is_whole(context->told.guard), "create() wrote behind the params' struct_size");
    REQUIRE(trial, context->told.params.struct_size == sizeof(SamrenaAdapterParams),
            "create() changed the params' struct_size");

    Area *area = area_of(context, 8 * KIB);
    require_whole(area, "acquire");
    (void)area_grow(area, 8 * KIB);
    require_whole(area, "extend");
    if (operations->extend && operations->reserve && fits_in_place(area, 8 * KIB)) {
        (void)area_reserve_more(area, exactly(fitting(context, 8 * KIB)));
        require_whole(area, "reserve");
    }
    if (operations->trim) {
        (void)area_trim(area, 16);
        require_whole(area, "trim");
    }
    uint64_t fits = operations->reserve ? fitting(context, 8 * KIB) : 0;
    Area *extra = fits ? area_reserve(context, exactly(fits)) : NULL;
    if (extra)
        require_whole(extra, "reserve");
}

void check_context_size(Trial *trial) {
    const SamrenaAdapterOperations *operations = &trial->adapter.operations;
    Context *context = context_new_of(trial, CONTEXT_SIZE_MAX_RESERVE);
    REQUIRE(trial, context_memory_is_whole(context), "create() wrote behind its context_size");
    uint64_t populated;
    Area *area = area_of(context, 64 * KIB);
    (void)area_grow(area, 64 * KIB);
    if (operations->prefault)
        (void)operations->prefault(context->memory, &area->region, 0, area->region.size, &populated);
    if (operations->trim)
        (void)area_trim(area, 16);
    area_release(area);
    REQUIRE(trial, context_memory_is_whole(context), "it wrote behind its context_size");
}

/* ---- Contexts ---- */

void check_contexts(Trial *trial) {
    Context *contexts[2] = {context_new(trial), context_try(trial, USUAL_MAX_RESERVE)};
    if (!contexts[1])
        skip(trial, "it gives one context at a time");
    Area *areas[2];
    for (int i = 0; i < 2; i++) {
        areas[i] = area_of(contexts[i], 64 * KIB);
        areas[i]->seed += (unsigned)i * 100;
        area_fill(areas[i], areas[i]->region.size);
    }
    for (int i = 0; i < 2; i++) {
        area_verify(areas[i], "using two contexts in turn");
        (void)area_grow(areas[i], 64 * KIB);
        area_verify(areas[i], "extend()");
    }
    context_end(contexts[0]);
    area_verify(areas[1], "the end of another context");
    area_release(areas[1]);
    REQUIRE(trial, area_acquire(contexts[1], exactly(16)),
            "after the end of another context, 16 bytes were refused: %s", contexts[1]->note);
}
