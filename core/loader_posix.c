// SPDX-License-Identifier: MIT
// Finds plugin files along the search path and opens them with dlopen.
#define _GNU_SOURCE
#include "loader.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapter_check.h"
#include "build_config.h"
#include "error.h"
#include "plugin_file.h"
#include "registry.h"
#include "samrena.h"
#include "text.h"

#define PLUGIN_SYMBOL "samrena_adapter"
#define PLUGIN_SUFFIX ".so"
#define FOLDER_BESIDE_LIBRARY "samrena-1/adapters"

/* ---- The search path ---- */

/* Return false to stop. */
typedef bool (*FolderVisit)(const char *folder, void *user);

static bool visit_environment(FolderVisit visit, void *user) {
    const char *path = secure_getenv("SAMRENA_ADAPTER_PATH");
    while (path && *path) {
        char folder[PATH_MAX];
        size_t length = strcspn(path, ":");
        if (length > 0 && length < sizeof(folder)) {
            memcpy(folder, path, length);
            folder[length] = '\0';
            if (!visit(folder, user))
                return false;
        }
        path += length + (path[length] == ':');
    }
    return true;
}

/* samrena-1/adapters in the folder that this library was loaded from, so that a moved installation works. */
static bool folder_beside_library(char folder[PATH_MAX]) {
    Dl_info own;
    char file[PATH_MAX];
    if (!dladdr((void *)(uintptr_t)&samrena_version, &own) || !own.dli_fname || !realpath(own.dli_fname, file))
        return false;
    char *slash = strrchr(file, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return (size_t)snprintf(folder, PATH_MAX, "%s/%s", file, FOLDER_BESIDE_LIBRARY) < PATH_MAX;
}

static void search_path(FolderVisit visit, void *user) {
    char beside[PATH_MAX];
    if (!visit_environment(visit, user))
        return;
    bool known = folder_beside_library(beside);
    if (known && !visit(beside, user))
        return;
    if (!known || strcmp(beside, ADAPTER_FOLDER) != 0)
        visit(ADAPTER_FOLDER, user);
}

/* ---- One file ---- */

/* The name that a plugin's file promises: its last path component without .so. NULL: not a plugin's file name. */
static const char *promised_name(const char *path, char name[SAMRENA_ADAPTER_NAME_SIZE]) {
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    size_t length = strlen(file);
    size_t suffix = strlen(PLUGIN_SUFFIX);
    if (length <= suffix || strcmp(file + length - suffix, PLUGIN_SUFFIX) != 0 ||
        !adapter_name_is_valid(file, length - suffix))
        return NULL;
    memcpy(name, file, length - suffix);
    name[length - suffix] = '\0';
    return name;
}

/* dlsym also searches the dependencies of a plugin: the descriptor must lie in the file itself. */
static bool is_from_file(const void *symbol, const char *file) {
    Dl_info info;
    struct stat a, b;
    return dladdr(symbol, &info) && info.dli_fname && stat(info.dli_fname, &a) == 0 && stat(file, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static SamrenaError register_opened(void *handle, const char *file, const char *name) {
    const SamrenaAdapter *adapter = dlsym(handle, PLUGIN_SYMBOL);
    if (!adapter || !is_from_file(adapter, file))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a plugin: it has no symbol `%s`", file, PLUGIN_SYMBOL);
    return registry_add(adapter, name, file);
}

/* The linker's own words mostly start with the path, which the message has already. */
static const char *without_prefix(const char *text, const char *file) {
    size_t length = strlen(file);
    return strncmp(text, file, length) == 0 && strncmp(text + length, ": ", 2) == 0 ? text + length + 2 : text;
}

SamrenaError loader_load(const char *path) {
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    char file[PATH_MAX];
    if (!promised_name(path, name))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "%s: not a plugin's file name, expected NAME.so with a lower-case letter and up to 30 of "
                         "a-z 0-9 _ -",
                         path);
    /* dlopen takes an absolute path as it is; anything else it would look up in LD_LIBRARY_PATH. */
    if (!realpath(path, file))
        return error_set(SAMRENA_ERROR_ADAPTER_NOT_FOUND, "%s: %s", path, strerror(errno));
    SamrenaError error = plugin_file_check(path, file);
    if (error)
        return error;

    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", path,
                         reason ? without_prefix(reason, file) : "dlopen failed");
    }
    error = register_opened(handle, file, name);
    /* Accepted, it stays for good: unloading code whose thread keys or exit handlers live on crashes later. The handle
       is one hold on it, and given up only for a better one. */
    if (error || dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD | RTLD_NODELETE))
        dlclose(handle);
    return error;
}

/* ---- One name ---- */

typedef struct Search {
    const char *name;
    bool found;
    SamrenaError error; /* of the file that ended the search */
    Text report;
} Search;

static bool try_folder(const char *folder, void *user) {
    Search *search = user;
    char path[PATH_MAX];
    if (folder[0] != '/') {
        text_add(&search->report, "\n  %s: skipped, not an absolute folder", folder);
        return true;
    }
    if ((size_t)snprintf(path, sizeof(path), "%s/%s%s", folder, search->name, PLUGIN_SUFFIX) >= sizeof(path)) {
        text_add(&search->report, "\n  %s: skipped, the path is too long", folder);
        return true;
    }
    struct stat status;
    if (lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        text_add(&search->report, "\n  %s: not found", path);
        return true;
    }
    search->error = loader_load(path);
    search->found = !search->error;
    if (search->error)
        text_add(&search->report, "\n  %s", samrena_last_error_message());
    return false;
}

static void add_known_name(Text *names, const char *name) {
    text_add(names, "%s%s", names->length ? ", " : "", name);
}

static bool add_file_name(const char *path, const char *name, void *user) {
    (void)path;
    if (!registry_registered(name))
        add_known_name(user, name);
    return true;
}

SamrenaError loader_find(const char *name) {
    Search search = {.name = name};
    if (!adapter_name_is_valid(name, strlen(name)))
        return error_set(SAMRENA_ERROR_ADAPTER_NOT_FOUND,
                         "no adapter \"%s\": expected a lower-case letter and up to 30 of a-z 0-9 _ -", name);
    search_path(try_folder, &search);
    if (search.found)
        return SAMRENA_OK;

    Text known = {0};
    for (const Adapter *adapter = registry_first(); adapter; adapter = adapter->next)
        add_known_name(&known, adapter->descriptor.name);
    loader_each_file(add_file_name, &known);
    bool ignored = getenv("SAMRENA_ADAPTER_PATH") && !secure_getenv("SAMRENA_ADAPTER_PATH");
    return error_set(search.error ? search.error : SAMRENA_ERROR_ADAPTER_NOT_FOUND,
                     search.error ? "adapter \"%s\" cannot be used; known: %s; tried:%s%s"
                                  : "no adapter \"%s\"; known: %s; tried:%s%s",
                     name, known.length ? known.bytes : "none", search.report.bytes,
                     ignored ? "\n  $SAMRENA_ADAPTER_PATH is ignored: this process has elevated rights" : "");
}

/* ---- Every name ---- */

typedef struct Listing {
    LoaderVisit visit;
    void *user;
    Text seen; /* names of earlier folders, each between two commas */
} Listing;

static bool seen_before(Listing *listing, const char *name) {
    char quoted[SAMRENA_ADAPTER_NAME_SIZE + 2];
    snprintf(quoted, sizeof(quoted), ",%s,", name);
    if (strstr(listing->seen.bytes, quoted))
        return true;
    text_add(&listing->seen, "%s", quoted);
    return false;
}

static bool list_file(Listing *listing, const char *folder, const char *file) {
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    char path[PATH_MAX];
    if (!promised_name(file, name) || (size_t)snprintf(path, sizeof(path), "%s/%s", folder, file) >= sizeof(path) ||
        seen_before(listing, name))
        return true;
    return listing->visit(path, name, listing->user);
}

/* In alphabetical order, so that listings are stable. */
static bool list_folder(const char *folder, void *user) {
    struct dirent **entries;
    int count = folder[0] == '/' ? scandir(folder, &entries, NULL, alphasort) : -1;
    if (count < 0)
        return true;
    bool more = true;
    for (int i = 0; i < count; i++) {
        more = more && list_file(user, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return more;
}

void loader_each_file(LoaderVisit visit, void *user) {
    Listing listing = {.visit = visit, .user = user};
    search_path(list_folder, &listing);
}
