// SPDX-License-Identifier: MIT
// AddressSanitizer and LeakSanitizer by weak symbols.
#include "address_sanitizer.h"

void __asan_poison_memory_region(const volatile void *from, size_t size);
void __asan_unpoison_memory_region(const volatile void *from, size_t size);
void __lsan_do_leak_check(void);
#pragma weak __asan_poison_memory_region
#pragma weak __asan_unpoison_memory_region
#pragma weak __lsan_do_leak_check

bool address_sanitizer_runs(void) {
    return __asan_poison_memory_region && __asan_unpoison_memory_region; /* GCOVR_EXCL_BR_LINE: both or none */
}

bool leak_sanitizer_runs(void) {
    return __lsan_do_leak_check;
}

void address_sanitizer_poison(const unsigned char *from, size_t size) {
    if (address_sanitizer_runs())
        __asan_poison_memory_region(from, size);
}

void address_sanitizer_unpoison(const unsigned char *from, size_t size) {
    if (address_sanitizer_runs())
        __asan_unpoison_memory_region(from, size);
}
