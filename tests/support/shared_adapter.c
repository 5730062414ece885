// SPDX-License-Identifier: MIT
// The test adapter `shared`: regions that a forked child has in common with its parent, each in a part of 4 MiB in
// which it can grow.
#include "adapter_parts.h"
#include "pages.h"

#define PART_SIZE (UINT64_C(4) << 20)

static SamrenaError shared_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    SamrenaError error = context_call(context, want);
    if (error)
        return error;
    if (want->required > PART_SIZE)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    void *part = get_pages(PART_SIZE, true);
    if (!part)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = part;
    region->size = in_16s(want->desired < PART_SIZE ? want->desired : PART_SIZE);
    region->zero_from = 0;
    test_adapter.live_regions++;
    return SAMRENA_OK;
}

static void shared_release(void *context, const SamrenaRegion *region) {
    (void)context;
    give_pages_back(region->base, PART_SIZE);
    test_adapter.live_regions--;
}

static SamrenaError shared_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    test_adapter.extends++;
    SamrenaError error = context_call(context, want);
    if (error)
        return error;
    uint64_t left = PART_SIZE - newest->size;
    if (want->required > left)
        return SAMRENA_ERROR_UNSUPPORTED;
    newest->size += in_16s(want->desired) < left ? in_16s(want->desired) : left;
    return SAMRENA_OK;
}

static SamrenaError shared_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    test_adapter.last_reserve = want->desired;
    return newest ? shared_extend(context, newest, want) : shared_acquire(context, want, extra);
}

SAMRENA_ADAPTER_DEFINE(shared, "shared", .version = "1.0.0", .context_size = sizeof(Context),
                       .capabilities = SAMRENA_ADAPTER_SHARED,
                       .operations = {.create = context_create,
                                      .destroy = context_destroy,
                                      .acquire = shared_acquire,
                                      .release = shared_release,
                                      .extend = shared_extend,
                                      .reserve = shared_reserve,
                                      .prefault = context_prefault,
                                      .trim = context_trim});
