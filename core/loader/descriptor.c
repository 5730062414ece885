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
    bool contiguous = ours->capabilities & SAMRENA_ADAPTER_CONTIGUOUS;
    return (uint32_t)(operations->reserve != NULL) << SAMRENA_CAPABILITY_RESERVE |
           (uint32_t)(operations->prefault != NULL) << SAMRENA_CAPABILITY_PREFAULT |
           (uint32_t)(operations->extend != NULL) << SAMRENA_CAPABILITY_EXTEND |
           (uint32_t)contiguous << SAMRENA_CAPABILITY_CONTIGUOUS |
           (uint32_t)(operations->trim != NULL) << SAMRENA_CAPABILITY_TRIM;
}
