// SPDX-License-Identifier: MIT
// Opens plugin files that can be trusted.
#include "open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build_config.h"
#include "error.h"
#include "file_trust.h"
#include "registry.h"
#include "search.h"
#include "shared_object.h"
#include "system/system.h"

#define PLUGIN_SYMBOL "samrena_adapter"

/* The handle is one hold on an accepted plugin, and given up only for a better one. */
static SamrenaError register_opened(void *handle, const char *file, const char *name) {
    const SamrenaAdapter *adapter = shared_object_symbol(handle, PLUGIN_SYMBOL);
    SamrenaError error;
    /* It may be found in what the plugin depends upon: the descriptor must lie in the file itself. */
    if (!adapter || !system_is_from(adapter, file))
        error =
            error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a plugin: it has no symbol `%s`", file, PLUGIN_SYMBOL);
    else
        error = registry_add(adapter, name, file);
    if (error || system_pin(adapter))
        shared_object_close(handle);
    return error;
}

static SamrenaError open_trusted(const char *path, const char *file, const char *name) {
    char reason[SHARED_OBJECT_REASON];
    void *handle = shared_object_open(file, reason);
    return handle ? register_opened(handle, file, name)
                  : error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", path, reason);
}

static SamrenaError open_file(const char *path, const char *file, const char *name) {
    intptr_t held;
    SamrenaError error = file_trust_check(path, file, &held);
    if (error)
        return error;
    error = open_trusted(path, file, name);
    file_trust_end(held);
    return error;
}

SamrenaError open_plugin(const char *path) {
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    if (!search_promised_name(path, name))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "%s: not a plugin's file name, expected NAME%s with a lower-case letter and up to 30 of "
                         "a-z 0-9 _ -",
                         path, PLUGIN_SUFFIX);
    /* The system takes an absolute path as it is; anything else it would look up. */
    char *file = system_real_path(path);
    if (!file)
        return error_set(errno == ENOMEM ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_ERROR_ADAPTER_NOT_FOUND, "%s: %s",
                         path, strerror(errno));
    SamrenaError error = open_file(path, file, name);
    free(file);
    return error;
}

bool open_is_allowed(const char *path) {
    intptr_t held;
    char *file = system_real_path(path);
    bool allowed = file && file_trust_check(path, file, &held) == SAMRENA_OK;
    if (allowed)
        file_trust_end(held);
    free(file);
    return allowed;
}
