// SPDX-License-Identifier: MIT
// Limits on the memory of a process, by getrlimit().
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "system.h"

static void add_limit(SystemLimits *limits, rlim_t most, const char *name, const char *option) {
    size_t length = strlen(limits->text);
    if (most != RLIM_INFINITY)
        snprintf(limits->text + length, sizeof(limits->text) - length, "; %s is %llu bytes (ulimit %s)", name,
                 (unsigned long long)most, option);
}

SystemLimits system_limits(void) {
    SystemLimits limits = {.text = ""};
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0)
        add_limit(&limits, limit.rlim_cur, "RLIMIT_AS", "-v");
    if (getrlimit(RLIMIT_DATA, &limit) == 0)
        add_limit(&limits, limit.rlim_cur, "RLIMIT_DATA", "-d");
    return limits;
}
