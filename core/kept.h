// SPDX-License-Identifier: MIT
// Small arenas that ended, kept to become the next ones of their kind.
#ifndef SAMRENA_CORE_KEPT_H
#define SAMRENA_CORE_KEPT_H

#include "arena.h"

/* Notes what kind of arena this is, so that it may be kept when it ends. */
void kept_note_kind(Samrena *arena, const SamrenaConfig *config);

/* An empty arena of that kind, with its first region; what does not belong to the kind is to be set up. NULL: none. */
Samrena *kept_take(const Adapter *adapter, const SamrenaConfig *config);

/* Whether an arena that ends, all of it taken back, is kept: it is not to be touched any more then. */
bool kept_put(Samrena *arena);

/* Gives back what is kept of that adapter's arenas, NULL for all; false where that was nothing. */
bool kept_end(const Adapter *adapter);

#endif
