// SPDX-License-Identifier: MIT
// How a public call that fails ends, and the refusals that all of them share, worded once.
#include "report.h"

#include "error.h"

static SamrenaError tell(const LogSink *log, SamrenaFailureCallback failure, void *failure_user, SamrenaError error) {
    ErrorState state;
    if (log->label)
        (void)error_set(error, "%s: %s", log->label->name, samrena_last_error_message());
    if (!failure)
        return error;
    error_keep(&state);
    failure(error, state.message, failure_user);
    error_restore(&state);
    return error;
}

SamrenaError report(const Samrena *arena, SamrenaError error) {
    const Chosen *chosen = &arena->chosen;
    log_line(&chosen->log, SAMRENA_LOG_ERROR, "arena %p: %s", (const void *)arena, samrena_last_error_message());
    return tell(&chosen->log, arena->now.state == ALIVE ? chosen->failure : NULL, chosen->failure_user, error);
}

SamrenaError report_without_arena(const LogSink *log, SamrenaFailureCallback failure, void *failure_user,
                                  SamrenaError error) {
    log_line(log, SAMRENA_LOG_ERROR, "%s", samrena_last_error_message());
    return tell(log, failure, failure_user, error);
}

SamrenaError check_alive_slowly(const Samrena *arena, const char *function) {
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: %s", function,
                     arena ? "the arena has ended: samrena_destroy() was called for it" : "the arena is NULL");
}

SamrenaError check_may_take_back_slowly(const Samrena *arena, const char *function) {
    SamrenaError error = check_alive(arena, function);
    if (error)
        return error;
    return report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                   "%s: called from a release function of the same arena", function));
}
