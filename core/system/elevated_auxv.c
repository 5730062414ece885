// SPDX-License-Identifier: MIT
// Elevated rights, as the kernel tells them to each program that it starts.
#include <sys/auxv.h>

#include "system.h"

/* Not uid against euid: a program with file capabilities has equal ones. */
bool system_is_elevated(void) {
    return getauxval(AT_SECURE) != 0;
}
