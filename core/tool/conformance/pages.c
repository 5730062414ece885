// SPDX-License-Identifier: MIT
// Counts the pages of a range.
#include "pages.h"

#include <stddef.h>

Pages pages_between(const unsigned char *from, const unsigned char *to, uint64_t page) {
    Pages pages = {0, 0};
    uintptr_t at = ((uintptr_t)from + (uintptr_t)(page - 1)) & ~(uintptr_t)(page - 1);
    for (; at + page <= (uintptr_t)to; at += (uintptr_t)page) {
        bool resident;
        if (!page_tell((unsigned char *)at, page, &resident))
            return (Pages){0, 0};
        pages.whole++;
        pages.resident += resident;
    }
    return pages;
}

bool residence_is_told(uint64_t page) {
    unsigned char *fresh = page_new(page);
    if (!fresh)
        return false;
    Pages before = pages_between(fresh, fresh + page, page);
    *(volatile unsigned char *)fresh = 1;
    Pages after = pages_between(fresh, fresh + page, page);
    page_end(fresh, page);
    return before.whole == 1 && before.resident == 0 && after.resident == 1;
}
