// SPDX-License-Identifier: MIT
// Plugin files that are wrong, one way each; the build chooses by defining one of the words below.
//
// EXTRA_SYMBOL      exports more than its descriptor
// USES_LIBRARY      calls libsamrena, which a host may not have
// CRASH_CONSTRUCTOR dies as soon as it is opened
// HANG_CONSTRUCTOR  never comes back from being opened
// CRASH_ACQUIRE     dies in its first operation that gives memory
// HANG_ACQUIRE      never comes back from it
// NOISY             prints to stdout whenever it can
// REFUSES_CREATE    has no memory for any context
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "region_memory.h"
#include "samrena.h"

#if defined(EXTRA_SYMBOL)
extern SAMRENA_ADAPTER_VISIBLE int samrena_extra;
int samrena_extra;
#endif

#if defined(CRASH_CONSTRUCTOR) || defined(HANG_CONSTRUCTOR) || defined(NOISY)
__attribute__((constructor)) static void construct(void) {
#if defined(CRASH_CONSTRUCTOR)
    abort();
#elif defined(HANG_CONSTRUCTOR)
    for (;;)
        sleep(1);
#else
    puts("noisy is here: {\"");
    fflush(stdout);
#endif
}
#endif

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
#if defined(USES_LIBRARY)
    return samrena_version() ? SAMRENA_OK : SAMRENA_ERROR_UNSUPPORTED;
#elif defined(REFUSES_CREATE)
    host->set_error(host, "the pool is empty");
    return SAMRENA_ERROR_OUT_OF_MEMORY;
#else
    return SAMRENA_OK;
#endif
}

static void destroy(void *context) {
    (void)context;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
#if defined(CRASH_ACQUIRE)
    abort();
#elif defined(HANG_ACQUIRE)
    for (;;)
        sleep(1);
#elif defined(NOISY)
    puts("noisy gives memory");
    fflush(stdout);
#endif
    void *block = want->required > PTRDIFF_MAX / 2 ? NULL : region_calloc(want->required);
    if (!block)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = block;
    region->size = want->required;
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

SAMRENA_ADAPTER_DEFINE(wrong, PLUGIN_NAME, .version = "0.0.1", .summary = "wrong on purpose",
                       .option_keys = "colour,size",
                       .operations = {.create = create, .destroy = destroy, .acquire = acquire, .release = release});
