// SPDX-License-Identifier: MIT
// Walks the search path as core/loader_posix.c does, without opening anything; that one skips what is shadowed.
#define _GNU_SOURCE
#include "candidates.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build_config.h"
#include "registry.h"
#include "samrena.h"

#define PLUGIN_SUFFIX ".so"
#define FOLDER_BESIDE_LIBRARY "samrena-1/adapters"

bool plugins_can_be_loaded(void) {
    return LOADS_PLUGINS;
}

/* ---- One candidate ---- */

static bool is_name(const char *name, size_t length) {
    if (length == 0 || length >= SAMRENA_ADAPTER_NAME_SIZE || !(name[0] >= 'a' && name[0] <= 'z'))
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") >= length;
}

static void add(Candidates *found, const char *name, size_t length, const char *source, const SamrenaAdapter *own) {
    Candidate *all = realloc(found->all, (found->count + 1) * sizeof(*all));
    if (!all) {
        fputs("samrena-adapter: no heap memory left\n", stderr);
        exit(1);
    }
    found->all = all;
    Candidate *candidate = &all[found->count];
    memset(candidate, 0, sizeof(*candidate));
    candidate->built_in = own;
    memcpy(candidate->name, name, length);
    snprintf(candidate->source, sizeof(candidate->source), "%s", source);
    candidate->shadowed_by = found->count++;
}

static void add_built_in(Candidates *found) {
    for (const SamrenaAdapter *const *adapter = samrena_built_in_adapters; *adapter; adapter++)
        add(found, (*adapter)->name, strlen((*adapter)->name), "built in", *adapter);
}

/* ---- The search path ---- */

static void add_folder(Candidates *found, const char *folder) {
    struct dirent **entries;
    int count = folder[0] == '/' ? scandir(folder, &entries, NULL, alphasort) : -1;
    for (int i = 0; i < count; i++) {
        const char *file = entries[i]->d_name;
        size_t length = strlen(file);
        size_t suffix = strlen(PLUGIN_SUFFIX);
        char path[PATH_MAX];
        if (length > suffix && strcmp(file + length - suffix, PLUGIN_SUFFIX) == 0 && is_name(file, length - suffix) &&
            (size_t)snprintf(path, sizeof(path), "%s/%s", folder, file) < sizeof(path))
            add(found, file, length - suffix, path, NULL);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void add_environment(Candidates *found) {
    const char *path = secure_getenv("SAMRENA_ADAPTER_PATH");
    while (path && *path) {
        size_t length = strcspn(path, ":");
        char *folder = strndup(path, length);
        if (folder)
            add_folder(found, folder);
        free(folder);
        path += length + (path[length] == ':');
    }
}

/* Through dlsym: the address of a function of a shared library may be in the program that calls it. */
static bool folder_beside_library(char folder[PATH_MAX]) {
    Dl_info library;
    char file[PATH_MAX];
    void *function = dlsym(RTLD_DEFAULT, "samrena_version");
    if (!function || !dladdr(function, &library) || !library.dli_fname || !realpath(library.dli_fname, file))
        return false;
    *strrchr(file, '/') = '\0';
    return (size_t)snprintf(folder, PATH_MAX, "%s/%s", file, FOLDER_BESIDE_LIBRARY) < PATH_MAX;
}

static void add_files(Candidates *found) {
    char beside[PATH_MAX];
    add_environment(found);
    bool known = folder_beside_library(beside);
    if (known)
        add_folder(found, beside);
    if (!known || strcmp(beside, ADAPTER_FOLDER) != 0)
        add_folder(found, ADAPTER_FOLDER);
}

/* ---- All of them ---- */

/* By name; what the name finds comes first of its name. */
static int compare(const void *left, const void *right) {
    const Candidate *a = left, *b = right;
    int names = strcmp(a->name, b->name);
    return names ? names : (a->shadowed_by > b->shadowed_by) - (a->shadowed_by < b->shadowed_by);
}

Candidates candidates_find(void) {
    Candidates found = {NULL, 0};
    add_built_in(&found);
    if (plugins_can_be_loaded())
        add_files(&found);
    if (found.count > 0)
        qsort(found.all, found.count, sizeof(*found.all), compare);
    for (size_t i = 0; i < found.count; i++) {
        bool same = i > 0 && strcmp(found.all[i].name, found.all[i - 1].name) == 0;
        found.all[i].shadowed_by = same ? found.all[i - 1].shadowed_by : i;
    }
    return found;
}

void candidates_free(Candidates *found) {
    free(found->all);
}

static bool is_file(const char *text) {
    size_t length = strlen(text);
    return strchr(text, '/') || (length > 3 && strcmp(text + length - 3, PLUGIN_SUFFIX) == 0);
}

/* Absolute, with links as they are: the name that a file promises is the link's. */
static bool file_candidate(const char *file, Candidate *candidate) {
    char folder[PATH_MAX] = "";
    const char *last = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    if (file[0] != '/' && !getcwd(folder, sizeof(folder)))
        return false;
    snprintf(candidate->name, sizeof(candidate->name), "%.*s", (int)strcspn(last, "."), last);
    const char *slash = file[0] == '/' ? "" : "/";
    return (size_t)snprintf(candidate->source, PATH_MAX, "%s%s%s", folder, slash, file) < PATH_MAX;
}

bool candidate_of(const char *name_or_file, Candidate *candidate) {
    memset(candidate, 0, sizeof(*candidate));
    if (is_file(name_or_file))
        return file_candidate(name_or_file, candidate);
    Candidates found = candidates_find();
    bool known = false;
    for (size_t i = 0; i < found.count && !known; i++) {
        known = strcmp(found.all[i].name, name_or_file) == 0;
        if (known)
            *candidate = found.all[i];
    }
    candidates_free(&found);
    return known;
}
