// SPDX-License-Identifier: MIT
// A cursor over memory of a fixed size, for the loops written by hand.
#ifndef SAMRENA_TESTS_BY_HAND_H
#define SAMRENA_TESTS_BY_HAND_H

#include <stddef.h>
#include <stdint.h>

typedef struct Bump {
    unsigned char *cursor;
    unsigned char *limit;
    unsigned char *start;
} Bump;

/* With the contract of an arena: the cursor may stand anywhere, sizes are not rounded, each block is aligned. */
static inline void *bump_push(Bump *bump, size_t size, uintptr_t alignment) {
    uintptr_t start = ((uintptr_t)bump->cursor + alignment - 1) & ~(alignment - 1);
    if (size > (uintptr_t)bump->limit - start)
        return NULL;
    unsigned char *block = bump->cursor + (start - (uintptr_t)bump->cursor);
    bump->cursor = block + size;
    return block;
}

static inline void bump_reset(Bump *bump) {
    bump->cursor = bump->start;
}

/* Room for a tree; pages that no loop touches cost nothing. */
void *bump_open(void);
void bump_close(void *state);

#endif
