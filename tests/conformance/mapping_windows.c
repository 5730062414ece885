// SPDX-License-Identifier: MIT
// Memory as Windows maps it: addresses can only be given back as a whole, so what is to grow has them from the start.
#include <windows.h>

#include "mapping.h"

void *mapping_new(uint64_t size, uint64_t gap, bool shared) {
    (void)shared; /* nothing forks */
    unsigned char *memory = VirtualAlloc(NULL, (SIZE_T)(size + gap), MEM_RESERVE, PAGE_READWRITE);
    if (memory && !VirtualAlloc(memory, (SIZE_T)size, MEM_COMMIT, PAGE_READWRITE)) {
        VirtualFree(memory, 0, MEM_RELEASE);
        return NULL;
    }
    return memory;
}

static bool has_memory(const unsigned char *memory) {
    MEMORY_BASIC_INFORMATION part;
    for (const unsigned char *at = memory;
         VirtualQuery(at, &part, sizeof(part)) == sizeof(part) && part.AllocationBase == memory; at += part.RegionSize)
        if (part.State == MEM_COMMIT)
            return true;
    return false;
}

void mapping_end(void *memory, uint64_t size) {
    VirtualFree(memory, (SIZE_T)size, MEM_DECOMMIT);
    if (!has_memory(memory))
        VirtualFree(memory, 0, MEM_RELEASE);
}

bool mapping_grow(void *memory, uint64_t size, uint64_t larger) {
    return VirtualAlloc((unsigned char *)memory + size, (SIZE_T)(larger - size), MEM_COMMIT, PAGE_READWRITE);
}

void mapping_shrink(void *memory, uint64_t size, uint64_t smaller) {
    VirtualFree((unsigned char *)memory + smaller, (SIZE_T)(size - smaller), MEM_DECOMMIT);
}

void mapping_empty(unsigned char *from, uint64_t size, bool shared) {
    (void)shared;
    VirtualFree(from, (SIZE_T)size, MEM_DECOMMIT);
    VirtualAlloc(from, (SIZE_T)size, MEM_COMMIT, PAGE_READWRITE);
}

/* Adding nothing, in one step, changes nothing. */
bool mapping_populate(unsigned char *from, uint64_t size) {
    const uint64_t page = 4096;
    for (uint64_t at = 0; at < size; at += page)
        InterlockedExchangeAdd((volatile LONG *)(void *)(from + at), 0);
    return true;
}

void mapping_give_way(void) {
    if (!SwitchToThread())
        Sleep(1);
}
