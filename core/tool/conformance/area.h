// SPDX-License-Identifier: MIT
// The regions of a context, and the model of what every byte of theirs must be.
#ifndef SAMRENA_CONFORMANCE_AREA_H
#define SAMRENA_CONFORMANCE_AREA_H

#include "trial.h"

#define GUARD_BYTE 0xC7

/* What the operations that give memory are asked for, with nothing special about it. */
SamrenaWant want(uint64_t required, uint64_t desired);
SamrenaWant exactly(uint64_t bytes);

/* A new region, from acquire() or from reserve(), sound or the check fails. NULL: refused with OUT_OF_MEMORY. */
Area *area_acquire(Context *context, SamrenaWant wanted);
Area *area_reserve(Context *context, SamrenaWant wanted);
/* An acquired one of what is fitting for `size`, and the check is skipped where that is refused. */
Area *area_of(Context *context, uint64_t size);
void area_release(Area *area);

/* Grows by extend() or reserve(); sound or the check fails. What else than OK comes back is the caller's to judge. */
SamrenaError area_extend(Area *area, SamrenaWant wanted);
SamrenaError area_reserve_more(Area *area, SamrenaWant wanted);
/* The same by what is fitting for `size`; OUT_OF_MEMORY also where there is no extend(), or nothing fits any more. */
SamrenaError area_grow(Area *area, uint64_t size);

/* What lies behind `keep`, which is rounded up to a multiple of 16 inside the region, holds nothing any more, whatever
   comes of it. OK or UNSUPPORTED, else the check fails. Where its size stays, nothing is known of what lies behind. */
SamrenaError area_trim(Area *area, uint64_t keep);
/* How many bytes from offset `from` on it says are resident. */
uint64_t area_prefault(Area *area, uint64_t from, uint64_t bytes);

/* Fills from `filled` up to `end` with the pattern; raises zero_from as the core does. */
void area_fill(Area *area, uint64_t end);
/* The pattern is there, and what is known to be zero is: else the check fails, naming what happened before. */
void area_verify(const Area *area, const char *after);

/* Whether the byte at an offset below `filled` is the pattern's. */
bool area_byte_is_right(const Area *area, uint64_t offset);

/* A context's life: regions that are acquired, filled, extended and released, again and again. */
void use_context(Context *context, unsigned seed);

/* From where on its bytes must be zero. */
uint64_t zero_from(const SamrenaRegion *region);

#endif
