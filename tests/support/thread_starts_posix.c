// SPDX-License-Identifier: MIT
// Counts the threads that a program starts, and refuses them on demand.
#include "thread_starts.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

ThreadStarts threads;

typedef struct Start {
    void *(*routine)(void *argument);
    void *argument;
} Start;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *argument),
                          void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *argument),
                          void *argument);

static void *run(void *given) {
    Start start = *(Start *)given;
    free(given);
    void *result = start.routine(start.argument);
    threads.alive--;
    return result;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *argument),
                          void *argument) {
    Start *start = malloc(sizeof(*start));
    if (threads.refuse > 0)
        threads.refuse--;
    else if (start && threads.refuse == 0) {
        *start = (Start){routine, argument};
        threads.started++;
        threads.alive++;
        return __real_pthread_create(thread, attributes, run, start);
    }
    free(start);
    return EAGAIN;
}
