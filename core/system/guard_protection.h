// SPDX-License-Identifier: MIT
// Guard pages by protection, which POSIX has for mappings, and systems have for all memory. What the pages hold stays.
#ifndef SAMRENA_CORE_SYSTEM_GUARD_PROTECTION_H
#define SAMRENA_CORE_SYSTEM_GUARD_PROTECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#include "atomic.h"

/* Whether any page has been protected: where that is forbidden, so may be taking it back, and nothing needs it. */
static atomic_bool any_protected;

static inline bool guard_protect(unsigned char *from, uint64_t size) {
    if (mprotect(from, (size_t)size, PROT_NONE) == 0) {
        atomic_store_explicit(&any_protected, true, memory_order_relaxed);
        return true;
    }
    (void)mprotect(from, (size_t)size, PROT_READ | PROT_WRITE); /* some of it may be done */
    return false;
}

static inline bool guard_unprotect(unsigned char *from, uint64_t size) {
    return !atomic_load_explicit(&any_protected, memory_order_relaxed) ||
           mprotect(from, (size_t)size, PROT_READ | PROT_WRITE) == 0;
}

#endif
