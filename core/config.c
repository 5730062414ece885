// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "compiler.h"
#include "environment.h"
#include "error.h"

/* The struct's size in the first version: no caller can have a smaller one. */
#define CONFIG_FIRST_SIZE (offsetof(SamrenaConfig, failure_user) + sizeof(void *))

SamrenaError samrena_config_init(SamrenaConfig *config, size_t struct_size) {
    if (!config || !config_size_is_sane(struct_size, CONFIG_FIRST_SIZE))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "a SamrenaConfig of %zu bytes at %p to be initialised, expected %zu bytes", struct_size,
                         (void *)config, sizeof(*config));
    memset(config, 0, struct_size);
    config->struct_size = struct_size;
    return SAMRENA_OK;
}

/* A struct of another version: what this one does not know is not set, what that one did not know is as by default. */
static SamrenaError convert(SamrenaConfig *config, const SamrenaConfig *given) {
    size_t size = given->struct_size;
    if (!config_size_is_sane(size, CONFIG_FIRST_SIZE))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaConfig.struct_size is %zu, expected %zu: start from samrena_default_config()", size,
                         sizeof(*config));
    for (size_t i = sizeof(*config); i < size; i++)
        if (((const unsigned char *)given)[i] != 0)
            return error_set(SAMRENA_ERROR_UNSUPPORTED,
                             "SamrenaConfig sets a field at byte %zu that libsamrena %s, with %zu bytes, does not know",
                             i, samrena_version(), sizeof(*config));
    *config = samrena_default_config();
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

#define LARGEST_SIZE (UINT64_C(0) + PTRDIFF_MAX - SAMRENA_REGION_ALIGNMENT) /* that an adapter may be asked for */

#define LEAST_MAX_RESERVE DEFAULT_GROWTH_SIZE

static SamrenaError check_size(const char *field, uint64_t value) {
    if (value <= LARGEST_SIZE)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "SamrenaConfig.%s is %" PRIu64 ", expected at most %" PRIu64,
                     field, value, LARGEST_SIZE);
}

/* What is meant to be gigabytes, or a switch, is told: not even a first region would fit. */
static SamrenaError check_max_reserve(uint64_t value) {
    if (value == 0 || value >= LEAST_MAX_RESERVE)
        return check_size("max_reserve", value);
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                     "SamrenaConfig.max_reserve is %" PRIu64 " bytes, expected at least %" PRIu64
                     ", or 0 for the default",
                     value, LEAST_MAX_RESERVE);
}

/* Steps that are to be small and large at once. */
static SamrenaError check_steps(const SamrenaConfig *config) {
    if (config->growth_most == 0 || config->growth_most >= config->growth_size)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                     "SamrenaConfig.growth_most is %" PRIu64 ", expected at least the growth_size of %" PRIu64
                     ", or 0 for no most",
                     config->growth_most, config->growth_size);
}

SAMRENA_NOINLINE static SamrenaError check_each(const SamrenaConfig *config) {
    SamrenaError error = check_choice("growth", config->growth, SAMRENA_GROWTH_NONE);
    if (!error)
        error = check_choice("prefault", config->prefault, SAMRENA_PREFAULT_AHEAD);
    if (!error)
        error = check_choice("huge_pages", config->huge_pages, SAMRENA_HUGE_PAGES_ALWAYS);
    if (!error)
        error = check_choice("debug", config->debug, SAMRENA_DEBUG_GUARD);
    if (!error)
        error = check_choice("recycle", config->recycle, SAMRENA_RECYCLE_NEVER);
    if (!error)
        error = check_choice("learn", config->learn, SAMRENA_LEARN_NEVER);
    if (!error)
        error = check_size("initial_size", config->initial_size);
    if (!error)
        error = check_size("growth_size", config->growth_size);
    if (!error)
        error = check_max_reserve(config->max_reserve);
    if (!error)
        error = check_steps(config);
    return error ? error : check_size("commit_size", config->commit_size);
}

/* A config is read for each arena: what mostly is all right is seen to be that at once, by the bits of all fields
   together. */
static inline SamrenaError check_values(const SamrenaConfig *config) {
    uint32_t choices = (uint32_t)config->growth | (uint32_t)config->prefault | (uint32_t)config->huge_pages |
                       (uint32_t)config->debug | (uint32_t)config->recycle | (uint32_t)config->learn;
    uint64_t sizes = config->initial_size | config->growth_size | config->max_reserve | config->commit_size;
    bool usual = choices <= 1 && sizes <= LARGEST_SIZE / 2 && config->growth_most == 0 &&
                 config->max_reserve - 1 >= LEAST_MAX_RESERVE - 1; /* 0 wraps */
    return usual ? SAMRENA_OK : check_each(config);
}

static void put_default(uint64_t *field, uint64_t value) {
    if (*field == 0)
        *field = value;
}

/* A field with a default of its own stands here, in config_complete(), and in config_is_alike() if a supply is made
   from it. */
const SamrenaConfig samrena_config_defaults = {
    .struct_size = sizeof(SamrenaConfig),
    .growth_size = DEFAULT_GROWTH_SIZE,
    .growth_most = UINT64_MAX,
    .commit_size = DEFAULT_COMMIT_SIZE,
    .limit = UINT64_MAX,
    .retain = UINT64_MAX,
    .ahead = DEFAULT_AHEAD,
};

SamrenaError config_read(const SamrenaConfig *given, SamrenaConfig *converted, const SamrenaConfig **config) {
    *config = given;
    if (given->struct_size == sizeof(*given))
        return check_values(given);
    SamrenaError error = convert(converted, given);
    *config = error ? &samrena_config_defaults : converted;
    return error ? error : check_values(converted);
}

void config_complete(SamrenaConfig *config) {
    put_default(&config->growth_size, samrena_config_defaults.growth_size);
    put_default(&config->growth_most, samrena_config_defaults.growth_most);
    put_default(&config->commit_size, samrena_config_defaults.commit_size);
    put_default(&config->limit, samrena_config_defaults.limit);
    put_default(&config->retain, samrena_config_defaults.retain);
    put_default(&config->ahead, samrena_config_defaults.ahead);
}

SamrenaDebug config_debug(const SamrenaConfig *config) {
    static const char *const names[] = {"auto", "never", "junk", "guard"}; /* as SamrenaDebug */
    static EnvironmentChoice choice = {.name = "SAMRENA_DEBUG", .values = names, .count = 4};
    return (SamrenaDebug)(config->debug != SAMRENA_DEBUG_AUTO ? config->debug : environment_choice(&choice));
}

/* Whether `key`, `length` characters, stands in the options before `end`. */
static bool is_given_before(const char *options, const char *end, const char *key, size_t length) {
    while (options < end) {
        if (strncmp(options, key, length) == 0 && options[length] == '=')
            return true;
        options += strcspn(options, ",") + 1;
    }
    return false;
}

/* Whether `key`, `length` characters, is one of the comma-separated `keys`. */
static bool is_known_key(const char *keys, const char *key, size_t length) {
    while (*keys) {
        size_t known = strcspn(keys, ",");
        if (known == length && strncmp(keys, key, length) == 0)
            return true;
        keys += known + (keys[known] == ',');
    }
    return false;
}

SamrenaError config_check_options(const char *options, const SamrenaAdapter *adapter) {
    const char *keys = adapter->option_keys ? adapter->option_keys : "";
    for (const char *at = options; *at;) {
        size_t length = strcspn(at, ",");
        size_t key = strcspn(at, "=,");
        if (key == 0 || at[key] != '=')
            return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                             "adapter_options \"%s\": \"%.*s\" is not of the form key=value", options, (int)length, at);
        if (!is_known_key(keys, at, key))
            return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                             "adapter_options \"%s\": adapter %s does not know the key \"%.*s\"; it knows: %s", options,
                             adapter->name, (int)key, at, *keys ? keys : "none");
        if (is_given_before(options, at, at, key))
            return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "adapter_options \"%s\": the key \"%.*s\" is given twice",
                             options, (int)key, at);
        at += length + (at[length] == ',');
    }
    return SAMRENA_OK;
}
