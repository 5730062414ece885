// SPDX-License-Identifier: MIT
// Memory of the C heap for regions of test adapters: zeroed, and aligned as a region has to be where the heap's own
// types need less.
#ifndef SAMRENA_TESTS_REGION_MEMORY_H
#define SAMRENA_TESTS_REGION_MEMORY_H

#include <stdint.h>
#include <stdlib.h>

#include "samrena/adapter.h"

/* One call of calloc(); NULL where there is no such memory. */
static inline void *region_calloc(uint64_t size) {
    const size_t before = sizeof(void *) + SAMRENA_REGION_ALIGNMENT - 1;
    unsigned char *block = size > SIZE_MAX - before ? NULL : calloc(1, (size_t)size + before);
    if (!block)
        return NULL;
    uintptr_t past = (uintptr_t)(block + before) % SAMRENA_REGION_ALIGNMENT;
    void **base = (void **)(void *)(block + before - past);
    base[-1] = block;
    return base;
}

static inline void region_free(void *base) {
    if (base)
        free(((void **)base)[-1]);
}

#endif
