// SPDX-License-Identifier: MIT
// An adapter that uses every freedom the contract leaves to adapters: it refuses, gives more than was desired, sizes
// that are no multiple of anything, memory that is partly zero, at any base, extends now and then, trims a little or
// spoils the pages alone. Around each of its regions it keeps bytes that nobody may touch. The host's own part of the
// contract it checks with abort(). On request it breaks its own: regions too short, crooked, moved or none, more
// prefaulted than there is, pages trimmed that were to stay; the host has to see that before it relies on it.
#ifndef SAMRENA_TESTS_FICKLE_ADAPTER_H
#define SAMRENA_TESTS_FICKLE_ADAPTER_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* Every operation. */
extern const SamrenaAdapter samrena_adapter_fickle;
/* Separate regions: it cannot extend. */
extern const SamrenaAdapter samrena_adapter_fickle_pieces;

typedef struct FickleState {
    /* Set by a test. */
    uint64_t random;
    unsigned refuses;    /* one call for memory in so many; 0: none */
    unsigned lies;       /* one call in so many answers what the contract forbids; 0: none */
    bool watched;        /* what lies in a region may not be touched */
    uint64_t guard_page; /* the last whole one of each region of two and more is not used; 0: all are */
    /* Told back to the host. */
    uint64_t recyclable;
    uint64_t largest;
    uint64_t step; /* 0: what the host said */
    /* Told by the adapter: calls for memory refused that lead to a failure. */
    uint64_t refusals;
    uint64_t told_lies; /* about memory: the host has to refuse what it was told */
} FickleState;

extern FickleState fickle;

/* Of all regions that are out: how many, their bytes rounded down to 16 each, without guard pages, and the largest. */
typedef struct FickleHeld {
    uint64_t regions;
    uint64_t usable;
    uint64_t largest;
} FickleHeld;

FickleHeld fickle_held(void);
/* Whether all `size` bytes at `block` lie in one region. */
bool fickle_holds(const void *block, uint64_t size);
/* Whether nobody wrote beside a region. */
bool fickle_guards_intact(void);

#endif
