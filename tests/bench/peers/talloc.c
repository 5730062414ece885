// SPDX-License-Identifier: MIT
// The peer talloc_pool, of Samba. Each block has a header of about 100 bytes, so its pools are that much larger.
#include <talloc.h>

#include "list.h"
#include "loops.h"

static void *open_pool(void) {
    return talloc_pool(NULL, 5 * PEER_PAGE);
}

static void close_pool(void *state) {
    talloc_free(state);
}

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)alignment;
    return talloc_size(state, size);
}

static inline void peer_reset(void *state) {
    talloc_free_children(state);
}

static void request(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        void *pool = talloc_pool(NULL, 4096);
        push_request(pool);
        talloc_free(pool);
    }
}

const Peer peer_talloc = {.open = open_pool, .close = close_pool, .loops = &peer_loops, .request = request};
