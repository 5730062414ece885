// SPDX-License-Identifier: MIT
// Systems that do not tell a limit on addresses.
#include "vm.h"

uint64_t vm_space_left(void) {
    return UINT64_MAX;
}
