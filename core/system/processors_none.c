// SPDX-License-Identifier: MIT
// Processors where the system does not tell what this process may use of them.
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
