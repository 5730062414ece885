// SPDX-License-Identifier: MIT
// From a name to an adapter: registered, built in, or in a file of the search path.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "build_config.h"
#include "closest_name.h"
#include "descriptor.h"
#include "error.h"
#include "open.h"
#include "own_adapters.h"
#include "paths.h"
#include "registry.h"
#include "samrena.h"
#include "search.h"
#include "system/system.h"
#include "text.h"

/* On the heap: for threads with small stacks. */
typedef struct Search {
    const char *name, *origin; /* where it comes from, as said behind it */
    char file[PATH_ROOM];
    Text known; /* names */
    Text tried; /* a line for each file */
    Text advice;
    ClosestName closest;
    bool ended; /* at a file that exists: one that cannot be used is not passed over, what comes after it was shadowed
                   on purpose */
} Search;

/* ---- What there is ---- */

static void add_known_name(Search *search, const char *name) {
    text_add(&search->known, "%s%s", search->known.length ? ", " : "", name);
    closest_name_look(&search->closest, name);
}

/* Files that would be refused are no choice. */
static bool add_file_name(const FoundFile *file, void *user) {
    Search *search = user;
    if (!file->shadowed && !registry_registered(file->name) && strcmp(file->name, search->name) != 0 &&
        open_is_allowed(file->path))
        add_known_name(search, file->name);
    return true;
}

static const char *known_names(Search *search) {
    search->closest.given = search->name;
    for (const Adapter *adapter = registry_first(); adapter; adapter = adapter->next)
        add_known_name(search, adapter->descriptor.name);
    search_files(add_file_name, search);
    return search->known.length ? search->known.bytes : "none";
}

/* ---- Words ---- */

/* What helps: where one of our own belongs, or what may have been meant. */
static void add_advice(Search *search) {
    if (is_own_adapter(search->name) && !LOADS_PLUGINS)
        text_add(&search->advice, "; it is libsamrena's own: build with -Dbuiltin_adapters=%s", search->name);
    else if (is_own_adapter(search->name))
        text_add(&search->advice,
                 "; it is libsamrena's own: install %s%s with the library, name its folder in $SAMRENA_ADAPTER_PATH, "
                 "or build with -Dbuiltin_adapters=%s",
                 search->name, PLUGIN_SUFFIX, search->name);
    else if (search->closest.name[0])
        text_add(&search->advice, "; did you mean \"%s\"?", search->closest.name);
}

static SamrenaError tell_lack(Search *search, SamrenaError error) {
    bool ignored = system_is_elevated() && getenv("SAMRENA_ADAPTER_PATH");
    const char *known = known_names(search);
    add_advice(search);
    const char *format = !LOADS_PLUGINS  ? "no adapter \"%s\"%s%s: this build cannot load plugins, it has: %s%s%s"
                         : search->ended ? "adapter \"%s\"%s cannot be used%s; known: %s; tried:%s%s"
                                         : "no adapter \"%s\"%s%s; known: %s; tried:%s%s";
    return error_set(error, format, search->name, search->origin, search->advice.bytes, known, search->tried.bytes,
                     ignored ? "\n  $SAMRENA_ADAPTER_PATH is ignored: this process has elevated rights" : "");
}

static bool is_path(const char *name) {
    size_t length = strlen(name), suffix = strlen(PLUGIN_SUFFIX);
    return path_last_separator(name) || (length > suffix && strcmp(name + length - suffix, PLUGIN_SUFFIX) == 0);
}

static SamrenaError refuse_name(const char *name, const char *origin) {
    return error_set(SAMRENA_ERROR_ADAPTER_NOT_FOUND,
                     "no adapter \"%s\"%s: expected a lower-case letter and up to 30 of a-z 0-9 _ -%s", name, origin,
                     !is_path(name) ? ""
                     : *origin      ? "; the folder of a file goes into $SAMRENA_ADAPTER_PATH"
                                    : "; a file is loaded by samrena_adapter_load()");
}

/* ---- Looking ---- */

static SamrenaError try_folder(Search *search, const char *folder) {
    if (!path_is_absolute(folder)) {
        text_add(&search->tried, "\n  %s: skipped, not an absolute folder", folder);
        return SAMRENA_ERROR_ADAPTER_NOT_FOUND;
    }
    search->ended = search_look(folder, search->name, search->file);
    SamrenaError error = search->ended ? open_plugin(search->file) : SAMRENA_ERROR_ADAPTER_NOT_FOUND;
    if (!search->ended)
        text_add(&search->tried, "\n  %s: not found", search->file);
    else if (error)
        text_add(&search->tried, "\n  %s", samrena_last_error_message());
    return error;
}

static SamrenaError try_folders(Search *search, const char *path) {
    SamrenaError error = SAMRENA_ERROR_ADAPTER_NOT_FOUND;
    for (const char *folder = path; *folder && !search->ended; folder = search_next(folder))
        error = try_folder(search, folder);
    return error ? tell_lack(search, error) : SAMRENA_OK;
}

static SamrenaError find_file(const char *name, const char *origin) {
    if (!descriptor_name_is_valid(name, strlen(name)))
        return refuse_name(name, origin);
    Search *search = calloc(1, sizeof(*search));
    SearchFolders path = search_path();
    SamrenaError error = SAMRENA_ERROR_OUT_OF_MEMORY;
    if (search && path.folders) {
        search->name = name;
        search->origin = origin;
        error = try_folders(search, path.folders);
    } else {
        (void)error_set(error, "no heap memory to look for adapter \"%s\"", name);
    }
    free(path.folders);
    free(search);
    return error;
}

/* `origin`: who chose the name, as said behind it; "": the caller. */
static SamrenaError find_named(const char *name, const char *origin, const Adapter **found) {
    *found = registry_registered(name);
    if (!*found) {
        registry_add_built_in();
        *found = registry_registered(name);
    }
    if (!*found) {
        SamrenaError error = find_file(name, origin);
        if (error)
            return error;
        *found = registry_registered(name);
    }
    return SAMRENA_OK;
}

/* $SAMRENA_ADAPTER is read until what it names is found, and not again: searching the environment would cost more than
   a short arena. */
static _Atomic(const Adapter *) found_default;

const Adapter *registry_default(void) {
    return atomic_load_explicit(&found_default, memory_order_acquire);
}

static SamrenaError find_default(const Adapter **found) {
    *found = registry_default();
    if (*found)
        return SAMRENA_OK;
    char *name;
    if (!system_environment("SAMRENA_ADAPTER", &name))
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory to read $SAMRENA_ADAPTER");
    SamrenaError error = name && *name ? find_named(name, " (from $SAMRENA_ADAPTER)", found)
                                       : find_named(DEFAULT_ADAPTER, " (the default of this build)", found);
    free(name);
    if (!error)
        atomic_store_explicit(&found_default, *found, memory_order_release);
    return error;
}

SamrenaError registry_find(const char *name, const Adapter **found) {
    return name ? find_named(name, "", found) : find_default(found);
}
