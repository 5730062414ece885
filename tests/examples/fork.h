// SPDX-License-Identifier: MIT
// The part of program.c that needs fork().
#ifndef SAMRENA_TESTS_EXAMPLES_FORK_H
#define SAMRENA_TESTS_EXAMPLES_FORK_H

#include <samrena.h>

/* Forks; the child trims, grows, empties and ends the arena after the parent has pushed on. Prints what came of it. */
void fork_with(Samrena *arena);

#endif
