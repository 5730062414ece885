// SPDX-License-Identifier: MIT
// Giving unused memory back, but for what the next pushes need.
#ifndef SAMRENA_CORE_TRIM_H
#define SAMRENA_CORE_TRIM_H

#include "arena.h"

/* Keeps room for `keep` bytes of pushes, and gives the rest of what is unused back as far as the adapter can. */
void trim_to(Samrena *arena, uint64_t keep);

/* Takes all of the arena's memory back but its first region, which comes to have `size` bytes. False: it cannot have.
 */
bool trim_to_first(Samrena *arena, uint64_t size);

#endif
