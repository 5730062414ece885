// SPDX-License-Identifier: MIT
// What can be seen of pages in this process: a reading of the tests' own, as a kernel, a filter or an emulator may keep
// anything from it. Each is found out with a page of its own, at each call.
#ifndef SAMRENA_TESTS_RESIDENCE_H
#define SAMRENA_TESTS_RESIDENCE_H

#include <stdbool.h>

/* Whether the system tells which pages are in memory. */
bool residence_is_told(void);
/* Whether it takes back single pages in the middle of memory that stays usable. */
bool pages_can_be_discarded(void);

#endif
