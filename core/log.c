// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#include "log.h"

#include <stdio.h>

static const char *const levels[] = {"none", "error", "warning", "info", "debug"}; /* 0, then as SamrenaLogLevel */
EnvironmentChoice log_environment = {.name = "SAMRENA_LOG", .values = levels, .count = 5};

void log_arguments(const LogSink *sink, SamrenaLogLevel level, const char *format, va_list arguments) {
    char line[1024];
    if (!log_wanted(sink, level))
        return;
    vsnprintf(line, sizeof(line), format, arguments);
    if (sink->callback)
        sink->callback(level, line, sink->user);
    else
        fprintf(stderr, "samrena: %s\n", line);
}

void log_line(const LogSink *sink, SamrenaLogLevel level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_arguments(sink, level, format, arguments);
    va_end(arguments);
}
