// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#include "log.h"

#include <stdio.h>
#include <string.h>

static const char *const levels[] = {"none", "error", "warning", "info", "debug"}; /* 0, then as SamrenaLogLevel */
EnvironmentChoice log_environment = {.name = "SAMRENA_LOG", .values = levels, .count = 5};

void log_arguments(const LogSink *sink, SamrenaLogLevel level, const char *format, va_list arguments) {
    enum { PREFIX = sizeof("samrena: ") - 1 };
    char line[1024] = "samrena: ";
    if (!log_wanted(sink, level))
        return;
    vsnprintf(line + PREFIX, sizeof(line) - PREFIX - 1, format, arguments);
    if (sink->callback)
        sink->callback(level, line + PREFIX, sink->user);
    else
        fputs(strcat(line, "\n"), stderr); /* fprintf() would take some kilobytes of stack */
}

void log_line(const LogSink *sink, SamrenaLogLevel level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_arguments(sink, level, format, arguments);
    va_end(arguments);
}
