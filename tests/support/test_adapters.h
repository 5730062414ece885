// SPDX-License-Identifier: MIT
// Adapters that do what a test tells them: fail the nth call, refuse what is large, break the contract.
#ifndef SAMRENA_TESTS_TEST_ADAPTERS_H
#define SAMRENA_TESTS_TEST_ADAPTERS_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* Over the C heap, separate regions, with reserve and prefault: what chained is without trim. */
extern const SamrenaAdapter samrena_adapter_separate;
/* The same, and with trim: as the test says, the size falls or stays. */
extern const SamrenaAdapter samrena_adapter_trimming;
/* One region that grows in place, up to 64 MiB: what virtual is without trim. */
extern const SamrenaAdapter samrena_adapter_growing;
/* The required operations alone. */
extern const SamrenaAdapter samrena_adapter_plain;
/* Regions on top of each other in one MiB, filled with `fill`, the last of which grows in place: what a break is.
   Aborts where the host breaks the contract. Knows the options `colour` and `size`. */
extern const SamrenaAdapter samrena_adapter_stacked;
/* Regions that a forked child has in common with its parent, zero and known to be so; with extend, reserve, prefault
   and trim. */
extern const SamrenaAdapter samrena_adapter_shared;

typedef struct TestAdapterState {
    /* Set by a test. */
    int fail_at;                          /* the nth call for memory from here on fails; 0: none */
    bool fail_from_there;                 /* and every later one */
    SamrenaError error;                   /* with what */
    uint64_t refuse_above;                /* refuse larger wishes; 0: none */
    uint64_t prefault_most;               /* refuse to prefault beyond so many bytes a call; 0: all is well */
    uint64_t prefault_excess;             /* say that so many bytes more were prefaulted than there are */
    unsigned char fill;                   /* fresh memory is filled with this byte, and what is trimmed away */
    void (*spoil)(SamrenaRegion *region); /* applied to what acquire and reserve give */
    SamrenaError extend_error;            /* `stacked` answers so instead of growing in place; OK: it grows */
    bool trim_keeps_size;                 /* `trimming` and `shared`: pages go, and their addresses stay usable */
    bool mute;                            /* refuse without a word */
    /* Told back by create(); 0: not. */
    uint64_t recyclable;
    uint64_t largest;
    uint64_t ceiling;
    uint64_t step;
    /* Told by the adapters. */
    char options[64];
    const char *label;
    int calls;
    int extends;
    int trims;
    int live_regions;
    int live_contexts;
    uint64_t last_required; /* of the last call that was not refused at once */
    uint64_t last_desired;
    uint64_t last_alignment;
    uint64_t last_reserve; /* what the last reserve() was asked for at best */
    uint64_t prefaulted;
} TestAdapterState;

extern TestAdapterState test_adapter;

/* Registers all and clears the state; a cmocka setup. */
int set_up_test_adapters(void **state);

#endif
