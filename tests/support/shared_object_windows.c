// SPDX-License-Identifier: MIT
// Shared objects by LoadLibrary().
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

#include "shared_object.h"

/* LoadLibrary() wants a whole path in its own separators. */
static const char *own_path(const char *path) {
    static char own[MAX_PATH];
    DWORD length = GetFullPathNameA(path, MAX_PATH, own, NULL);
    return length > 0 && length < MAX_PATH ? own : path;
}

void *open_object(const char *path) {
    return (void *)LoadLibraryA(own_path(path));
}

const char *error_of_object(void) {
    static char words[32];
    snprintf(words, sizeof(words), "Windows error %lu", GetLastError());
    return words;
}

void *find_symbol(void *object, const char *name) {
    return (void *)(uintptr_t)GetProcAddress(object, name);
}

bool close_object(void *object) {
    return FreeLibrary(object);
}

bool is_loaded(const char *path) {
    return GetModuleHandleA(own_path(path)) != NULL;
}

bool closed_objects_go(const char *path) {
    void *object = open_object(path);
    return object && close_object(object) && !is_loaded(path);
}
