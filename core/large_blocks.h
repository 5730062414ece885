// SPDX-License-Identifier: MIT
// The large blocks of a heap: cut from segments of the arena's memory, split, and joined when they are free.
//
//     segment   [ block | block | free ........ size | block | end ]    room for more, where nothing was pushed behind
//
// Every block begins with its size, and knows whether the one before it is free; that one's size is then in its last 8
// bytes. So both neighbours are found without a search. A segment ends in a block of size 0. Free blocks are in bins,
// four an octave of sizes, and two words say which bins hold any: one that is large enough is found in constant time.
//
// It is the scheme of Lea's dlmalloc, with bins as in TLSF (Masmano et al., 2004), on a segment that an arena pushes.
#ifndef SAMRENA_CORE_LARGE_BLOCKS_H
#define SAMRENA_CORE_LARGE_BLOCKS_H

#include "arena.h"

enum { LARGE_GRANULE = 16, LARGE_LEAST = 48, LARGE_HEADER = 16, LARGE_BINS = 128 };

typedef struct LargeBlock {
    uint64_t size; /* of all of it, header included, a multiple of 16; in the low bits, flags */
    uint64_t tag;  /* its owner's word */
} LargeBlock;

typedef struct LargeBins {
    uint64_t filled[LARGE_BINS / 64];
    struct FreeBlock *first[LARGE_BINS];
} LargeBins;

typedef struct LargeBlocks {
    LargeBlock *end; /* of the newest segment; NULL: there is none */
    LargeBins *bins; /* NULL: nothing can be free yet */
} LargeBlocks;

typedef struct LargeWish {
    uint64_t required; /* with the header, a multiple of 16, at least LARGE_LEAST */
    uint64_t desired;  /* not less */
    uint64_t headroom; /* bytes that are wished for at least where the arena has to grow */
    bool to_be_freed;  /* perhaps, by large_free() */
} LargeWish;

static inline uint64_t large_size(const LargeBlock *block) {
    return block->size & ~(uint64_t)(LARGE_GRANULE - 1);
}
static inline void *large_memory(LargeBlock *block) {
    return block + 1;
}
static inline LargeBlock *large_of_memory(const void *memory) {
    return (LargeBlock *)(uintptr_t)memory - 1;
}

/* `fresh`: it was pushed for this, and is no older memory. The error is set, not reported; the arena is as it was then.
 */
SamrenaError large_take(Samrena *arena, LargeBlocks *large, LargeWish wish, LargeBlock **taken, bool *fresh);
void large_free(Samrena *arena, LargeBlocks *large, LargeBlock *block);
/* In place; false: it is as it was. Smaller always succeeds. */
bool large_resize(Samrena *arena, LargeBlocks *large, LargeBlock *block, uint64_t size);

#endif
