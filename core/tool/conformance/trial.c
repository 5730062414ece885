// SPDX-License-Identifier: MIT
// The life of a check and of its contexts, and what the adapter told about these.
#include "trial.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "area.h"
#include "arenas.h"
#include "loader/descriptor.h"
#include "system/system.h"

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

void untested(Trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    note_outcome(trial, CONFORMANCE_UNTESTED, format, arguments);
    va_end(arguments);
    longjmp(trial->end, 1);
}

void trial_init(Trial *trial, const ConformanceSubject *subject) {
    memset(trial, 0, sizeof(*trial));
    trial->subject = subject;
    descriptor_copy(&trial->adapter, subject->adapter);
    trial->label = "conformance";
}

void trial_run(Trial *trial, TrialPart *part, void *user) {
    if (setjmp(trial->end) == 0)
        part(trial, user);
}

void trial_end(Trial *trial) {
    while (trial->contexts)
        context_end(trial->contexts);
    trial_arena_end(trial);
}

bool is_contiguous(const Trial *trial) {
    return trial->adapter.capabilities & SAMRENA_ADAPTER_CONTIGUOUS;
}

bool is_shared(const Trial *trial) {
    return trial->adapter.capabilities & SAMRENA_ADAPTER_SHARED;
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

bool context_memory_is_whole(const Context *context) {
    return guard_is_whole((const unsigned char *)context->memory + context->trial->adapter.context_size);
}

static void describe_host(Context *context, uint64_t max_reserve) {
    context->host = (SamrenaHost){.struct_size = sizeof(SamrenaHost),
                                  .page_size = system_page_size(),
                                  .log = host_log,
                                  .set_error = host_set_error};
    context->told.params = (SamrenaAdapterParams){.struct_size = sizeof(SamrenaAdapterParams),
                                                  .options = context->trial->subject->options,
                                                  .label = context->trial->label,
                                                  .max_reserve = max_reserve,
                                                  .commit_size = USUAL_STEP,
                                                  .step = 4 * KIB};
    memset(context->told.guard, GUARD_BYTE, GUARD_SIZE);
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
    describe_host(context, max_reserve);
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
        bool untouched = memcmp(&context->told.params, &given, sizeof(given)) == 0;
        snprintf(trial->refusal, sizeof(trial->refusal), "%s", context->note[0] ? context->note : "no reason given");
        context_free(context);
        REQUIRE(trial, untouched, "create() failed and wrote to the params all the same");
        REQUIRE(trial, error == SAMRENA_ERROR_OUT_OF_MEMORY || error == SAMRENA_ERROR_UNSUPPORTED,
                "create() failed with \"%s\": %s", samrena_error_string(error), trial->refusal);
        return NULL;
    }
    context->next = trial->contexts;
    trial->contexts = context;
    return context;
}

Context *context_new_of(Trial *trial, uint64_t max_reserve) {
    enum { FEW_STEPS = 8 };
    Context *context = context_try(trial, max_reserve);
    uint64_t more = context ? in_steps(context, max_reserve, FEW_STEPS) : max_reserve;
    if (more > max_reserve) {
        context_end(context);
        context = context_try(trial, more);
        if (!context)
            context = context_try(trial, max_reserve);
    }
    if (!context)
        untested(trial, "create() refused: %s", trial->refusal);
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

/* ---- What the adapter told ---- */

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

uint64_t ceiling_of(const Context *context) {
    uint64_t ceiling = context->told.params.ceiling;
    return ceiling ? ceiling : UINT64_MAX;
}

uint64_t largest_of(const Context *context) {
    uint64_t largest = context->told.params.largest;
    return least(largest ? largest : UINT64_MAX, ceiling_of(context));
}

uint64_t in_steps(const Context *context, uint64_t size, unsigned steps) {
    uint64_t step = context->told.params.step;
    if (step <= USUAL_STEP || step > HUGE_SIZE / steps)
        return size;
    return size < steps * step ? steps * step : size;
}

uint64_t fitting(const Context *context, uint64_t size) {
    uint64_t bound = least(ceiling_of(context), MOST_HELD);
    uint64_t left = bound > context->held ? bound - context->held : 0;
    uint64_t bytes = least(least(in_steps(context, size, 2), left), largest_of(context));
    return bytes & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
}

int rounds_of(const Context *context, int most) {
    uint64_t fewer = (uint64_t)most / (1 + in_steps(context, 0, 1) / MIB);
    return fewer < 3 ? 3 : (int)fewer;
}
