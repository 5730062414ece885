// SPDX-License-Identifier: MIT
// Asks mincore(), which tells which pages of private memory this process has.
#define _DEFAULT_SOURCE
#include "pages.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

Pages pages_between(const unsigned char *from, const unsigned char *to, uint64_t page) {
    Pages pages = {0, 0};
    uintptr_t at = ((uintptr_t)from + page - 1) & ~(uintptr_t)(page - 1);
    for (; at + page <= (uintptr_t)to; at += page) {
        unsigned char told = 0;
        if (mincore((void *)at, page, (void *)&told) != 0 && errno != ENOMEM)
            return (Pages){0, 0};
        pages.whole++;
        pages.resident += told & 1;
    }
    return pages;
}

bool residence_is_told(uint64_t page) {
    unsigned char *fresh = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED)
        return false;
    Pages before = pages_between(fresh, fresh + page, page);
    *(volatile unsigned char *)fresh = 1;
    Pages after = pages_between(fresh, fresh + page, page);
    munmap(fresh, page);
    return before.whole == 1 && before.resident == 0 && after.resident == 1;
}
