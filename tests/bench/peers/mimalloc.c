// SPDX-License-Identifier: MIT
// The peer mi_malloc and mi_free, of mimalloc.
#include "heap_loops.h"
#include "late_library.h"
#include "list.h"

static void *(*mi_malloc)(size_t size);
static void (*mi_free)(void *memory);

static const char *load(void) {
    static const LateFunction functions[] = {{"mi_malloc", &mi_malloc}, {"mi_free", &mi_free}, {NULL, NULL}};
    return late_library_open(PEER_MIMALLOC, functions);
}

static inline void *heap_push(size_t size) {
    return mi_malloc(size);
}

static inline void heap_free(void *memory) {
    mi_free(memory);
}

const Peer peer_mimalloc = {
    .missing = load, .open = open_heap, .close = close_heap, .loops = &peer_loops, .request = request_reset};
