// SPDX-License-Identifier: MIT
// An adapter with every operation of the header that it is compiled with: the frozen 1.0, today's, a made-up 1.9.
// Regions are blocks of the C heap with room to grow in.
#include <stdlib.h>
#include <string.h>

#include "samrena/adapter.h"

#ifndef REQUIRES
#define REQUIRES 0
#endif

enum { ROOM = 1 << 20 };

/* Whether the other side's struct reaches as far as this field. */
#define HAS(object, type, field)                                                                                       \
    ((object)->struct_size >= offsetof(type, field) + sizeof(((type *)(void *)(object))->field))

typedef struct Context {
    const SamrenaHost *host;
    uint64_t spare;
} Context;

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Context *own = context;
    own->host = host;
    params->step = 4096;
#if SAMRENA_ADAPTER_ABI_MINOR >= 9
    if (HAS(params, SamrenaAdapterParams, node_used))
        params->node_used = params->node;
    if (HAS(host, SamrenaHost, spare_memory))
        own->spare = host->spare_memory(host);
#endif
    host->log(host, "created for pages of %llu bytes", (unsigned long long)host->page_size);
    return SAMRENA_OK;
}

static void destroy(void *context) {
    (void)context;
}

static SamrenaError acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    const Context *own = context;
    (void)required;
    unsigned char *block = calloc(1, desired < ROOM ? ROOM : (size_t)desired);
    if (!block) {
        own->host->set_error(own->host, "no heap memory");
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->base = block;
    region->size = desired;
    region->zero_from = 0;
    region->cookie = block;
#if SAMRENA_ADAPTER_ABI_MINOR >= 9
    if (HAS(region, SamrenaRegion, page_size))
        region->page_size = own->host->page_size;
    if (HAS(region, SamrenaRegion, node))
        region->node = 1;
#endif
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    free(region->cookie);
}

static SamrenaError extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    (void)context;
    if (newest->size > ROOM || required > ROOM - newest->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    newest->size += desired <= ROOM - newest->size ? desired : required;
    return SAMRENA_OK;
}

static SamrenaError reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    return newest ? extend(context, newest, bytes, bytes) : acquire(context, bytes, bytes, extra);
}

static SamrenaError prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated) {
    const Context *own = context;
    for (uint64_t i = from; i < from + bytes; i += own->host->page_size) {
        volatile unsigned char *byte = region->base + i;
        *byte = *byte;
    }
    *populated = bytes;
    return SAMRENA_OK;
}

#if SAMRENA_ADAPTER_ABI_MINOR >= 1
/* What is given back has to read as zero when extend() hands it out again: it came so. */
static SamrenaError trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    memset(region->base + keep, 0, (size_t)(region->size - keep));
    region->size = keep;
    return SAMRENA_OK;
}
#define OPERATIONS_SINCE_1_1 , .trim = trim
#else
#define OPERATIONS_SINCE_1_1
#endif

#if SAMRENA_ADAPTER_ABI_MINOR >= 9
static SamrenaError migrate(void *context, const SamrenaRegion *region, uint64_t node) {
    (void)context;
    (void)region;
    (void)node;
    return SAMRENA_ERROR_UNSUPPORTED;
}
#define OPERATIONS_SINCE_1_9 , .migrate = migrate
#else
#define OPERATIONS_SINCE_1_9
#endif

SAMRENA_ADAPTER_DEFINE(versioned, NAME, .version = "1", .requires = REQUIRES, .context_size = sizeof(Context),
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = acquire,
                                      .release = release,
                                      .extend = extend,
                                      .reserve = reserve,
                                      .prefault = prefault OPERATIONS_SINCE_1_1 OPERATIONS_SINCE_1_9});
