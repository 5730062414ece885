// SPDX-License-Identifier: MIT
// Aligned blocks, as the C library of Windows has them: those that malloc does not align are a heap of their own.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>

#include "samrena/adapter.h"

static const bool malloc_is_enough = MEMORY_ALLOCATION_ALIGNMENT >= SAMRENA_REGION_ALIGNMENT; /* with 64 bits */

void *heap_take(size_t size) {
    return malloc_is_enough ? malloc(size) : _aligned_malloc(size, SAMRENA_REGION_ALIGNMENT);
}

void heap_give_back(void *block) {
    if (malloc_is_enough)
        free(block);
    else
        _aligned_free(block);
}
