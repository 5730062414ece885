// SPDX-License-Identifier: MIT
// Finds one of many regions: the next one that is large enough, and the one that an address lies in.
#include "region_index.h"

#include <stdlib.h>
#include <string.h>

#include "checked_math.h"

#define NO_NODE UINT32_MAX

typedef struct Node {
    uintptr_t base;
    uint32_t left, right;
    uint32_t position;
} Node;

struct RegionIndex {
    uint32_t room;
    uint32_t root;
    uint64_t *sizes;    /* 1: the root; room + i: the leaf of position i */
    uint32_t *nodes_at; /* the node of each position; from the first free position on, free nodes */
    Node nodes[];
};

RegionIndex *index_create(uint32_t room) {
    size_t nodes = sizeof(RegionIndex) + room * sizeof(Node);
    size_t sizes = (size_t)round_up(nodes, sizeof(uint64_t));
    size_t places = sizes + 2 * (size_t)room * sizeof(uint64_t);
    RegionIndex *index = malloc(places + room * sizeof(uint32_t));
    if (!index)
        return NULL;
    index->room = room;
    index->root = NO_NODE;
    index->sizes = (uint64_t *)(void *)((char *)index + sizes);
    index->nodes_at = (uint32_t *)(void *)((char *)index + places);
    memset(index->sizes, 0, 2 * (size_t)room * sizeof(uint64_t));
    for (uint32_t i = 0; i < room; i++)
        index->nodes_at[i] = i;
    return index;
}

/* ---- Sizes ---- */

void index_resize(RegionIndex *index, uint32_t position, uint64_t usable) {
    uint64_t *sizes = index->sizes;
    uint32_t at = index->room + position;
    sizes[at] = usable;
    while ((at /= 2) > 0) {
        uint64_t largest = max_u64(sizes[2 * at], sizes[2 * at + 1]);
        if (sizes[at] == largest)
            return;
        sizes[at] = largest;
    }
}

/* Up from the leaf, to the right past all that is too small, and down again where something is not. */
uint32_t index_find(const RegionIndex *index, uint32_t from, uint64_t least) {
    const uint64_t *sizes = index->sizes;
    if (from >= index->room)
        return NO_NODE;
    uint32_t at = index->room + from;
    while (sizes[at] < least) {
        while (at & 1)
            at /= 2;
        if (at == 0)
            return NO_NODE;
        at++;
    }
    while (at < index->room) {
        at *= 2;
        at += sizes[at] < least;
    }
    return at - index->room;
}

/* ---- Addresses ---- */

/* Which of two nodes stands above the other: as good as drawn by lot, and always the same. */
static uint32_t rank(uint32_t node) {
    uint32_t hash = (node + 1) * UINT32_C(0x9e3779b1);
    hash ^= hash >> 15;
    hash *= UINT32_C(0x85ebca77);
    return hash ^ hash >> 13;
}

/* Takes its place above all nodes of lower rank, which are split into those below its base and those above. */
static void insert(RegionIndex *index, uint32_t added) {
    Node *nodes = index->nodes;
    uintptr_t base = nodes[added].base;
    uint32_t *link = &index->root;
    while (*link != NO_NODE && rank(*link) >= rank(added))
        link = base < nodes[*link].base ? &nodes[*link].left : &nodes[*link].right;
    uint32_t rest = *link;
    uint32_t *below = &nodes[added].left, *above = &nodes[added].right;
    *link = added;
    while (rest != NO_NODE) {
        uint32_t **side = nodes[rest].base < base ? &below : &above;
        **side = rest;
        *side = nodes[rest].base < base ? &nodes[rest].right : &nodes[rest].left;
        rest = **side;
    }
    *below = *above = NO_NODE;
}

/* What stood below it, on both sides, takes its place. */
static void take_out(RegionIndex *index, uint32_t removed) {
    Node *nodes = index->nodes;
    uint32_t *link = &index->root;
    while (*link != removed)
        link = nodes[removed].base < nodes[*link].base ? &nodes[*link].left : &nodes[*link].right;
    uint32_t left = nodes[removed].left, right = nodes[removed].right;
    while (left != NO_NODE && right != NO_NODE) {
        if (rank(left) >= rank(right)) {
            *link = left;
            link = &nodes[left].right;
            left = *link;
        } else {
            *link = right;
            link = &nodes[right].left;
            right = *link;
        }
    }
    *link = left != NO_NODE ? left : right;
}

uint32_t index_at_or_below(const RegionIndex *index, uintptr_t address) {
    uint32_t found = NO_NODE;
    for (uint32_t at = index->root; at != NO_NODE;) {
        const Node *node = &index->nodes[at];
        if (node->base <= address)
            found = node->position;
        at = node->base <= address ? node->right : node->left;
    }
    return found;
}

uint32_t index_above(const RegionIndex *index, uintptr_t address) {
    uint32_t found = NO_NODE;
    for (uint32_t at = index->root; at != NO_NODE;) {
        const Node *node = &index->nodes[at];
        if (node->base > address)
            found = node->position;
        at = node->base > address ? node->left : node->right;
    }
    return found;
}

/* ---- Both ---- */

void index_add(RegionIndex *index, uint32_t position, const unsigned char *base, uint64_t usable) {
    uint32_t node = index->nodes_at[position];
    index->nodes[node].base = (uintptr_t)base;
    index->nodes[node].position = position;
    insert(index, node);
    index_resize(index, position, usable);
}

void index_remove_last(RegionIndex *index, uint32_t last) {
    take_out(index, index->nodes_at[last]);
    index_resize(index, last, 0);
}

void index_swap(RegionIndex *index, uint32_t a, uint32_t b) {
    uint32_t node = index->nodes_at[a];
    uint64_t usable = index->sizes[index->room + a];
    index_resize(index, a, index->sizes[index->room + b]);
    index_resize(index, b, usable);
    index->nodes_at[a] = index->nodes_at[b];
    index->nodes_at[b] = node;
    index->nodes[index->nodes_at[a]].position = a;
    index->nodes[node].position = b;
}
