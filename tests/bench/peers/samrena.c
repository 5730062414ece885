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

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    return samrena_push_aligned((Samrena *)state, size, alignment);
}

static inline void peer_reset(void *state) {
    samrena_reset((Samrena *)state);
}

/* ---- A request's arena, created in each way that there is ---- */

static inline void request_from(Samrena *arena) {
    push_request(checked(arena));
    samrena_destroy(arena);
}

static void request_chained(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--)
        request_from(samrena_create_named("chained"));
}

static void request_virtual(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--)
        request_from(samrena_create_named("virtual"));
}

static void request_null(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--)
        request_from(samrena_create(NULL));
}

static void request_config(void *state, uint64_t turns) {
    SamrenaConfig config = samrena_default_config();
    (void)state;
    config.adapter = "chained";
    for (; turns > 0; turns--)
        request_from(samrena_create(&config));
}

static void request_storage(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        _Alignas(16) unsigned char storage[REQUEST_BUFFER];
        request_from(samrena_create_in(storage, sizeof(storage), NULL));
    }
}

static void on_stack(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        _Alignas(16) unsigned char storage[STACK_SIZE];
        Samrena *arena = checked(samrena_create_in(storage, sizeof(storage), NULL));
        use_block(samrena_push(arena, BLOCK_SIZE), NULL);
        samrena_destroy(arena);
    }
}

#define PEER_CHAINED .open = open_chained, .close = close_arena, .loops = &peer_loops

const Peer peer_chained = {PEER_CHAINED, .request = request_chained};
const Peer peer_virtual = {
    .open = open_virtual, .close = close_arena, .loops = &peer_loops, .request = request_virtual};
const Peer peer_samrena_null = {PEER_CHAINED, .request = request_null};
const Peer peer_samrena_config = {PEER_CHAINED, .request = request_config};
const Peer peer_samrena_storage = {PEER_CHAINED, .request = request_storage, .on_stack = on_stack};
