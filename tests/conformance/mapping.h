// SPDX-License-Identifier: MIT
// Memory as the sound adapter maps it; one file a system. Addresses and sizes are whole pages.
#ifndef SAMRENA_TESTS_CONFORMANCE_MAPPING_H
#define SAMRENA_TESTS_CONFORMANCE_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed memory, perhaps with `gap` bytes of addresses behind it that are free to grow into; whoever comes next may
   take them. NULL: there is none. */
void *mapping_new(uint64_t size, uint64_t gap, bool shared);
/* The first `size` bytes go; what else there is stays for good. */
void mapping_end(void *memory, uint64_t size);

/* In place. False: the addresses behind it are taken. */
bool mapping_grow(void *memory, uint64_t size, uint64_t larger);
void mapping_shrink(void *memory, uint64_t size, uint64_t smaller);

/* As they came: zero, and not resident. */
void mapping_empty(unsigned char *from, uint64_t size, bool shared);

/* Makes it resident, whoever writes there meanwhile. False: the system has no way. */
bool mapping_populate(unsigned char *from, uint64_t size);

/* Lets another thread run. */
void mapping_give_way(void);

#endif
