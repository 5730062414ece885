// SPDX-License-Identifier: MIT
// An adapter over the C heap that refuses what is large, and what is more than it has in all.
#include "tight_adapter.h"

#include "region_memory.h"

TightAdapter tight_adapter;

static SamrenaError tight_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return SAMRENA_OK;
}

static void tight_destroy(void *context) {
    (void)context;
}

static SamrenaError tight_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    if (want->desired > tight_adapter.largest || want->desired > tight_adapter.budget - tight_adapter.live)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    uint64_t size = (want->desired + 15) & ~UINT64_C(15);
    region->base = region_malloc(size);
    if (!region->base)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->size = size;
    region->zero_from = size;
    tight_adapter.live += want->desired;
    region->cookie = (void *)(uintptr_t)want->desired;
    return SAMRENA_OK;
}

static void tight_release(void *context, const SamrenaRegion *region) {
    (void)context;
    tight_adapter.live -= (uint64_t)(uintptr_t)region->cookie;
    region_free(region->base);
}

static SamrenaError tight_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    (void)newest; /* never given to an adapter without extend() */
    return tight_acquire(context, want, extra);
}

SAMRENA_ADAPTER_DEFINE(tight, "tight", .version = "1.0.0",
                       .operations = {.create = tight_create,
                                      .destroy = tight_destroy,
                                      .acquire = tight_acquire,
                                      .release = tight_release,
                                      .reserve = tight_reserve});
