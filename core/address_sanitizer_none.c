// SPDX-License-Identifier: MIT
// Where every symbol has to be there when the library is linked, sanitizers cannot be found.
#include "address_sanitizer.h"

bool address_sanitizer_runs(void) {
    return false;
}

bool leak_sanitizer_runs(void) {
    return false;
}

void address_sanitizer_poison(const unsigned char *from, size_t size) {
    (void)from;
    (void)size;
}

void address_sanitizer_unpoison(const unsigned char *from, size_t size) {
    (void)from;
    (void)size;
}
