// SPDX-License-Identifier: MIT
// The loops of one contract of by_hand.h: the file that includes this defines peer_push_aligned().
#ifndef SAMRENA_TESTS_BY_HAND_LOOPS_H
#define SAMRENA_TESTS_BY_HAND_LOOPS_H

#include "by_hand.h"
#include "list.h"
#include "loops.h"

static inline void peer_reset(void *state) {
    bump_reset(state);
}

#endif
