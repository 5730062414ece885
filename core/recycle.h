// SPDX-License-Identifier: MIT
// Small arenas that ended, kept to become the next ones of their kind.
#ifndef SAMRENA_CORE_RECYCLE_H
#define SAMRENA_CORE_RECYCLE_H

#include "arena.h"

/* An empty arena of that kind, its adapter of that name, NULL: the default one, with its first region and a closed
   window; its callbacks, and all that happens now, are to be set. NULL: none. */
Samrena *recycle_take(const char *name, const SamrenaConfig *config);

/* Whether an arena from the heap that ends, all of it taken back, is kept: it is not to be touched any more then. */
bool recycle_put(Samrena *arena);

/* Gives back all that is kept, as the heap or the system may lack it; false where that was nothing. */
bool recycle_end_all(void);

#endif
