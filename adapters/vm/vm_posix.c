// SPDX-License-Identifier: MIT
// Page primitives that every POSIX system has.
#include "vm.h"

#include "../atomic.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

int vm_reserve(uint64_t size, unsigned char **base) {
    void *memory = vm_map(NULL, size, 0);
    if (memory == MAP_FAILED)
        return errno;
    *base = memory;
    return 0;
}

/* The address is a wish to the system, which every system grants where nothing is there. */
int vm_reserve_at(unsigned char *base, uint64_t size) {
    void *memory = vm_map(base, size, 0);
    if (memory == MAP_FAILED)
        return errno;
    if (memory == base)
        return 0;
    munmap(memory, (size_t)size);
    return EEXIST;
}

/* Asked for until it is had once. */
static bool has_four_gigabytes(void) {
    static atomic_bool known;
    if (atomic_load_explicit(&known, memory_order_relaxed)) /* GCOVR_EXCL_BR_LINE: 32 bits */
        return true;
    unsigned char *page = (unsigned char *)(uintptr_t)0xb0000000;
    if (vm_reserve_at(page, 1) != 0) /* GCOVR_EXCL_BR_LINE: 32 bits */
        return false;
    vm_release(page, 1);
    atomic_store_explicit(&known, true, memory_order_relaxed);
    return true;
}

/* A stack, or what the C library has of a thread, lies in the upper half of what processor and kernel give: pages of
   three levels or four, or 32 bits. Emulators of 32 bits put both far below, so there a page at 3 GiB is asked for. */
uint64_t vm_space(void) {
    const volatile unsigned char here = 0;
    const uint64_t highest = (uintptr_t)&here | (uintptr_t)&errno;
    uint64_t space = UINT64_C(1) << 30;
    while (space <= highest && space < UINT64_C(1) << 47) /* GCOVR_EXCL_BR_LINE: larger address spaces */
        space *= 2;
    if (sizeof(void *) < 8 && space < UINT64_C(1) << 32 && has_four_gigabytes())
        space = UINT64_C(1) << 32;
    return space;
}

bool vm_releases_parts(void) {
    return true;
}

void vm_release(unsigned char *base, uint64_t size) {
    munmap(base, (size_t)size);
}

int vm_commit(unsigned char *from, uint64_t size) {
    return mprotect(from, (size_t)size, PROT_READ | PROT_WRITE) == 0 ? 0 : errno;
}

/* A fresh mapping in place of the old one: unlike mprotect() it gives up the pages and what was promised for them. */
int vm_decommit(unsigned char *from, uint64_t size) {
    return vm_map(from, size, MAP_FIXED) == MAP_FAILED ? errno : 0;
}
