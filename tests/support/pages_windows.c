// SPDX-License-Identifier: MIT
// Memory by VirtualAlloc().
#include <malloc.h>
#include <stdlib.h>
#include <windows.h>

#include "pages.h"

size_t size_of_page(void) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwPageSize;
}

/* Wine keeps a byte for each page: all addresses are 16 GiB. */
uint64_t most_to_reserve(void) {
    return UINT64_C(1) << 36;
}

void *get_pages(size_t size, bool shared) {
    (void)shared;
    return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void empty_pages(void *pages, size_t size) {
    if (size > 0 && (!VirtualFree(pages, size, MEM_DECOMMIT) || !VirtualAlloc(pages, size, MEM_COMMIT, PAGE_READWRITE)))
        abort();
}

void give_pages_back(void *pages, size_t size) {
    (void)size;
    VirtualFree(pages, 0, MEM_RELEASE);
}

unsigned char *bytes_before_a_wall(size_t size) {
    size_t page = size_of_page();
    unsigned char *pages = VirtualAlloc(NULL, 2 * page, MEM_RESERVE, PAGE_NOACCESS);
    if (!pages || !VirtualAlloc(pages, page, MEM_COMMIT, PAGE_READWRITE))
        return NULL;
    return pages + page - size;
}

void *get_block(size_t size) {
    return _aligned_malloc(size, 16);
}

void free_block(void *block) {
    _aligned_free(block);
}
