// SPDX-License-Identifier: MIT
// The loops of a peer that takes each block back by itself: it defines heap_push() and heap_free(). Its blocks are
// aligned to 16 whatever is asked, as malloc's are.
#ifndef SAMRENA_TESTS_HEAP_LOOPS_H
#define SAMRENA_TESTS_HEAP_LOOPS_H

#define PEER_FREES_BLOCKS
#include "loops.h"

static inline void *heap_push(size_t size);
static inline void heap_free(void *memory);

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    (void)state;
    (void)alignment;
    return heap_push(size);
}

static inline void peer_take_back(void *state, Block *newest) {
    (void)state;
    while (newest) {
        Block *next = newest->next;
        heap_free(newest);
        newest = next;
    }
}

static void free_tree(Node *node) {
    if (!node)
        return;
    free_tree(node->left);
    free_tree(node->right);
    heap_free(node);
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
