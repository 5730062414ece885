// SPDX-License-Identifier: MIT
// An adapter that writes to all memory which is its own at the time, as some allocators do: into what it is about to
// give, and into what it gets back. Being watched must not turn that into an error.
#include <string.h>

#include "debug.h"
#include "region_memory.h"

enum { CEILING = 16 * 1024 * 1024, STEP = 4096 };

typedef struct Busy {
    unsigned char *range;
    uint64_t committed;
} Busy;

static SamrenaError busy_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)context;
    params->ceiling = CEILING;
    return SAMRENA_OK;
}

static void busy_destroy(void *context) {
    (void)context;
}

static SamrenaError commit(Busy *busy, const SamrenaWant *want) {
    uint64_t left = CEILING - busy->committed;
    if (want->required > left)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    uint64_t bytes = want->desired < left ? want->desired : left;
    memset(busy->range + busy->committed, 0xa1, (size_t)bytes);
    busy->committed += bytes;
    return SAMRENA_OK;
}

static SamrenaError busy_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Busy *busy = context;
    if (busy->range)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    busy->range = region_malloc(CEILING);
    if (!busy->range || commit(busy, want) != SAMRENA_OK) {
        region_free(busy->range);
        busy->range = NULL;
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->base = busy->range;
    region->size = busy->committed;
    region->zero_from = region->size;
    return SAMRENA_OK;
}

static void busy_release(void *context, const SamrenaRegion *region) {
    Busy *busy = context;
    memset(region->base, 0xa2, (size_t)region->size);
    region_free(busy->range);
    *busy = (Busy){0};
}

static SamrenaError busy_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Busy *busy = context;
    SamrenaError error = commit(busy, want);
    if (!error)
        newest->zero_from = newest->size = busy->committed;
    return error;
}

static SamrenaError busy_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? busy_extend(context, newest, want) : busy_acquire(context, want, extra);
}

static SamrenaError busy_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                  uint64_t *populated) {
    (void)context;
    memset(region->base + from, 0xa3, (size_t)bytes);
    *populated = bytes;
    return SAMRENA_OK;
}

static SamrenaError busy_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Busy *busy = context;
    uint64_t kept = (keep + STEP - 1) / STEP * STEP;
    if (kept >= region->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    memset(region->base + kept, 0xa4, (size_t)(region->size - kept));
    busy->committed = region->size = kept;
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(busy, "busy", .version = "1", .summary = "writes wherever it may", .context_size = sizeof(Busy),
                       .operations = {.create = busy_create,
                                      .destroy = busy_destroy,
                                      .acquire = busy_acquire,
                                      .release = busy_release,
                                      .extend = busy_extend,
                                      .reserve = busy_reserve,
                                      .prefault = busy_prefault,
                                      .trim = busy_trim});
