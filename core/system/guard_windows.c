// SPDX-License-Identifier: MIT
// Guard pages by protection. PAGE_GUARD would be another thing: it faults once.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "system.h"

/* All of it lies in one reservation, or nothing is done. */
static bool protect_pages(unsigned char *from, uint64_t size, DWORD protection) {
    DWORD before;
    return VirtualProtect(from, (SIZE_T)size, protection, &before);
}

bool system_guard(unsigned char *from, uint64_t size) {
    return protect_pages(from, size, PAGE_NOACCESS);
}

/* Only what could be protected has to be opened. */
bool system_unguard(unsigned char *from, uint64_t size) {
    return protect_pages(from, size, PAGE_READWRITE) || GetLastError() == ERROR_INVALID_ADDRESS;
}
