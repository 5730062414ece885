// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "environment.h"
#include "error.h"

/* The struct's size in the first version: no caller can have a smaller one. */
#define FIRST_VERSION_SIZE (offsetof(SamrenaConfig, failure_user) + sizeof(void *))

static SamrenaError copy_known(SamrenaConfig *config, const SamrenaConfig *given) {
    size_t size = given->struct_size;
    if (!config_size_is_sane(size, FIRST_VERSION_SIZE))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaConfig.struct_size is %zu, expected %zu: start from samrena_default_config()", size,
                         sizeof(*config));
    for (size_t i = sizeof(*config); i < size; i++)
        if (((const unsigned char *)given)[i] != 0)
            return error_set(SAMRENA_ERROR_UNSUPPORTED,
                             "SamrenaConfig sets a field at byte %zu that libsamrena %s, with %zu bytes, does not know",
                             i, samrena_version(), sizeof(*config));
    memcpy(config, given, size < sizeof(*config) ? size : sizeof(*config));
    config->struct_size = sizeof(*config);
    return SAMRENA_OK;
}

static SamrenaError check_choice(const char *field, int32_t value, int32_t last) {
    if (value >= 0 && value <= last)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "SamrenaConfig.%s is %" PRId32 ", expected 0 to %" PRId32, field,
                     value, last);
}

static SamrenaError check_range(const char *field, uint64_t value, uint64_t most) {
    if (value <= most)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "SamrenaConfig.%s is %" PRIu64 ", expected at most %" PRIu64,
                     field, value, most);
}

static void put_default(uint64_t *field, uint64_t value) {
    if (*field == 0)
        *field = value;
}

static SamrenaError check_choices(const SamrenaConfig *config) {
    const struct {
        const char *name;
        int32_t value, last;
    } choices[] = {
        {"growth", config->growth, SAMRENA_GROWTH_NONE},
        {"prefault", config->prefault, SAMRENA_PREFAULT_ALWAYS},
        {"huge_pages", config->huge_pages, SAMRENA_HUGE_PAGES_ALWAYS},
        {"debug", config->debug, SAMRENA_DEBUG_JUNK},
        {"recycle", config->recycle, SAMRENA_RECYCLE_NEVER},
        {"reserved", config->reserved, 0},
    };
    SamrenaError error = SAMRENA_OK;
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]) && !error; i++)
        error = check_choice(choices[i].name, choices[i].value, choices[i].last);
    return error;
}

/* Sizes that an adapter may be asked for. */
static SamrenaError check_sizes(const SamrenaConfig *config) {
    const struct {
        const char *name;
        uint64_t value;
    } sizes[] = {
        {"initial_size", config->initial_size},
        {"growth_size", config->growth_size},
        {"max_reserve", config->max_reserve},
        {"commit_size", config->commit_size},
    };
    SamrenaError error = SAMRENA_OK;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && !error; i++)
        error = check_range(sizes[i].name, sizes[i].value, PTRDIFF_MAX - SAMRENA_REGION_ALIGNMENT);
    return error;
}

const SamrenaConfig config_defaults = {
    .struct_size = sizeof(SamrenaConfig),
    .growth_size = DEFAULT_GROWTH_SIZE,
    .growth_most = UINT64_MAX,
    .commit_size = DEFAULT_COMMIT_SIZE,
    .limit = UINT64_MAX,
    .retain = UINT64_MAX,
};

SamrenaError config_read(SamrenaConfig *config, const SamrenaConfig *given) {
    *config = samrena_default_config();
    SamrenaError error = copy_known(config, given);
    if (error)
        return error;
    put_default(&config->growth_size, config_defaults.growth_size);
    put_default(&config->growth_most, config_defaults.growth_most);
    put_default(&config->commit_size, config_defaults.commit_size);
    put_default(&config->limit, config_defaults.limit);
    put_default(&config->retain, config_defaults.retain);
    error = check_choices(config);
    return error ? error : check_sizes(config);
}

SamrenaDebug config_debug(const SamrenaConfig *config) {
    static const char *const names[] = {"auto", "never", "junk"}; /* as SamrenaDebug */
    static EnvironmentChoice choice = {.name = "SAMRENA_DEBUG", .values = names, .count = 3};
    return (SamrenaDebug)(config->debug != SAMRENA_DEBUG_AUTO ? config->debug : environment_choice(&choice));
}

/* Whether `key`, `length` characters, is one of the comma-separated `keys`. */
static bool is_known_key(const char *keys, const char *key, size_t length) {
    while (keys && *keys) {
        size_t known = strcspn(keys, ",");
        if (known == length && strncmp(keys, key, length) == 0)
            return true;
        keys += known + (keys[known] == ',');
    }
    return false;
}

SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter) {
    const char *keys = adapter->option_keys ? adapter->option_keys : "";
    for (const char *at = options; at && *at;) {
        size_t length = strcspn(at, ",");
        size_t key = strcspn(at, "=,");
        if (key == 0 || at[key] != '=')
            return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                             "adapter_options \"%s\": \"%.*s\" is not of the form key=value", options, (int)length, at);
        if (!is_known_key(keys, at, key))
            return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                             "adapter_options \"%s\": adapter %s does not know the key \"%.*s\"; it knows: %s", options,
                             adapter->name, (int)key, at, *keys ? keys : "none");
        at += length + (at[length] == ',');
    }
    return SAMRENA_OK;
}
