// SPDX-License-Identifier: MIT
// The search path: its folders, and the plugin files in them.
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_config.h"
#include "descriptor.h"
#include "system/system.h"

#define FOLDER_BESIDE_LIBRARY "/samrena-1/adapters"

enum { SUFFIX_LENGTH = sizeof(PLUGIN_SUFFIX) - 1 };

/* ---- Folders ---- */

static char *put(char *end, const char *folder, size_t length) {
    memcpy(end, folder, length);
    end[length] = '\0';
    return end + length + 1;
}

/* Empty elements are passed over, and those that are longer than a path can be. */
static char *put_environment(char *end, const char *path) {
    while (*path) {
        size_t length = strcspn(path, PATH_LIST_SEPARATOR);
        if (length > 0 && length < PATH_ROOM)
            end = put(end, path, length);
        path += length + (path[length] != '\0');
    }
    return end;
}

/* So that a moved installation works, and a build that was never installed. */
static char *put_beside_library(char *end) {
    if (!system_library_folder(end, PATH_ROOM))
        return end;
    strcat(end, FOLDER_BESIDE_LIBRARY);
    if (strcmp(end, ADAPTER_FOLDER) == 0) /* GCOVR_EXCL_BR_LINE: as it is where it was installed */
        return end;
    return end + strlen(end) + 1;
}

SearchFolders search_path(void) {
    char *given;
    if (!system_environment("SAMRENA_ADAPTER_PATH", &given))
        return (SearchFolders){NULL, NULL}; /* other folders are not those that it names */
    size_t room = (given ? strlen(given) + 1 : 0) + PATH_ROOM + sizeof(FOLDER_BESIDE_LIBRARY) + sizeof(ADAPTER_FOLDER);
    SearchFolders path = {malloc(room + 1), NULL};
    char *end = path.folders;
    if (path.folders && LOADS_PLUGINS) {
        path.beside = end = put_environment(end, given ? given : "");
        end = put_beside_library(end);
        end = put(end, ADAPTER_FOLDER, strlen(ADAPTER_FOLDER));
    }
    if (path.folders)
        *end = '\0';
    free(given);
    return path;
}

const char *search_next(const char *folder) {
    return folder + strlen(folder) + 1;
}

SearchOrigin search_origin(const SearchFolders *path, const char *folder) {
    if (folder < path->beside)
        return SEARCH_VARIABLE;
    return *search_next(folder) ? SEARCH_BESIDE_LIBRARY : SEARCH_INSTALLATION;
}

/* ---- Files ---- */

bool search_promised_name(const char *path, char name[SAMRENA_ADAPTER_NAME_SIZE]) {
    const char *separator = path_last_separator(path);
    const char *file = separator ? separator + 1 : path;
    size_t length = strlen(file);
    if (length <= SUFFIX_LENGTH || strcmp(file + length - SUFFIX_LENGTH, PLUGIN_SUFFIX) != 0 ||
        !descriptor_name_is_valid(file, length - SUFFIX_LENGTH))
        return false;
    put(name, file, length - SUFFIX_LENGTH);
    return true;
}

bool search_look(const char *folder, const char *name, char file[PATH_ROOM]) {
    return (size_t)snprintf(file, PATH_ROOM, "%s/%s%s", folder, name, PLUGIN_SUFFIX) < PATH_ROOM && path_is_taken(file);
}

/* ---- All files ---- */

typedef struct Walk {
    const char *path;   /* the folders */
    const char *folder; /* the one that is being listed */
    SearchVisit *visit;
    void *user;
    bool stopped;
    char file[PATH_ROOM], earlier[PATH_ROOM];
} Walk;

static bool is_shadowed(Walk *walk, const char *name) {
    for (const char *folder = walk->path; folder != walk->folder; folder = search_next(folder))
        if (path_is_absolute(folder) && search_look(folder, name, walk->earlier))
            return true;
    return false;
}

static bool list_file(const char *file, void *user) {
    Walk *walk = user;
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    if (!search_promised_name(file, name) || !search_look(walk->folder, name, walk->file))
        return true;
    FoundFile found = {name, walk->file, is_shadowed(walk, name)};
    walk->stopped = !walk->visit(&found, walk->user);
    return !walk->stopped;
}

void search_files(SearchVisit *visit, void *user) {
    Walk *walk = calloc(1, sizeof(*walk)); /* too large for small stacks */
    if (!walk)
        return;
    walk->visit = visit;
    walk->user = user;
    SearchFolders path = search_path();
    walk->path = path.folders;
    for (walk->folder = walk->path; walk->folder && *walk->folder && !walk->stopped;
         walk->folder = search_next(walk->folder))
        if (path_is_absolute(walk->folder))
            path_list(walk->folder, list_file, walk);
    free(path.folders);
    free(walk);
}
