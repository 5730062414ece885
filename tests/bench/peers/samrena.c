// SPDX-License-Identifier: MIT
// This library, with each of its adapters.
#include "samrena.h"

#include <stdio.h>
#include <stdlib.h>

#include "list.h"
#include "loops.h"

static Samrena *checked(Samrena *arena) {
    if (!arena) {
        fprintf(stderr, "samrena: %s\n", samrena_last_error_message());
        exit(1);
    }
    return arena;
}

static void *open_arena(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.initial_size = PEER_PAGE;
    config.growth_size = PEER_PAGE;
    return checked(samrena_create(&config));
}

static void *open_chained(void) {
    return open_arena("chained");
}

static void *open_virtual(void) {
    return open_arena("virtual");
}

static void close_arena(void *state) {
    samrena_destroy((Samrena *)state);
}

static inline void *peer_push(void *state, size_t size) {
    return samrena_push((Samrena *)state, size);
}

static inline void *peer_push_node(void *state) {
    return SAMRENA_PUSH_TYPE((Samrena *)state, Node);
}

static inline void peer_take_back(void *state, Block *newest) {
    (void)newest;
    samrena_reset((Samrena *)state);
}

static inline void peer_take_back_tree(void *state, Node *root) {
    (void)root;
    samrena_reset((Samrena *)state);
}

static inline void request(const char *adapter, uint64_t turns) {
    for (; turns > 0; turns--) {
        Samrena *arena = checked(samrena_create_named(adapter));
        push_request(arena);
        samrena_destroy(arena);
    }
}

static void request_chained(void *state, uint64_t turns) {
    (void)state;
    request("chained", turns);
}

static void request_virtual(void *state, uint64_t turns) {
    (void)state;
    request("virtual", turns);
}

const Peer peer_chained = {NULL, open_chained, close_arena, request_chained, &peer_loops};
const Peer peer_virtual = {NULL, open_virtual, close_arena, request_virtual, &peer_loops};
