// SPDX-License-Identifier: MIT
// Asks mincore(), which tells which pages of private memory this process has.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "pages.h"

bool page_tell(const unsigned char *at, uint64_t page, bool *resident) {
    unsigned char told = 0;
    if (mincore((void *)(uintptr_t)at, (size_t)page, (void *)&told) != 0 && errno != ENOMEM)
        return false;
    *resident = told & 1;
    return true;
}

static unsigned char *map(unsigned char *at, uint64_t page, int protection) {
    void *found = mmap(at, (size_t)page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return found == MAP_FAILED ? NULL : found;
}

unsigned char *page_new(uint64_t page) {
    return map(NULL, page, PROT_READ | PROT_WRITE);
}

void page_end(unsigned char *at, uint64_t page) {
    munmap(at, (size_t)page);
}

/* A hint, not a fixed place: nobody's mapping is replaced. */
bool page_occupy(unsigned char *at, uint64_t page) {
    unsigned char *found = map(at, page, PROT_NONE);
    if (found && found != at)
        page_end(found, page);
    return found == at;
}
