// SPDX-License-Identifier: MIT
// Threads as POSIX has them.
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

_Static_assert(sizeof(pthread_t) <= sizeof(uintptr_t), "a thread's handle fits its place");

static void *enter(void *given) {
    const Thread *thread = given;
    thread->run(thread->argument);
    return NULL;
}

bool thread_start(Thread *thread, void (*run)(void *argument), void *argument) {
    pthread_t handle;
    *thread = (Thread){.run = run, .argument = argument};
    if (pthread_create(&handle, NULL, enter, thread) != 0)
        return false;
    memcpy(&thread->handle, &handle, sizeof(handle));
    return true;
}

void thread_join(Thread *thread) {
    pthread_t handle;
    memcpy(&handle, &thread->handle, sizeof(handle));
    (void)pthread_join(handle, NULL);
}

void thread_yield(void) {
    sched_yield();
}
