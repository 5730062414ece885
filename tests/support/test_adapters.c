// SPDX-License-Identifier: MIT
// Test adapters over the C heap: separate regions with and without trim, the required operations alone, and one region
// that grows.
#include "test_adapters.h"

#include <stdlib.h>
#include <string.h>

#include "adapter_parts.h"
#include "pages.h"
#include "region_memory.h"

/* ---- Separate regions ---- */

typedef struct Separate {
    Context context;
    uint64_t held; /* what the ceiling is for */
} Separate;

static SamrenaError separate_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Separate *separate = context;
    SamrenaError error = context_call(context, want);
    if (error)
        return error;
    if (test_adapter.ceiling && want->desired > test_adapter.ceiling - separate->held)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = get_block((size_t)want->desired);
    if (!region->base)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    memset(region->base, test_adapter.fill, (size_t)want->desired);
    region->size = want->desired;
    region->zero_from = want->desired;
    region->cookie = region->base;
    separate->held += region->size;
    test_adapter.live_regions++;
    if (test_adapter.spoil)
        test_adapter.spoil(region);
    return SAMRENA_OK;
}

static void separate_release(void *context, const SamrenaRegion *region) {
    Separate *separate = context;
    host_must(region->struct_size == sizeof(*region));
    free_block(region->cookie);
    separate->held -= region->size;
    test_adapter.live_regions--;
}

static SamrenaError separate_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                     SamrenaRegion *extra) {
    host_must(!newest); /* there is no extend() */
    test_adapter.last_reserve = want->desired;
    return separate_acquire(context, want, extra);
}

/* ---- One region that grows ---- */

#define GROWING_CEILING (UINT64_C(64) << 20)

typedef struct Growing {
    Context context;
    unsigned char *bytes;
    uint64_t committed;
} Growing;

static SamrenaError growing_commit(Growing *growing, const SamrenaWant *want) {
    SamrenaError error = context_call(&growing->context, want);
    if (error)
        return error;
    uint64_t left = GROWING_CEILING - growing->committed;
    if (want->required > left)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    growing->committed += want->desired < left ? want->desired : left;
    return SAMRENA_OK;
}

static SamrenaError growing_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    SamrenaError error = context_create(host, params, context);
    params->ceiling = GROWING_CEILING;
    return error;
}

static SamrenaError growing_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Growing *growing = context;
    if (growing->bytes)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    SamrenaError error = growing_commit(growing, want);
    if (error)
        return error;
    growing->bytes = region_calloc(GROWING_CEILING);
    region->base = growing->bytes;
    region->size = growing->committed;
    region->zero_from = 0;
    test_adapter.live_regions++;
    return SAMRENA_OK;
}

static void growing_release(void *context, const SamrenaRegion *region) {
    Growing *growing = context;
    region_free(region->base);
    growing->bytes = NULL;
    test_adapter.live_regions--;
}

static SamrenaError growing_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Growing *growing = context;
    test_adapter.extends++;
    SamrenaError error = growing_commit(growing, want);
    if (!error)
        newest->size = growing->committed;
    return error;
}

static SamrenaError growing_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                    SamrenaRegion *extra) {
    test_adapter.last_reserve = want->desired;
    return newest ? growing_extend(context, newest, want) : growing_acquire(context, want, extra);
}

/* ---- The tables ---- */

#define OF_THE_TESTS(context) .version = "1.0.0", .context_size = sizeof(context)

SAMRENA_ADAPTER_DEFINE(separate, "separate", OF_THE_TESTS(Separate),
                       .operations = {.create = context_create,
                                      .destroy = context_destroy,
                                      .acquire = separate_acquire,
                                      .release = separate_release,
                                      .reserve = separate_reserve,
                                      .prefault = context_prefault});

SAMRENA_ADAPTER_DEFINE(trimming, "trimming", OF_THE_TESTS(Separate),
                       .operations = {.create = context_create,
                                      .destroy = context_destroy,
                                      .acquire = separate_acquire,
                                      .release = separate_release,
                                      .reserve = separate_reserve,
                                      .prefault = context_prefault,
                                      .trim = context_trim});

SAMRENA_ADAPTER_DEFINE(plain, "plain", OF_THE_TESTS(Separate),
                       .operations = {.create = context_create,
                                      .destroy = context_destroy,
                                      .acquire = separate_acquire,
                                      .release = separate_release});

SAMRENA_ADAPTER_DEFINE(growing, "growing", OF_THE_TESTS(Growing), .capabilities = SAMRENA_ADAPTER_CONTIGUOUS,
                       .operations = {.create = growing_create,
                                      .destroy = context_destroy,
                                      .acquire = growing_acquire,
                                      .release = growing_release,
                                      .extend = growing_extend,
                                      .reserve = growing_reserve,
                                      .prefault = context_prefault});
