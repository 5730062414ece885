// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#ifndef SAMRENA_CORE_CONFIG_H
#define SAMRENA_CORE_CONFIG_H

#include "samrena.h"

#define DEFAULT_GROWTH_SIZE (UINT64_C(4) << 10)
#define DEFAULT_COMMIT_SIZE (UINT64_C(64) << 10)

/* Where nothing was said. */
extern const SamrenaConfig config_defaults;

/* Whether a struct_size can be one: not before the first version, and no number that merely lay there. */
static inline bool config_size_is_sane(size_t size, size_t first_version) {
    return size >= first_version && size <= 4096;
}

/* Fills in *config from `given`, with the defaults where nothing was said, and checks it. What nobody initialised
   leaves it as the defaults: then nothing of it may be used. */
SamrenaError config_read(SamrenaConfig *config, const SamrenaConfig *given);

/* Whether arenas of these configs, read ones, can take each other's place, if adapter and options are the same: what a
   supply was made from is equal, and what its first region is. */
static inline bool config_is_alike(const SamrenaConfig *one, const SamrenaConfig *other) {
    return one->label == other->label && one->initial_size == other->initial_size &&
           one->growth_size == other->growth_size && one->max_reserve == other->max_reserve &&
           one->commit_size == other->commit_size && one->huge_pages == other->huge_pages;
}

/* What was chosen in the config, or else in the environment. */
SamrenaDebug config_debug(const SamrenaConfig *config);

/* That `options` is "key=value,..." with keys that the adapter knows. */
SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter);

#endif
