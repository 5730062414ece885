// SPDX-License-Identifier: MIT
// The loops of a peer that takes each block back by itself: it defines peer_push() and peer_free().
#ifndef SAMRENA_TESTS_HEAP_LOOPS_H
#define SAMRENA_TESTS_HEAP_LOOPS_H

#include "loops.h"

static inline void peer_free(void *memory);

static inline void *peer_push_node(void *state) {
    return peer_push(state, sizeof(Node));
}

static inline void peer_take_back(void *state, Block *newest) {
    (void)state;
    while (newest) {
        Block *next = newest->next;
        peer_free(newest);
        newest = next;
    }
}

static void free_tree(Node *node) {
    if (!node)
        return;
    free_tree(node->left);
    free_tree(node->right);
    peer_free(node);
}

static inline void peer_take_back_tree(void *state, Node *root) {
    (void)state;
    free_tree(root);
}

static void *open_heap(void) {
    return NULL;
}

static void close_heap(void *state) {
    (void)state;
}

#endif
