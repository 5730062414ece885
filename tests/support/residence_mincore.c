// SPDX-License-Identifier: MIT
// Pages as mincore() lets them be seen, unless somebody is in the way.
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#include "residence.h"

#include <stdint.h>
#include <sys/mman.h>

#include "pages.h"

static bool is_there(void *page) {
    unsigned char there = 0;
    return mincore(page, size_of_page(), (void *)&there) == 0 && (there & 1);
}

bool residence_is_told(void) {
    volatile unsigned char *page = get_pages(size_of_page(), false);
    if (!page)
        return false;
    bool before = is_there((void *)(uintptr_t)page);
    *page = 1;
    bool after = is_there((void *)(uintptr_t)page);
    give_pages_back((void *)(uintptr_t)page, size_of_page());
    return !before && after;
}

bool pages_can_be_discarded(void) {
    volatile unsigned char *page = get_pages(size_of_page(), false);
    if (!page)
        return false;
    *page = 1;
    bool gone = madvise((void *)(uintptr_t)page, size_of_page(), MADV_DONTNEED) == 0 && *page == 0;
    give_pages_back((void *)(uintptr_t)page, size_of_page());
    return gone;
}
