// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#ifndef SAMRENA_CORE_LOG_H
#define SAMRENA_CORE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

#include "environment.h"
#include "samrena.h"

typedef struct LogSink {
    SamrenaLogCallback callback; /* NULL: stderr */
    void *user;
    const SamrenaLabel *label; /* named before each line; NULL: none */
} LogSink;

extern EnvironmentChoice log_environment;

/* Ask first where making the line costs something, or where a call alone would be felt. */
static inline bool log_wanted(const LogSink *sink, SamrenaLogLevel level) {
    return sink->callback || (int)level <= environment_choice(&log_environment);
}

void log_line(const LogSink *sink, SamrenaLogLevel level, const char *format, ...) SAMRENA_PRINTF_FORMAT(3, 4);
void log_arguments(const LogSink *sink, SamrenaLogLevel level, const char *format, va_list arguments)
    SAMRENA_PRINTF_FORMAT(3, 0);

#endif
