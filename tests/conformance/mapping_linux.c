// SPDX-License-Identifier: MIT
// Memory as Linux maps it.
#define _GNU_SOURCE
#include "mapping.h"

#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* older headers do not name it */
#endif

void *mapping_new(uint64_t size, uint64_t gap, bool shared) {
    int flags = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_NORESERVE;
    unsigned char *memory = mmap(NULL, (size_t)(size + gap), PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory != MAP_FAILED && gap > 0)
        munmap(memory + size, (size_t)gap);
    return memory == MAP_FAILED ? NULL : memory;
}

void mapping_end(void *memory, uint64_t size) {
    munmap(memory, (size_t)size);
}

bool mapping_grow(void *memory, uint64_t size, uint64_t larger) {
    return mremap(memory, (size_t)size, (size_t)larger, 0) != MAP_FAILED;
}

void mapping_shrink(void *memory, uint64_t size, uint64_t smaller) {
    munmap((unsigned char *)memory + smaller, (size_t)(size - smaller));
}

void mapping_empty(unsigned char *from, uint64_t size, bool shared) {
    (void)madvise(from, (size_t)size, shared ? MADV_REMOVE : MADV_DONTNEED);
}

/* Where the system says that it has the call, and has not, nothing is done. */
bool mapping_populate(unsigned char *from, uint64_t size) {
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    unsigned char last = 0;
    return madvise(from, (size_t)size, MADV_POPULATE_WRITE) == 0 &&
           (mincore(from + size - page, (size_t)page, &last) != 0 || (last & 1));
}

void mapping_give_way(void) {
    sched_yield();
}
