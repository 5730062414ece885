// SPDX-License-Identifier: MIT
// The end of a thread, by a key whose destructor is called then.
#include <pthread.h>

#include "atomic.h"
#include "system.h"

/* The key, one up; 0: there is none yet. Where none can be had now it may be later, which pthread_once() rules out. */
static _Atomic(uintptr_t) end_key;

static void call_at_end(void *end) {
    ((const SystemThreadEnd *)end)->function();
}

/* The code that is called has to stay. Of threads that are here at once one is first, and the others take its key. */
static uintptr_t make_key(void) {
    pthread_key_t made;
    uintptr_t first = 0;
    if (pthread_key_create(&made, call_at_end) != 0)
        return atomic_load_explicit(&end_key, memory_order_acquire);
    (void)system_pin(&end_key);
    bool is_first = atomic_compare_exchange_strong_explicit(&end_key, &first, (uintptr_t)made + 1, memory_order_acq_rel,
                                                            memory_order_acquire);
    if (is_first) /* GCOVR_EXCL_BR_LINE: another thread was first */
        return (uintptr_t)made + 1;
    (void)pthread_key_delete(made);
    return first;
}

bool system_at_thread_end(const SystemThreadEnd *end) {
    uintptr_t key = atomic_load_explicit(&end_key, memory_order_acquire);
    if (key == 0)
        key = make_key();
    return key != 0 && pthread_setspecific((pthread_key_t)(key - 1), end) == 0;
}
