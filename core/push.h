// SPDX-License-Identifier: MIT
// What resizing needs of pushing.
#ifndef SAMRENA_CORE_PUSH_H
#define SAMRENA_CORE_PUSH_H

#include "arena.h"

/* Whether there is room for `more` bytes right behind the cursor; grows in place for it where growth is allowed. */
bool push_make_room(Samrena *arena, uint64_t more);

#endif
