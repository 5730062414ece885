// SPDX-License-Identifier: MIT
// Shared objects by LoadLibraryExW.
#include "system/wide_windows.h"

#include "shared_object.h"

#include <stdio.h>
#include <stdlib.h>

/* A message is for whoever called, not for a box on a screen. What it depends upon is looked for beside it, beside the
   program and among the system's own, not in the current folder or $PATH. */
static HMODULE load(const wchar_t *file, DWORD *error) {
    DWORD before;
    bool quiet = SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &before);
    HMODULE module = LoadLibraryExW(file, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    *error = GetLastError();
    if (quiet)
        (void)SetThreadErrorMode(before, NULL);
    return module;
}

void *shared_object_open(const char *file, char reason[SHARED_OBJECT_REASON]) {
    char words[WIDE_WORDS];
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;
    wchar_t *wide = wide_path(file);
    HMODULE module = wide ? load(wide, &error) : NULL;
    free(wide);
    if (module)
        return module;
    wide_words(error, words);
    snprintf(reason, SHARED_OBJECT_REASON, "%s", words);
    return NULL;
}

const void *shared_object_symbol(void *object, const char *name) {
    return (const void *)(uintptr_t)GetProcAddress(object, name);
}

void shared_object_close(void *object) {
    (void)FreeLibrary(object);
}
