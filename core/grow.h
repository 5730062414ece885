// SPDX-License-Identifier: MIT
// More memory for an arena: its supply is asked, its regions take what came.
#ifndef SAMRENA_CORE_GROW_H
#define SAMRENA_CORE_GROW_H

#include "arena.h"

/* Whether the newest region may grow in place, as far as can be told before the adapter is asked. It is the current one
   or spare: what grows behind used ones could not be reached. */
bool grow_may_be_in_place(const Samrena *arena);

/* The newest region grows in place. UNSUPPORTED, with no error set: it cannot, and another region may do. */
SamrenaError grow_in_place(Samrena *arena, SamrenaWant want);

/* A separate region becomes the next spare one, and the newest. */
SamrenaError grow_by_region(Samrena *arena, SamrenaWant want);

/* The supply of an arena in its owner's storage is made when it is first asked for memory, or what it could give. */
SamrenaError grow_need_supply(Samrena *arena);

/* Most that the arena can come to; UINT64_MAX: any amount, as far as is known. */
uint64_t grow_ceiling(const Samrena *arena);

/* Whether memory was refused of which less may be had: by the adapter, or by the owner's budget. */
static inline bool grow_was_refused(const Samrena *arena, SamrenaError error) {
    return error == SAMRENA_ERROR_OUT_OF_MEMORY ||
           (error == SAMRENA_ERROR_LIMIT_EXCEEDED && arena->config->budget != NULL);
}

#endif
