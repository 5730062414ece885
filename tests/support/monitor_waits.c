// SPDX-License-Identifier: MIT
// Counts how often a thread waits for the library's monitor: who waits there holds it until then.
#include <stdbool.h>
#include <stdint.h>

#include "thread_starts.h"

bool __real_system_monitor_wait(uint64_t nanoseconds);
bool __wrap_system_monitor_wait(uint64_t nanoseconds);

bool __wrap_system_monitor_wait(uint64_t nanoseconds) {
    threads.waits++;
    return __real_system_monitor_wait(nanoseconds);
}
