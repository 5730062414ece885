// SPDX-License-Identifier: MIT
// The option `keep` that the adapters share: whether arenas that end may be kept for the next ones.
#ifndef SAMRENA_ADAPTERS_KEEP_H
#define SAMRENA_ADAPTERS_KEEP_H

#include <stdbool.h>
#include <string.h>

#include "samrena/adapter.h"

/* The most that one kept arena may hold resident. */
#define KEEP_MOST (UINT64_C(64) << 10)

static inline SamrenaError keep_as_asked(const SamrenaHost *host, SamrenaAdapterParams *params) {
    size_t length;
    const char *value = samrena_adapter_option(params->options, "keep", &length);
    bool yes = !value || (length == 3 && memcmp(value, "yes", 3) == 0);
    bool no = value && length == 2 && memcmp(value, "no", 2) == 0;
    if (!yes && !no) {
        host->set_error(host, "adapter_options: keep is \"%.*s\", expected yes or no", (int)length, value);
        return SAMRENA_ERROR_INVALID_PARAMETER;
    }
    if (yes && SAMRENA_ADAPTER_HAS(params, SamrenaAdapterParams, keep))
        params->keep = KEEP_MOST;
    return SAMRENA_OK;
}

#endif
