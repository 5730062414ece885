// SPDX-License-Identifier: MIT
// What the machine has to spare, as a test says: linked in place of the core's own reading of it.
#include "readings.h"

#include <pthread.h>
#include <stdlib.h>

#define PLENTY                                                                                                         \
    { .spare = UINT64_MAX, .stalled = false, .decided = "a test" }

#define SECOND 1000000000

SystemPressure pressure_reading = PLENTY;
atomic_int pressure_readings;
_Atomic uint64_t clock_step = SECOND;

uint64_t system_now(void) {
    static _Atomic uint64_t now;
    const uint64_t step = clock_step;
    return atomic_fetch_add(&now, step) + step;
}
_Atomic uint64_t processors_reading = 4;
_Atomic uint64_t running_reading = 1;
atomic_int running_readings;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void set(SystemPressure pressure) {
    pthread_mutex_lock(&lock);
    pressure_reading = pressure;
    pthread_mutex_unlock(&lock);
}

void set_pressure(uint64_t spare, bool stalled) {
    set((SystemPressure){.spare = spare, .stalled = stalled, .decided = "a test"});
}

SystemPressure system_pressure(const char *root) {
    if (*root)
        abort(); /* the core reads the real machine */
    pressure_readings++;
    pthread_mutex_lock(&lock);
    SystemPressure pressure = pressure_reading;
    pthread_mutex_unlock(&lock);
    return pressure;
}

uint64_t system_processors(const char *root) {
    (void)root;
    return processors_reading;
}

uint64_t system_running(const char *root) {
    (void)root;
    running_readings++;
    return running_reading;
}

int start_calm(void **state) {
    (void)state;
    set((SystemPressure)PLENTY);
    pressure_readings = 0;
    clock_step = SECOND;
    processors_reading = 4;
    running_reading = 1;
    running_readings = 0;
    return 0;
}
