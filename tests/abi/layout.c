// SPDX-License-Identifier: MIT
// The fields and constants of version 1.0, as the header that this is compiled with has them; LAYOUT names the result.
#include "layout.h"

#include "samrena/adapter.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(type, field)                                                                                             \
    { #type "." #field, offsetof(type, field), sizeof(((type *)NULL)->field) }
#define CONSTANT(name)                                                                                                 \
    { #name, (uint64_t)(name), 0 }
#define STRUCT(type)                                                                                                   \
    { #type, 0, sizeof(type) }

static const Place places[] = {
    FIELD(SamrenaRegion, struct_size),
    FIELD(SamrenaRegion, reserved),
    FIELD(SamrenaRegion, base),
    FIELD(SamrenaRegion, size),
    FIELD(SamrenaRegion, zero_from),
    FIELD(SamrenaRegion, cookie),
    FIELD(SamrenaHost, struct_size),
    FIELD(SamrenaHost, reserved),
    FIELD(SamrenaHost, page_size),
    FIELD(SamrenaHost, log),
    FIELD(SamrenaHost, set_error),
    FIELD(SamrenaAdapterParams, struct_size),
    FIELD(SamrenaAdapterParams, huge_pages),
    FIELD(SamrenaAdapterParams, options),
    FIELD(SamrenaAdapterParams, max_reserve),
    FIELD(SamrenaAdapterParams, commit_size),
    FIELD(SamrenaAdapterParams, ceiling),
    FIELD(SamrenaAdapterParams, step),
    FIELD(SamrenaAdapterOperations, create),
    FIELD(SamrenaAdapterOperations, destroy),
    FIELD(SamrenaAdapterOperations, acquire),
    FIELD(SamrenaAdapterOperations, release),
    FIELD(SamrenaAdapterOperations, extend),
    FIELD(SamrenaAdapterOperations, reserve),
    FIELD(SamrenaAdapterOperations, prefault),
    FIELD(SamrenaAdapter, magic),
    FIELD(SamrenaAdapter, abi_major),
    FIELD(SamrenaAdapter, abi_minor),
    FIELD(SamrenaAdapter, struct_size),
    FIELD(SamrenaAdapter, capabilities),
    FIELD(SamrenaAdapter, requires),
    FIELD(SamrenaAdapter, name),
    FIELD(SamrenaAdapter, version),
    FIELD(SamrenaAdapter, summary),
    FIELD(SamrenaAdapter, option_keys),
    FIELD(SamrenaAdapter, context_size),
    {"SamrenaAdapter.operations", offsetof(SamrenaAdapter, operations), 0},
    CONSTANT(SAMRENA_ADAPTER_MAGIC),
    CONSTANT(SAMRENA_REGION_ALIGNMENT),
    CONSTANT(SAMRENA_ADAPTER_NAME_SIZE),
    CONSTANT(SAMRENA_ADAPTER_VERSION_SIZE),
    CONSTANT(SAMRENA_ADAPTER_CONTIGUOUS),
    CONSTANT(SAMRENA_ADAPTER_HUGE_PAGES_AUTO),
    CONSTANT(SAMRENA_ADAPTER_HUGE_PAGES_NEVER),
    CONSTANT(SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS),
    CONSTANT(SAMRENA_OK),
    CONSTANT(SAMRENA_ERROR_INVALID_PARAMETER),
    CONSTANT(SAMRENA_ERROR_OUT_OF_MEMORY),
    CONSTANT(SAMRENA_ERROR_LIMIT_EXCEEDED),
    CONSTANT(SAMRENA_ERROR_UNSUPPORTED),
    CONSTANT(SAMRENA_ERROR_ADAPTER_NOT_FOUND),
    CONSTANT(SAMRENA_ERROR_ADAPTER_INVALID),
};

static const Place sizes[] = {
    STRUCT(SamrenaError),
    STRUCT(SamrenaRegion),
    STRUCT(SamrenaHost),
    STRUCT(SamrenaAdapterParams),
    STRUCT(SamrenaAdapterOperations),
    STRUCT(SamrenaAdapter),
};

const Layout LAYOUT = {
    SAMRENA_ADAPTER_ABI_MAJOR, SAMRENA_ADAPTER_ABI_MINOR, COUNT_OF(places), places, COUNT_OF(sizes), sizes,
};
