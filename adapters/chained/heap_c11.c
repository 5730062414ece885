// SPDX-License-Identifier: MIT
// Aligned blocks, as C11 has them.
#include "heap.h"

#include <stdalign.h>
#include <stdlib.h>

#include "samrena/adapter.h"

/* malloc alone is enough, and faster, where it aligns as a region has to be. */
void *heap_take(size_t size) {
    if (alignof(max_align_t) >= SAMRENA_REGION_ALIGNMENT)
        return malloc(size);
    return aligned_alloc(SAMRENA_REGION_ALIGNMENT, size);
}

void heap_give_back(void *block) {
    free(block);
}
