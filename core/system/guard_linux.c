// SPDX-License-Identifier: MIT
// Guard pages on Linux: by advice, which takes no mapping more and gives the pages back; by protection where the kernel
// does not have it, or not for that memory.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "guard_protection.h"
#include "system.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13; older C libraries do not name it */
#define MADV_GUARD_REMOVE 103
#endif

/* 0, or an errno value. */
static int guard_advise(unsigned char *from, uint64_t size, int advice) {
    int error;
    do {
        error = madvise(from, (size_t)size, advice) == 0 ? 0 : errno;
    } while (error == EINTR);
    return error;
}

/* NULL: there is none. */
static unsigned char *fresh_page(void) {
    void *page = mmap(NULL, (size_t)system_page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

/* Emulators say yes to any advice and do nothing: a page of its own shows whether its contents go. */
static bool kernel_guards(void) {
    static atomic_int known; /* 1: no; 2: yes; 0: not asked yet */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        uint64_t size = system_page_size();
        unsigned char *page = fresh_page();
        if (!page)
            return false;
        *page = 1;
        bool both =
            guard_advise(page, size, MADV_GUARD_INSTALL) == 0 && guard_advise(page, size, MADV_GUARD_REMOVE) == 0;
        answer = 1 + (both && *(volatile unsigned char *)page == 0); /* GCOVR_EXCL_BR_LINE: emulators */
        munmap(page, (size_t)size);
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

/* EINVAL is what memory says that the advice is not for, which has no guard by it; and some say it who forbid the
   advice after pages were guarded. */
static bool is_not_for(unsigned char *from) {
    uint64_t size = system_page_size();
    unsigned char *page = fresh_page();
    if (!page) /* GCOVR_EXCL_BR_LINE: two failures at once */
        return false;
    bool elsewhere = guard_advise(page, size, MADV_GUARD_REMOVE) == 0;
    munmap(page, (size_t)size);
    return elsewhere && guard_advise(from, size, MADV_GUARD_REMOVE) == EINVAL; /* GCOVR_EXCL_BR_LINE: hugetlb */
}

bool system_guard(unsigned char *from, uint64_t size) {
    if (kernel_guards()) {
        if (guard_advise(from, size, MADV_GUARD_INSTALL) == 0)
            return true;
        (void)guard_advise(from, size, MADV_GUARD_REMOVE); /* some of it may be done */
    }
    return guard_protect(from, size);
}

/* Both, as a page may have come either way. */
bool system_unguard(unsigned char *from, uint64_t size) {
    int removed = kernel_guards() ? guard_advise(from, size, MADV_GUARD_REMOVE) : 0;
    bool opened = guard_unprotect(from, size);
    return (removed == 0 || (removed == EINVAL && is_not_for(from))) && opened; /* GCOVR_EXCL_BR_LINE: hugetlb */
}
