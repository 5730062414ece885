// SPDX-License-Identifier: MIT
// Page primitives of Windows.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "vm.h"

#include <errno.h>
#include <psapi.h>

static int failure(void) {
    switch (GetLastError()) {
    case ERROR_INVALID_PARAMETER: return EINVAL;
    case ERROR_ACCESS_DENIED: return EACCES;
    default: return ENOMEM;
    }
}

/* ---- Huge pages ---- */

/* Large pages are no advice here: they are committed with their addresses, never paged out, and need a privilege. */
uint64_t vm_huge_page_size(void) {
    return 0;
}

void vm_advise_huge(unsigned char *from, uint64_t size) {
    (void)from;
    (void)size;
}

const char *vm_collapse(unsigned char *from, uint64_t size, uint64_t page_size) {
    (void)from;
    (void)size;
    (void)page_size;
    return "the system has none to ask for";
}

/* ---- Address space ---- */

int vm_reserve(uint64_t size, unsigned char **base) {
    void *memory = size <= SIZE_MAX ? VirtualAlloc(NULL, (SIZE_T)size, MEM_RESERVE, PAGE_NOACCESS) : NULL;
    if (!memory)
        return size <= SIZE_MAX ? failure() : ENOMEM;
    *base = memory;
    return 0;
}

/* Reservations begin at multiples of more than a page: the system takes what lies before as well, or refuses. */
int vm_reserve_at(unsigned char *base, uint64_t size) {
    void *memory = VirtualAlloc(base, (SIZE_T)size, MEM_RESERVE, PAGE_NOACCESS);
    if (memory == base)
        return 0;
    if (memory)
        vm_release(memory, size);
    return memory || GetLastError() == ERROR_INVALID_ADDRESS ? EEXIST : failure();
}

void vm_release(unsigned char *base, uint64_t size) {
    (void)size;
    (void)VirtualFree(base, 0, MEM_RELEASE);
}

bool vm_releases_parts(void) {
    return false;
}

uint64_t vm_space(void) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return (uint64_t)(uintptr_t)system.lpMaximumApplicationAddress + 1; /* and some KiB, which do not count here */
}

/* ---- Memory ---- */

int vm_commit(unsigned char *from, uint64_t size) {
    return VirtualAlloc(from, (SIZE_T)size, MEM_COMMIT, PAGE_READWRITE) ? 0 : failure();
}

int vm_decommit(unsigned char *from, uint64_t size) {
    return VirtualFree(from, (SIZE_T)size, MEM_DECOMMIT) ? 0 : failure();
}

/* The pages stay committed. */
int vm_discard(unsigned char *from, uint64_t size) {
    return VirtualAlloc(from, (SIZE_T)size, MEM_RESET, PAGE_READWRITE) ? 0 : failure();
}

/* Where the working set is limited, the first page had to go for the last. */
static bool stayed(unsigned char *from) {
    PSAPI_WORKING_SET_EX_INFORMATION page = {.VirtualAddress = from};
    return !K32QueryWorkingSetEx(GetCurrentProcess(), &page, sizeof(page)) || page.VirtualAttributes.Valid;
}

typedef void Touch(unsigned char *from, uint64_t size, uint64_t page_size);

/* What was paged out comes back in one call; pages that nobody has touched yet come by a write alone. */
static int populate(unsigned char *from, uint64_t size, uint64_t page_size, Touch *touch) {
    WIN32_MEMORY_RANGE_ENTRY range = {from, (SIZE_T)size};
    (void)PrefetchVirtualMemory(GetCurrentProcess(), 1, &range, 0);
    touch(from, size, page_size);
    return stayed(from) ? 0 : ENOMEM;
}

int vm_populate(unsigned char *from, uint64_t size, uint64_t page_size, uint64_t *populated) {
    int error = populate(from, size, page_size, vm_touch);
    *populated = error ? 0 : size;
    return error;
}

const char *vm_touched_because(void) {
    return "what was never there comes by a write alone";
}

int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    return populate(from, size, page_size, vm_touch_concurrently);
}
