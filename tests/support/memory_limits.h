// SPDX-License-Identifier: MIT
// Limits on memory.
#ifndef SAMRENA_TESTS_MEMORY_LIMITS_H
#define SAMRENA_TESTS_MEMORY_LIMITS_H

#include <stdbool.h>
#include <sys/resource.h>

/* Some emulators say that they set one, and do not. */
static inline bool memory_limits_are_kept(void) {
    struct rlimit before, after;
    if (getrlimit(RLIMIT_AS, &before) != 0)
        return false;
    struct rlimit limit = before;
    limit.rlim_cur = before.rlim_cur == RLIM_INFINITY ? (rlim_t)1 << 31 : before.rlim_cur - 1;
    bool kept =
        setrlimit(RLIMIT_AS, &limit) == 0 && getrlimit(RLIMIT_AS, &after) == 0 && after.rlim_cur == limit.rlim_cur;
    (void)setrlimit(RLIMIT_AS, &before);
    return kept;
}

#define LIMITS_ARE_NOT_KEPT "no limit on memory is kept here"

#endif
