// SPDX-License-Identifier: MIT
// The smallest adapter that a stranger could write: regions from the C heap, the required operations alone.
#include "region_memory.h"
#include "samrena/adapter.h"

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return SAMRENA_OK;
}

static void destroy(void *context) {
    (void)context;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    void *block = region_calloc(want->desired);
    if (!block)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = block;
    region->size = want->desired;
    region->zero_from = 0;
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

SAMRENA_ADAPTER_DEFINE(third_party, "third-party", .version = "0.0.1",
                       .operations = {.create = create, .destroy = destroy, .acquire = acquire, .release = release});
