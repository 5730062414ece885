// SPDX-License-Identifier: MIT
// Finds plugin files and brings their adapters into the registration table.
#ifndef SAMRENA_CORE_LOADER_H
#define SAMRENA_CORE_LOADER_H

#include <stdbool.h>

#include "samrena/error.h"

/* Looks for NAME.so along the search path and registers it. A file that exists and cannot be used ends the search: what
   comes after it was shadowed on purpose. On failure the message has a line for every file tried. */
SamrenaError loader_find(const char *name);

/* Registers the adapter in one file. */
SamrenaError loader_load(const char *path);

/* Every file on the search path that a name could select; the first of a name wins. Return false to stop. */
typedef bool (*LoaderVisit)(const char *path, const char *name, void *user);
void loader_each_file(LoaderVisit visit, void *user);

#endif
