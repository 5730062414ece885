// SPDX-License-Identifier: MIT
// Page faults, counted: those of an arena's memory alone.
#include "faults.h"

static __attribute__((noinline)) long faults_of_stores(volatile unsigned char *bytes, uint64_t size) {
    long before = faults_so_far();
    for (uint64_t i = 0; i < size; i += 1000)
        bytes[i] = 1;
    bytes[size - 1] = 1;
    return faults_so_far() - before;
}

long faults_of_touching(unsigned char *bytes, uint64_t size) {
    static unsigned char own[2000];
    (void)faults_of_stores(own, sizeof(own));
    return faults_of_stores(bytes, size);
}

long faults_of_pushes(Samrena *arena, uint64_t total) {
    long before = faults_so_far();
    for (uint64_t size = 24; samrena_allocated(arena) + size + 15 <= total; size = size % 3000 + 40) {
        unsigned char *block = samrena_push(arena, size);
        if (!block)
            return -1;
        block[0] = 1;
        block[size - 1] = 1;
    }
    return faults_so_far() - before;
}
