// SPDX-License-Identifier: MIT
// Marks and release functions: what an arena notes in its own memory about positions that are to be taken back.
#ifndef SAMRENA_CORE_MARKS_H
#define SAMRENA_CORE_MARKS_H

#include "arena.h"

/* What an arena notes about a place in its memory, newest on top. */
typedef struct Note {
    struct Note *older;
    SamrenaReleaseFunction function; /* NULL: a mark */
} Note;

typedef struct ReleaseNote {
    Note note;
    void *argument;
} ReleaseNote;

/* Has function(argument) called when this point is taken back. The note lies in the arena's memory, where it was pushed
   last. */
void marks_put(Samrena *arena, ReleaseNote *note, SamrenaReleaseFunction function, void *argument);

/* Runs all release functions, newest first, and forgets all marks. */
void marks_release(Samrena *arena);
static inline void marks_release_all(Samrena *arena) {
    if (arena->notes.newest)
        marks_release(arena);
}

/* No two of one process are the same, and those of an arena rise. */
uint64_t marks_take_serial(Samrena *arena);

#endif
