// SPDX-License-Identifier: MIT
// Condition variables where they know the clock on the wall alone: who sets it back has them wait for longer.
#include "condition.h"

bool condition_make(pthread_cond_t *condition) {
    return pthread_cond_init(condition, NULL) == 0;
}

void condition_now(struct timespec *now) {
    (void)clock_gettime(CLOCK_REALTIME, now);
}
