// SPDX-License-Identifier: MIT
// The test adapter `stacked`: regions on top of each other in one MiB, the last of which grows in place.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter_parts.h"
#include "pages.h"

#define STACK_SIZE (UINT64_C(1) << 20)

typedef struct Stack {
    Context context;
    unsigned char *bytes;
    uint64_t top;
    unsigned char *last; /* base of the region got last */
    int live;
} Stack;

static SamrenaError stacked_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Stack *stack = context;
    host_must(!stack->bytes && !stack->top && !stack->last && !stack->live); /* zeroed */
    snprintf(test_adapter.options, sizeof(test_adapter.options), "%s", params->options ? params->options : "(none)");
    SamrenaError error = context_create(host, params, context);
    if (!error)
        stack->bytes = get_block(STACK_SIZE);
    return error;
}

static void stacked_destroy(void *context) {
    Stack *stack = context;
    host_must(stack->live == 0);
    free_block(stack->bytes);
    context_destroy(context);
}

/* The cookie is the size, so that release() sees whether the host keeps it. */
static SamrenaError stack_up(Stack *stack, SamrenaRegion *region, const SamrenaWant *want) {
    host_must(region->struct_size == sizeof(*region));
    SamrenaError error = context_call(&stack->context, want);
    if (error)
        return error;
    uint64_t rounded = in_16s(want->desired);
    if (rounded > STACK_SIZE - stack->top)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    memset(stack->bytes + stack->top, test_adapter.fill, (size_t)rounded);
    stack->top += rounded;
    region->size += rounded;
    region->zero_from = region->size;
    region->cookie = (void *)(uintptr_t)region->size;
    return SAMRENA_OK;
}

static SamrenaError stacked_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Stack *stack = context;
    unsigned char *base = stack->bytes + stack->top;
    SamrenaError error = stack_up(stack, region, want);
    if (error)
        return error;
    region->base = stack->last = base;
    stack->live++;
    test_adapter.live_regions++;
    return SAMRENA_OK;
}

static void stacked_release(void *context, const SamrenaRegion *region) {
    Stack *stack = context;
    host_must((uintptr_t)region->cookie == region->size);
    stack->live--;
    test_adapter.live_regions--;
}

static SamrenaError stacked_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Stack *stack = context;
    test_adapter.extends++;
    host_must(newest->base == stack->last);
    if (test_adapter.extend_error)
        return test_adapter.extend_error;
    SamrenaRegion before = *newest;
    SamrenaError error = stack_up(stack, newest, want);
    if (!error && test_adapter.spoil) {
        test_adapter.spoil(newest);
        if (newest->size != stack->top - (uint64_t)(before.base - stack->bytes) || newest->base != before.base)
            stack->top = (uint64_t)(before.base - stack->bytes) + before.size; /* it will be refused */
    }
    return error;
}

static SamrenaError stacked_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                    SamrenaRegion *extra) {
    test_adapter.last_reserve = want->desired;
    return newest ? stacked_extend(context, newest, want) : stacked_acquire(context, want, extra);
}

SAMRENA_ADAPTER_DEFINE(stacked, "stacked", .version = "1.0.0", .context_size = sizeof(Stack),
                       .option_keys = "colour,size",
                       .operations = {.create = stacked_create,
                                      .destroy = stacked_destroy,
                                      .acquire = stacked_acquire,
                                      .release = stacked_release,
                                      .extend = stacked_extend,
                                      .reserve = stacked_reserve,
                                      .prefault = context_prefault});
