// SPDX-License-Identifier: MIT
// What paths look like, and what a folder holds; one file a system.
#ifndef SAMRENA_CORE_LOADER_PATHS_H
#define SAMRENA_CORE_LOADER_PATHS_H

#include <stdbool.h>

#include "build_config.h" /* PLUGIN_SUFFIX, PATH_LIST_SEPARATOR */

enum { PATH_ROOM = 4096 }; /* of a path that is put together, with its 0 */

bool path_is_absolute(const char *path);

/* NULL: there is none. */
const char *path_last_separator(const char *path);

/* Whether there is anything of that name, a link that leads nowhere included, or may be. */
bool path_is_taken(const char *path);

/* The names in a folder in alphabetical order; none where it cannot be read. The visit returns false to stop. */
typedef bool PathVisit(const char *name, void *user);
void path_list(const char *folder, PathVisit *visit, void *user);

#endif
