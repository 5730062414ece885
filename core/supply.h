// SPDX-License-Identifier: MIT
// Every call that gets memory from an adapter, prepares it or gives it back.
#ifndef SAMRENA_CORE_SUPPLY_H
#define SAMRENA_CORE_SUPPLY_H

#include "arena.h"

/* ---- Getting memory; every failure sets the error of this thread ---- */

/* A separate region of at least `required` bytes becomes the next spare one. Asks for `desired` first. */
SamrenaError region_acquire(Samrena *arena, uint64_t required, uint64_t desired);
/* The newest region grows in place. UNSUPPORTED: it cannot; no error is set. */
SamrenaError region_extend(Samrena *arena, uint64_t required, uint64_t desired);
/* The reserve entry point, both ways: more of the newest region (UNSUPPORTED as above), or a next spare one. */
SamrenaError region_reserve_in_place(Samrena *arena, uint64_t bytes);
SamrenaError region_reserve_extra(Samrena *arena, uint64_t bytes);

/* Makes `bytes` bytes from offset `from` on resident; says how many are. */
uint64_t region_prefault(Samrena *arena, Region *region, uint64_t from, uint64_t bytes);

/* Gives memory back until no more than `keep` unused bytes are left, as near as the adapter can. */
void regions_trim(Samrena *arena, uint64_t keep);

/* Takes back all that was pushed and gives back all but the first region as it came. False: that is not to be had. */
bool regions_keep_first(Samrena *arena);

/* Gives every region back, newest first. */
void regions_release(Samrena *arena);

#endif
