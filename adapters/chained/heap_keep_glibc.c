// SPDX-License-Identifier: MIT
// What the heap lets go of: glibc's.
#include <stdlib.h>

#include "../atomic.h"
#include "heap.h"

/* glibc gives the end of its heap back to the system where that is free and above twice the largest block which had a
   mapping of its own and was freed (mallopt(3), M_MMAP_THRESHOLD). The pages of an arena that doubles come to just as
   much: then the next such arena faults for all of them again. So a page that is larger than those before has the heap
   free a block a little larger still, which nobody touches, and nothing that large goes back any more; up to where
   twice as much is too much to be kept, and with 32 bits to where glibc moves nothing any more, 512 KiB. The block has
   a mapping of its own once the heap's free end, which is below twice the last one, holds no more of them. */
void heap_keep(size_t size) {
    enum { LEAST_PREPARED = 32 << 10, MOST_PREPARED = 4 << 20, MARGIN = 96 << 10, BLOCKS = 3 };
    static _Atomic(size_t) seen;
    if (size < LEAST_PREPARED || size > MOST_PREPARED ||
        size + MARGIN <= atomic_load_explicit(&seen, memory_order_relaxed))
        return;
    size_t larger = size + MARGIN + size / 8; /* few pages that are larger by little are one too many */
    atomic_store_explicit(&seen, larger, memory_order_relaxed);
    void *volatile blocks[BLOCKS]; /* compilers leave out what is not used otherwise */
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = malloc(larger);
    for (int i = BLOCKS; i-- > 0;)
        free(blocks[i]);
}
