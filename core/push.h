// SPDX-License-Identifier: MIT
// Pushes that the core makes itself.
#ifndef SAMRENA_CORE_PUSH_H
#define SAMRENA_CORE_PUSH_H

#include "arena.h"

/* samrena_push_aligned() without the way through the window. NULL: reported already. */
void *push_or_report(Samrena *arena, uint64_t size, uint64_t alignment);

/* Whether there is room for `more` bytes right behind the cursor; grows in place for it where growth is allowed. */
bool push_make_room(Samrena *arena, uint64_t more);

#endif
