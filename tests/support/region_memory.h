// SPDX-License-Identifier: MIT
// Memory of the C heap for regions of test adapters: aligned as a region has to be where the heap's own types need
// less.
#ifndef SAMRENA_TESTS_REGION_MEMORY_H
#define SAMRENA_TESTS_REGION_MEMORY_H

#include <stdint.h>
#include <stdlib.h>

#include "samrena/adapter.h"

enum { BEFORE_REGION = sizeof(void *) + SAMRENA_REGION_ALIGNMENT - 1 };

/* In front of a region stands where its block begins. */
static inline void *region_in_block(unsigned char *block) {
    if (!block)
        return NULL;
    uintptr_t past = (uintptr_t)(block + BEFORE_REGION) % SAMRENA_REGION_ALIGNMENT;
    void **base = (void **)(void *)(block + BEFORE_REGION - past);
    base[-1] = block;
    return base;
}

/* One call of the heap; NULL where there is no such memory. */
static inline void *region_malloc(uint64_t size) {
    return size > SIZE_MAX - BEFORE_REGION ? NULL : region_in_block(malloc((size_t)size + BEFORE_REGION));
}

/* The same, zeroed. */
static inline void *region_calloc(uint64_t size) {
    return size > SIZE_MAX - BEFORE_REGION ? NULL : region_in_block(calloc(1, (size_t)size + BEFORE_REGION));
}

static inline void region_free(void *base) {
    if (base)
        free(((void **)base)[-1]);
}

#endif
