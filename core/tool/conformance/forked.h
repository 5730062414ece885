// SPDX-License-Identifier: MIT
// A part of a check that runs in a forked child.
#ifndef SAMRENA_CONFORMANCE_FORKED_H
#define SAMRENA_CONFORMANCE_FORKED_H

#include "trial.h"

typedef struct Forked {
    intptr_t process;
    int go;    /* closed: the child begins */
    int words; /* what the child has to say */
} Forked;

/* The child waits for forked_end(), then runs the part with a trial of its own. Between the two the check must not be
   left. Skips where no process can be had, and on systems that have no fork(). */
Forked forked_begin(Trial *trial, TrialPart *part, void *user);
/* Lets it run and waits for its end. What fails there fails here. */
void forked_end(Trial *trial, const Forked *forked);

#endif
