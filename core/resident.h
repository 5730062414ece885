// SPDX-License-Identifier: MIT
// How much of a piece of memory is resident.
#ifndef SAMRENA_CORE_RESIDENT_H
#define SAMRENA_CORE_RESIDENT_H

#include <stdint.h>

/* Bytes of [from, from + size) in pages that are in memory now; UINT64_MAX: the system does not tell. */
uint64_t resident_bytes(const unsigned char *from, uint64_t size, uint64_t page_size);

#endif
