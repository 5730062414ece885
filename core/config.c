// SPDX-License-Identifier: MIT
// Reads what the caller configured: checks it, and puts defaults where nothing was said.
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "environment.h"
#include "error.h"

#define KIB UINT64_C(1024)
#define GIB (KIB * KIB * KIB)

/* The struct's size in the first version: no caller can have a smaller one. */
#define FIRST_VERSION_SIZE (offsetof(SamrenaConfig, failure_user) + sizeof(void *))

static SamrenaError copy_known(SamrenaConfig *config, const SamrenaConfig *given) {
    size_t size = given->struct_size;
    if (size < FIRST_VERSION_SIZE)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaConfig.struct_size is %zu, expected %zu or more: start from samrena_default_config()",
                         size, (size_t)FIRST_VERSION_SIZE);
    memcpy(config, given, size < sizeof(*config) ? size : sizeof(*config));
    for (size_t i = sizeof(*config); i < size; i++)
        if (((const unsigned char *)given)[i] != 0)
            return error_set(SAMRENA_ERROR_UNSUPPORTED,
                             "SamrenaConfig sets a field at byte %zu that libsamrena %s, with %zu bytes, does not know",
                             i, samrena_version(), sizeof(*config));
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

/* Less than two alignments may leave nothing once both ends are aligned. */
static SamrenaError check_first_block(const SamrenaConfig *config) {
    const uint64_t least = 2 * SAMRENA_REGION_ALIGNMENT;
    if (!config->first_block && config->first_block_size == 0)
        return SAMRENA_OK;
    if (!config->first_block)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaConfig.first_block_size is %" PRIu64 ", but first_block is NULL",
                         config->first_block_size);
    uint64_t most = min_u64(PTRDIFF_MAX, UINTPTR_MAX - (uintptr_t)config->first_block);
    if (config->first_block_size >= least && config->first_block_size <= most)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                     "SamrenaConfig.first_block_size is %" PRIu64 ", expected %" PRIu64 " to %" PRIu64,
                     config->first_block_size, least, most);
}

static void put_default(uint64_t *field, uint64_t value) {
    if (*field == 0)
        *field = value;
}

static SamrenaError check(const SamrenaConfig *config) {
    SamrenaError error = check_choice("growth", config->growth, SAMRENA_GROWTH_NONE);
    if (!error)
        error = check_choice("prefault", config->prefault, SAMRENA_PREFAULT_ALWAYS);
    if (!error)
        error = check_choice("huge_pages", config->huge_pages, SAMRENA_HUGE_PAGES_ALWAYS);
    if (!error)
        error = check_choice("debug", config->debug, SAMRENA_DEBUG_JUNK);
    if (!error)
        error = check_first_block(config);
    if (!error)
        error = check_range("page_size", config->page_size, GIB);
    if (!error && config->page_size % SAMRENA_REGION_ALIGNMENT != 0)
        error = error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                          "SamrenaConfig.page_size is %" PRIu64 ", expected a multiple of %d", config->page_size,
                          SAMRENA_REGION_ALIGNMENT);
    /* With this, page_size times either is a size that an adapter may be asked for. */
    if (!error)
        error = check_range("initial_pages", config->initial_pages, (uint64_t)PTRDIFF_MAX / config->page_size);
    if (!error)
        error = check_range("growth_pages", config->growth_pages, (uint64_t)PTRDIFF_MAX / config->page_size);
    if (!error)
        error = check_range("max_reserve", config->max_reserve, PTRDIFF_MAX);
    if (!error)
        error = check_range("commit_size", config->commit_size, PTRDIFF_MAX);
    return error;
}

const SamrenaConfig config_defaults = {
    .struct_size = sizeof(SamrenaConfig),
    .page_size = 4 * KIB,
    .growth_pages = 1,
    .max_reserve = sizeof(size_t) > 4 ? 32 * GIB : GIB,
    .commit_size = 64 * KIB,
    .retain = UINT64_MAX,
};

SamrenaError config_read(SamrenaConfig *config, const SamrenaConfig *given) {
    *config = samrena_default_config();
    SamrenaError error = copy_known(config, given);
    if (error)
        return error;
    put_default(&config->page_size, config_defaults.page_size);
    put_default(&config->growth_pages, config_defaults.growth_pages);
    put_default(&config->max_reserve, config_defaults.max_reserve);
    put_default(&config->commit_size, config_defaults.commit_size);
    put_default(&config->retain, config_defaults.retain);
    return check(config);
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
