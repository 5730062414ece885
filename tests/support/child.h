// SPDX-License-Identifier: MIT
// Runs a part of a test in a process of its own: for limits that cannot be taken back, and for ends that are expected.
#ifndef SAMRENA_TESTS_CHILD_H
#define SAMRENA_TESTS_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samrena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Forks, runs body(argument) and ends the child with status 0 where it returns; gives the status as waitpid() tells it,
   -1 where no child could be made. What kills the child is seen here: an assert of cmocka that fails aborts, and so
   does a signal that cmocka catches; no core file is left; one that hangs is ended by SIGALRM after some minutes. */
int status_of_child(void (*body)(const void *argument), const void *argument);

/* Memory that parent and children share, zeroed and never given back: what a child writes there outlives it. */
void *shared_with_children(size_t size);

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
#define assert_child_passes(body, argument)                                                                            \
    do {                                                                                                               \
        int status_ = status_of_child(body, argument);                                                                 \
        if (status_ != 0)                                                                                              \
            fail_msg("the child ended with status 0x%x", (unsigned)status_);                                           \
    } while (0)

/* One entry of a test table: a test that has a process of its own. */
#define IN_A_PROCESS(test)                                                                                             \
    {                                                                                                                  \
#test, run_in_a_process, NULL, NULL, (void *)(uintptr_t) & (const TestBody) {                                  \
            test                                                                                                       \
        }                                                                                                              \
    }

typedef struct TestBody {
    void (*run)(void **state);
} TestBody;

/* A cmocka test that runs the TestBody in *state. */
void run_in_a_process(void **state);

#ifdef __cplusplus
}
#endif

#endif
