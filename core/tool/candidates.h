// SPDX-License-Identifier: MIT
// Every adapter that there is a file for, or that is built in, in the order in which a name finds them.
#ifndef SAMRENA_TOOL_CANDIDATES_H
#define SAMRENA_TOOL_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "loader/paths.h"
#include "samrena/adapter.h"

/* Plain bytes: a child is asked about it. */
typedef struct Candidate {
    bool built_in; /* else a file */
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    char source[PATH_ROOM]; /* the file's path, or "built in" */
    size_t shadowed_by;     /* index of the one that the name finds; its own: it is found itself */
} Candidate;

typedef struct Candidates {
    Candidate *all;
    size_t count;
} Candidates;

/* All of them, sorted by name; ends the program where there is no heap memory. */
Candidates candidates_find(void);
void candidates_free(Candidates *found);

bool candidates_have(const Candidates *found, const char *name);

/* Tells on stderr that there is none of that name, and which may be meant. */
void candidates_tell_lack(const char *name);

/* NAME, found as an arena would, or FILE, which has a slash or ends as a plugin's file does. False: there is none. */
bool candidate_of(const char *name_or_file, Candidate *candidate);

/* The adapter of a candidate that is built in. */
const SamrenaAdapter *candidate_built_in(const Candidate *candidate);

#endif
