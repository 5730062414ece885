// SPDX-License-Identifier: MIT
// Paths and folders, as Windows has them.
#include "system/wide_windows.h"

#include "paths.h"

#include <stdlib.h>
#include <string.h>

static bool is_separator(char c) {
    return c == '/' || c == '\\';
}

/* With a drive, or a server. A separator alone begins a path on whatever drive is the current one. */
bool path_is_absolute(const char *path) {
    bool drive = ((path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z')) && path[1] == ':' &&
                 is_separator(path[2]);
    return drive || (is_separator(path[0]) && is_separator(path[1]));
}

const char *path_last_separator(const char *path) {
    const char *last = NULL;
    for (; *path; path++)
        if (is_separator(*path))
            last = path;
    return last;
}

bool path_is_taken(const char *path) {
    wchar_t *wide = wide_path(path);
    bool absent = wide && GetFileAttributesW(wide) == INVALID_FILE_ATTRIBUTES &&
                  (GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND);
    free(wide);
    return !absent;
}

/* ---- Listing ---- */

typedef struct Names {
    char **all;
    size_t count, room;
} Names;

/* No name: it is no Unicode. */
static bool keep_name(Names *names, char *name) {
    if (names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 64;
        char **all = name ? realloc(names->all, room * sizeof(*all)) : NULL;
        if (!all) {
            free(name);
            return !name;
        }
        names->all = all;
        names->room = room;
    }
    if (name)
        names->all[names->count++] = name;
    return true;
}

static void collect(Names *names, const wchar_t *pattern) {
    WIN32_FIND_DATAW entry;
    HANDLE search = FindFirstFileW(pattern, &entry);
    bool more = search != INVALID_HANDLE_VALUE;
    while (more)
        more = keep_name(names, wide_to_text(entry.cFileName)) && FindNextFileW(search, &entry);
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
}

static int compare_names(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static wchar_t *pattern_of(const char *folder) {
    size_t length = strlen(folder);
    char *pattern = malloc(length + sizeof("/*"));
    if (!pattern)
        return NULL;
    memcpy(pattern, folder, length);
    memcpy(pattern + length, "/*", sizeof("/*"));
    wchar_t *wide = wide_path(pattern);
    free(pattern);
    return wide;
}

void path_list(const char *folder, PathVisit *visit, void *user) {
    Names names = {NULL, 0, 0};
    wchar_t *pattern = pattern_of(folder);
    if (pattern)
        collect(&names, pattern);
    free(pattern);
    if (names.count > 0)
        qsort(names.all, names.count, sizeof(*names.all), compare_names);
    bool goes_on = true;
    for (size_t i = 0; i < names.count; i++) {
        goes_on = goes_on && visit(names.all[i], user);
        free(names.all[i]);
    }
    free(names.all);
}
