// SPDX-License-Identifier: MIT
// A sound adapter that has as little as can be: one buffer of a fixed size, for one region of one context.
#include <stdbool.h>

#include "wrong_adapters.h"

static _Alignas(SAMRENA_REGION_ALIGNMENT) unsigned char buffer[1024 * 1024];
static uint64_t buffer_size;
static bool has_context, has_region;

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)context;
    if (has_context)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    has_context = true;
    params->ceiling = buffer_size;
    params->largest = buffer_size;
    return SAMRENA_OK;
}

static void destroy(void *context) {
    (void)context;
    has_context = false;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    if (has_region || want->required > buffer_size)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    has_region = true;
    region->base = buffer;
    region->size = buffer_size;
    region->zero_from = buffer_size;
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    (void)region;
    has_region = false;
}

SAMRENA_ADAPTER_DEFINE(small, "small", .version = "1.0.0", .capabilities = SAMRENA_ADAPTER_CONTIGUOUS,
                       .operations = {.create = create, .destroy = destroy, .acquire = acquire, .release = release});

const SamrenaAdapter *small_adapter(uint64_t size) {
    buffer_size = size;
    return &samrena_adapter_small;
}
