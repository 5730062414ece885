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

static inline void *peer_push(void *state, size_t size) {
    return obstack_alloc(&((State *)state)->obstack, (int)size);
}

static inline void *peer_push_node(void *state) {
    return peer_push(state, sizeof(Node));
}

static inline void peer_take_back(void *state, Block *newest) {
    (void)newest;
    obstack_free(&((State *)state)->obstack, ((State *)state)->first);
}

static inline void peer_take_back_tree(void *state, Node *root) {
    (void)root;
    peer_take_back(state, NULL);
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

const Peer peer_obstack = {NULL, open_state, close_state, request, &peer_loops};
