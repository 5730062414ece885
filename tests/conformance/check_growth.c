// SPDX-License-Identifier: MIT
// Checks of the optional operations: extend, reserve and prefault.
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

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
    return area_extend(area, bytes, bytes * 2);
}

static void grow_in_steps(Area *area, Grow *grow, const char *name) {
    Trial *trial = area->context->trial;
    size_t grown = 0;
    for (size_t i = 0; i < STEPS; i++) {
        /* Some bytes in use, some known to be zero. */
        area_fill(area, area->filled + (area->region.size - area->filled) / 2);
        bool fits = steps[i] <= area->context->told.params.ceiling - area->context->held;
        SamrenaError error = fits ? grow(area, steps[i]) : SAMRENA_ERROR_OUT_OF_MEMORY;
        grown += !error;
        area_verify(area, name);
    }
    area_fill(area, area->region.size);
    area_verify(area, "writing to what has grown");
    if (grown == 0)
        skip(trial, "%s() refused to grow a region at all", name);
}

void check_extend(Trial *trial) {
    require_operation(trial, trial->adapter.operations.extend, "extend");
    grow_in_steps(area_of(context_new(trial), 4 * KIB), grow_by_extend, "extend");
}

void check_reserve_in_place(Trial *trial) {
    require_operation(trial, trial->adapter.operations.reserve, "reserve");
    require_operation(trial, trial->adapter.operations.extend, "extend");
    grow_in_steps(area_of(context_new(trial), 4 * KIB), area_reserve_more, "reserve");
}

void check_reserve_extra(Trial *trial) {
    require_operation(trial, trial->adapter.operations.reserve, "reserve");
    size_t given = 0;
    for (size_t i = 0; i < STEPS; i++) {
        Context *context = context_new(trial);
        /* The sizes are taken as they are, so that rounding is the adapter's. */
        Area *extra = steps[i] <= context->told.params.ceiling ? area_reserve(context, steps[i]) : NULL;
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

/* ---- Prefault ---- */

void check_prefault(Trial *trial) {
    require_operation(trial, trial->adapter.operations.prefault, "prefault");
    Context *context = context_new(trial);
    Area *area = area_of(context, MIB);
    (void)area_prefault(area, 0, area->region.size);
    area_verify(area, "prefault() of a fresh region");
    area_fill(area, area->region.size / 3);
    (void)area_prefault(area, area->filled, area->region.size - area->filled);
    area_verify(area, "prefault() of a region's unused part");
    (void)area_prefault(area, area->filled, area->region.size - area->filled);
    area_verify(area, "prefault() once more");
}

/* What lies around the range is in use: it must not change. */
void check_prefault_edges(Trial *trial) {
    require_operation(trial, trial->adapter.operations.prefault, "prefault");
    static const uint64_t froms[] = {0, 1, 15, 4095, 4096, 4097, 8191, 20000};
    static const uint64_t lengths[] = {1, 2, 4095, 4096, 4097, 10000};
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size); /* holding the pattern all over, so that any change shows */
    uint64_t size = area->region.size;
    for (size_t i = 0; i < sizeof(froms) / sizeof(froms[0]); i++)
        for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
            uint64_t from = froms[i] % size;
            uint64_t bytes = lengths[j] < size - from ? lengths[j] : size - from;
            (void)area_prefault(area, from, bytes);
            memset(area->region.base + from, 0, bytes); /* the range held nothing; the model says the pattern */
            area->filled = from;
            area_fill(area, from + bytes);
            area->filled = size;
            area_verify(area, "prefault() of a part of the region");
        }
    (void)area_prefault(area, size - 1, 1);
    area->filled = size - 1;
    area_verify(area, "prefault() of the last byte");
}

/* mincore() tells which pages of private memory this process has. */
void check_resident(Trial *trial) {
    require_operation(trial, trial->adapter.operations.prefault, "prefault");
    static unsigned char pages[2 * 1024];
    Context *context = context_new(trial);
    Area *area = area_of(context, 4 * MIB);
    uint64_t page = context->host.page_size;
    uint64_t bytes = area->region.size < 4 * MIB ? area->region.size : 4 * MIB;
    uint64_t populated = area_prefault(area, 0, bytes);
    uintptr_t start = (uintptr_t)area->region.base & ~(uintptr_t)(page - 1);
    uint64_t count = populated ? ((uintptr_t)area->region.base + populated - start + page - 1) / page : 0;
    if (count == 0)
        skip(trial, "prefault() populated nothing: %s", context->note);
    if (count > sizeof(pages) || mincore((void *)start, count * page, (void *)pages) != 0)
        skip(trial, "mincore() cannot tell");
    for (uint64_t i = 0; i < count; i++)
        REQUIRE(trial, pages[i] & 1, "prefault() says %" PRIu64 " bytes are populated, page %" PRIu64 " is not",
                populated, i);
}
