// SPDX-License-Identifier: MIT
// What this process has of the system; one file a system.
#ifndef SAMRENA_CONFORMANCE_USAGE_H
#define SAMRENA_CONFORMANCE_USAGE_H

#include <stdint.h>

typedef struct Usage {
    int64_t resident; /* bytes */
    int64_t space;    /* bytes of address space */
    int64_t files;    /* open; elsewhere all handles of the system's objects */
    int64_t mappings;
} Usage;

/* NULL, or why it is not known or says nothing. */
const char *usage_now(Usage *usage);

#endif
