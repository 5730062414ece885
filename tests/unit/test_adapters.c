// SPDX-License-Identifier: MIT
// Adapters that do what a test tells them: fail the nth call, refuse what is large, break the contract.
#include "test_adapters.h"

#include <inttypes.h>
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
           samrena_adapter_register(&samrena_adapter_plain);
}

/* One call for memory: whether it is to fail. */
static SamrenaError call(const Context *context, uint64_t size) {
    int n = ++test_adapter.calls;
    bool planned = test_adapter.fail_at &&
                   (n == test_adapter.fail_at || (test_adapter.fail_from_there && n > test_adapter.fail_at));
    if (!planned && !(test_adapter.largest && size > test_adapter.largest))
        return SAMRENA_OK;
    context->host->set_error(context->host, "failing as planned, %" PRIu64 " bytes", size);
    return test_adapter.error;
}

static SamrenaError create_context(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)params;
    ((Context *)context)->host = host;
    SamrenaError error = call(context, 0);
    if (!error)
        test_adapter.live_contexts++;
    return error;
}

static void destroy_context(void *context) {
    (void)context;
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
    if (*populated == bytes)
        return SAMRENA_OK;
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
