// SPDX-License-Identifier: MIT
// The peer malloc and free, of the C library.
#include <stdlib.h>

#include "heap_loops.h"
#include "list.h"

static inline void *heap_push(size_t size) {
    return malloc(size);
}

static inline void heap_free(void *memory) {
    free(memory);
}

static void one_block(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--)
        free(use_block(malloc(BLOCK_SIZE), NULL));
}

const Peer peer_glibc = {
    .open = open_heap, .close = close_heap, .loops = &peer_loops, .request = request_reset, .on_stack = one_block};
