// SPDX-License-Identifier: MIT
// The peer upb_Arena, of Protocol Buffers. Its blocks are aligned to 8 whatever is asked. It has no reset: an arena in
// a block of the caller's own is freed and made anew there.
#include <stdlib.h>
#include <upb/mem/arena.h>

#include "list.h"
#include "loops.h"

/* The arena lies in its block at the same place each time. */
static void *page;

static upb_Arena *open_in_page(void) {
    return upb_Arena_Init(page, PEER_PAGE, &upb_alloc_global);
}

static void *open_arena(void) {
    page = malloc(PEER_PAGE);
    return open_in_page();
}

static void close_arena(void *state) {
    upb_Arena_Free(state);
    free(page);
}

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)alignment;
    return upb_Arena_Malloc(state, size);
}

static inline void peer_reset(void *state) {
    upb_Arena_Free(state);
    if (open_in_page() != state)
        abort();
}

static inline void request_from(upb_Arena *arena) {
    push_request(arena);
    upb_Arena_Free(arena);
}

static void request_on_heap(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--)
        request_from(upb_Arena_New());
}

static void request_on_buffer(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        _Alignas(16) char buffer[REQUEST_BUFFER];
        request_from(upb_Arena_Init(buffer, sizeof(buffer), &upb_alloc_global));
    }
}

static void on_stack(void *state, uint64_t turns) {
    (void)state;
    for (; turns > 0; turns--) {
        _Alignas(16) char buffer[STACK_SIZE];
        upb_Arena *arena = upb_Arena_Init(buffer, sizeof(buffer), &upb_alloc_global);
        use_block(upb_Arena_Malloc(arena, BLOCK_SIZE), NULL);
        upb_Arena_Free(arena);
    }
}

const Peer peer_upb = {.open = open_arena, .close = close_arena, .loops = &peer_loops, .request = request_on_heap};
const Peer peer_upb_buffer = {
    .open = open_arena, .close = close_arena, .loops = &peer_loops, .request = request_on_buffer, .on_stack = on_stack};
