// SPDX-License-Identifier: MIT
// What the machine has to spare, as a test says: linked in place of the core's own reading of it.
#ifndef SAMRENA_TESTS_READINGS_H
#define SAMRENA_TESTS_READINGS_H

#include <stdatomic.h>

#include "system/system.h"

/* What system_pressure() says from here on. Every program starts with plenty, and nothing stalled. To be written to
   where no other thread can ask; set_pressure() may be called at any time. */
extern SystemPressure pressure_reading;
void set_pressure(uint64_t spare, bool stalled);
/* How often it was asked. */
extern atomic_int pressure_readings;
/* By how many nanoseconds the clock goes on each time that somebody looks at it: at first so far that no reading is
   used again. */
extern _Atomic uint64_t clock_step;
/* What system_processors() and system_running() say: four processors, of which one runs something. */
extern _Atomic uint64_t processors_reading, running_reading;
/* How often the latter was asked. */
extern atomic_int running_readings;

/* A cmocka setup: as every program starts. */
int start_calm(void **state);

#endif
