// SPDX-License-Identifier: MIT
// LeakSanitizer scans the heap and what it is told of, and not what else is mapped. It is found at run time, by its
// symbols, which the program brings along.
#include <stddef.h>

#include "vm.h"

void __lsan_register_root_region(const void *base, size_t size);
void __lsan_unregister_root_region(const void *base, size_t size);
#pragma weak __lsan_register_root_region
#pragma weak __lsan_unregister_root_region

void vm_add_root(const unsigned char *base, uint64_t size) {
    if (__lsan_register_root_region)
        __lsan_register_root_region(base, (size_t)size);
}

void vm_remove_root(const unsigned char *base, uint64_t size) {
    if (__lsan_unregister_root_region)
        __lsan_unregister_root_region(base, (size_t)size);
}
