// SPDX-License-Identifier: MIT
// Prefaulting ahead of the cursor: what a reserve asks of the background thread, and when the cursor asks for more.
#ifndef SAMRENA_CORE_AHEAD_H
#define SAMRENA_CORE_AHEAD_H

#include "arena.h"
#include "regions.h"

/* The next `need` bytes of pushes are made resident while they are made. False: that cannot be. */
bool ahead_begin(Samrena *arena, uint64_t need);

/* The cursor has come to where more is to be asked for, or into another region. `waits`: for whoever else asks just
   now, instead of coming again soon. */
void ahead_follow(Samrena *arena, bool waits);

/* Nothing but the next `keep` bytes is reserved any more, in an arena that is TIED_TO_CURSOR. */
void ahead_forget(Samrena *arena, uint64_t keep);

/* After what the inline functions do not see. The window ends where the cursor is to be looked at next. */
static inline void ahead_heed(Samrena *arena, bool entered) {
    if ((arena->ties & TIED_TO_CURSOR) && (entered || arena_own_allocated(arena) >= arena->shown_to))
        ahead_follow(arena, entered);
}

#endif
