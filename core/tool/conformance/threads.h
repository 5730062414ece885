// SPDX-License-Identifier: MIT
// Threads of a check.
#ifndef SAMRENA_CONFORMANCE_THREADS_H
#define SAMRENA_CONFORMANCE_THREADS_H

#include "atomic.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct Thread {
    void (*run)(void *argument);
    void *argument;
    uintptr_t handle; /* the system's */
} Thread;

/* Stays where it is until it is joined. False: none is to be had. */
bool thread_start(Thread *thread, void (*run)(void *argument), void *argument);
void thread_join(Thread *thread);
/* Lets another one run. */
void thread_yield(void);

/* A place where so many threads wait for each other, once. */
static inline void meet(atomic_int *arrived, int expected) {
    atomic_fetch_add(arrived, 1);
    while (atomic_load(arrived) < expected)
        thread_yield();
}

#endif
