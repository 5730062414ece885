// SPDX-License-Identifier: MIT
#include "hostile.h"

void add_tests_of_elf(void) {
}
