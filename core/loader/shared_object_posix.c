// SPDX-License-Identifier: MIT
// Shared objects by dlopen.
#include "shared_object.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The linker's own words mostly start with the path, which the message has already. */
static const char *without_prefix(const char *text, const char *file) {
    size_t length = strlen(file);
    return strncmp(text, file, length) == 0 && strncmp(text + length, ": ", 2) == 0 ? text + length + 2 : text;
}

void *shared_object_open(const char *file, char reason[SHARED_OBJECT_REASON]) {
    void *object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    const char *words = object ? NULL : dlerror();
    if (!object)
        snprintf(reason, SHARED_OBJECT_REASON, "%s", words ? without_prefix(words, file) : "dlopen failed");
    return object;
}

const void *shared_object_symbol(void *object, const char *name) {
    return dlsym(object, name);
}

void shared_object_close(void *object) {
    dlclose(object);
}
