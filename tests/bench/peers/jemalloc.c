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

static inline void *peer_push(void *state, size_t size) {
    (void)state;
    return je_malloc(size);
}

static inline void peer_free(void *memory) {
    je_free(memory);
}

const Peer peer_jemalloc = {load, open_heap, close_heap, request_reset, &peer_loops};
