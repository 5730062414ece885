// SPDX-License-Identifier: MIT
// The limit: a cursor and a comparison over memory of a fixed size, written by hand. Four contracts, because the
// contract decides what a push costs.
//
// Who has no more room ends the program. Returning NULL would not do: the loops store through the pointer, so a
// compiler may conclude that there is always room, and drop the comparison.
#ifndef SAMRENA_TESTS_BY_HAND_H
#define SAMRENA_TESTS_BY_HAND_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct Bump {
    unsigned char *cursor;
    unsigned char *limit; /* a multiple of 16, so that aligning does not pass it */
    unsigned char *start;
} Bump;

/* The cursor may stand anywhere, sizes are not rounded, each block is aligned to what is asked: an arena's contract. */
static inline void *bump_push_exact(Bump *bump, size_t size, size_t alignment) {
    uintptr_t cursor = (uintptr_t)bump->cursor;
    uintptr_t start = (cursor + alignment - 1) & ~(uintptr_t)(alignment - 1);
    if (size > (uintptr_t)bump->limit - start)
        abort();
    unsigned char *block = bump->cursor + (start - cursor);
    bump->cursor = block + size;
    return block;
}

/* Sizes are rounded up to `step`, so the cursor is always a multiple of it, and so are all blocks, whatever is asked.
 */
static inline void *bump_push_rounded(Bump *bump, size_t size, size_t step) {
    size_t rounded = (size + step - 1) & ~(step - 1);
    if (rounded > (size_t)(bump->limit - bump->cursor))
        abort();
    unsigned char *block = bump->cursor;
    bump->cursor += rounded;
    return block;
}

/* As the first, but from the end towards the limit: to align is to clear bits of what was subtracted anyway. */
static inline void *bump_push_downwards(Bump *bump, size_t size, size_t alignment) {
    uintptr_t cursor = (uintptr_t)bump->cursor;
    if (size > cursor - (uintptr_t)bump->limit)
        abort();
    uintptr_t start = (cursor - size) & ~(uintptr_t)(alignment - 1);
    bump->cursor -= cursor - start;
    return bump->cursor;
}

static inline void bump_reset(Bump *bump) {
    bump->cursor = bump->start;
}

/* Room for a tree; pages that no loop touches cost nothing. */
void *bump_open(void);
void *bump_open_downwards(void);
void bump_close(void *state);

#endif
