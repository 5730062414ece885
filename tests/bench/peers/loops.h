// SPDX-License-Identifier: MIT
// The loops of one peer, around the peer's own calls. The file that includes this defines the functions declared first;
// the compiler puts them into the loops as far as it would put them into a user's.
//
// Every block gets the same store, and is shown to the compiler as used, with all memory: no store is dropped, and what
// a peer keeps in memory is in memory after each push.
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

static inline void *peer_push(void *state, size_t size);
static inline void *peer_push_node(void *state); /* aligned for a Node, where the peer takes an alignment */
static inline void peer_take_back(void *state, Block *newest);
static inline void peer_take_back_tree(void *state, Node *root);

static inline Block *use_block(void *memory, Block *newest) {
    Block *block = (Block *)memory;
    block->next = newest;
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}

static inline Block *push_request(void *state) {
    Block *newest = NULL;
    for (int i = 0; i < REQUEST_PUSHES; i++)
        newest = use_block(peer_push(state, REQUEST_SIZE), newest);
    return newest;
}

static void push_constant(void *state, uint64_t turns) {
    for (; turns > 0; turns--) {
        Block *newest = NULL;
        for (int i = 0; i < CONSTANT_PUSHES; i++)
            newest = use_block(peer_push(state, CONSTANT_SIZE), newest);
        peer_take_back(state, newest);
    }
}

static void push_mixed(void *state, uint64_t turns) {
    for (; turns > 0; turns--) {
        Block *newest = NULL;
        for (int i = 0; i < MIXED_PUSHES; i++)
            newest = use_block(peer_push(state, mixed_sizes[i]), newest);
        peer_take_back(state, newest);
    }
}

static void request_reset(void *state, uint64_t turns) {
    for (; turns > 0; turns--)
        peer_take_back(state, push_request(state));
}

static Node *build_tree(void *state, int depth) {
    Node *node = (Node *)peer_push_node(state);
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

static const PeerLoops peer_loops = {push_constant, push_mixed, request_reset, tree};

#endif
