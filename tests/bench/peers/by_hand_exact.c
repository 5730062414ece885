// SPDX-License-Identifier: MIT
// The loops by hand with the contract of an arena.
#include "by_hand_loops.h"

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    return bump_push_exact(state, size, alignment);
}

const Peer peer_by_hand_exact = {
    .open = bump_open, .close = bump_close, .loops = &peer_loops, .request = request_reset};
