// SPDX-License-Identifier: MIT
// Page faults, counted: those of an arena's memory alone.
//
// A program faults in pages of its own as well: code that it comes to for the first time, after a fork() all of it
// again, and counters. What is measured is therefore done once before, over memory that does not matter.
#ifndef SAMRENA_TESTS_FAULTS_H
#define SAMRENA_TESTS_FAULTS_H

#include "samrena.h"

/* Of the process, and of the calling thread. Where they are not counted, COUNTS_FAULTS is 0, and so are these. */
long faults_so_far(void);
long faults_of_thread(void);

/* Faults of a store to each page. */
long faults_of_touching(unsigned char *bytes, uint64_t size);

/* Faults of pushes until `total` bytes are allocated, with stores to each block; blocks of all sizes up to a page, so
   that each page is touched. To be called for another arena of the same kind first. -1: a push failed. */
long faults_of_pushes(Samrena *arena, uint64_t total);

#endif
