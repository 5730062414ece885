// SPDX-License-Identifier: MIT
// Nothing forks here.
#include "fork.h"

#include <stdio.h>

void fork_with(Samrena *arena) {
    (void)arena;
    printf("parent: this system has no fork()\n");
}
