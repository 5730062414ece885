// SPDX-License-Identifier: MIT
// Elevated rights, as far as user and group tell them.
#include <unistd.h>

#include "system.h"

bool system_is_elevated(void) {
    return getuid() != geteuid() || getgid() != getegid();
}
