// SPDX-License-Identifier: MIT
// The end of a thread, by a key whose destructor is called then.
#include <pthread.h>

#include "system.h"

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t end_key;
static bool has_key;

static void call_at_end(void *end) {
    ((const SystemThreadEnd *)end)->function();
}

/* The code that is called has to stay. */
static void make_key(void) {
    has_key = pthread_key_create(&end_key, call_at_end) == 0;
    (void)system_pin(&end_key);
}

bool system_at_thread_end(const SystemThreadEnd *end) {
    (void)pthread_once(&key_once, make_key);
    return has_key && pthread_setspecific(end_key, end) == 0;
}
