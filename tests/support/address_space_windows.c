// SPDX-License-Identifier: MIT
// Address space as Windows tells it, range by range.
#include <windows.h>

#include "address_space.h"

uint64_t address_space_taken(void) {
    MEMORY_BASIC_INFORMATION range;
    uint64_t taken = 0;
    for (const unsigned char *at = NULL; VirtualQuery(at, &range, sizeof(range)) == sizeof(range);
         at = (const unsigned char *)range.BaseAddress + range.RegionSize)
        taken += range.State == MEM_FREE ? 0 : range.RegionSize;
    return taken;
}
