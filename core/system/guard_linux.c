// SPDX-License-Identifier: MIT
// Guard pages on Linux: by advice, which takes no mapping more and gives the pages back; by protection where the kernel
// does not have it, or not for that memory.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "atomic.h"
#include "system.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13; older C libraries do not name it */
#define MADV_GUARD_REMOVE 103
#endif

static atomic_bool any_protected; /* pages may have to be unprotected too */

/* 0, or an errno value. */
static int guard_advise(unsigned char *from, uint64_t size, int advice) {
    int error;
    do {
        error = madvise(from, (size_t)size, advice) == 0 ? 0 : errno;
    } while (error == EINTR);
    return error;
}

/* Emulators say yes to any advice and do nothing: a page of its own shows whether its contents go. */
static bool kernel_guards(void) {
    static atomic_int known; /* 1: no; 2: yes; 0: not asked yet */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        uint64_t size = system_page_size();
        volatile unsigned char *page =
            mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED)
            return false;
        unsigned char *same = (unsigned char *)(uintptr_t)page;
        *page = 1;
        bool both =
            guard_advise(same, size, MADV_GUARD_INSTALL) == 0 && guard_advise(same, size, MADV_GUARD_REMOVE) == 0;
        answer = 1 + (both && *page == 0);
        munmap(same, (size_t)size);
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

bool system_guard(unsigned char *from, uint64_t size) {
    if (kernel_guards() && guard_advise(from, size, MADV_GUARD_INSTALL) == 0)
        return true;
    atomic_store_explicit(&any_protected, true, memory_order_relaxed);
    if (mprotect(from, (size_t)size, PROT_NONE) == 0)
        return true;
    (void)system_unguard(from, size); /* some of it may be done */
    return false;
}

/* Both, as a page may have come either way; what can be no guard is none. */
bool system_unguard(unsigned char *from, uint64_t size) {
    int removed = kernel_guards() ? guard_advise(from, size, MADV_GUARD_REMOVE) : 0;
    bool done = removed == 0 || removed == EINVAL;
    if (atomic_load_explicit(&any_protected, memory_order_relaxed))
        done = (mprotect(from, (size_t)size, PROT_READ | PROT_WRITE) == 0 || errno != ENOMEM) && done;
    return done;
}
