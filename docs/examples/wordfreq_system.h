// SPDX-License-Identifier: MIT
// What wordfreq asks of the system; one file a system answers.
#ifndef WORDFREQ_SYSTEM_H
#define WORDFREQ_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* First: the arguments as UTF-8, and output that is written as it is. Does not return in a process that in_a_process()
   started. */
void begin_program(int *argc, char ***argv);

typedef struct Cost {
    double seconds;
    long page_faults; /* of this thread, not of the library's own; 0 where they are not counted */
} Cost;

/* Since `start`, which an earlier call with zeroes gave. */
Cost cost_since(Cost start);

bool is_terminal(FILE *file);

FILE *open_file(const char *name);
bool file_is_there(const char *name);
/* 0 where it is no regular file. */
uint64_t file_size(const char *name);

/* The name of a file that is not there yet, in a folder for such files. */
enum { TEMPORARY_NAME_SIZE = 512 };
bool temporary_name(char name[TEMPORARY_NAME_SIZE]);

/* Calls do_order() in a process of its own, with a copy of the order, and takes over its result. */
bool in_a_process(const void *order, size_t order_size, void *result, size_t result_size);
/* The program's. */
void do_order(void *order, void *result);

#endif
