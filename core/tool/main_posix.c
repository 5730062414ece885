// SPDX-License-Identifier: MIT
// Where a program begins.
#include "program.h"

int main(int argc, char **argv) {
    return program(argc, argv);
}
