// SPDX-License-Identifier: MIT
// What a command line program of this folder begins with.
#ifndef SAMRENA_TOOL_PROGRAM_H
#define SAMRENA_TOOL_PROGRAM_H

/* The program: called by main() with arguments in UTF-8, and with output that is written as it is. */
int program(int argc, char **argv);

#endif
