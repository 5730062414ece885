// SPDX-License-Identifier: MIT
// The descriptor of a plugin that the library has loaded, by the loader's own list.
#define _GNU_SOURCE
#include "loaded.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "system/system.h"

const SamrenaAdapter *loaded_descriptor(const char *path) {
    char *file = system_real_path(path);
    void *handle = file ? dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD) : NULL;
    free(file);
    return handle ? dlsym(handle, "samrena_adapter") : NULL;
}
