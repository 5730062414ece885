// SPDX-License-Identifier: MIT
// Addresses that are few are taken away.
#include "address_space.h"

#include <stdbool.h>
#include <stddef.h>

#include "pages.h"

void leave_no_large_gap(void) {
    if (sizeof(void *) >= 8)
        return;
    while (get_pages((size_t)LARGEST_GAP, false)) {
    }
}
