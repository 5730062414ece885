// SPDX-License-Identifier: MIT
// The time by the counter that never goes back.
#include "wide_windows.h"

#include "system.h"

/* Whole seconds apart, so that no product needs more than 64 bits. */
uint64_t system_now(void) {
    LARGE_INTEGER frequency, ticks;
    (void)QueryPerformanceFrequency(&frequency); /* neither fails, since Windows XP */
    (void)QueryPerformanceCounter(&ticks);
    uint64_t second = (uint64_t)frequency.QuadPart, count = (uint64_t)ticks.QuadPart;
    return count / second * 1000000000 + count % second * 1000000000 / second;
}
