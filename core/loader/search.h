// SPDX-License-Identifier: MIT
// The search path: the one list of its folders and of the plugin files in them, for library and tool. Opens no file.
#ifndef SAMRENA_CORE_LOADER_SEARCH_H
#define SAMRENA_CORE_LOADER_SEARCH_H

#include <stdbool.h>

#include "paths.h"
#include "samrena/adapter.h"

/* The folders, as they were given: those of $SAMRENA_ADAPTER_PATH, the one beside the library, the installation's. Each
   is a text, one behind the other; an empty one ends. */
typedef struct SearchFolders {
    char *folders;      /* on the heap; NULL: none was left */
    const char *beside; /* the first that is not from the variable */
} SearchFolders;
SearchFolders search_path(void);
const char *search_next(const char *folder);

typedef enum SearchOrigin { SEARCH_VARIABLE, SEARCH_BESIDE_LIBRARY, SEARCH_INSTALLATION } SearchOrigin;
SearchOrigin search_origin(const SearchFolders *path, const char *folder);

/* The name that a plugin's file promises: its last path component without PLUGIN_SUFFIX. False: not a plugin's file
 * name. */
bool search_promised_name(const char *path, char name[SAMRENA_ADAPTER_NAME_SIZE]);

/* Puts the file for `name` in `folder` together. Whether there is anything, good or bad: that ends the search for the
   name. */
bool search_look(const char *folder, const char *name, char file[PATH_ROOM]);

typedef struct FoundFile {
    const char *name; /* that it promises */
    const char *path;
    bool shadowed; /* an earlier folder has one of that name, which the name finds */
} FoundFile;

/* Every file of the absolute folders that a name could select, folder by folder, in the order of their names; no more
   of them where the heap has nothing left. The visit returns false to stop. */
typedef bool SearchVisit(const FoundFile *file, void *user);
void search_files(SearchVisit *visit, void *user);

#endif
