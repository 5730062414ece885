// SPDX-License-Identifier: MIT
// Shared objects by dlopen().
#include "shared_object.h"

#include <dlfcn.h>

void *open_object(const char *path) {
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

const char *error_of_object(void) {
    const char *words = dlerror();
    return words ? words : "no error";
}

void *find_symbol(void *object, const char *name) {
    return dlsym(object, name);
}

bool close_object(void *object) {
    return dlclose(object) == 0;
}

bool is_loaded(const char *path) {
    void *object = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (object)
        dlclose(object);
    return object;
}

bool closed_objects_go(const char *path) {
    void *object = open_object(path);
    return object && close_object(object) && !is_loaded(path);
}
