// SPDX-License-Identifier: MIT
// Shared libraries that come late: they export malloc themselves, and linked in they would replace everybody's.
#ifndef SAMRENA_TESTS_LATE_LIBRARY_H
#define SAMRENA_TESTS_LATE_LIBRARY_H

#include <stdbool.h>

typedef struct LateFunction {
    const char *name;
    void *address; /* of a pointer to the function */
} LateFunction;

/* Opens a library for itself alone and finds its functions; the list ends in a NULL name. NULL, or why it cannot. */
const char *late_library_open(const char *file, const LateFunction *functions);

#endif
