// SPDX-License-Identifier: MIT
// Marks and release functions: what an arena notes in its own memory about positions that are to be taken back.
#ifndef SAMRENA_CORE_MARKS_H
#define SAMRENA_CORE_MARKS_H

#include "arena.h"

/* Runs all release functions, newest first, and forgets all marks; for `function`, which takes everything back. False:
   it was called from a release function, which may not do that; the error is set. */
bool marks_release_all(Samrena *arena, const char *function);

#endif
