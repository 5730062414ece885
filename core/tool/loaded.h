// SPDX-License-Identifier: MIT
// The descriptor of a plugin that the library has loaded, as it lies in the plugin.
#ifndef SAMRENA_TOOL_LOADED_H
#define SAMRENA_TOOL_LOADED_H

#include "samrena/adapter.h"

/* NULL: the file is not loaded. */
const SamrenaAdapter *loaded_descriptor(const char *path);

#endif
