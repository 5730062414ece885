// SPDX-License-Identifier: MIT
// Memory by mmap().
#define _DEFAULT_SOURCE
#include "pages.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

size_t size_of_page(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

uint64_t most_to_reserve(void) {
    return UINT64_MAX;
}

void *get_pages(size_t size, bool shared) {
    int flags = MAP_ANONYMOUS | (shared ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE);
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void empty_pages(void *pages, size_t size) {
    int flags = MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED;
    if (size > 0 && mmap(pages, size, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED)
        abort();
}

void give_pages_back(void *pages, size_t size) {
    munmap(pages, size);
}

unsigned char *bytes_before_a_wall(size_t size) {
    size_t page = size_of_page();
    unsigned char *pages = get_pages(2 * page, false);
    if (!pages || mprotect(pages + page, page, PROT_NONE) != 0)
        return NULL;
    return pages + page - size;
}

void *get_block(size_t size) {
    return aligned_alloc(16, (size + 15) / 16 * 16);
}

void free_block(void *block) {
    free(block);
}
