// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#include "log.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "error.h"

static const char *const levels[] = {"none", "error", "warning", "info", "debug"}; /* 0, then as SamrenaLogLevel */
EnvironmentChoice samrena_log_environment = {.name = "SAMRENA_LOG", .values = levels, .count = 5};

/* Logging in the middle of a failure must not change what it fails with. */
static void call_back(const SamrenaConfig *config, SamrenaLogLevel level, const char *line) {
    ErrorState state;
    error_keep(&state);
    config->log(level, line, config->log_user);
    error_restore(&state);
}

void log_arguments(const SamrenaConfig *config, SamrenaLogLevel level, const char *format, va_list arguments) {
    enum { PREFIX = sizeof("samrena: ") - 1, MOST_LABEL = 128 };
    char line[1024] = "samrena: ";
    char *text = line + PREFIX;
    if (!log_wanted(config, level))
        return;
    if (config_label_name(config))
        text += snprintf(text, MOST_LABEL + sizeof(": "), "%.*s: ", MOST_LABEL, config_label_name(config));
    vsnprintf(text, sizeof(line) - 1 - (size_t)(text - line), format, arguments);
    if (config->log)
        call_back(config, level, line + PREFIX);
    else
        fputs(strcat(line, "\n"), stderr); /* fprintf() would take some kilobytes of stack */
}

void log_line(const SamrenaConfig *config, SamrenaLogLevel level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_arguments(config, level, format, arguments);
    va_end(arguments);
}
