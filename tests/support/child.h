// SPDX-License-Identifier: MIT
// Runs a part of a test in a process of its own: for limits that cannot be taken back, and for ends that are expected.
//
// Where there is fork(), a child is a copy of its parent. Elsewhere it is the same program started again: it goes
// through main() up to child_starts_here(), and has of its parent's state what shared_with_children() gave and the
// argument. Tests of what a fork does are not built there; all others rely on no more than that.
#ifndef SAMRENA_TESTS_CHILD_H
#define SAMRENA_TESTS_CHILD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "samrena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called once by main(), before the first child, when all is there that bodies need. Does not return in a child that
   began at main(). */
void child_starts_here(void);

/* Memory that parent and children share at one address, zeroed and never given back: what a child writes there outlives
   it. What main() gets before child_starts_here() is the same in each child; what is got later, children find by the
   argument. 32 MiB in all. */
void *shared_with_children(size_t size);

/* Children that take longer are ended: seconds, 300 unless a program says otherwise. */
extern unsigned child_seconds;

/* Runs body(argument) in a child, which ends with 0 where that returns. The argument is `size` bytes, copied; what they
   point to has to be static and constant, or shared. -1: no child could be made. No core file is left, and an assert of
   cmocka that fails aborts, as does a signal that cmocka catches. */
intptr_t start_child(void (*body)(const void *argument), const void *argument, size_t size);

/* Waits for it: its exit code, below 256, or one of these. */
int end_of_child(intptr_t child);
#define CHILD_KILLED(signal) (256 + (signal)) /* SIGABRT, SIGSEGV; what the system has besides */
#define CHILD_HUNG 512
#define CHILD_NOT_MADE 513

/* Both. */
int status_of_child(void (*body)(const void *argument), const void *argument, size_t size);

/* The status in words; valid until the next call. */
const char *words_of_status(int status);

/* For programs without a framework: a failed check tells where, and ends the child with 1. */
#define check(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "# %s:%d: %s; last error: %s\n", __FILE__, __LINE__, #condition,                           \
                    samrena_last_error_message());                                                                     \
            _exit(1);                                                                                                  \
        }                                                                                                              \
    } while (0)

/* The rest is for cmocka: the child has to end with 0. */
#define assert_child_passes(body, argument, size)                                                                      \
    do {                                                                                                               \
        int status_ = status_of_child(body, argument, size);                                                           \
        if (status_ != 0)                                                                                              \
            fail_msg("the child %s", words_of_status(status_));                                                        \
    } while (0)

/* One entry of a test table: a test that has a process of its own. */
#define IN_A_PROCESS_WITH(test, setup, teardown)                                                                       \
    {                                                                                                                  \
#test, run_in_a_process, setup, teardown, (void *)(uintptr_t) & (const TestBody) {                             \
            test                                                                                                       \
        }                                                                                                              \
    }
#define IN_A_PROCESS(test) IN_A_PROCESS_WITH(test, NULL, NULL)

typedef struct TestBody {
    void (*run)(void **state);
} TestBody;

/* A cmocka test that runs the TestBody in *state. */
void run_in_a_process(void **state);

#ifdef __cplusplus
}
#endif

#endif
