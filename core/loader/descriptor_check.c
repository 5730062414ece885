// SPDX-License-Identifier: MIT
// Judges one adapter's descriptor, as data: none of its functions is called.
#include <inttypes.h>
#include <string.h>

#include "build_config.h"
#include "descriptor.h"
#include "error.h"
#include "samrena.h"

/* Everything up to the last required operation. */
#define SMALLEST_SIZE (offsetof(SamrenaAdapter, operations) + offsetof(SamrenaAdapterOperations, extend))
#define KNOWN_FEATURES UINT64_C(0)
/* More is taken for a mistake: the context only describes where memory comes from. */
#define LARGEST_CONTEXT (UINT64_C(1) << 20)

static SamrenaError invalid(const char *source, const char *what) {
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", source, what);
}

/* Whether the rest can be read at all. */
static SamrenaError check_head(const SamrenaAdapter *theirs, const char *source) {
    if (theirs->magic != SAMRENA_ADAPTER_MAGIC)
        return invalid(source, "not an adapter: its descriptor does not start with the magic number");
    if (theirs->abi_major != SAMRENA_ADAPTER_ABI_MAJOR)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID,
                         "%s: made for adapter ABI %u.%u, this library has %u.%u: rebuild it", source,
                         theirs->abi_major, theirs->abi_minor, SAMRENA_ADAPTER_ABI_MAJOR, SAMRENA_ADAPTER_ABI_MINOR);
    if (theirs->struct_size < SMALLEST_SIZE)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: descriptor of %" PRIu32 " bytes, expected %zu or more",
                         source, theirs->struct_size, (size_t)SMALLEST_SIZE);
    return SAMRENA_OK;
}

static SamrenaError check_names(const SamrenaAdapter *ours, const char *file_name, const char *source) {
    size_t length = strnlen(ours->name, sizeof(ours->name));
    if (!descriptor_name_is_valid(ours->name, length))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID,
                         "%s: adapter name \"%.*s\", expected a lower-case letter and up to 30 of a-z 0-9 _ -", source,
                         (int)length, ours->name);
    if (file_name && strcmp(ours->name, file_name) != 0)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: holds adapter %s: rename the file to %s%s", source,
                         ours->name, ours->name, PLUGIN_SUFFIX);
    if (strnlen(ours->version, sizeof(ours->version)) == sizeof(ours->version))
        return invalid(source, "its version is not terminated");
    return SAMRENA_OK;
}

static SamrenaError check_operations(const SamrenaAdapter *ours, const char *source) {
    const SamrenaAdapterOperations *operations = &ours->operations;
    const char *missing = !operations->create    ? "create"
                          : !operations->destroy ? "destroy"
                          : !operations->acquire ? "acquire"
                          : !operations->release ? "release"
                                                 : NULL;
    if (!missing)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: missing operation `%s`", source, missing);
}

SamrenaError descriptor_check(const SamrenaAdapter *theirs, const char *file_name, const char *source) {
    SamrenaError error = check_head(theirs, source);
    if (error)
        return error;
    SamrenaAdapter ours;
    descriptor_copy(&ours, theirs);
    if (ours.features & ~KNOWN_FEATURES)
        return error_set(SAMRENA_ERROR_UNSUPPORTED,
                         "%s: requires features 0x%" PRIx64 " that libsamrena %s does not know: use a newer one",
                         source, ours.features & ~KNOWN_FEATURES, samrena_version());
    if (ours.context_size > LARGEST_CONTEXT)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: context of %" PRIu64 " bytes, expected at most %" PRIu64,
                         source, ours.context_size, LARGEST_CONTEXT);
    error = check_names(&ours, file_name, source);
    return error ? error : check_operations(&ours, source);
}
