// SPDX-License-Identifier: MIT
// Guard pages: of a region that has them, every whole page behind what is handed out faults when it is touched. The
// last whole page is never handed out, so that the end of a full region is a guard as well:
//
//     pages    |       |       |       |       |       |       |
//     region      [ blocks ....... cursor ) guard | guard | guard ) lost )
//                                                         |       `- guard_end()
//                                                         `- guard_usable()
//
// A region of less than two pages has none. What the system does not let be guarded stays as it is.
#ifndef SAMRENA_CORE_GUARD_H
#define SAMRENA_CORE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "samrena/adapter.h"

/* Whether a region of that size has guards. */
bool guard_fits(uint64_t size);
/* Offsets in one that has: where the last guard begins, and where it ends. */
uint64_t guard_usable(const unsigned char *base, uint64_t size);
uint64_t guard_end(const unsigned char *base, uint64_t size);

/* Offset at which the page begins that has the byte at `offset`; 0 where it begins before the region. */
uint64_t guard_page_at(const unsigned char *base, uint64_t offset);

/* No more is handed out behind `from`, up to `size` bytes: the pages behind it become guards, from the next page's
   beginning on. Returns how many of these bytes can still be touched: those before the first guard, or all. */
uint64_t guard_close(unsigned char *from, uint64_t size);
/* Bytes are handed out where all before is: the pages that begin in them are no guards any more. False: the system did
   not let that be done. */
bool guard_open(unsigned char *from, uint64_t size);

/* What an adapter is asked for so that as much as is wanted can be handed out: in a new region, or in one that holds
   `usable` bytes so far. */
SamrenaWant guard_want_new(SamrenaWant want);
SamrenaWant guard_want_more(SamrenaWant want, const unsigned char *base, uint64_t size, uint64_t usable);
/* Of the most that it has, what can be handed out in one region. */
uint64_t guard_ceiling(uint64_t ceiling);
/* Of the most that one region can have, what can be handed out wherever it begins. */
uint64_t guard_largest(uint64_t largest);
/* What a region has to have at least so that `keep` bytes of it can be handed out, wherever it begins. */
uint64_t guard_keep(uint64_t keep);

#endif
