// SPDX-License-Identifier: MIT
// What mincore() tells about anonymous memory: whether each page is there.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#include "checked_math.h"
#include "system.h"

uint64_t system_resident(const unsigned char *from, uint64_t size) {
    enum { PAGES = 1024 };
    unsigned char present[PAGES];
    const uint64_t page_size = system_page_size();
    uint64_t start = (uintptr_t)from;
    uint64_t end = start + size;
    uint64_t total = 0;
    for (uint64_t at = round_down(start, page_size); at < end; at += PAGES * page_size) {
        uint64_t pages = min_u64(PAGES, (end - at + page_size - 1) / page_size);
        if (mincore((void *)(uintptr_t)at, (size_t)(pages * page_size), present) != 0)
            return UINT64_MAX;
        for (uint64_t i = 0; i < pages; i++)
            if (present[i] & 1)
                total += min_u64(end, at + (i + 1) * page_size) - max_u64(start, at + i * page_size);
    }
    return total;
}
