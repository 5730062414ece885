// SPDX-License-Identifier: MIT
// The adapters that come with the library: where one of them is missing, or refused, that is told as such.
#ifndef SAMRENA_CORE_LOADER_OWN_ADAPTERS_H
#define SAMRENA_CORE_LOADER_OWN_ADAPTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "build_config.h"

static const char *const own_adapters[] = {OWN_ADAPTERS};
#define OWN_ADAPTER_COUNT (sizeof(own_adapters) / sizeof(own_adapters[0]))

static inline bool is_own_adapter(const char *name) {
    for (size_t i = 0; i < OWN_ADAPTER_COUNT; i++)
        if (strcmp(name, own_adapters[i]) == 0)
            return true;
    return false;
}

#endif
