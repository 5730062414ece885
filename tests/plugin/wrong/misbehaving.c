// SPDX-License-Identifier: MIT
// Passes every check of its descriptor, and breaks the contract as the option `how` says: `operation-fault`.
#include <string.h>

#include "region_memory.h"
#include "samrena/adapter.h"

enum { BLOCK = 1 << 20, UNKNOWN_ERROR = 99 };

typedef struct Context {
    char how[24];
    int regions;
} Context;

static int is(const Context *context, const char *how) {
    return strcmp(context->how, how) == 0;
}

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Context *own = context;
    size_t length = 0;
    const char *how = samrena_adapter_option(params->options, "how", &length);
    if (how && length < sizeof(own->how))
        memcpy(own->how, how, length);
    if (is(own, "create-step"))
        params->step = UINT64_MAX;
    if (is(own, "create-nothing"))
        params->ceiling = 1;
    if (is(own, "create-ceiling"))
        params->ceiling = 4096;
    if (is(own, "create-largest"))
        params->largest = 4096;
    if (is(own, "create-note"))
        host->set_error(host, "%2000d", 1);
    return is(own, "create-code") ? (SamrenaError)UNKNOWN_ERROR : SAMRENA_OK;
}

static void destroy(void *context) {
    if (((Context *)context)->regions != 0)
        abort(); /* the host broke the contract */
}

/* What acquire() says of a sound region; the first one stays sound, so that there is an arena. */
static SamrenaError spoil(const Context *own, SamrenaRegion *region) {
    if (is(own, "acquire-misaligned"))
        region->base += 8;
    if (is(own, "acquire-small"))
        region->size = 15;
    if (is(own, "acquire-empty"))
        region->size = 0;
    if (is(own, "acquire-wraps"))
        region->size = UINT64_MAX - 64;
    if (is(own, "acquire-half-wraps"))
        region->size = UINT64_MAX / 2 + 1;
    if (is(own, "acquire-struct"))
        region->struct_size = 0;
    if (is(own, "acquire-zeros"))
        region->zero_from = UINT64_MAX;
    return SAMRENA_OK;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Context *own = context;
    if (own->regions > 0 && is(own, "acquire-null"))
        return SAMRENA_OK;
    if (own->regions > 0 && is(own, "acquire-code"))
        return (SamrenaError)UNKNOWN_ERROR;
    if (own->regions > 0 && is(own, "acquire-negative"))
        return (SamrenaError)-1;
    unsigned char *block = region_calloc(want->desired < BLOCK ? BLOCK : want->desired);
    if (!block)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = region->cookie = block;
    region->size = want->desired;
    region->zero_from = 0;
    return own->regions++ > 0 ? spoil(own, region) : SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    ((Context *)context)->regions--;
    region_free(region->cookie);
}

/* Blocks are larger than the first region: there is room to grow. */
static SamrenaError extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Context *own = context;
    if (strncmp(own->how, "acquire-", 8) == 0 || newest->size > BLOCK / 2 || want->required > BLOCK / 2)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (is(own, "extend-code"))
        return (SamrenaError)UNKNOWN_ERROR;
    newest->size += want->required;
    if (is(own, "extend-shrinks"))
        newest->size = 16;
    if (is(own, "extend-small"))
        newest->size -= 16;
    if (is(own, "extend-moves"))
        newest->base += 16;
    if (is(own, "extend-null"))
        newest->base = NULL;
    if (is(own, "extend-wraps"))
        newest->size = UINT64_MAX - 64;
    return SAMRENA_OK;
}

static SamrenaError reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? extend(context, newest, want) : acquire(context, want, extra);
}

static SamrenaError prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated) {
    (void)region;
    (void)from;
    *populated = is(context, "prefault-more") ? UINT64_MAX : bytes;
    return is(context, "prefault-code") ? (SamrenaError)UNKNOWN_ERROR : SAMRENA_OK;
}

/* A sound trim would keep the first `keep` bytes, base and all. */
static SamrenaError trim(void *context, SamrenaRegion *region, uint64_t keep) {
    if (is(context, "trim-below"))
        region->size = keep - 16;
    else if (is(context, "trim-grows"))
        region->size = UINT64_MAX - 64;
    else if (is(context, "trim-moves"))
        region->base += 16;
    else
        return is(context, "trim-code") ? (SamrenaError)UNKNOWN_ERROR : SAMRENA_ERROR_UNSUPPORTED;
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(misbehaving, "misbehaving", .version = "1", .option_keys = "how",
                       .context_size = sizeof(Context),
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = acquire,
                                      .release = release,
                                      .extend = extend,
                                      .reserve = reserve,
                                      .prefault = prefault,
                                      .trim = trim});
