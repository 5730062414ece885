// SPDX-License-Identifier: MIT
// Log lines: to the arena's callback, else to stderr as far as $SAMRENA_LOG asks for them.
#ifndef SAMRENA_CORE_LOG_H
#define SAMRENA_CORE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

#include "environment.h"
#include "samrena.h"

extern EnvironmentChoice samrena_log_environment;

/* All of these take where the lines go to, and the label that is named before each, from a config. */

/* Ask first where making the line costs something, or where a call alone would be felt. */
static inline bool log_wanted(const SamrenaConfig *config, SamrenaLogLevel level) {
    return config->log || (int)level <= environment_choice(&samrena_log_environment);
}

void log_line(const SamrenaConfig *config, SamrenaLogLevel level, const char *format, ...) SAMRENA_PRINTF_FORMAT(3, 4);
void log_arguments(const SamrenaConfig *config, SamrenaLogLevel level, const char *format, va_list arguments)
    SAMRENA_PRINTF_FORMAT(3, 0);

#endif
