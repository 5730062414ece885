// SPDX-License-Identifier: MIT
// Populating and huge pages on Linux.
#define _GNU_SOURCE
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older C libraries do not name it */
#endif

/* Of x86_64, and of arm64 with 4 KiB pages. Elsewhere advice on these ranges is merely not the best. */
uint64_t vm_huge_page_size(void) {
    return UINT64_C(2) << 20;
}

void vm_advise_huge(unsigned char *from, uint64_t size) {
    (void)madvise(from, size, MADV_HUGEPAGE);
}

int vm_discard(unsigned char *from, uint64_t size) {
    return madvise(from, size, MADV_DONTNEED) == 0 ? 0 : errno;
}

/* "size resident ...", in pages. */
uint64_t vm_space_taken(void) {
    char text[32] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, sizeof(text) - 1) : 0;
    if (file >= 0)
        close(file);
    return got > 0 ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* User-mode emulators say that they populated, and did not. */
static bool is_resident(uintptr_t page, uint64_t page_size) {
    unsigned char there = 0;
    return mincore((void *)page, page_size, &there) != 0 || (there & 1);
}

/* MADV_WILLNEED would be no prefault: on anonymous memory it does nothing. */
int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    uintptr_t start = (uintptr_t)from & ~(uintptr_t)(page_size - 1);
    uintptr_t end = ((uintptr_t)from + size + page_size - 1) & ~(uintptr_t)(page_size - 1);
    int error;
    do {
        error = madvise((void *)start, end - start, MADV_POPULATE_WRITE) == 0 ? 0 : errno;
    } while (error == EINTR);

    if (!error && !is_resident(end - page_size, page_size))
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
