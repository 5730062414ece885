// SPDX-License-Identifier: MIT
// A small sound adapter, compiled many times: each time the build defines one of these names otherwise, so that each
// plugin is wrong in exactly one way.
#include "region_memory.h"
#include "samrena/adapter.h"

#ifndef MAGIC
#define MAGIC SAMRENA_ADAPTER_MAGIC
#endif
#ifndef MAJOR
#define MAJOR SAMRENA_ADAPTER_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR SAMRENA_ADAPTER_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(SamrenaAdapter)
#endif
#ifndef FEATURES
#define FEATURES 0
#endif
#ifndef VERSION
#define VERSION "1"
#endif
#ifndef CONTEXT_SIZE
#define CONTEXT_SIZE 0
#endif
#ifndef CREATE
#define CREATE create
#endif
#ifndef DESTROY
#define DESTROY destroy
#endif
#ifndef ACQUIRE
#define ACQUIRE acquire
#endif
#ifndef RELEASE
#define RELEASE release
#endif
#ifndef EXTEND
#define EXTEND NULL
#endif

/* What a plugin that is refused must never get to do. */
SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context);
void destroy(void *context);
SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region);
void release(void *context, const SamrenaRegion *region);

SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return SAMRENA_OK;
}

void destroy(void *context) {
    (void)context;
}

SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    void *block = region_calloc(want->desired);
    if (!block)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = block;
    region->size = want->desired;
    return SAMRENA_OK;
}

void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

SamrenaError never(void *context, SamrenaRegion *newest, const SamrenaWant *want);

SamrenaError never(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    (void)newest;
    (void)want;
    abort();
}

#ifdef UNDEFINED
void UNDEFINED(void);
void (*const samrena_needs)(void) = UNDEFINED;
#endif

#ifdef CONSTRUCTOR
#include "samrena.h"

static void __attribute__((constructor)) call_back(void) {
    if (!samrena_last_error_message())
        abort();
    CONSTRUCTOR;
}
#endif

extern SAMRENA_ADAPTER_VISIBLE const SamrenaAdapter samrena_adapter;
const SamrenaAdapter samrena_adapter = {
    .magic = MAGIC,
    .abi_major = MAJOR,
    .abi_minor = MINOR,
    .struct_size = SIZE,
    .features = FEATURES,
    .name = NAME,
    .version = VERSION,
    .context_size = CONTEXT_SIZE,
    .operations = {.create = CREATE, .destroy = DESTROY, .acquire = ACQUIRE, .release = RELEASE, .extend = EXTEND},
};
