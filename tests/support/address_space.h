// SPDX-License-Identifier: MIT
// How much of its address space a process has taken.
#ifndef SAMRENA_TESTS_ADDRESS_SPACE_H
#define SAMRENA_TESTS_ADDRESS_SPACE_H

#include <stdint.h>

/* Bytes, whether there is memory behind them or not; 0: not told. */
uint64_t address_space_taken(void);

#endif
