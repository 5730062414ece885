// SPDX-License-Identifier: MIT
// Populating and huge pages on systems without calls of their own for either.
#include "vm.h"

#include <errno.h>

uint64_t vm_huge_page_size(void) {
    return 0;
}

void vm_advise_huge(unsigned char *from, uint64_t size) {
    (void)from;
    (void)size;
}

const char *vm_collapse(unsigned char *from, uint64_t size, uint64_t page_size) {
    (void)from;
    (void)size;
    (void)page_size;
    return "the system has none to ask for";
}

uint64_t vm_space_taken(void) {
    return 0;
}

/* posix_madvise() may, but need not, take the pages. */
int vm_discard(unsigned char *from, uint64_t size) {
    (void)from;
    (void)size;
    return ENOTSUP;
}

int vm_populate(unsigned char *from, uint64_t size, uint64_t page_size, uint64_t *populated) {
    vm_touch(from, size, page_size);
    *populated = size;
    return 0;
}

const char *vm_touched_because(void) {
    return "the system has no call that populates";
}

int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    vm_touch_concurrently(from, size, page_size);
    return 0;
}
