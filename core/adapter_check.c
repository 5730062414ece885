// SPDX-License-Identifier: MIT
// Judges one adapter's descriptor, as data: none of its functions is called.
#define _GNU_SOURCE
#include "adapter_check.h"

#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "samrena.h"

/* Everything up to the last required operation. */
#define SMALLEST_SIZE (offsetof(SamrenaAdapter, operations) + offsetof(SamrenaAdapterOperations, extend))
#define KNOWN_FEATURES UINT64_C(0)
/* More is taken for a mistake: the context only describes where memory comes from. */
#define LARGEST_CONTEXT (UINT64_C(1) << 20)

bool adapter_name_is_valid(const char *name, size_t length) {
    if (length == 0 || length >= SAMRENA_ADAPTER_NAME_SIZE || !(name[0] >= 'a' && name[0] <= 'z'))
        return false;
    for (size_t i = 1; i < length; i++) {
        char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return true;
}

void adapter_copy(SamrenaAdapter *ours, const SamrenaAdapter *theirs) {
    /* Half an operation at the end is none. */
    size_t whole = theirs->struct_size / sizeof(void (*)(void)) * sizeof(void (*)(void));
    memset(ours, 0, sizeof(*ours));
    memcpy(ours, theirs, whole < sizeof(*ours) ? whole : sizeof(*ours));
}

uint32_t adapter_capabilities(const SamrenaAdapter *adapter) {
    const SamrenaAdapterOperations *operations = &adapter->operations;
    bool contiguous = adapter->capabilities & SAMRENA_ADAPTER_CONTIGUOUS;
    return (uint32_t)(operations->reserve != NULL) << SAMRENA_CAPABILITY_RESERVE |
           (uint32_t)(operations->prefault != NULL) << SAMRENA_CAPABILITY_PREFAULT |
           (uint32_t)(operations->extend != NULL) << SAMRENA_CAPABILITY_EXTEND |
           (uint32_t)contiguous << SAMRENA_CAPABILITY_CONTIGUOUS |
           (uint32_t)(operations->trim != NULL) << SAMRENA_CAPABILITY_TRIM;
}

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
    if (!adapter_name_is_valid(ours->name, length))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID,
                         "%s: adapter name \"%.*s\", expected a lower-case letter and up to 30 of a-z 0-9 _ -", source,
                         (int)length, ours->name);
    if (file_name && strcmp(ours->name, file_name) != 0)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: holds adapter %s: rename the file to %s.so", source,
                         ours->name, ours->name);
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

SamrenaError adapter_check(const SamrenaAdapter *theirs, const char *file_name, const char *source) {
    SamrenaError error = check_head(theirs, source);
    if (error)
        return error;
    SamrenaAdapter ours;
    adapter_copy(&ours, theirs);
    if (ours.requires & ~KNOWN_FEATURES)
        return error_set(SAMRENA_ERROR_UNSUPPORTED,
                         "%s: requires features 0x%" PRIx64 " that libsamrena %s does not know: use a newer one",
                         source, ours.requires & ~KNOWN_FEATURES, samrena_version());
    if (ours.context_size > LARGEST_CONTEXT)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: context of %" PRIu64 " bytes, expected at most %" PRIu64,
                         source, ours.context_size, LARGEST_CONTEXT);
    error = check_names(&ours, file_name, source);
    return error ? error : check_operations(&ours, source);
}
