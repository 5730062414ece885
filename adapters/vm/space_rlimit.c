// SPDX-License-Identifier: MIT
// Addresses that are left by RLIMIT_AS, which is no part of POSIX but of XSI.
#include <sys/resource.h>

#include "vm.h"

uint64_t vm_space_left(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    uint64_t taken = vm_space_taken();
    return limit.rlim_cur > taken ? limit.rlim_cur - taken : 0;
}
