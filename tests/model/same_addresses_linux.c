// SPDX-License-Identifier: MIT
// The same addresses in each run: Linux.
#include "same_addresses.h"

#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

/* Not under Valgrind either, which would be left behind. */
void have_same_addresses(char **argv) {
    const char *preloaded = getenv("LD_PRELOAD");
    if (preloaded && strstr(preloaded, "vgpreload"))
        return;
    int before = personality(0xffffffff);
    if (before == -1 || (before & ADDR_NO_RANDOMIZE) || personality((unsigned long)before | ADDR_NO_RANDOMIZE) == -1)
        return;
    if (personality(0xffffffff) & ADDR_NO_RANDOMIZE)
        execv("/proc/self/exe", argv);
}
