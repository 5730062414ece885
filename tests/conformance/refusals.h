// SPDX-License-Identifier: MIT
// Calls of the system that the program which links refusals.c with --wrap can have refused.
#ifndef SAMRENA_TESTS_CONFORMANCE_REFUSALS_H
#define SAMRENA_TESTS_CONFORMANCE_REFUSALS_H

typedef enum Refused {
    NOTHING_REFUSED,
    REFUSED_FORK,
    REFUSED_PIPE,
    REFUSED_MINCORE,
    REFUSED_MMAP,
    REFUSED_FOPEN,
    REFUSED_OPENDIR,
    REFUSED_THREAD,
    REFUSED_CALLOC,
    REFUSED_MALLOC
} Refused;

/* From here on the nth call of that kind fails, and every later one. */
void refuse(Refused which, int from);

#endif
