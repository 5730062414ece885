// SPDX-License-Identifier: MIT
// The peer malloc and free, of the C library.
#include <stdlib.h>

#include "heap_loops.h"
#include "list.h"

static inline void *peer_push(void *state, size_t size) {
    (void)state;
    return malloc(size);
}

static inline void peer_free(void *memory) {
    free(memory);
}

const Peer peer_glibc = {NULL, open_heap, close_heap, request_reset, &peer_loops};
