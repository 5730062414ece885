// SPDX-License-Identifier: MIT
// How much of its address space a process has taken.
#ifndef SAMRENA_TESTS_ADDRESS_SPACE_H
#define SAMRENA_TESTS_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes, whether there is memory behind them or not; 0: not told. */
uint64_t address_space_taken(void);

/* Of 64 bits some processors and emulators use few. */
static inline bool addresses_are_plenty(void) {
    const volatile char here = 0;
    return (uint64_t)(uintptr_t)&here >> 45 != 0;
}

/* For programs that ask for what nobody has. Addresses of 64 bits are enough to ask for more than there is memory; of
   32 bits most can be had, so they are taken until no more than this is left in one piece. */
#define LARGEST_GAP (UINT64_C(512) << 20)
void leave_no_large_gap(void);

#endif
