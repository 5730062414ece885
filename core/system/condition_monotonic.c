// SPDX-License-Identifier: MIT
// Condition variables by a clock that nobody sets.
#include "condition.h"

bool condition_make(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool made =
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return made;
}

void condition_now(struct timespec *now) {
    (void)clock_gettime(CLOCK_MONOTONIC, now);
}
