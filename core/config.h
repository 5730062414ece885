// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#ifndef SAMRENA_CORE_CONFIG_H
#define SAMRENA_CORE_CONFIG_H

#include "samrena.h"

/* Where nothing was said. */
extern const SamrenaConfig config_defaults;

/* Fills in *config from `given`. Callbacks are valid afterwards also where the rest is not. */
SamrenaError config_read(SamrenaConfig *config, const SamrenaConfig *given);

/* What was chosen in the config, or else in the environment. */
SamrenaDebug config_debug(const SamrenaConfig *config);

/* That `options` is "key=value,..." with keys that the adapter knows. NULL: none. */
SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter);

#endif
