// SPDX-License-Identifier: MIT
// Marks and release functions: what an arena notes in its own memory about positions that are to be taken back.
#ifndef SAMRENA_CORE_MARKS_H
#define SAMRENA_CORE_MARKS_H

#include "arena.h"

/* Runs all release functions, newest first, and forgets all marks. */
void marks_release(Samrena *arena);
static inline void marks_release_all(Samrena *arena) {
    if (arena->notes.newest)
        marks_release(arena);
}

#endif
