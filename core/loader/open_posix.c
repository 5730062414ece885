// SPDX-License-Identifier: MIT
// Opens plugin files with dlopen.
#include "open.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "file_trust.h"
#include "registry.h"
#include "search.h"
#include "system/system.h"

#define PLUGIN_SYMBOL "samrena_adapter"

/* The linker's own words mostly start with the path, which the message has already. */
static const char *without_prefix(const char *text, const char *file) {
    size_t length = strlen(file);
    return strncmp(text, file, length) == 0 && strncmp(text + length, ": ", 2) == 0 ? text + length + 2 : text;
}

/* The handle is one hold on an accepted plugin, and given up only for a better one. */
static SamrenaError register_opened(void *handle, const char *file, const char *name) {
    const SamrenaAdapter *adapter = dlsym(handle, PLUGIN_SYMBOL);
    SamrenaError error;
    /* dlsym also searches the dependencies of a plugin: the descriptor must lie in the file itself. */
    if (!adapter || !system_is_from(adapter, file))
        error =
            error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a plugin: it has no symbol `%s`", file, PLUGIN_SYMBOL);
    else
        error = registry_add(adapter, name, file);
    if (error || system_pin(adapter))
        dlclose(handle);
    return error;
}

static SamrenaError open_file(const char *path, const char *file, const char *name) {
    SamrenaError error = file_trust_check(path, file);
    if (error)
        return error;
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle)
        return register_opened(handle, file, name);
    const char *reason = dlerror();
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", path,
                     reason ? without_prefix(reason, file) : "dlopen failed");
}

SamrenaError open_plugin(const char *path) {
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    if (!search_promised_name(path, name))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "%s: not a plugin's file name, expected NAME.so with a lower-case letter and up to 30 of "
                         "a-z 0-9 _ -",
                         path);
    /* dlopen takes an absolute path as it is; anything else it would look up in LD_LIBRARY_PATH. */
    char *file = system_real_path(path);
    if (!file)
        return error_set(errno == ENOMEM ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_ERROR_ADAPTER_NOT_FOUND, "%s: %s",
                         path, strerror(errno));
    SamrenaError error = open_file(path, file, name);
    free(file);
    return error;
}
