// SPDX-License-Identifier: MIT
// Populating and huge pages on Linux.
#define _GNU_SOURCE
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older C libraries do not name it */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

#define SETTINGS "/sys/kernel/mm/transparent_hugepage/"

/* Of x86_64, and of arm64 with 4 KiB pages. Elsewhere advice on these ranges is merely not the best. */
uint64_t vm_huge_page_size(void) {
    return UINT64_C(2) << 20;
}

void vm_advise_huge(unsigned char *from, uint64_t size) {
    (void)madvise(from, (size_t)size, MADV_HUGEPAGE);
}

int vm_discard(unsigned char *from, uint64_t size) {
    return madvise(from, (size_t)size, MADV_DONTNEED) == 0 ? 0 : errno;
}

enum { TEXT_SIZE = 128 };

/* The beginning of a small file, terminated; "" where it cannot be read. */
static void read_text(const char *path, char text[TEXT_SIZE]) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, TEXT_SIZE - 1) : 0;
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
}

/* "size resident ...", in pages. */
uint64_t vm_space_taken(void) {
    char text[TEXT_SIZE];
    read_text("/proc/self/statm", text);
    return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Collapsing passes over the system's setting, so it is asked for here: what is chosen stands in brackets. Newer
   systems have one for each size as well, which may leave it to the common one. */
static bool operator_allows_huge(void) {
    char text[TEXT_SIZE];
    read_text(SETTINGS "hugepages-2048kB/enabled", text);
    if (!text[0] || strstr(text, "[inherit]"))
        read_text(SETTINGS "enabled", text);
    return text[0] && !strstr(text, "[never]");
}

/* A page of each first: what holds nothing is not collapsed. */
static bool collapse(uintptr_t start, uintptr_t end, uintptr_t huge, uint64_t page_size) {
    for (uintptr_t page = start; page < end; page += huge)
        if (madvise((void *)page, (size_t)page_size, MADV_POPULATE_WRITE) != 0)
            return false;
    return madvise((void *)start, end - start, MADV_COLLAPSE) == 0;
}

/* One, and then some at a time: what a small page lies in becomes no huge one by advice any more. */
bool vm_collapse(unsigned char *from, uint64_t size, uint64_t page_size) {
    enum { AT_ONCE = 16 };
    uintptr_t huge = (uintptr_t)vm_huge_page_size();
    uintptr_t start = ((uintptr_t)from + huge - 1) & ~(huge - 1);
    uintptr_t end = ((uintptr_t)from + (uintptr_t)size) & ~(huge - 1);
    if (end <= start || !operator_allows_huge())
        return false;
    for (uintptr_t next, step = huge; start < end; start = next, step = AT_ONCE * huge) {
        next = end - start > step ? start + step : end;
        if (!collapse(start, next, huge, page_size))
            return false;
    }
    return true;
}

/* User-mode emulators say that they populated, and did not. */
static bool is_resident(uintptr_t page, uint64_t page_size) {
    unsigned char there = 0;
    return mincore((void *)page, (size_t)page_size, &there) != 0 || (there & 1);
}

/* MADV_WILLNEED would be no prefault: on anonymous memory it does nothing. */
int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    uintptr_t start = (uintptr_t)from & ~(uintptr_t)(page_size - 1);
    uintptr_t end = ((uintptr_t)from + (uintptr_t)(size + page_size - 1)) & ~(uintptr_t)(page_size - 1);
    int error;
    do {
        error = madvise((void *)start, end - start, MADV_POPULATE_WRITE) == 0 ? 0 : errno;
    } while (error == EINTR);

    if (!error && !is_resident(end - (uintptr_t)page_size, page_size))
        return ENOTSUP;
    switch (error) {
    case EINVAL: /* older kernels, and emulators, do not know the advice */
    case ENOSYS:
    case EPERM: /* a seccomp filter forbids it */
    case EAGAIN: return ENOTSUP;
    default: return error;
    }
}

int vm_populate(unsigned char *from, uint64_t size, uint64_t page_size, uint64_t *populated) {
    int error = vm_populate_concurrently(from, size, page_size);
    if (error == ENOTSUP) {
        vm_touch(from, size, page_size);
        error = 0;
    }
    *populated = error ? 0 : size;
    return error;
}
