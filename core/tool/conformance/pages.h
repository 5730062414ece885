// SPDX-License-Identifier: MIT
// Pages of this process: what the suite asks of the system, one file a system, and what it counts by that.
#ifndef SAMRENA_CONFORMANCE_PAGES_H
#define SAMRENA_CONFORMANCE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/* ---- The system ---- */

/* Whether a page of private memory is resident; what is not mapped is not. False: the system does not tell. */
bool page_tell(const unsigned char *at, uint64_t page, bool *resident);
/* A fresh page that nobody has touched; NULL: none is to be had. */
unsigned char *page_new(uint64_t page);
void page_end(unsigned char *at, uint64_t page);
/* Takes the addresses of that page, without memory, where nobody has them; page_end() gives them back. */
bool page_occupy(unsigned char *at, uint64_t page);

/* ---- Counting ---- */

typedef struct Pages {
    int64_t whole;    /* inside a range */
    int64_t resident; /* of those */
} Pages;

/* Nothing where the system does not tell. */
Pages pages_between(const unsigned char *from, const unsigned char *to, uint64_t page);
/* Some systems have the call, and call everything resident. */
bool residence_is_told(uint64_t page);

#endif
