// SPDX-License-Identifier: MIT
// The process, as every POSIX system tells of it.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atomic.h"
#include "system.h"

/* Asked for at every arena, and a call of some length in some C libraries. */
uint64_t system_page_size(void) {
    static _Atomic(uint64_t) known;
    uint64_t size = atomic_load_explicit(&known, memory_order_relaxed);
    if (size == 0) {
        size = (uint64_t)sysconf(_SC_PAGESIZE);
        atomic_store_explicit(&known, size, memory_order_relaxed);
    }
    return size;
}

bool system_environment(const char *name, char **text) {
    const char *value = system_is_elevated() ? NULL : getenv(name);
    *text = value ? strdup(value) : NULL;
    return *text || !value;
}

uint64_t system_process(void) {
    return (uint64_t)getpid();
}
