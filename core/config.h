// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#ifndef SAMRENA_CORE_CONFIG_H
#define SAMRENA_CORE_CONFIG_H

#include "samrena.h"

/* Fills in *config from `given`, NULL for all defaults. Callbacks are valid afterwards also where the rest is not. */
SamrenaError config_read(SamrenaConfig *config, const SamrenaConfig *given);

/* That `options` is "key=value,..." with keys that the adapter knows. NULL: none. */
SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter);

#endif
