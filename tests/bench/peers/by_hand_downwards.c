// SPDX-License-Identifier: MIT
// The loops by hand from the end of the memory to its start.
#include "by_hand_loops.h"

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    return bump_push_downwards(state, size, alignment);
}

const Peer peer_by_hand_downwards = {
    .open = bump_open_downwards, .close = bump_close, .loops = &peer_loops, .request = request_reset};
