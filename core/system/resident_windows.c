// SPDX-License-Identifier: MIT
// What the working set has of a piece of memory.
#include "wide_windows.h"

#include <psapi.h>

#include "checked_math.h"
#include "system.h"

uint64_t system_resident(const unsigned char *from, uint64_t size) {
    enum { PAGES = 128 };
    PSAPI_WORKING_SET_EX_INFORMATION pages[PAGES];
    const uint64_t page_size = system_page_size();
    uint64_t start = (uintptr_t)from;
    uint64_t end = start + size;
    uint64_t total = 0;
    for (uint64_t at = round_down(start, page_size); at < end; at += PAGES * page_size) {
        uint64_t count = min_u64(PAGES, (end - at + page_size - 1) / page_size);
        for (uint64_t i = 0; i < count; i++)
            pages[i].VirtualAddress = (void *)(uintptr_t)(at + i * page_size);
        if (!K32QueryWorkingSetEx(GetCurrentProcess(), pages, (DWORD)(count * sizeof(pages[0]))))
            return UINT64_MAX;
        for (uint64_t i = 0; i < count; i++)
            if (pages[i].VirtualAttributes.Valid)
                total += min_u64(end, at + (i + 1) * page_size) - max_u64(start, at + i * page_size);
    }
    return total;
}
