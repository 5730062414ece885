// SPDX-License-Identifier: MIT
// Guard pages by protection, which POSIX has for mappings, and systems have for all memory. What the pages hold stays.
#include <errno.h>
#include <sys/mman.h>

#include "system.h"

bool system_guard(unsigned char *from, uint64_t size) {
    if (mprotect(from, (size_t)size, PROT_NONE) == 0)
        return true;
    (void)system_unguard(from, size); /* some of it may be done */
    return false;
}

/* Only what could be protected has to be opened. */
bool system_unguard(unsigned char *from, uint64_t size) {
    return mprotect(from, (size_t)size, PROT_READ | PROT_WRITE) == 0 || errno != ENOMEM;
}
