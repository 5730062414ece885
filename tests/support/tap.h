// SPDX-License-Identifier: MIT
// TAP, the lines that a test harness reads, for programs that use no framework. tap.sh is the same for shell scripts.
#ifndef SAMRENA_TESTS_TAP_H
#define SAMRENA_TESTS_TAP_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* The next test has this outcome; gives it back. */
bool tap_report(bool holds, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);
/* The next test was not run. */
void tap_skip(const char *name, const char *reason);
/* A line for people, about the test before. */
void tap_note(const char *format, ...) SAMRENA_PRINTF_FORMAT(1, 2);
/* Ends the report with its plan; what main() returns. */
int tap_end(void);
/* The whole report where nothing can be tested here; what main() returns. */
int tap_skip_all(const char *reason);

#endif
