// SPDX-License-Identifier: MIT
// Which pages of a range this process has resident.
#ifndef SAMRENA_CONFORMANCE_PAGES_H
#define SAMRENA_CONFORMANCE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Pages {
    int64_t whole;    /* inside a range */
    int64_t resident; /* of those; what is not mapped any more is not */
} Pages;

/* Nothing where the system does not tell. */
Pages pages_between(const unsigned char *from, const unsigned char *to, uint64_t page);
/* Some systems have the call, and call everything resident. */
bool residence_is_told(uint64_t page);

#endif
