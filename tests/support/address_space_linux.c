// SPDX-License-Identifier: MIT
// Address space as Linux tells it.
#include "address_space.h"

#include <stdio.h>

#include "pages.h"

uint64_t address_space_taken(void) {
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%llu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return (uint64_t)pages * size_of_page();
}
