// SPDX-License-Identifier: MIT
// What the machine has to spare, as a test says: linked in place of the core's own reading of it.
#ifndef SAMRENA_TESTS_READINGS_H
#define SAMRENA_TESTS_READINGS_H

#include "system/system.h"

/* What system_pressure() says from here on. Every program starts with plenty, and nothing stalled. */
extern SystemPressure pressure_reading;
/* How often it was asked. */
extern int pressure_readings;

/* A cmocka setup: as every program starts. */
int start_calm(void **state);

#endif
