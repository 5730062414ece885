// SPDX-License-Identifier: MIT
// Making memory resident ahead of use, as far as the policy and the machine allow.
#ifndef SAMRENA_CORE_PREFAULT_H
#define SAMRENA_CORE_PREFAULT_H

#include "arena.h"

/* What the next `need` bytes of pushes will touch, and is not resident yet. Says how much was made resident, and why it
   was no more. */
SamrenaReserveReason prefault_ahead(Samrena *arena, uint64_t need, uint64_t *prefaulted);

/* Whether what is reserved is mostly made resident by the adapter's prefault() before the call returns. */
static inline bool prefault_is_at_once(const Samrena *arena) {
    int32_t prefault = arena->config->prefault;
    return !arena_has_guards(arena) && (prefault == SAMRENA_PREFAULT_AUTO || prefault == SAMRENA_PREFAULT_ALWAYS);
}

/* Whether AUTO prefaults something of what has to be got for `total` bytes of capacity. */
bool prefault_is_worth(const Samrena *arena, uint64_t total);

#endif
