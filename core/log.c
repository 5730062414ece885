// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#define _GNU_SOURCE
#include "log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_READ_YET = -1, SILENT = 0 };

/* The environment is read once: looking it up at every arena would cost more than the arena. */
static int level_of_environment(void) {
    static _Atomic int known = NOT_READ_YET;
    static const char *const names[] = {"none", "error", "warning", "info", "debug"};
    int level = atomic_load_explicit(&known, memory_order_relaxed);
    if (level != NOT_READ_YET)
        return level;

    const char *value = secure_getenv("SAMRENA_LOG");
    level = SILENT;
    if (value && *value) {
        int found = NOT_READ_YET;
        for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
            if (strcmp(value, names[i]) == 0)
                found = i;
        if (found == NOT_READ_YET)
            fprintf(stderr, "samrena: SAMRENA_LOG=%s is ignored: expected none, error, warning, info or debug\n",
                    value);
        else
            level = found;
    }
    atomic_store_explicit(&known, level, memory_order_relaxed);
    return level;
}

bool log_wanted(const LogSink *sink, SamrenaLogLevel level) {
    return sink->callback || (int)level <= level_of_environment();
}

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
