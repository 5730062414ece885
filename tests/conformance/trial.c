// SPDX-License-Identifier: MIT
// Contexts, regions and the model of their bytes.
#include "trial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/descriptor.h"

#define GUARD_BYTE 0xC7

/* ---- The end of a check ---- */

static void note_outcome(Trial *trial, ConformanceOutcome outcome, const char *format, va_list arguments) {
    trial->outcome = outcome;
    vsnprintf(trial->message, sizeof(trial->message), format, arguments);
}

void fail(Trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    note_outcome(trial, CONFORMANCE_FAILED, format, arguments);
    va_end(arguments);
    longjmp(trial->end, 1);
}

void skip(Trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    note_outcome(trial, CONFORMANCE_SKIPPED, format, arguments);
    va_end(arguments);
    longjmp(trial->end, 1);
}

void trial_init(Trial *trial, const ConformanceSubject *subject) {
    memset(trial, 0, sizeof(*trial));
    trial->subject = subject;
    descriptor_copy(&trial->adapter, subject->adapter);
}

void trial_run(Trial *trial, void (*check)(Trial *trial, void *user), void *user) {
    if (setjmp(trial->end) == 0)
        check(trial, user);
}

void trial_end(Trial *trial) {
    while (trial->contexts)
        context_end(trial->contexts);
    samrena_destroy(trial->arena);
    trial->arena = NULL;
}

/* ---- Contexts ---- */

static void host_log(const SamrenaHost *host, const char *format, ...) {
    (void)host;
    (void)format;
}

static void host_set_error(const SamrenaHost *host, const char *format, ...) {
    Context *context = (Context *)(uintptr_t)host;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context->note, sizeof(context->note), format, arguments);
    va_end(arguments);
}

bool guard_is_whole(const unsigned char *guard) {
    for (size_t i = 0; i < GUARD_SIZE; i++)
        if (guard[i] != GUARD_BYTE)
            return false;
    return true;
}

static const unsigned char *guard_behind_memory(const Context *context) {
    return (const unsigned char *)context->memory + context->trial->adapter.context_size;
}

bool context_memory_is_whole(const Context *context) {
    return guard_is_whole(guard_behind_memory(context));
}

static Context *context_allocate(Trial *trial, uint64_t max_reserve) {
    size_t size = (size_t)trial->adapter.context_size;
    Context *context = calloc(1, sizeof(*context));
    unsigned char *memory = malloc(size + GUARD_SIZE);
    if (!context || !memory) {
        free(context);
        free(memory);
        skip(trial, "the test has no heap memory left");
    }
    memset(memory, 0, size);
    memset(memory + size, GUARD_BYTE, GUARD_SIZE);
    context->trial = trial;
    context->memory = memory;
    context->host = (SamrenaHost){.struct_size = sizeof(SamrenaHost),
                                  .page_size = (uint64_t)sysconf(_SC_PAGESIZE),
                                  .log = host_log,
                                  .set_error = host_set_error};
    context->told.params = (SamrenaAdapterParams){.struct_size = sizeof(SamrenaAdapterParams),
                                                  .options = trial->subject->options,
                                                  .max_reserve = max_reserve,
                                                  .commit_size = 64 * KIB,
                                                  .ceiling = UINT64_MAX,
                                                  .step = 4 * KIB};
    memset(context->told.guard, GUARD_BYTE, GUARD_SIZE);
    return context;
}

static void context_free(Context *context) {
    free(context->memory);
    free(context);
}

Context *context_try(Trial *trial, uint64_t max_reserve) {
    Context *context = context_allocate(trial, max_reserve);
    SamrenaAdapterParams given = context->told.params;
    SamrenaError error = trial->adapter.operations.create(&context->host, &context->told.params, context->memory);
    if (error) {
        char note[sizeof(context->note)];
        memcpy(note, context->note, sizeof(note));
        bool untouched = memcmp(&context->told.params, &given, sizeof(given)) == 0;
        context_free(context);
        REQUIRE(trial, untouched, "create() failed and wrote to the params all the same");
        REQUIRE(trial, error == SAMRENA_ERROR_OUT_OF_MEMORY, "create() failed with \"%s\": %s",
                samrena_error_string(error), note[0] ? note : "no reason given");
        return NULL;
    }
    context->next = trial->contexts;
    trial->contexts = context;
    return context;
}

Context *context_new_of(Trial *trial, uint64_t max_reserve) {
    Context *context = context_try(trial, max_reserve);
    if (!context)
        skip(trial, "create() refused for want of memory");
    return context;
}

Context *context_new(Trial *trial) {
    return context_new_of(trial, USUAL_MAX_RESERVE);
}

void context_end(Context *context) {
    Trial *trial = context->trial;
    Context **link = &trial->contexts;
    while (*link != context)
        link = &(*link)->next;
    *link = context->next;
    for (size_t i = 0; i < MOST_REGIONS; i++)
        area_release(&context->areas[i]);
    trial->adapter.operations.destroy(context->memory);
    context_free(context);
}

uint64_t fitting(const Context *context, uint64_t size) {
    uint64_t ceiling = context->told.params.ceiling;
    uint64_t left = ceiling > context->held ? ceiling - context->held : 0;
    return (size < left ? size : left) & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
}

/* ---- Regions ---- */

uint64_t zero_from(const SamrenaRegion *region) {
    return region->zero_from < region->size ? region->zero_from : region->size;
}

static void require_sound(Trial *trial, const char *operation, const SamrenaRegion *region, uint64_t required) {
    REQUIRE(trial, region->base, "%s(%" PRIu64 ") returned OK without memory", operation, required);
    REQUIRE(trial, (uintptr_t)region->base % SAMRENA_REGION_ALIGNMENT == 0,
            "%s(%" PRIu64 ") gave %p, not aligned to %d", operation, required, (void *)region->base,
            SAMRENA_REGION_ALIGNMENT);
    REQUIRE(trial, region->size >= required, "%s(%" PRIu64 ") gave only %" PRIu64 " bytes", operation, required,
            region->size);
    REQUIRE(trial, region->size <= PTRDIFF_MAX && region->size <= UINTPTR_MAX - (uintptr_t)region->base,
            "%s(%" PRIu64 ") gave %" PRIu64 " bytes at %p: that wraps the address space", operation, required,
            region->size, (void *)region->base);
}

static Area *area_free(Context *context) {
    for (size_t i = 0; i < MOST_REGIONS; i++)
        if (!context->areas[i].context) {
            Area *area = &context->areas[i];
            memset(area, 0, sizeof(*area));
            area->region.struct_size = sizeof(SamrenaRegion);
            memset(area->guard, GUARD_BYTE, GUARD_SIZE);
            area->seed = (unsigned)i * 37 + 11;
            return area;
        }
    fail(context->trial, "the check holds more than %d regions", MOST_REGIONS);
}

/* Books what came back for a new region. It is given back also where it turns out not to be sound, as the core does. */
static Area *area_book(Context *context, Area *area, const char *operation, SamrenaError error, uint64_t required) {
    REQUIRE(context->trial, !error || error == SAMRENA_ERROR_OUT_OF_MEMORY,
            "%s(%" PRIu64 ") failed with \"%s\", expected OK or OUT_OF_MEMORY", operation, required,
            samrena_error_string(error));
    if (error)
        return NULL;
    if (area->region.base) {
        area->context = context;
        context->held += area->region.size;
    }
    require_sound(context->trial, operation, &area->region, required);
    return area;
}

Area *area_acquire(Context *context, uint64_t required, uint64_t desired) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    Area *area = area_free(context);
    SamrenaError error = operations->acquire(context->memory, required, desired, &area->region);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && desired > required)
        error = operations->acquire(context->memory, required, required, &area->region);
    return area_book(context, area, "acquire", error, required);
}

Area *area_reserve(Context *context, uint64_t bytes) {
    Area *area = area_free(context);
    SamrenaError error = context->trial->adapter.operations.reserve(context->memory, NULL, bytes, &area->region);
    return area_book(context, area, "reserve", error, bytes);
}

Area *area_of(Context *context, uint64_t size) {
    uint64_t bytes = fitting(context, size);
    if (bytes == 0)
        skip(context->trial, "its ceiling of %" PRIu64 " bytes is too low", context->told.params.ceiling);
    Area *area = area_acquire(context, bytes, bytes);
    if (!area)
        skip(context->trial, "acquire(%" PRIu64 ") was refused: %s", bytes,
             context->note[0] ? context->note : "no reason given");
    return area;
}

void area_release(Area *area) {
    Context *context = area->context;
    if (!context)
        return;
    area->context = NULL;
    context->held -= area->region.size;
    context->trial->adapter.operations.release(context->memory, &area->region);
}

/* Takes over what an adapter made of a region, when it is sound; the old record stays otherwise. */
static SamrenaError area_adopt(Area *area, const char *operation, SamrenaError error, Area *larger, uint64_t required) {
    Trial *trial = area->context->trial;
    REQUIRE(trial, !error || error == SAMRENA_ERROR_OUT_OF_MEMORY || error == SAMRENA_ERROR_UNSUPPORTED,
            "%s(%" PRIu64 ") failed with \"%s\", expected OK, OUT_OF_MEMORY or UNSUPPORTED", operation, required,
            samrena_error_string(error));
    if (error)
        return error;
    REQUIRE(trial, larger->region.base == area->region.base, "%s(%" PRIu64 ") moved the region from %p to %p",
            operation, required, (void *)area->region.base, (void *)larger->region.base);
    require_sound(trial, operation, &larger->region, area->region.size + required);
    area->context->held += larger->region.size - area->region.size;
    if (larger->region.zero_from < area->region.zero_from)
        larger->region.zero_from = area->region.zero_from;
    *area = *larger;
    return SAMRENA_OK;
}

SamrenaError area_extend(Area *area, uint64_t required, uint64_t desired) {
    const SamrenaAdapterOperations *operations = &area->context->trial->adapter.operations;
    Area larger = *area;
    SamrenaError error = operations->extend(area->context->memory, &larger.region, required, desired);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && desired > required) {
        larger = *area;
        error = operations->extend(area->context->memory, &larger.region, required, required);
    }
    return area_adopt(area, "extend", error, &larger, required);
}

SamrenaError area_reserve_more(Area *area, uint64_t bytes) {
    SamrenaRegion unused = {.struct_size = sizeof(unused)};
    SamrenaRegion before = unused;
    Area larger = *area;
    SamrenaError error =
        area->context->trial->adapter.operations.reserve(area->context->memory, &larger.region, bytes, &unused);
    REQUIRE(area->context->trial, memcmp(&unused, &before, sizeof(unused)) == 0,
            "reserve(%" PRIu64 ") of the newest region filled in an extra one", bytes);
    return area_adopt(area, "reserve", error, &larger, bytes);
}

/* The cookie is the adapter's to change, and zero_from is what the host knows, as in the core. */
SamrenaError area_trim(Area *area, uint64_t keep) {
    Trial *trial = area->context->trial;
    uint64_t before = area->region.size;
    Area smaller = *area;
    SamrenaError error = trial->adapter.operations.trim(area->context->memory, &smaller.region, keep);
    uint64_t after = smaller.region.size;
    area->filled = area->filled < keep ? area->filled : keep;
    REQUIRE(trial, !error || error == SAMRENA_ERROR_UNSUPPORTED,
            "trim(%" PRIu64 ") failed with \"%s\", expected OK or "
            "UNSUPPORTED",
            keep, samrena_error_string(error));
    if (error)
        return error;
    REQUIRE(trial, smaller.region.base == area->region.base, "trim(%" PRIu64 ") moved the region from %p to %p", keep,
            (void *)area->region.base, (void *)smaller.region.base);
    REQUIRE(trial, after >= keep, "trim(%" PRIu64 ") left only %" PRIu64 " bytes", keep, after);
    REQUIRE(trial, after < before || (after == before && keep == before),
            "trim(%" PRIu64 ") is OK and made %" PRIu64 " bytes of %" PRIu64, keep, after, before);
    smaller.filled = area->filled;
    smaller.region.zero_from = area->region.zero_from < after ? area->region.zero_from : after;
    area->context->held -= before - after;
    *area = smaller;
    return SAMRENA_OK;
}

uint64_t area_prefault(Area *area, uint64_t from, uint64_t bytes) {
    Context *context = area->context;
    SamrenaRegion region = area->region;
    uint64_t populated = 0;
    SamrenaError error = context->trial->adapter.operations.prefault(context->memory, &region, from, bytes, &populated);
    REQUIRE(context->trial, error == SAMRENA_OK || (error > SAMRENA_OK && error <= SAMRENA_ERROR_ADAPTER_INVALID),
            "prefault() returned %d, which is no SamrenaError", (int)error);
    REQUIRE(context->trial, populated <= bytes, "prefault() of %" PRIu64 " bytes says that %" PRIu64 " are populated",
            bytes, populated);
    return populated;
}

/* ---- The model ---- */

static unsigned char pattern(const Area *area, uint64_t offset) {
    return (unsigned char)(area->seed + offset * 7 + (offset >> 8) * 3 + 1);
}

void area_fill(Area *area, uint64_t end) {
    for (uint64_t i = area->filled; i < end; i++)
        area->region.base[i] = pattern(area, i);
    if (area->filled < end)
        area->filled = end;
    if (area->region.zero_from < area->filled)
        area->region.zero_from = area->filled;
}

void area_verify(const Area *area, const char *after) {
    Trial *trial = area->context->trial;
    const SamrenaRegion *region = &area->region;
    for (uint64_t i = 0; i < area->filled; i++)
        REQUIRE(trial, region->base[i] == pattern(area, i), "after %s: byte %" PRIu64 " is 0x%02x, 0x%02x was written",
                after, i, region->base[i], pattern(area, i));
    for (uint64_t i = zero_from(region); i < region->size; i++)
        REQUIRE(trial, region->base[i] == 0, "after %s: byte %" PRIu64 " is 0x%02x, zero_from %" PRIu64 " says zero",
                after, i, region->base[i], region->zero_from);
}
