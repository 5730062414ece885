// SPDX-License-Identifier: MIT
// The slow path of every push.
#ifndef SAMRENA_CORE_PUSH_H
#define SAMRENA_CORE_PUSH_H

#include "arena.h"

/* What growth may do for a push. */
typedef struct PushGrowth {
    bool allowed;
    bool to_hint;      /* all of what is left to the growth hint is wished for */
    bool lean;         /* no more than is needed, where that is an eighth of what there is: such steps are geometric */
    uint64_t headroom; /* bytes that are wished for at least where memory is got */
} PushGrowth;

/* As the arena's owner chose. */
static inline PushGrowth push_growth(const Samrena *arena, uint64_t headroom) {
    return (PushGrowth){.allowed = arena->config->growth != SAMRENA_GROWTH_NONE,
                        .to_hint = arena->now.hint_is_learnt,
                        .headroom = headroom};
}

/* The error is set, not reported. */
SamrenaError push_block(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth, void **block);

/* Zeroes `size` bytes of a block. `fresh`: it was just pushed in the current region, and what is known to be zero there
   need not be written to. */
void push_clear(const Samrena *arena, void *block, uint64_t size, bool fresh);

/* Whether there is room for `more` bytes behind the last block, which ends at offset `end`: they can be touched then.
   Grows in place for it where growth is allowed. */
bool push_make_room(Samrena *arena, uint64_t end, uint64_t more, PushGrowth growth);

#endif
