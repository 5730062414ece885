// SPDX-License-Identifier: MIT
// Adapters that do what a test tells them: fail the nth call, refuse what is large, break the contract.
#ifndef SAMRENA_TESTS_TEST_ADAPTERS_H
#define SAMRENA_TESTS_TEST_ADAPTERS_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* Over the C heap, separate regions, with reserve and prefault: what chained is. */
extern const SamrenaAdapter samrena_adapter_separate;
/* One region that grows in place, up to 64 MiB: what virtual is. */
extern const SamrenaAdapter samrena_adapter_growing;
/* The required operations alone. */
extern const SamrenaAdapter samrena_adapter_plain;
/* Regions on top of each other in one MiB, filled with `fill`, the last of which grows in place: what a break is.
   Aborts where the host breaks the contract. Knows the options `colour` and `size`. */
extern const SamrenaAdapter samrena_adapter_stacked;

typedef struct TestAdapterState {
    /* Set by a test. */
    int fail_at;                          /* the nth call for memory from here on fails; 0: none */
    bool fail_from_there;                 /* and every later one */
    SamrenaError error;                   /* with what */
    uint64_t largest;                     /* refuse larger requests; 0: none */
    uint64_t prefault_most;               /* refuse to prefault beyond so many bytes a call; 0: all is well */
    uint64_t prefault_excess;             /* say that so many bytes more were prefaulted than there are */
    unsigned char fill;                   /* fresh memory is filled with this byte */
    void (*spoil)(SamrenaRegion *region); /* applied to what acquire and reserve give */
    bool rigid;                           /* `stacked` refuses to grow in place: UNSUPPORTED */
    bool mute;                            /* refuse without a word */
    uint64_t keep;                        /* told back by all but `stacked` */
    uint64_t step;                        /* `stacked` tells back this growth step; 0: none */
    /* Told by the adapters. */
    char options[64];
    int calls;
    int live_regions;
    int live_contexts;
    uint64_t last_required;
    uint64_t last_desired;
    uint64_t last_reserve;
    uint64_t prefaulted;
} TestAdapterState;

extern TestAdapterState test_adapter;

/* Registers all and clears the state; a cmocka setup. */
int set_up_test_adapters(void **state);

#endif
