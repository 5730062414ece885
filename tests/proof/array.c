// SPDX-License-Identifier: MIT
// Arrays, for every count and size of an element: what is pushed is their product, and one that does not fit 64 bits is
// told. A product of two unknowns is beyond what a solver of this kind can do: one of the two is below 8.
#include "proof.h"
#include "samrena.h"

static uint64_t pushes, pushed, overflows;

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment) {
    (void)arena;
    (void)alignment;
    pushes++;
    pushed = size;
    return NULL;
}

void *samrena_push_overflow(Samrena *arena, uint64_t count, uint64_t size) {
    (void)arena;
    (void)count;
    (void)size;
    overflows++;
    return NULL;
}

int main(void) {
    static SamrenaWindow closed; /* each push is seen, with its size */
    uint64_t few = any_u64(), any = any_u64();
    GIVEN(few < 8);
    uint64_t count = CASE == 1 ? few : any, size = CASE == 1 ? any : few;
    unsigned __int128 product = (unsigned __int128)few * any;

    (void)samrena_push_array((Samrena *)&closed, count, size);

    SHOW(overflows == (product > UINT64_MAX) && pushes == (product <= UINT64_MAX));
    SHOW(overflows > 0 || pushed == (uint64_t)product);
    return 0;
}
