// SPDX-License-Identifier: MIT
// Where a program begins.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>

#include "program.h"

/* What the library refuses is told by the program, in its own words. */
int main(int argc, char **argv) {
    (void)setenv("SAMRENA_LOG", "none", 0);
    return program(argc, argv);
}
