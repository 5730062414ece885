// SPDX-License-Identifier: MIT
// An adapter with every operation of the header that it is compiled with: today's, or a made-up later one.
// Regions are blocks of the C heap with room to grow in.
#include <string.h>

#include "region_memory.h"
#include "samrena/adapter.h"

#ifndef FEATURES
#define FEATURES 0
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

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    const Context *own = context;
    unsigned char *block = region_calloc(want->desired < ROOM ? ROOM : want->desired);
    if (!block) {
        own->host->set_error(own->host, "no heap memory");
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->base = block;
    region->size = want->desired;
    region->zero_from = 0;
    region->cookie = block;
#if SAMRENA_ADAPTER_ABI_MINOR >= 9
    if (HAS(region, SamrenaRegion, page_size))
        region->page_size = own->host->page_size;
    if (HAS(region, SamrenaRegion, node))
        region->node = HAS(want, SamrenaWant, node) ? want->node : 1;
#endif
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->cookie);
}

static SamrenaError extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    if (newest->size > ROOM || want->required > ROOM - newest->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    newest->size += want->desired <= ROOM - newest->size ? want->desired : want->required;
    return SAMRENA_OK;
}

static SamrenaError reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? extend(context, newest, want) : acquire(context, want, extra);
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

/* What is given back has to read as zero when extend() hands it out again: it came so. */
static SamrenaError trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    memset(region->base + keep, 0, (size_t)(region->size - keep));
    region->size = keep;
    return SAMRENA_OK;
}

static void rest(void *context) {
    (void)context;
}

#if SAMRENA_ADAPTER_ABI_MINOR >= 9
static SamrenaError migrate(void *context, const SamrenaRegion *region, uint64_t node) {
    (void)context;
    (void)region;
    (void)node;
    return SAMRENA_ERROR_UNSUPPORTED;
}
#define LATER_OPERATIONS , .migrate = migrate
#else
#define LATER_OPERATIONS
#endif

SAMRENA_ADAPTER_DEFINE(versioned, NAME, .version = "1", .features = FEATURES, .context_size = sizeof(Context),
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = acquire,
                                      .release = release,
                                      .extend = extend,
                                      .reserve = reserve,
                                      .prefault = prefault,
                                      .trim = trim,
                                      .rest = rest LATER_OPERATIONS});
