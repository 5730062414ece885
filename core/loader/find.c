// SPDX-License-Identifier: MIT
// From a name to an adapter: registered, built in, or in a file of the search path.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "build_config.h"
#include "descriptor.h"
#include "error.h"
#include "open.h"
#include "paths.h"
#include "registry.h"
#include "samrena.h"
#include "search.h"
#include "system/system.h"
#include "text.h"

/* On the heap: for threads with small stacks. */
typedef struct Search {
    const char *name;
    char file[PATH_ROOM];
    Text known; /* names */
    Text tried; /* a line for each file */
    bool ended; /* at a file that exists: one that cannot be used is not passed over, what comes after it was shadowed
                   on purpose */
} Search;

static void add_known_name(Text *names, const char *name) {
    text_add(names, "%s%s", names->length ? ", " : "", name);
}

static bool add_file_name(const FoundFile *file, void *names) {
    if (!file->shadowed && !registry_registered(file->name))
        add_known_name(names, file->name);
    return true;
}

static const char *known_names(Search *search) {
    for (const Adapter *adapter = registry_first(); adapter; adapter = adapter->next)
        add_known_name(&search->known, adapter->descriptor.name);
    search_files(add_file_name, &search->known);
    return search->known.length ? search->known.bytes : "none";
}

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
    if (!error)
        return SAMRENA_OK;
    const char *format = !LOADS_PLUGINS  ? "no adapter \"%s\": this build cannot load plugins, it has: %s%s%s"
                         : search->ended ? "adapter \"%s\" cannot be used; known: %s; tried:%s%s"
                                         : "no adapter \"%s\"; known: %s; tried:%s%s";
    bool ignored = system_is_elevated() && getenv("SAMRENA_ADAPTER_PATH");
    return error_set(error, format, search->name, known_names(search), search->tried.bytes,
                     ignored ? "\n  $SAMRENA_ADAPTER_PATH is ignored: this process has elevated rights" : "");
}

static SamrenaError find_file(const char *name) {
    if (!descriptor_name_is_valid(name, strlen(name)))
        return error_set(SAMRENA_ERROR_ADAPTER_NOT_FOUND,
                         "no adapter \"%s\": expected a lower-case letter and up to 30 of a-z 0-9 _ -", name);
    Search *search = calloc(1, sizeof(*search));
    char *path = search_path();
    SamrenaError error = SAMRENA_ERROR_OUT_OF_MEMORY;
    if (search && path) {
        search->name = name;
        error = try_folders(search, path);
    } else {
        (void)error_set(error, "no heap memory to look for adapter \"%s\"", name);
    }
    free(path);
    free(search);
    return error;
}

static SamrenaError find_named(const char *name, const Adapter **found) {
    *found = registry_registered(name);
    if (!*found) {
        registry_add_built_in();
        *found = registry_registered(name);
    }
    if (!*found) {
        SamrenaError error = find_file(name);
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
    char *name = system_environment("SAMRENA_ADAPTER");
    SamrenaError error = find_named(name && *name ? name : DEFAULT_ADAPTER, found);
    free(name);
    if (!error)
        atomic_store_explicit(&found_default, *found, memory_order_release);
    return error;
}

SamrenaError registry_find(const char *name, const Adapter **found) {
    return name ? find_named(name, found) : find_default(found);
}
