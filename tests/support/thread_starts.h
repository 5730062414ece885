// SPDX-License-Identifier: MIT
// Counts the threads that a program starts, the library's at least, and refuses them on demand; and counts how often one
// waits for the library's monitor. For programs that have the library inside, linked as thread_starts in the build says.
#ifndef SAMRENA_TESTS_THREAD_STARTS_H
#define SAMRENA_TESTS_THREAD_STARTS_H

#include <stdatomic.h>

typedef struct ThreadStarts {
    atomic_int started;
    atomic_int alive;  /* of these */
    atomic_int refuse; /* so many of the next ones; -1: all */
    atomic_int waits;
} ThreadStarts;

extern ThreadStarts threads;

#endif
