// SPDX-License-Identifier: MIT
// Making much memory resident with several threads.
#ifndef SAMRENA_CORE_POPULATE_PARALLEL_H
#define SAMRENA_CORE_POPULATE_PARALLEL_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* By the adapter's prefault_concurrently(), with this thread and one more for each processor that is idle now. False:
   there is none, or not all of it was done; some may have been. */
bool populate_in_parallel(const SamrenaAdapterOperations *operations, const void *context, const SamrenaRegion *memory,
                          uint64_t from, uint64_t bytes);

#endif
