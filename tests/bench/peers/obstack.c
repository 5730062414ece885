// SPDX-License-Identifier: MIT
// The peer obstack, of the C library.
#include <obstack.h>
#include <stdlib.h>

#include "list.h"
#include "loops.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

typedef struct State {
    struct obstack obstack;
    void *first;
} State;

static void *open_state(void) {
    State *state = malloc(sizeof(State));
    obstack_begin(&state->obstack, PEER_PAGE);
    state->first = obstack_alloc(&state->obstack, 0);
    return state;
}

static void close_state(void *state) {
    obstack_free(&((State *)state)->obstack, NULL);
    free(state);
}

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)alignment;
    return obstack_alloc(&((State *)state)->obstack, (int)size);
}

static inline void peer_reset(void *state) {
    obstack_free(&((State *)state)->obstack, ((State *)state)->first);
}

static void request(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        State own;
        obstack_init(&own.obstack);
        push_request(&own);
        obstack_free(&own.obstack, NULL);
    }
}

const Peer peer_obstack = {.open = open_state, .close = close_state, .loops = &peer_loops, .request = request};
