// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#ifndef SAMRENA_CORE_CONFIG_H
#define SAMRENA_CORE_CONFIG_H

#include "samrena.h"

#define DEFAULT_GROWTH_SIZE (UINT64_C(4) << 10)
#define DEFAULT_COMMIT_SIZE (UINT64_C(64) << 10)
#define DEFAULT_AHEAD (UINT64_C(16) << 20)

/* Where nothing was said, complete. */
extern const SamrenaConfig samrena_config_defaults;

/* Whether a struct_size can be one: not before the first version, and no number that merely lay there. */
static inline bool config_size_is_sane(size_t size, size_t first_version) {
    return size >= first_version && size <= 4096;
}

/* What the caller gave, checked: the struct itself, or, of another version, what this one knows of it, in *converted.
   Of one that nobody initialised nothing may be used: that is told as the defaults. */
SamrenaError config_read(const SamrenaConfig *given, SamrenaConfig *converted, const SamrenaConfig **config);

/* Puts the defaults where nothing was said. */
void config_complete(SamrenaConfig *config);

/* Whether an arena of that complete config can become one of a config that was read, if adapter and options are the
   same: what a supply and a first region are made from is equal. */
static inline bool config_is_alike(const SamrenaConfig *complete, const SamrenaConfig *config) {
    return complete->label == config->label && complete->initial_size == config->initial_size &&
           complete->growth_size == (config->growth_size ? config->growth_size : DEFAULT_GROWTH_SIZE) &&
           complete->max_reserve == config->max_reserve &&
           complete->commit_size == (config->commit_size ? config->commit_size : DEFAULT_COMMIT_SIZE) &&
           complete->huge_pages == config->huge_pages;
}

/* What was chosen in the config, or else in the environment. */
SamrenaDebug config_debug(const SamrenaConfig *config);

/* What the lines and errors of an arena with that config are marked with; NULL: nothing. */
static inline const char *config_label_name(const SamrenaConfig *config) {
    return config->label ? config->label->name : NULL;
}

/* That `options` is "key=value,..." with keys that the adapter knows. */
SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter);

#endif
