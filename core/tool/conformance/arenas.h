// SPDX-License-Identifier: MIT
// Arenas over the adapter, as a program has them.
#ifndef SAMRENA_CONFORMANCE_ARENAS_H
#define SAMRENA_CONFORMANCE_ARENAS_H

#include "trial.h"

enum { MOST_BLOCKS = 2000 };

typedef struct Block {
    unsigned char *bytes;
    uint64_t size;
} Block;

/* The config with the adapter, its options and what else every arena of the checks has. */
SamrenaConfig trial_arena_config(Trial *trial, SamrenaConfig config);
/* Becomes the trial's arena. The check counts as not tested where it is refused. */
Samrena *trial_arena_new(Trial *trial, SamrenaConfig config);
/* Ends it, and the trial's other one. */
void trial_arena_end(Trial *trial);

SamrenaInfo trial_arena_info(const Samrena *arena);
/* UINT64_MAX: it told none. */
uint64_t trial_arena_ceiling(const Samrena *arena);
/* What a few of the adapter's steps are where these are large, and `size` where that is more. */
uint64_t trial_arena_in_steps(Trial *trial, uint64_t size, unsigned steps);

/* A failed push is the adapter's right where its memory ends, and nowhere else. */
void require_out_of_memory(Trial *trial);

/* Pushes of many sizes, filled; fewer than `most` where its memory ends. */
size_t push_blocks(Trial *trial, Block *blocks, size_t most);
void verify_blocks(Trial *trial, const Block *blocks, size_t count);
/* Pushes zeros and writes over them. */
void push_zeros(Trial *trial, int round);

#endif
