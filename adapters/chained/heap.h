// SPDX-License-Identifier: MIT
// Blocks of the C heap that are aligned as a region has to be; one file a C library.
#ifndef SAMRENA_ADAPTERS_CHAINED_HEAP_H
#define SAMRENA_ADAPTERS_CHAINED_HEAP_H

#include <stddef.h>

/* `size`: a multiple of SAMRENA_REGION_ALIGNMENT. NULL: the heap has no such block. */
void *heap_take(size_t size);
void heap_give_back(void *block);

/* Blocks of that size, and as much again in smaller ones, come back to be taken again soon: the heap is not to let go
   of them, up to some MiB. Costs nothing but for a size that is larger than those before. */
void heap_keep(size_t size);

#endif
