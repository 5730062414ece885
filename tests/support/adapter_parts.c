// SPDX-License-Identifier: MIT
// What the test adapters have in common.
#include "adapter_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "samrena.h"

TestAdapterState test_adapter;

int set_up_test_adapters(void **state) {
    static const SamrenaAdapter *const all[] = {&samrena_adapter_separate, &samrena_adapter_trimming,
                                                &samrena_adapter_growing,  &samrena_adapter_plain,
                                                &samrena_adapter_stacked,  &samrena_adapter_shared};
    (void)state;
    memset(&test_adapter, 0, sizeof(test_adapter));
    test_adapter.error = SAMRENA_ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (samrena_adapter_register(all[i]) != SAMRENA_OK)
            return 1;
    return 0;
}

void host_must(bool holds) {
    if (!holds)
        abort();
}

static SamrenaError refuse_as_planned(const Context *context, uint64_t size) {
    int n = ++test_adapter.calls;
    bool planned = test_adapter.fail_at &&
                   (n == test_adapter.fail_at || (test_adapter.fail_from_there && n > test_adapter.fail_at));
    if (!planned && !(test_adapter.refuse_above && size > test_adapter.refuse_above))
        return SAMRENA_OK;
    if (!test_adapter.mute)
        context->host->set_error(context->host, "failing as planned, %" PRIu64 " bytes", size);
    return test_adapter.error;
}

SamrenaError context_call(const Context *context, const SamrenaWant *want) {
    host_must(want->struct_size == sizeof(*want) && want->required > 0 && want->required <= want->desired &&
              want->desired <= PTRDIFF_MAX);
    host_must(want->alignment >= SAMRENA_REGION_ALIGNMENT && (want->alignment & (want->alignment - 1)) == 0);
    test_adapter.last_required = want->required;
    test_adapter.last_desired = want->desired;
    test_adapter.last_alignment = want->alignment;
    return refuse_as_planned(context, want->desired);
}

SamrenaError context_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    host_must(params->struct_size == sizeof(*params) && params->commit_size > 0 && params->step > 0);
    host_must(params->ceiling == 0 && params->largest == 0 && params->recyclable == 0);
    ((Context *)context)->host = host;
    params->recyclable = test_adapter.recyclable;
    params->largest = test_adapter.largest;
    params->ceiling = test_adapter.ceiling;
    if (test_adapter.step)
        params->step = test_adapter.step;
    test_adapter.label = params->label;
    SamrenaError error = refuse_as_planned(context, 0);
    if (!error)
        test_adapter.live_contexts++;
    return error;
}

void context_destroy(void *context) {
    const Context *own = context;
    own->host->log(own->host, "a context ends");
    test_adapter.live_contexts--;
}

SamrenaError context_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                              uint64_t *populated) {
    const Context *own = context;
    host_must(from <= region->size && bytes <= region->size - from);
    *populated = bytes;
    if (test_adapter.prefault_most && bytes > test_adapter.prefault_most)
        *populated = test_adapter.prefault_most;
    test_adapter.prefaulted += *populated;
    if (*populated == bytes) {
        *populated += test_adapter.prefault_excess;
        return SAMRENA_OK;
    }
    own->host->set_error(own->host, "prefaulting less as planned");
    return SAMRENA_ERROR_UNSUPPORTED;
}

SamrenaError context_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    host_must(keep > 0 && keep % 16 == 0 && keep <= region->size);
    test_adapter.trims++;
    if (keep == region->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    memset(region->base + keep, test_adapter.fill, (size_t)(region->size - keep));
    if (!test_adapter.trim_keeps_size)
        region->size = keep;
    return SAMRENA_OK;
}
