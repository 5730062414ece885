// SPDX-License-Identifier: MIT
// How a public call that fails ends, and the refusals that all of them share, worded once.
#include "report.h"

#include "config.h"
#include "error.h"
#include "first_failure.h"
#include "log.h"

/* With the owner's callback, or without. */
static SamrenaError tell(const SamrenaConfig *config, SamrenaError error, bool calls_back) {
    ErrorState state;
    if (config_label_name(config))
        (void)error_set(error, "%s: %s", config_label_name(config), samrena_last_error_message());
    if (!config->failure && !config->log)
        first_failure_tell();
    if (!config->failure || !calls_back)
        return error;
    error_keep(&state);
    config->failure(error, state.message, config->failure_user);
    error_restore(&state);
    return error;
}

SamrenaError report(const Samrena *arena, SamrenaError error) {
    log_line(arena->config, SAMRENA_LOG_ERROR, "arena %p: %s", (const void *)arena, samrena_last_error_message());
    return tell(arena->config, error, arena->now.state == ALIVE);
}

SamrenaError report_of(const Samrena *arena, SamrenaError error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)error_set_of(error, format, arguments);
    va_end(arguments);
    return report(arena, error);
}

SamrenaError report_without_arena(const SamrenaConfig *config, SamrenaError error) {
    log_line(config, SAMRENA_LOG_ERROR, "%s", samrena_last_error_message());
    return tell(config, error, true);
}

SamrenaError check_askable_slowly(const Samrena *arena, const char *function) {
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: %s", function,
                     arena ? "the arena has ended: samrena_destroy() was called for it, or samrena_splice()"
                           : "the arena is NULL");
}

SamrenaError check_alive_slowly(const Samrena *arena, const char *function) {
    return report_without_arena(&samrena_config_defaults, check_askable_slowly(arena, function));
}

SamrenaError check_may_take_back_slowly(const Samrena *arena, const char *function) {
    SamrenaError error = check_alive(arena, function);
    if (error)
        return error;
    return report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                   "%s: called from a release function of the same arena", function));
}
