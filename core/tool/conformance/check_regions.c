// SPDX-License-Identifier: MIT
// Checks of the required operations: contexts and regions as they come, stay and go.
#include <inttypes.h>
#include <stddef.h>

#include "area.h"
#include "checks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Contexts ---- */

void check_lifecycle(Trial *trial) {
    for (int round = 0; round < 4; round++) {
        trial->label = round % 2 ? NULL : "conformance";
        Context *context = round == 0 ? context_new(trial) : context_try(trial, USUAL_MAX_RESERVE);
        REQUIRE(trial, context, "after destroy() of a context that held nothing, create() refused: %s", trial->refusal);
        context_end(context);
    }
}

/* ---- Sizes ---- */

/* What every adapter has to give, unless it told that it has less; larger sizes it may refuse. */
#define OWED (64 * KIB)

static void acquire_one(Trial *trial, uint64_t size) {
    Context *context = context_new(trial);
    if (size <= largest_of(context)) {
        Area *area = area_acquire(context, exactly(size));
        REQUIRE(trial, area || size > OWED, "acquire(%" PRIu64 ") of a new context was refused: %s", size,
                context->note);
    }
    context_end(context);
}

void check_sizes(Trial *trial) {
    static const uint64_t sizes[] = {1,    15,   16,    17,    24,    100,     4080,    4095,        4096,
                                     4097, 8192, 65535, 65536, 65537, MIB - 1, MIB + 1, 5 * MIB + 13};
    for (size_t i = 0; i < COUNT(sizes); i++)
        acquire_one(trial, sizes[i]);
    Context *context = context_new(trial);
    uint64_t steps = in_steps(context, 0, 3);
    context_end(context);
    if (steps > 0) {
        acquire_one(trial, steps - 1);
        acquire_one(trial, steps + 1);
    }
}

void check_desired(Trial *trial) {
    static const uint64_t sizes[] = {100, 4096, 64 * KIB, 4 * MIB, HUGE_SIZE};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        Context *context = context_new(trial);
        uint64_t desired = i == 0 ? sizes[i] : in_steps(context, sizes[i], 3);
        Area *area = area_acquire(context, want(100, desired));
        REQUIRE(trial, area || largest_of(context) < 100, "100 bytes were refused, %" PRIu64 " desired: %s", desired,
                context->note);
        if (area)
            area_fill(area, 100);
        if (area)
            area_verify(area, "acquire()"); /* all of what it gave is there */
        context_end(context);
    }
}

/* ---- What a want says beside its sizes ---- */

/* All that can be asked for with such a want, and used. */
static void use_as_wanted(Context *context, SamrenaWant wanted, const char *what) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    wanted.required = wanted.desired = fitting(context, 64 * KIB);
    Area *area = wanted.required ? area_acquire(context, wanted) : NULL;
    if (!area)
        skip(context->trial, "acquire(%" PRIu64 ") was refused: %s", wanted.required, context->note);
    area_fill(area, area->region.size / 2);
    area_verify(area, what);
    wanted.required = wanted.desired = fitting(context, 100 * KIB);
    if (operations->extend && wanted.required && wanted.required <= largest_of(context) - area->region.size)
        (void)area_extend(area, wanted);
    area_verify(area, what);
    wanted.required = wanted.desired = fitting(context, 100 * KIB);
    Area *extra = operations->reserve && wanted.required ? area_reserve(context, wanted) : NULL;
    if (extra) {
        area_verify(extra, what);
        area_fill(extra, extra->region.size);
        area_verify(area, what);
        area_release(extra);
    }
    area_fill(area, area->region.size);
    area_verify(area, what);
    area_release(area);
}

/* `required` is enough with any base: an alignment takes nothing of it. */
void check_alignment(Trial *trial) {
    Context *context = context_new(trial);
    uint64_t apart = in_steps(context, 0, 1) > 0 ? 256 : 4; /* MIB comes last in either case */
    for (uint64_t alignment = 16; alignment <= MIB; alignment *= apart) {
        SamrenaWant wanted = exactly(0);
        wanted.alignment = alignment;
        use_as_wanted(context, wanted, "asking for a region with an alignment");
    }
}

void check_ahead(Trial *trial) {
    Context *context = context_new(trial);
    for (int round = 0; round < 2; round++) {
        SamrenaWant wanted = exactly(0);
        wanted.ahead = round == 0 ? 1 : UINT32_MAX; /* whatever is not 0 */
        use_as_wanted(context, wanted, "asking ahead of need");
    }
}

/* ---- Contents ---- */

/* Dirties memory and lets it go, so that what comes next may be the same memory. */
void check_zeros(Trial *trial) {
    Context *context = context_new(trial);
    for (int round = 0; round < 3; round++) {
        Area *area = area_of(context, 256 * KIB);
        REQUIRE(trial, area->region.zero_from <= area->region.size, "zero_from is %" PRIu64 " in a region of %" PRIu64,
                area->region.zero_from, area->region.size);
        area_verify(area, round ? "release() and acquire()" : "acquire()");
        area_fill(area, area->region.size);
        area_release(area);
    }
    context_end(context);
    area_verify(area_of(context_new(trial), 256 * KIB), "the end of another context");
}

/* Uses `context` for as much as it has, so that whatever an adapter may confuse has a chance to be confused. */
static void use_everything(Context *context, Area *area) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    uint64_t populated = 0;
    if (operations->prefault && area->filled < area->region.size)
        (void)operations->prefault(context->memory, &area->region, area->filled, area->region.size - area->filled,
                                   &populated);
    (void)area_grow(area, 64 * KIB);
    if (operations->reserve && fitting(context, 64 * KIB))
        (void)area_reserve(context, exactly(fitting(context, 64 * KIB)));
}

void check_contents(Trial *trial) {
    Context *context = context_new(trial);
    Area *first = area_of(context, 256 * KIB);
    area_fill(first, first->region.size);
    area_verify(first, "writing");
    use_everything(context, first);
    area_verify(first, "prefault(), extend() and reserve()");
    area_fill(first, first->region.size);

    uint64_t size = fitting(context, 128 * KIB);
    Area *second = size ? area_acquire(context, exactly(size)) : NULL;
    area_verify(first, "acquire() of another region");
    if (second) {
        area_fill(second, second->region.size);
        area_verify(first, "writing to another region");
        area_verify(second, "writing");
        area_release(second);
        area_verify(first, "release() of another region");
    }
}

/* ---- More than one region ---- */

void check_overlap(Trial *trial) {
    Context *context = context_new(trial);
    Area *areas[16];
    size_t count = 0;
    while (count < COUNT(areas)) {
        uint64_t size = fitting(context, 16 + 4000 * count);
        areas[count] = size ? area_acquire(context, exactly(size)) : NULL;
        if (!areas[count])
            break;
        count++;
    }
    if (count < 2)
        skip(trial, "it gives one region at a time");
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const SamrenaRegion *a = &areas[i]->region, *b = &areas[j]->region;
            REQUIRE(trial, a->base + a->size <= b->base || b->base + b->size <= a->base,
                    "%" PRIu64 " bytes at %p and %" PRIu64 " bytes at %p are regions at once", a->size, (void *)a->base,
                    b->size, (void *)b->base);
        }
}

/* More than the ceiling in all, where that is told as what max_reserve says. */
static int rounds_beyond_ceiling(const Context *context, int most) {
    uint64_t size = fitting(context, 100 * KIB);
    int rounds = rounds_of(context, most);
    if (size < MIB || ceiling_of(context) / size >= (uint64_t)most)
        return rounds;
    int beyond = (int)(ceiling_of(context) / size) + 2;
    return beyond > rounds ? beyond : rounds;
}

/* Newest first, as the core gives them back, and oldest first. */
static void acquire_and_release(Context *context, bool oldest_first) {
    Area *areas[8] = {NULL};
    for (int i = 0; i < 8; i++) {
        uint64_t fits = fitting(context, 8 * KIB);
        areas[i] = fits ? area_acquire(context, want(16, fits)) : NULL;
    }
    REQUIRE(context->trial, areas[0], "all regions were released, 16 bytes were refused: %s", context->note);
    for (int i = 0; i < 8; i++)
        if (areas[oldest_first ? i : 7 - i])
            area_release(areas[oldest_first ? i : 7 - i]);
}

void check_reuse(Trial *trial) {
    Context *context = context_new(trial);
    int rounds = rounds_beyond_ceiling(context, 200);
    for (int round = 0; round < rounds; round++) {
        uint64_t size = 100 * KIB + (uint64_t)round % 7 * 4 * KIB;
        Area *area = round == 0 ? area_of(context, size) : area_acquire(context, exactly(fitting(context, size)));
        REQUIRE(trial, area, "%d regions were acquired and released, one more was refused: %s", round, context->note);
        area_fill(area, 4 * KIB < area->region.size ? 4 * KIB : area->region.size);
        area_verify(area, "acquire()");
        area_release(area);
    }
    for (int round = 0; round < 4; round++)
        acquire_and_release(context, round % 2);
}
