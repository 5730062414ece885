// SPDX-License-Identifier: MIT
// TAP, the lines that a test harness reads, for programs that use no framework.
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>

static int reported, failed;

bool tap_report(bool holds, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", holds ? "" : "not ", ++reported);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
    failed += !holds;
    return holds;
}

void tap_skip(const char *name, const char *reason) {
    printf("ok %d - %s # SKIP %s\n", ++reported, name, reason);
}

void tap_note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("# ", stdout);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

int tap_end(void) {
    printf("1..%d\n", reported);
    return failed ? 1 : 0;
}

int tap_skip_all(const char *reason) {
    printf("1..0 # SKIP %s\n", reason);
    return 0;
}
