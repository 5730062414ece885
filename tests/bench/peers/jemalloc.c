// SPDX-License-Identifier: MIT
// The peer malloc and free, of jemalloc.
#include "heap_loops.h"
#include "late_library.h"
#include "list.h"

static void *(*je_malloc)(size_t size);
static void (*je_free)(void *memory);

static const char *load(void) {
    static const LateFunction functions[] = {{"malloc", &je_malloc}, {"free", &je_free}, {NULL, NULL}};
    return late_library_open(PEER_JEMALLOC, functions);
}

static inline void *heap_push(size_t size) {
    return je_malloc(size);
}

static inline void heap_free(void *memory) {
    je_free(memory);
}

const Peer peer_jemalloc = {
    .missing = load, .open = open_heap, .close = close_heap, .loops = &peer_loops, .request = request_reset};
