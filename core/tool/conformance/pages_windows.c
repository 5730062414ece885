// SPDX-License-Identifier: MIT
// Asks QueryWorkingSetEx(), which tells which pages this process has in its working set.
#include <windows.h>
#include <psapi.h>

#include "pages.h"

bool page_tell(const unsigned char *at, uint64_t page, bool *resident) {
    PSAPI_WORKING_SET_EX_INFORMATION told = {.VirtualAddress = (void *)(uintptr_t)at};
    (void)page;
    if (!QueryWorkingSetEx(GetCurrentProcess(), &told, sizeof(told)))
        return false;
    *resident = told.VirtualAttributes.Valid;
    return true;
}

unsigned char *page_new(uint64_t page) {
    return VirtualAlloc(NULL, (SIZE_T)page, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void page_end(unsigned char *at, uint64_t page) {
    (void)page;
    VirtualFree(at, 0, MEM_RELEASE);
}

/* What is reserved starts at a multiple of 64 KiB: in front of that nothing can be taken. */
bool page_occupy(unsigned char *at, uint64_t page) {
    unsigned char *found = VirtualAlloc(at, (SIZE_T)page, MEM_RESERVE, PAGE_NOACCESS);
    if (found && found != at)
        page_end(found, page);
    return found == at;
}
