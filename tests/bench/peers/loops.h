// SPDX-License-Identifier: MIT
// The loops of one peer, around the peer's own calls. The file that includes this defines the functions declared first;
// the compiler puts them into the loops as far as it would put them into a user's. peers/bumpalo.rs says the same in
// Rust.
//
// Every block gets a store, and is shown to the compiler as used, with all memory: no store is dropped, and what a peer
// keeps in memory is in memory after each push.
#ifndef SAMRENA_TESTS_LOOPS_H
#define SAMRENA_TESTS_LOOPS_H

#include "peer.h"

/* Links the blocks of a turn, so that a peer without a reset can find them again. */
typedef struct Block {
    struct Block *next;
} Block;

typedef struct Node {
    struct Node *left, *right;
    uint64_t value;
} Node;

enum { NODE_ALIGNMENT = 8, PUSH_ALIGNMENT = 16 };

/* The alignment is a constant. Who cannot be told one ignores it, and aligns as it always does. */
static inline void *peer_push_aligned(void *state, size_t size, size_t alignment);

#ifdef PEER_FREES_BLOCKS
static inline void peer_take_back(void *state, Block *newest);
static inline void peer_take_back_tree(void *state, Node *root);
#else
static inline void peer_reset(void *state);

static inline void peer_take_back(void *state, Block *newest) {
    (void)newest;
    peer_reset(state);
}

static inline void peer_take_back_tree(void *state, Node *root) {
    (void)root;
    peer_reset(state);
}
#endif

static inline Block *use_block(void *memory, Block *newest) {
    Block *block = (Block *)memory;
    block->next = newest;
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}

/* ---- Blocks that can be linked ---- */

static inline void push_blocks(void *state, uint64_t turns, size_t alignment) {
    for (; turns > 0; turns--) {
        Block *newest = NULL;
        for (int i = 0; i < PUSHES; i++)
            newest = use_block(peer_push_aligned(state, BLOCK_SIZE, alignment), newest);
        peer_take_back(state, newest);
    }
}

static void push_constant(void *state, uint64_t turns) {
    push_blocks(state, turns, PUSH_ALIGNMENT);
}

static void push_typed(void *state, uint64_t turns) {
    push_blocks(state, turns, NODE_ALIGNMENT);
}

static void push_mixed(void *state, uint64_t turns) {
    for (; turns > 0; turns--) {
        Block *newest = NULL;
        for (int i = 0; i < MIXED_PUSHES; i++)
            newest = use_block(peer_push_aligned(state, mixed_sizes[i], PUSH_ALIGNMENT), newest);
        peer_take_back(state, newest);
    }
}

static inline Block *push_request(void *state) {
    Block *newest = NULL;
    for (int i = 0; i < REQUEST_PUSHES; i++)
        newest = use_block(peer_push_aligned(state, REQUEST_SIZE, PUSH_ALIGNMENT), newest);
    return newest;
}

static void request_reset(void *state, uint64_t turns) {
    for (; turns > 0; turns--)
        peer_take_back(state, push_request(state));
}

/* A compiler that puts it into itself does so to another depth for each peer. */
static __attribute__((noinline)) Node *build_tree(void *state, int depth) {
    Node *node = (Node *)peer_push_aligned(state, sizeof(Node), NODE_ALIGNMENT);
    node->left = depth > 1 ? build_tree(state, depth - 1) : NULL;
    node->right = depth > 1 ? build_tree(state, depth - 1) : NULL;
    node->value = (uint64_t)depth;
    return node;
}

static void tree(void *state, uint64_t turns) {
    for (; turns > 0; turns--) {
        Node *root = build_tree(state, TREE_DEPTH);
        __asm__ volatile("" : : "r"(root) : "memory");
        peer_take_back_tree(state, root);
    }
}

/* ---- Blocks that are too small for a link, so that only a reset can take them back ---- */

#ifdef PEER_FREES_BLOCKS
static const PeerLoops peer_loops = {{push_constant, push_mixed, push_typed, NULL, NULL, NULL}, request_reset, tree};
#else
static inline void push_integers(void *state, uint64_t turns, size_t size) {
    for (; turns > 0; turns--) {
        for (int i = 0; i < PUSHES; i++) {
            uint32_t *block = (uint32_t *)peer_push_aligned(state, size, INT_SIZE);
            *block = (uint32_t)i;
            __asm__ volatile("" : : "r"(block) : "memory");
        }
        peer_reset(state);
    }
}

static void push_ints(void *state, uint64_t turns) {
    push_integers(state, turns, INT_SIZE);
}

static void push_triples(void *state, uint64_t turns) {
    push_integers(state, turns, TRIPLE_SIZE);
}

static void push_texts(void *state, uint64_t turns) {
    for (; turns > 0; turns--) {
        for (int i = 0; i < PUSHES; i++) {
            char *text = (char *)peer_push_aligned(state, text_sizes[i], 1);
            *text = '\0';
            __asm__ volatile("" : : "r"(text) : "memory");
        }
        peer_reset(state);
    }
}

static const PeerLoops peer_loops = {
    {push_constant, push_mixed, push_typed, push_ints, push_triples, push_texts}, request_reset, tree};
#endif

#endif
