// SPDX-License-Identifier: MIT
// Shared libraries that come late: they export malloc themselves, and linked in they would replace everybody's.
#define _GNU_SOURCE
#include "late_library.h"

#include <dlfcn.h>
#include <string.h>

/* The C library's malloc has to stay the one that everybody calls by that name. */
static bool replaces_malloc(void *library) {
    return dlsym(library, "malloc") == dlsym(RTLD_DEFAULT, "malloc");
}

/* The text of dlerror() is gone after the next call. */
static const char *reason(void) {
    const char *text = dlerror();
    return text ? strdup(text) : "unknown";
}

const char *late_library_open(const char *file, const LateFunction *functions) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return reason();
    if (replaces_malloc(library))
        return "it is the malloc of the whole process";
    for (; functions->name; functions++) {
        void *function = dlsym(library, functions->name);
        if (!function)
            return reason();
        memcpy(functions->address, &function, sizeof(function));
    }
    return NULL;
}
