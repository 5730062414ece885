// SPDX-License-Identifier: MIT
// Pages made resident by writing to them.
#include "vm.h"

#include "../atomic.h"

static uint64_t to_next_page(volatile unsigned char *byte, uint64_t page_size) {
    return page_size - ((uintptr_t)byte & (page_size - 1));
}

void vm_touch(unsigned char *from, uint64_t size, uint64_t page_size) {
    volatile unsigned char *end = from + size;
    for (volatile unsigned char *byte = from; byte < end; byte += to_next_page(byte, page_size))
        *byte = *byte;
}

/* What another thread writes is never written over: a word is 0 and becomes 0 in one step, or somebody has written to
   its page, which is there then. A word, since not each processor exchanges bytes. */
void vm_touch_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    volatile unsigned char *end = from + size;
    for (volatile unsigned char *byte = from; byte < end; byte += to_next_page(byte, page_size)) {
        uintptr_t word = (uintptr_t)byte & ~(uintptr_t)(sizeof(unsigned) - 1);
        unsigned zero = 0;
        (void)atomic_compare_exchange_strong_explicit((volatile _Atomic(unsigned) *)word, &zero, 0,
                                                      memory_order_relaxed, memory_order_relaxed);
    }
}
