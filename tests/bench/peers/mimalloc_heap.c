// SPDX-License-Identifier: MIT
// The peer mi_heap_t, of mimalloc: a heap is destroyed with all its blocks.
#include <stdlib.h>

#include "late_library.h"
#include "list.h"
#include "loops.h"

typedef struct Heap Heap;

typedef struct State {
    Heap *heap;
} State;

static Heap *(*mi_heap_new)(void);
static void *(*mi_heap_malloc)(Heap *heap, size_t size);
static void (*mi_heap_destroy)(Heap *heap);

static const char *load(void) {
    static const LateFunction functions[] = {{"mi_heap_new", &mi_heap_new},
                                             {"mi_heap_malloc", &mi_heap_malloc},
                                             {"mi_heap_destroy", &mi_heap_destroy},
                                             {NULL, NULL}};
    return late_library_open(PEER_MIMALLOC, functions);
}

static void *open_state(void) {
    State *state = malloc(sizeof(State));
    state->heap = mi_heap_new();
    return state;
}

static void close_state(void *state) {
    mi_heap_destroy(((State *)state)->heap);
    free(state);
}

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)alignment;
    return mi_heap_malloc(((State *)state)->heap, size);
}

static inline void peer_reset(void *state) {
    mi_heap_destroy(((State *)state)->heap);
    ((State *)state)->heap = mi_heap_new();
}

static void request(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        State heap = {mi_heap_new()};
        push_request(&heap);
        mi_heap_destroy(heap.heap);
    }
}

const Peer peer_mimalloc_heap = {
    .missing = load, .open = open_state, .close = close_state, .loops = &peer_loops, .request = request};
