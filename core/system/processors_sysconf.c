// SPDX-License-Identifier: MIT
// Processors, as far as the system tells how many are on line: not which of them this process may use.
#include <unistd.h>

#include "system.h"

uint64_t system_processors(const char *root) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    (void)root;
    return online > 0 ? (uint64_t)online : 1;
}

uint64_t system_running(const char *root) {
    (void)root;
    return 0;
}
