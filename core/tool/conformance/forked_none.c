// SPDX-License-Identifier: MIT
// Nothing can be forked here.
#include "forked.h"

Forked forked_begin(Trial *trial, TrialPart *part, void *user) {
    (void)part;
    (void)user;
    skip(trial, "this system has no fork()");
}

void forked_end(Trial *trial, const Forked *forked) {
    (void)trial;
    (void)forked;
}
