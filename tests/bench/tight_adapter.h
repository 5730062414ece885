// SPDX-License-Identifier: MIT
// An adapter over the C heap that refuses what is large, and what is more than it has in all.
#ifndef SAMRENA_TESTS_TIGHT_ADAPTER_H
#define SAMRENA_TESTS_TIGHT_ADAPTER_H

#include "samrena/adapter.h"

extern const SamrenaAdapter samrena_adapter_tight;

typedef struct TightAdapter {
    uint64_t largest; /* the most that a region gets */
    uint64_t budget;  /* the most that all regions get together */
    uint64_t live;    /* what they have now */
} TightAdapter;

extern TightAdapter tight_adapter;

#endif
