// SPDX-License-Identifier: MIT
// AddressSanitizer and LeakSanitizer, where the program brings them along, whatever this library was built with: found
// at run time by their symbols. One file for compilers and systems where a symbol may be missing, and one for the
// others.
#ifndef SAMRENA_CORE_ADDRESS_SANITIZER_H
#define SAMRENA_CORE_ADDRESS_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>

bool address_sanitizer_runs(void);

/* Where it does not run they do nothing. */
void address_sanitizer_poison(const unsigned char *from, size_t size);
void address_sanitizer_unpoison(const unsigned char *from, size_t size);

/* Which reads all that is mapped, looking for pointers; also as a part of AddressSanitizer. */
bool leak_sanitizer_runs(void);

#endif
