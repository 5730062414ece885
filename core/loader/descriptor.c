// SPDX-License-Identifier: MIT
// Reads a descriptor, whatever its size.
#include <string.h>

#include "descriptor.h"
#include "samrena.h"

bool descriptor_name_is_valid(const char *name, size_t length) {
    if (length == 0 || length >= SAMRENA_ADAPTER_NAME_SIZE || !(name[0] >= 'a' && name[0] <= 'z'))
        return false;
    for (size_t i = 1; i < length; i++) {
        char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return true;
}

void descriptor_copy(SamrenaAdapter *ours, const SamrenaAdapter *theirs) {
    /* Half an operation at the end is none. */
    size_t whole = theirs->struct_size / sizeof(void (*)(void)) * sizeof(void (*)(void));
    memset(ours, 0, sizeof(*ours));
    memcpy(ours, theirs, whole < sizeof(*ours) ? whole : sizeof(*ours));
}

uint32_t descriptor_capabilities(const SamrenaAdapter *ours) {
    const SamrenaAdapterOperations *operations = &ours->operations;
    uint32_t flags = ours->capabilities;
    return (operations->reserve ? (uint32_t)SAMRENA_CAPABILITY_RESERVE : 0) |
           (operations->prefault ? (uint32_t)SAMRENA_CAPABILITY_PREFAULT : 0) |
           (operations->extend ? (uint32_t)SAMRENA_CAPABILITY_EXTEND : 0) |
           (flags & SAMRENA_ADAPTER_CONTIGUOUS ? (uint32_t)SAMRENA_CAPABILITY_CONTIGUOUS : 0) |
           (operations->trim ? (uint32_t)SAMRENA_CAPABILITY_TRIM : 0) |
           (flags & SAMRENA_ADAPTER_SHARED ? (uint32_t)SAMRENA_CAPABILITY_SHARED : 0) |
           (operations->prefault_concurrently ? (uint32_t)SAMRENA_CAPABILITY_CONCURRENT : 0);
}
