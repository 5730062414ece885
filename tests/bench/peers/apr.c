// SPDX-License-Identifier: MIT
// The peer apr_pool_t, of the Apache Portable Runtime. As in its servers, a request's pool has a parent, and the
// parent an allocator of its own, which keeps what is given back and needs no lock.
#include <apr_allocator.h>
#include <apr_general.h>
#include <apr_pools.h>

#include "list.h"
#include "loops.h"

static apr_pool_t *parent(void) {
    static apr_pool_t *made;
    apr_allocator_t *allocator;
    if (!made && apr_initialize() == APR_SUCCESS && apr_allocator_create(&allocator) == APR_SUCCESS &&
        apr_pool_create_ex(&made, NULL, NULL, allocator) == APR_SUCCESS)
        apr_allocator_owner_set(allocator, made);
    return made;
}

static void *open_pool(void) {
    apr_pool_t *pool = NULL;
    apr_pool_create(&pool, parent());
    return pool;
}

static void close_pool(void *state) {
    apr_pool_destroy((apr_pool_t *)state);
}

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)alignment;
    return apr_palloc((apr_pool_t *)state, size);
}

static inline void peer_reset(void *state) {
    apr_pool_clear((apr_pool_t *)state);
}

static void request(void *state, uint64_t turns) {
    apr_pool_t *above = parent();
    (void)state;
    for (; turns > 0; turns--) {
        apr_pool_t *pool;
        apr_pool_create(&pool, above);
        push_request(pool);
        apr_pool_destroy(pool);
    }
}

const Peer peer_apr = {.open = open_pool, .close = close_pool, .loops = &peer_loops, .request = request};
