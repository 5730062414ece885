// SPDX-License-Identifier: MIT
// A part of a program that registers an adapter of its own, as plugins of other programs do, and may be unloaded.
#include <stdlib.h>

#include "region_memory.h"
#include "samrena.h"
#include "samrena/adapter.h"

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)context;
    params->recyclable = 65536; /* the library calls release() and destroy() after the arena has ended */
    return SAMRENA_OK;
}

static void destroy(void *context) {
    (void)context;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    region->base = region_malloc(want->desired);
    region->size = want->desired;
    region->zero_from = want->desired;
    return region->base ? SAMRENA_OK : SAMRENA_ERROR_OUT_OF_MEMORY;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

SAMRENA_ADAPTER_DEFINE(part, "part", .version = "1",
                       .operations = {.create = create, .destroy = destroy, .acquire = acquire, .release = release});

SAMRENA_ADAPTER_VISIBLE SamrenaError part_start(void);
SamrenaError part_start(void) {
    return samrena_adapter_register(&samrena_adapter_part);
}
