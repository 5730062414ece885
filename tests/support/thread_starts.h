// SPDX-License-Identifier: MIT
// Counts the threads that a program starts, and refuses them on demand.
//
// The program that links thread_starts.c has to be linked with -Wl,--wrap=pthread_create.
#ifndef SAMRENA_TESTS_THREAD_STARTS_H
#define SAMRENA_TESTS_THREAD_STARTS_H

#include <stdatomic.h>

typedef struct ThreadStarts {
    atomic_int started;
    atomic_int alive;  /* of these */
    atomic_int refuse; /* so many of the next ones; -1: all */
} ThreadStarts;

extern ThreadStarts threads;

#endif
