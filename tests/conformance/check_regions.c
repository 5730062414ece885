// SPDX-License-Identifier: MIT
// Checks of the required operations: regions as they come, stay and go, and what cannot be had.
#include <inttypes.h>
#include <string.h>

#include "checks.h"

/* ---- The descriptor ---- */

static bool is_key(const char *key, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (key[i] <= ' ' || key[i] > '~' || key[i] == '=')
            return false;
    return length > 0;
}

static void check_option_keys(Trial *trial, const char *keys) {
    for (const char *at = keys; at; at = at[strcspn(at, ",")] ? at + strcspn(at, ",") + 1 : NULL)
        REQUIRE(trial, is_key(at, strcspn(at, ",")),
                "option_keys is \"%s\", expected keys with commas between them, or NULL", keys);
}

static void check_file_name(Trial *trial, const char *file, const char *name) {
    const char *slash = strrchr(file, '/');
    const char *last = slash ? slash + 1 : file;
    size_t length = strlen(name);
    REQUIRE(trial, strncmp(last, name, length) == 0 && strcmp(last + length, ".so") == 0,
            "its name is %s, its file is %s", name, last);
}

void check_descriptor(Trial *trial) {
    const SamrenaAdapter *adapter = &trial->adapter;
    REQUIRE(trial, adapter->magic == SAMRENA_ADAPTER_MAGIC, "the magic number is 0x%" PRIx32, adapter->magic);
    REQUIRE(trial, adapter->abi_major == SAMRENA_ADAPTER_ABI_MAJOR, "ABI major is %u", adapter->abi_major);
    REQUIRE(trial, adapter->requires == 0, "it requires features 0x%" PRIx64 ", none are defined", adapter->requires);
    REQUIRE(trial, memchr(adapter->name, '\0', sizeof(adapter->name)) && adapter->name[0],
            "its name is not terminated");
    REQUIRE(trial, memchr(adapter->version, '\0', sizeof(adapter->version)), "its version is not terminated");
    REQUIRE(trial, adapter->context_size <= MIB, "its context has %" PRIu64 " bytes", adapter->context_size);
    REQUIRE(trial, !adapter->summary || !strpbrk(adapter->summary, "\r\n"), "its summary is more than one line");
    /* A newer minor may know more bits. */
    REQUIRE(trial,
            adapter->abi_minor > SAMRENA_ADAPTER_ABI_MINOR || !(adapter->capabilities & ~SAMRENA_ADAPTER_CONTIGUOUS),
            "capabilities 0x%" PRIx32 " has bits that are not defined", adapter->capabilities);
    check_option_keys(trial, adapter->option_keys);
    if (trial->subject->plugin_file)
        check_file_name(trial, trial->subject->plugin_file, adapter->name);
}

/* ---- Contexts ---- */

void check_lifecycle(Trial *trial) {
    for (int round = 0; round < 4; round++) {
        Context *context = round == 0 ? context_new(trial) : context_try(trial, USUAL_MAX_RESERVE);
        REQUIRE(trial, context, "after destroy() of a context that held nothing, create() refused");
        REQUIRE(trial, context->told.params.ceiling > 0, "create() told a ceiling of 0");
        context_end(context);
    }
}

/* ---- Regions ---- */

/* What every adapter has to give, unless it told a lower ceiling; larger sizes it may refuse. */
#define OWED (64 * KIB)

void check_sizes(Trial *trial) {
    static const uint64_t sizes[] = {1,    15,   16,    17,    24,    100,     4080,    4095,        4096,
                                     4097, 8192, 65535, 65536, 65537, MIB - 1, MIB + 1, 5 * MIB + 13};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        Context *context = context_new(trial);
        if (sizes[i] > context->told.params.ceiling)
            continue;
        Area *area = area_acquire(context, sizes[i], sizes[i]);
        REQUIRE(trial, area || sizes[i] > OWED, "acquire(%" PRIu64 ") of a new context was refused: %s", sizes[i],
                context->note);
        context_end(context);
    }
}

void check_desired(Trial *trial) {
    static const uint64_t desired[] = {100, 4096, 64 * KIB, 4 * MIB, HUGE_SIZE};
    for (size_t i = 0; i < sizeof(desired) / sizeof(desired[0]); i++) {
        Context *context = context_new(trial);
        Area *area = area_acquire(context, 100, desired[i]);
        REQUIRE(trial, area || context->told.params.ceiling < 100, "100 bytes were refused, %" PRIu64 " desired: %s",
                desired[i], context->note);
        if (area)
            area_fill(area, 100);
        if (area)
            area_verify(area, "acquire()"); /* all of what it gave is there */
        context_end(context);
    }
}

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
    if (operations->extend && fitting(context, 64 * KIB))
        (void)area_extend(area, fitting(context, 64 * KIB), fitting(context, 64 * KIB));
    if (operations->reserve && fitting(context, 64 * KIB))
        (void)area_reserve(context, fitting(context, 64 * KIB));
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
    Area *second = size ? area_acquire(context, size, size) : NULL;
    area_verify(first, "acquire() of another region");
    if (second) {
        area_fill(second, second->region.size);
        area_verify(first, "writing to another region");
        area_verify(second, "writing");
        area_release(second);
        area_verify(first, "release() of another region");
    }
}

void check_overlap(Trial *trial) {
    Context *context = context_new(trial);
    Area *areas[16];
    size_t count = 0;
    while (count < 16) {
        uint64_t size = fitting(context, 16 + 4000 * count);
        areas[count] = size ? area_acquire(context, size, size) : NULL;
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

void check_reuse(Trial *trial) {
    Context *context = context_new(trial);
    for (int round = 0; round < 200; round++) {
        uint64_t size = fitting(context, 100 * KIB + (uint64_t)round % 7 * 4 * KIB);
        Area *area = round == 0 ? area_of(context, size) : area_acquire(context, size, size);
        REQUIRE(trial, area, "%d regions were acquired and released, one more was refused: %s", round, context->note);
        area_fill(area, 4 * KIB < area->region.size ? 4 * KIB : area->region.size);
        area_verify(area, "acquire()");
        area_release(area);
    }

    /* Newest first, as the core gives them back, and oldest first. */
    for (int round = 0; round < 4; round++) {
        Area *areas[8] = {NULL};
        for (int i = 0; i < 8; i++)
            areas[i] = fitting(context, 8 * KIB) ? area_acquire(context, 16, fitting(context, 8 * KIB)) : NULL;
        REQUIRE(trial, areas[0], "all regions were released, 16 bytes were refused: %s", context->note);
        for (int i = 0; i < 8; i++)
            if (areas[round % 2 ? i : 7 - i])
                area_release(areas[round % 2 ? i : 7 - i]);
    }
}

/* ---- What cannot be had ---- */

static void fill_up_to_ceiling(Context *context, uint64_t step) {
    Trial *trial = context->trial;
    uint64_t ceiling = context->told.params.ceiling;
    Area *newest = NULL;
    for (int i = 0; i < MOST_REGIONS * 2; i++) {
        bool grown = newest && trial->adapter.operations.extend && area_extend(newest, step, step) == SAMRENA_OK;
        if (!grown) {
            if (i >= MOST_REGIONS)
                return;
            newest = area_acquire(context, step, step);
        }
        REQUIRE(trial, context->held <= ceiling, "it gave %" PRIu64 " bytes, and told a ceiling of %" PRIu64,
                context->held, ceiling);
        if (!newest)
            return;
    }
}

void check_ceiling(Trial *trial) {
    static const uint64_t max_reserves[] = {1, 4096, 100000, MIB, 16 * MIB};
    bool any = false;
    for (size_t i = 0; i < sizeof(max_reserves) / sizeof(max_reserves[0]); i++) {
        Context *context = context_try(trial, max_reserves[i]);
        if (!context)
            continue;
        uint64_t ceiling = context->told.params.ceiling;
        if (ceiling < HUGE_SIZE) {
            any = true;
            Area *beyond = area_acquire(context, ceiling + 1, ceiling + 1);
            REQUIRE(trial, !beyond, "acquire(%" PRIu64 ") is OK beyond the ceiling of %" PRIu64, ceiling + 1, ceiling);
            fill_up_to_ceiling(context, ceiling < 64 ? ceiling : ceiling / 23 + 1);
        }
        context_end(context);
    }
    if (!any)
        skip(trial, "it told no ceiling");
}

typedef enum Request { ACQUIRE, EXTEND, RESERVE_EXTRA, RESERVE_IN_PLACE } Request;

static SamrenaError request(Context *context, Request what, uint64_t bytes, SamrenaRegion *region) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    SamrenaRegion unused = {.struct_size = sizeof(unused)};
    switch (what) {
    case ACQUIRE: return operations->acquire(context->memory, bytes, bytes, region);
    case EXTEND: return operations->extend(context->memory, region, bytes, bytes);
    case RESERVE_EXTRA: return operations->reserve(context->memory, NULL, bytes, region);
    case RESERVE_IN_PLACE: break;
    }
    return operations->reserve(context->memory, region, bytes, &unused);
}

static void require_refusal(Context *context, Request what, const SamrenaRegion *given) {
    static const char *const names[] = {"acquire", "extend", "reserve", "reserve of the newest region"};
    static const uint64_t sizes[] = {HUGE_SIZE, HUGE_SIZE / 2 + 1, PTRDIFF_MAX};
    bool may_be_unsupported = what == EXTEND || what == RESERVE_IN_PLACE;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
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

    require_refusal(context, ACQUIRE, &empty);
    if (operations->reserve)
        require_refusal(context, RESERVE_EXTRA, &empty);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size / 2);
    if (operations->extend)
        require_refusal(context, EXTEND, &area->region);
    if (operations->extend && operations->reserve)
        require_refusal(context, RESERVE_IN_PLACE, &area->region);
    area_verify(area, "requests that were refused");
    area_release(area);
    REQUIRE(trial, area_acquire(context, 16, 16), "after requests that were refused, it gives nothing any more: %s",
            context->note);
}
