// SPDX-License-Identifier: MIT
// Adapters that do what a test tells them: fail the nth call, refuse what is large, break the contract.
#include "test_adapters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samrena.h"

#define GROWING_CEILING (UINT64_C(64) << 20)

TestAdapterState test_adapter;

typedef struct Context {
    const SamrenaHost *host;
    unsigned char *growing; /* the one region of `growing` */
    uint64_t committed;
} Context;

int set_up_test_adapters(void **state) {
    (void)state;
    memset(&test_adapter, 0, sizeof(test_adapter));
    test_adapter.error = SAMRENA_ERROR_OUT_OF_MEMORY;
    return samrena_adapter_register(&samrena_adapter_separate) || samrena_adapter_register(&samrena_adapter_growing) ||
           samrena_adapter_register(&samrena_adapter_plain) || samrena_adapter_register(&samrena_adapter_stacked);
}

/* One call for memory: whether it is to fail. */
static SamrenaError call(const Context *context, uint64_t size) {
    int n = ++test_adapter.calls;
    bool planned = test_adapter.fail_at &&
                   (n == test_adapter.fail_at || (test_adapter.fail_from_there && n > test_adapter.fail_at));
    if (!planned && !(test_adapter.largest && size > test_adapter.largest))
        return SAMRENA_OK;
    if (!test_adapter.mute)
        context->host->set_error(context->host, "failing as planned, %" PRIu64 " bytes", size);
    return test_adapter.error;
}

static SamrenaError create_context(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    params->keep = test_adapter.keep;
    ((Context *)context)->host = host;
    SamrenaError error = call(context, 0);
    if (!error)
        test_adapter.live_contexts++;
    return error;
}

static void destroy_context(void *context) {
    const Context *own = context;
    own->host->log(own->host, "a context ends");
    test_adapter.live_contexts--;
}

static SamrenaError give(uint64_t size, SamrenaRegion *region) {
    region->base = aligned_alloc(SAMRENA_REGION_ALIGNMENT, (size + 15) & ~UINT64_C(15));
    if (!region->base)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    memset(region->base, test_adapter.fill, size);
    region->size = size;
    region->zero_from = size;
    region->cookie = region->base;
    test_adapter.live_regions++;
    if (test_adapter.spoil)
        test_adapter.spoil(region);
    return SAMRENA_OK;
}

static SamrenaError separate_acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    test_adapter.last_required = required;
    test_adapter.last_desired = desired;
    SamrenaError error = call(context, desired);
    return error ? error : give(desired, region);
}

static void separate_release(void *context, const SamrenaRegion *region) {
    (void)context;
    if (region->struct_size != sizeof(*region))
        abort(); /* the host broke the contract */
    free(region->cookie);
    test_adapter.live_regions--;
}

static SamrenaError separate_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    test_adapter.last_reserve = bytes;
    if (newest)
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaError error = call(context, bytes);
    return error ? error : give(bytes, extra);
}

static SamrenaError prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated) {
    const Context *own = context;
    *populated = bytes;
    if (test_adapter.prefault_most && bytes > test_adapter.prefault_most)
        *populated = test_adapter.prefault_most;
    if (from > region->size || bytes > region->size - from)
        abort(); /* the host broke the contract */
    test_adapter.prefaulted += *populated;
    if (*populated == bytes) {
        *populated += test_adapter.prefault_excess;
        return SAMRENA_OK;
    }
    own->host->set_error(own->host, "prefaulting less as planned");
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError growing_commit(Context *context, uint64_t required, uint64_t desired) {
    test_adapter.last_required = required;
    test_adapter.last_desired = desired;
    SamrenaError error = call(context, desired);
    if (error)
        return error;
    uint64_t left = GROWING_CEILING - context->committed;
    if (required > left)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    context->committed += desired < left ? desired : left;
    return SAMRENA_OK;
}

static SamrenaError growing_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    params->ceiling = GROWING_CEILING;
    return create_context(host, params, context);
}

static SamrenaError growing_acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    Context *own = context;
    if (own->growing)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    SamrenaError error = growing_commit(own, required, desired);
    if (error)
        return error;
    own->growing = calloc(1, GROWING_CEILING);
    region->base = own->growing;
    region->size = own->committed;
    region->zero_from = 0;
    test_adapter.live_regions++;
    return SAMRENA_OK;
}

static void growing_release(void *context, const SamrenaRegion *region) {
    Context *own = context;
    free(region->base);
    own->growing = NULL;
    test_adapter.live_regions--;
}

static SamrenaError growing_extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    Context *own = context;
    SamrenaError error = growing_commit(own, required, desired);
    if (!error)
        newest->size = own->committed;
    return error;
}

static SamrenaError growing_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    test_adapter.last_reserve = bytes;
    return newest ? growing_extend(context, newest, bytes, bytes) : growing_acquire(context, bytes, bytes, extra);
}

/* ---- Stacked ---- */

#define STACK_SIZE (UINT64_C(1) << 20)

typedef struct Stack {
    Context context;
    unsigned char *bytes;
    uint64_t top;
    unsigned char *last; /* base of the region got last */
    int live;
} Stack;

static void must(bool holds) {
    if (!holds)
        abort(); /* the host broke the contract */
}

static SamrenaError stacked_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Stack *stack = context;
    must(!stack->bytes && !stack->top && !stack->last && !stack->live); /* zeroed */
    snprintf(test_adapter.options, sizeof(test_adapter.options), "%s", params->options ? params->options : "(none)");
    if (test_adapter.step)
        params->step = test_adapter.step;
    SamrenaError error = create_context(host, params, context);
    if (!error)
        stack->bytes = aligned_alloc(SAMRENA_REGION_ALIGNMENT, STACK_SIZE);
    return error;
}

static void stacked_destroy(void *context) {
    Stack *stack = context;
    must(stack->live == 0);
    free(stack->bytes);
    destroy_context(context);
}

/* The cookie is the size, so that release() sees whether the host keeps it. */
static SamrenaError stack_up(Stack *stack, SamrenaRegion *region, uint64_t required, uint64_t desired) {
    must(region->struct_size == sizeof(*region) && required > 0 && required <= desired && desired <= PTRDIFF_MAX);
    test_adapter.last_required = required;
    test_adapter.last_desired = desired;
    SamrenaError error = call(&stack->context, desired);
    if (error)
        return error;
    uint64_t rounded = (desired + 15) & ~UINT64_C(15);
    if (rounded > STACK_SIZE - stack->top)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    memset(stack->bytes + stack->top, test_adapter.fill, rounded);
    stack->top += rounded;
    region->size += rounded;
    region->zero_from = region->size;
    region->cookie = (void *)(uintptr_t)region->size;
    return SAMRENA_OK;
}

static SamrenaError stacked_acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    Stack *stack = context;
    unsigned char *base = stack->bytes + stack->top;
    SamrenaError error = stack_up(stack, region, required, desired);
    if (error)
        return error;
    region->base = stack->last = base;
    stack->live++;
    return SAMRENA_OK;
}

static void stacked_release(void *context, const SamrenaRegion *region) {
    Stack *stack = context;
    must((uintptr_t)region->cookie == region->size);
    stack->live--;
}

static SamrenaError stacked_extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    Stack *stack = context;
    must(newest->base == stack->last);
    if (test_adapter.rigid)
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaRegion before = *newest;
    SamrenaError error = stack_up(stack, newest, required, desired);
    if (!error && test_adapter.spoil) {
        test_adapter.spoil(newest);
        if (newest->size != stack->top - (uint64_t)(before.base - stack->bytes) || newest->base != before.base)
            stack->top = (uint64_t)(before.base - stack->bytes) + before.size; /* it will be refused */
    }
    return error;
}

static SamrenaError stacked_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    test_adapter.last_reserve = bytes;
    return newest ? stacked_extend(context, newest, bytes, bytes) : stacked_acquire(context, bytes, bytes, extra);
}

#define SAMRENA_TEST_VERSION .version = "1.0.0", .context_size = sizeof(Context)

SAMRENA_ADAPTER_DEFINE(separate, "separate", SAMRENA_TEST_VERSION,
                       .operations = {.create = create_context,
                                      .destroy = destroy_context,
                                      .acquire = separate_acquire,
                                      .release = separate_release,
                                      .reserve = separate_reserve,
                                      .prefault = prefault});

SAMRENA_ADAPTER_DEFINE(growing, "growing", SAMRENA_TEST_VERSION,
                       .operations = {.create = growing_create,
                                      .destroy = destroy_context,
                                      .acquire = growing_acquire,
                                      .release = growing_release,
                                      .extend = growing_extend,
                                      .reserve = growing_reserve,
                                      .prefault = prefault});

SAMRENA_ADAPTER_DEFINE(plain, "plain", SAMRENA_TEST_VERSION,
                       .operations = {.create = create_context,
                                      .destroy = destroy_context,
                                      .acquire = separate_acquire,
                                      .release = separate_release});

SAMRENA_ADAPTER_DEFINE(stacked, "stacked", .version = "1.0.0", .context_size = sizeof(Stack),
                       .option_keys = "colour,size",
                       .operations = {.create = stacked_create,
                                      .destroy = stacked_destroy,
                                      .acquire = stacked_acquire,
                                      .release = stacked_release,
                                      .extend = stacked_extend,
                                      .reserve = stacked_reserve,
                                      .prefault = prefault});
