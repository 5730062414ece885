// SPDX-License-Identifier: MIT
// Shared objects by dlopen.
#include "shared_object.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The linker's own words mostly start with the path, which the message has already. */
static const char *without_prefix(const char *text, const char *file) {
    size_t length = strlen(file);
    if (strncmp(text, file, length) != 0)
        return text;
    return strncmp(text + length, ": ", 2) == 0 ? text + length + 2 : text; /* GCOVR_EXCL_BR_LINE: no other words */
}

void *shared_object_open(const char *file, char reason[SHARED_OBJECT_REASON]) {
    void *object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (object)
        return object;
    const char *words = dlerror();
    if (!words) /* GCOVR_EXCL_BR_LINE: it always says something */
        words = "dlopen failed";
    snprintf(reason, SHARED_OBJECT_REASON, "%s", without_prefix(words, file));
    return NULL;
}

const void *shared_object_symbol(void *object, const char *name) {
    return dlsym(object, name);
}

void shared_object_close(void *object) {
    dlclose(object);
}
