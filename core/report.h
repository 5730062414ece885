// SPDX-License-Identifier: MIT
// How a public call that fails ends, and the refusals that all of them share, worded once.
#ifndef SAMRENA_CORE_REPORT_H
#define SAMRENA_CORE_REPORT_H

#include "arena.h"

/* Logs the error of this thread and tells the failure callback, which may not return. The arena must be whole. Inside a
   release function the callback is left alone: one that jumps would leave the taking back half done. Whatever the
   callbacks do meanwhile, the error is this one afterwards. Returns `error`. */
SamrenaError report(const Samrena *arena, SamrenaError error);
/* The same where no arena came to be. */
SamrenaError report_without_arena(const SamrenaConfig *config, SamrenaError error);

/* That there is an arena to work with: not NULL, and not one that has ended; names `function`. */
SamrenaError check_alive_slowly(const Samrena *arena, const char *function);
static inline SamrenaError check_alive(const Samrena *arena, const char *function) {
    return arena && arena->now.state != ENDED ? SAMRENA_OK : check_alive_slowly(arena, function);
}

/* The same for what takes everything, or something, back: release functions of that arena may not call it. */
SamrenaError check_may_take_back_slowly(const Samrena *arena, const char *function);
static inline SamrenaError check_may_take_back(const Samrena *arena, const char *function) {
    return arena && arena->now.state == ALIVE ? SAMRENA_OK : check_may_take_back_slowly(arena, function);
}

#endif
