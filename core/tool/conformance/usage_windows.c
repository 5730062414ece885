// SPDX-License-Identifier: MIT
// What this process has, by the counters of Windows and a walk over its addresses.
#include <windows.h>
#include <psapi.h>

#include "usage.h"

/* Reserved or committed; a mapping is what was reserved at once. */
static void walk_addresses(Usage *usage) {
    MEMORY_BASIC_INFORMATION here;
    const unsigned char *at = NULL;
    void *last = NULL;
    while (VirtualQuery(at, &here, sizeof(here)) == sizeof(here)) {
        if (here.State != MEM_FREE) {
            usage->space += (int64_t)here.RegionSize;
            usage->mappings += here.AllocationBase != last;
            last = here.AllocationBase;
        }
        at = (const unsigned char *)here.BaseAddress + here.RegionSize;
    }
}

/* Wine does not count them: there the first thousand are tried. */
static int64_t count_handles(void) {
    enum { LAST = 4096, APART = 4 };
    DWORD told = 0, flags;
    int64_t count = 0;
    if (GetProcessHandleCount(GetCurrentProcess(), &told) && told > 0)
        return told;
    for (uintptr_t handle = APART; handle <= LAST; handle += APART)
        count += GetHandleInformation((HANDLE)handle, &flags) != 0;
    return count;
}

const char *usage_now(Usage *usage) {
    PROCESS_MEMORY_COUNTERS counters;
    if (!GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters)))
        return "the system does not tell what the process has";
    *usage = (Usage){.resident = (int64_t)counters.WorkingSetSize, .files = count_handles()};
    walk_addresses(usage);
    return NULL;
}
