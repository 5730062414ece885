// SPDX-License-Identifier: MIT
// The clock of deadlines, whatever children are made of.
#include "child.h"

#include "system/system.h"

int64_t clock_now(void) {
    return (int64_t)(system_now() / 1000000);
}
