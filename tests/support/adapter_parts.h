// SPDX-License-Identifier: MIT
// What the test adapters have in common.
#ifndef SAMRENA_TESTS_ADAPTER_PARTS_H
#define SAMRENA_TESTS_ADAPTER_PARTS_H

#include "test_adapters.h"

/* The start of every context. */
typedef struct Context {
    const SamrenaHost *host;
} Context;

/* Ends the program: the host broke the contract. */
void host_must(bool holds);

SamrenaError context_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context);
void context_destroy(void *context);
/* A call for memory: notes what is wanted, and whether it is to fail. */
SamrenaError context_call(const Context *context, const SamrenaWant *want);
SamrenaError context_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                              uint64_t *populated);
/* Memory behind `keep` is gone: it holds `fill`, and is left out of the size unless the test says otherwise. */
SamrenaError context_trim(void *context, SamrenaRegion *region, uint64_t keep);

static inline uint64_t in_16s(uint64_t size) {
    return (size + 15) & ~UINT64_C(15);
}

#endif
