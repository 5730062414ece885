// SPDX-License-Identifier: MIT
// How a public call that fails ends, and the refusals that all of them share, worded once.
#ifndef SAMRENA_CORE_REPORT_H
#define SAMRENA_CORE_REPORT_H

#include "arena.h"

/* Logs the error of this thread and tells the failure callback, which may not return; where there is neither, stderr,
   if it is the first. The arena must be whole. Inside a
   release function the callback is left alone: one that jumps would leave the taking back half done. Whatever the
   callbacks do meanwhile, the error is this one afterwards. Returns `error`. */
SamrenaError report(const Samrena *arena, SamrenaError error);
/* The same with what the caller asked for before the message, in his own numbers: what is refused in the end may be a
   part of it, or more. */
SamrenaError report_of(const Samrena *arena, SamrenaError error, const char *format, ...) SAMRENA_PRINTF_FORMAT(3, 4);
/* The same where no arena came to be. */
SamrenaError report_without_arena(const SamrenaConfig *config, SamrenaError error);

/* That there is an arena to work with: not NULL, and not one that has ended; names `function`. */
SamrenaError check_alive_slowly(const Samrena *arena, const char *function);
static inline SamrenaError check_alive(const Samrena *arena, const char *function) {
    return arena && arena->now.state < ENDED ? SAMRENA_OK : check_alive_slowly(arena, function);
}

/* The same for what only asks, whose failures are an answer: nobody is told. */
SamrenaError check_askable_slowly(const Samrena *arena, const char *function);
static inline SamrenaError check_askable(const Samrena *arena, const char *function) {
    return arena && arena->now.state < ENDED ? SAMRENA_OK : check_askable_slowly(arena, function);
}

/* The same for what takes everything, or something, back: release functions of that arena may not call it. */
SamrenaError check_may_take_back_slowly(const Samrena *arena, const char *function);
static inline SamrenaError check_may_take_back(const Samrena *arena, const char *function) {
    return arena && arena->now.state == ALIVE ? SAMRENA_OK : check_may_take_back_slowly(arena, function);
}

#endif
