// SPDX-License-Identifier: MIT
// Guard pages where the system has nothing but protection.
#include "guard_protection.h"
#include "system.h"

bool system_guard(unsigned char *from, uint64_t size) {
    return guard_protect(from, size);
}

bool system_unguard(unsigned char *from, uint64_t size) {
    return guard_unprotect(from, size);
}
