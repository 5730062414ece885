// SPDX-License-Identifier: MIT
// Elevated rights, as BSD and macOS tell them, of a process that had them once too.
#include <unistd.h>

#include "system.h"

bool system_is_elevated(void) {
    return issetugid() != 0;
}
