// SPDX-License-Identifier: MIT
// Checks of what cannot be had: beyond a bound that was told, beyond any bound, and in place.
#include <inttypes.h>
#include <string.h>

#include "area.h"
#include "checks.h"
#include "pages.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Bounds ---- */

/* With what contexts are made, so that different bounds are told; the last in steps of the adapter's. */
static const uint64_t max_reserves[] = {1, 4096, 100000, MIB, 16 * MIB, 0};

static Context *context_with_bound(Trial *trial, size_t which) {
    if (max_reserves[which])
        return context_try(trial, max_reserves[which]);
    Context *context = context_new(trial); /* where none can be had at all, nothing is tested */
    uint64_t steps = in_steps(context, 20 * MIB, 5);
    context_end(context);
    return context_try(trial, steps);
}

/* Grows, and acquires where nothing grows, until it is refused. `judge` looks at every region. */
static void use_up(Context *context, uint64_t step, void (*judge)(const Context *context, const Area *newest)) {
    bool can_extend = context->trial->adapter.operations.extend;
    Area *newest = NULL;
    for (int calls = 0, regions = 0; calls < MOST_REGIONS * 2 && regions < MOST_REGIONS; calls++) {
        if (!newest || !can_extend || area_extend(newest, exactly(step)) != SAMRENA_OK) {
            newest = area_acquire(context, exactly(step));
            regions++;
        }
        if (!newest)
            return;
        judge(context, newest);
    }
}

static void require_below_ceiling(const Context *context, const Area *newest) {
    (void)newest;
    REQUIRE(context->trial, context->held <= ceiling_of(context),
            "it gave %" PRIu64 " bytes, and told a ceiling of %" PRIu64, context->held, ceiling_of(context));
}

static void require_below_largest(const Context *context, const Area *newest) {
    uint64_t largest = context->told.params.largest;
    REQUIRE(context->trial, newest->region.size <= largest,
            "a region has %" PRIu64 " bytes, and the largest was told to be %" PRIu64, newest->region.size, largest);
}

void check_ceiling(Trial *trial) {
    bool any = false;
    for (size_t i = 0; i < COUNT(max_reserves); i++) {
        Context *context = context_with_bound(trial, i);
        uint64_t ceiling = context ? ceiling_of(context) : UINT64_MAX;
        if (ceiling < HUGE_SIZE) {
            any = true;
            Area *beyond = area_acquire(context, exactly(ceiling + 1));
            REQUIRE(trial, !beyond, "acquire(%" PRIu64 ") is OK beyond the ceiling of %" PRIu64, ceiling + 1, ceiling);
            use_up(context, ceiling < 64 ? ceiling : ceiling / 23 + 1, require_below_ceiling);
        }
        if (context)
            context_end(context);
    }
    if (!any)
        skip(trial, "it told no ceiling");
}

static void require_largest(Context *context) {
    Trial *trial = context->trial;
    uint64_t largest = context->told.params.largest;
    REQUIRE(trial, largest <= ceiling_of(context),
            "it told that one region can have %" PRIu64 " bytes, and a ceiling of %" PRIu64, largest,
            ceiling_of(context));
    if (largest >= HUGE_SIZE)
        return;
    REQUIRE(trial, !area_acquire(context, exactly(largest + 1)),
            "acquire(%" PRIu64 ") is OK, and the largest region was told to be %" PRIu64, largest + 1, largest);
    if (trial->adapter.operations.reserve)
        REQUIRE(trial, !area_reserve(context, exactly(largest + 1)),
                "reserve(%" PRIu64 ") is OK, and the largest region was told to be %" PRIu64, largest + 1, largest);
    Area *wished = area_acquire(context, want(1, largest + 1));
    if (wished) {
        require_below_largest(context, wished);
        area_release(wished);
    }
    use_up(context, largest < 64 ? largest : largest / 7 + 1, require_below_largest);
}

void check_largest(Trial *trial) {
    bool any = false;
    for (size_t i = 0; i < COUNT(max_reserves); i++) {
        Context *context = context_with_bound(trial, i);
        if (!context)
            continue;
        if (context->told.params.largest > 0) {
            any = true;
            require_largest(context);
        }
        context_end(context);
    }
    if (!any)
        skip(trial, "it told no largest region");
}

/* ---- What nobody has ---- */

typedef enum Request { ACQUIRE, EXTEND, RESERVE_EXTRA, RESERVE_IN_PLACE } Request;

static SamrenaError request(Context *context, Request what, uint64_t bytes, SamrenaRegion *region) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    SamrenaRegion unused = {.struct_size = sizeof(unused)};
    SamrenaWant wanted = exactly(bytes);
    switch (what) {
    case ACQUIRE: return operations->acquire(context->memory, &wanted, region);
    case EXTEND: return operations->extend(context->memory, region, &wanted);
    case RESERVE_EXTRA: return operations->reserve(context->memory, NULL, &wanted, region);
    case RESERVE_IN_PLACE: break;
    }
    return operations->reserve(context->memory, region, &wanted, &unused);
}

/* Of 32 bits half can be had in one piece: what is there is held, so that no more is. */
#define ADDRESSES_ARE_FEW (sizeof(void *) < 8)
enum { MOST_PIECES = 4 };

static size_t hold_what_is_there(Context *context, Area *held[MOST_PIECES]) {
    size_t count = 0;
    while (ADDRESSES_ARE_FEW && count < MOST_PIECES &&
           (held[count] = area_acquire(context, exactly(HUGE_SIZE / 2 + 1))))
        count++;
    return count;
}

static void require_refusal(Context *context, Request what, const SamrenaRegion *given) {
    static const char *const names[] = {"acquire", "extend", "reserve", "reserve of the newest region"};
    static const uint64_t sizes[] = {HUGE_SIZE, HUGE_SIZE / 2 + 1, PTRDIFF_MAX};
    bool may_be_unsupported = what == EXTEND || what == RESERVE_IN_PLACE;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        if (ADDRESSES_ARE_FEW && may_be_unsupported && sizes[i] < HUGE_SIZE)
            continue; /* so much may be there */
        SamrenaRegion region = *given;
        SamrenaError error = request(context, what, sizes[i], &region);
        REQUIRE(context->trial,
                error == SAMRENA_ERROR_OUT_OF_MEMORY || (may_be_unsupported && error == SAMRENA_ERROR_UNSUPPORTED),
                "%s(%" PRIu64 ") returned \"%s\", expected OUT_OF_MEMORY%s", names[what], sizes[i],
                samrena_error_string(error), may_be_unsupported ? " or UNSUPPORTED" : "");
        REQUIRE(context->trial, memcmp(&region, given, sizeof(region)) == 0,
                "%s(%" PRIu64 ") was refused and wrote to the region all the same", names[what], sizes[i]);
    }
}

void check_refusal(Trial *trial) {
    const SamrenaAdapterOperations *operations = &trial->adapter.operations;
    Context *context = context_new(trial);
    SamrenaRegion empty;
    memset(&empty, 0, sizeof(empty));
    empty.struct_size = sizeof(empty);
    /* It may take less; where it refuses, context_try() sees that the params are untouched. */
    (void)context_try(trial, HUGE_SIZE);

    Area *held[MOST_PIECES];
    size_t count = hold_what_is_there(context, held);
    require_refusal(context, ACQUIRE, &empty);
    if (operations->reserve)
        require_refusal(context, RESERVE_EXTRA, &empty);
    while (count > 0)
        area_release(held[--count]);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size / 2);
    if (operations->extend)
        require_refusal(context, EXTEND, &area->region);
    if (operations->extend && operations->reserve)
        require_refusal(context, RESERVE_IN_PLACE, &area->region);
    area_verify(area, "requests that were refused");
    area_release(area);
    REQUIRE(trial, area_acquire(context, exactly(16)),
            "after requests that were refused, it gives nothing any more: %s", context->note);
}

/* ---- What cannot grow in place ---- */

/* In the way of what grows by adding addresses; where the adapter has the addresses already, there is no room for it.
   NULL: nothing is in the way. */
static unsigned char *obstruct(const Area *area) {
    uint64_t page = area->context->host.page_size;
    uintptr_t end = ((uintptr_t)area->region.base + (uintptr_t)(area->region.size + page - 1)) & ~(uintptr_t)(page - 1);
    return page_occupy((unsigned char *)end, page) ? (unsigned char *)end : NULL;
}

/* Larger and larger steps, until one is refused; OK: none was. */
static SamrenaError grow_until_refused(Area *area) {
    SamrenaError error = SAMRENA_OK;
    for (uint64_t bytes = 64 * KIB; !error && bytes <= 16 * MIB; bytes *= 2) {
        uint64_t fits = fitting(area->context, bytes);
        if (fits == 0 || fits > largest_of(area->context) - area->region.size)
            break;
        error = area_extend(area, exactly(fits));
    }
    return error;
}

/* Whether a context that held a region of `size` at once has another one as well. */
static bool two_can_be_had(Trial *trial, uint64_t size, uint64_t other) {
    Context *context = context_new(trial);
    Area *first = area_acquire(context, exactly(size));
    bool both = first && fitting(context, other) > 0 && area_acquire(context, exactly(other));
    context_end(context);
    return both;
}

/* After either refusal the core acquires another region, unless the adapter is contiguous. */
static void require_another(Context *context, Area *area) {
    Trial *trial = context->trial;
    uint64_t size = area->region.size;
    uint64_t other = fitting(context, 64 * KIB);
    Area *another = other ? area_acquire(context, exactly(other)) : NULL;
    area_verify(area, "extend() that was refused");
    if (another || other == 0)
        return;
    char note[sizeof(context->note)];
    memcpy(note, context->note, sizeof(note));
    context_end(context);
    REQUIRE(trial, !two_can_be_had(trial, size, other),
            "after an extend() that was refused, acquire(%" PRIu64 ") was refused as well, where a new context has it "
            "beside a region as large: %s",
            other, note);
}

void check_extend_refused(Trial *trial) {
    if (!trial->adapter.operations.extend)
        skip(trial, "it has no extend()");
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size);
    unsigned char *obstacle = obstruct(area);
    SamrenaError error = grow_until_refused(area);
    SamrenaRegion before = area->region;
    SamrenaError again =
        error == SAMRENA_ERROR_UNSUPPORTED ? area_extend(area, exactly(16)) : SAMRENA_ERROR_OUT_OF_MEMORY;
    if (obstacle)
        page_end(obstacle, context->host.page_size);
    area_verify(area, "extend() that was refused");
    if (!error)
        skip(trial, "extend() refused nothing");
    REQUIRE(trial, again,
            "extend() said UNSUPPORTED of a region of %" PRIu64 " bytes, which is for good, and grew it "
            "by less right after: OUT_OF_MEMORY is for what cannot be had now",
            before.size);
    if (is_contiguous(trial))
        skip(trial, "extend() was refused, and its memory is one range");
    require_another(context, area);
}
