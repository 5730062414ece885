// SPDX-License-Identifier: MIT
// Aligned blocks, as POSIX has them, where the C library is older than C11.
#include "heap.h"

#include <stdlib.h>

#include "samrena/adapter.h"

void *heap_take(size_t size) {
    void *block;
    return posix_memalign(&block, SAMRENA_REGION_ALIGNMENT, size) == 0 ? block : NULL;
}

void heap_give_back(void *block) {
    free(block);
}
