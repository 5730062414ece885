// SPDX-License-Identifier: MIT
// Choices that an operator makes by an environment variable.
#ifndef SAMRENA_CORE_ENVIRONMENT_H
#define SAMRENA_CORE_ENVIRONMENT_H

#include "atomic.h"

typedef struct EnvironmentChoice {
    const char *name;
    const char *const *values; /* of the choices 0, 1, ...; 0 where the variable is not set */
    int count;
    atomic_int known; /* 0: not read yet; else the choice + 1 */
} EnvironmentChoice;

/* The first time; environment_choice() is for callers. */
int environment_read_choice(EnvironmentChoice *choice);

/* Reads the variable once: looking it up at every arena would cost more than the arena. Processes with elevated rights
   ignore it. A value that is none of them is told on stderr, and is as none. */
static inline int environment_choice(EnvironmentChoice *choice) {
    int known = atomic_load_explicit(&choice->known, memory_order_relaxed);
    return known ? known - 1 : environment_read_choice(choice);
}

#endif
