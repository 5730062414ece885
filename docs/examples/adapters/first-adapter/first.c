// SPDX-License-Identifier: MIT
// first: the smallest useful adapter for libsamrena; its regions come from calloc.
#include <errno.h>
#include <inttypes.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <samrena/adapter.h>

_Static_assert(alignof(max_align_t) >= SAMRENA_REGION_ALIGNMENT, "calloc aligns too little for a region here");

/* The context: what one arena needs. The host owns it and has zeroed it. */
typedef struct First {
    const SamrenaHost *host; /* valid until first_destroy() has returned */
} First;

static SamrenaError first_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    First *first = context;
    (void)params;
    first->host = host;
    return SAMRENA_OK;
}

static void first_destroy(void *context) {
    (void)context;
}

static SamrenaError first_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    const First *first = context;
    void *memory = calloc(1, (size_t)want->desired); /* the host asks again for less where so much cannot be had */
    if (!memory) {
        first->host->set_error(first->host, "calloc of %" PRIu64 " bytes: %s", want->desired, strerror(ENOMEM));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->base = memory;
    region->size = want->desired;
    region->zero_from = 0; /* every byte is known to be zero */
    return SAMRENA_OK;
}

static void first_release(void *context, const SamrenaRegion *region) {
    (void)context;
    free(region->base);
}

SAMRENA_ADAPTER_DEFINE(first, "first", .version = "1.0.0", .summary = "regions from calloc",
                       .context_size = sizeof(First),
                       .operations = {.create = first_create,
                                      .destroy = first_destroy,
                                      .acquire = first_acquire,
                                      .release = first_release});
