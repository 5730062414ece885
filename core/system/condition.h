// SPDX-License-Identifier: MIT
// Condition variables that wait until a time is reached, by the best clock that the system has for them.
#ifndef SAMRENA_CORE_CONDITION_H
#define SAMRENA_CORE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* False: there can be none. */
bool condition_make(pthread_cond_t *condition);

/* The time now, by the clock that pthread_cond_timedwait() goes by for those made here. */
void condition_now(struct timespec *now);

#endif
