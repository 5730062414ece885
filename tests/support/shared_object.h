// SPDX-License-Identifier: MIT
// Shared objects, as a program opens them.
#ifndef SAMRENA_TESTS_SHARED_OBJECT_H
#define SAMRENA_TESTS_SHARED_OBJECT_H

#include <stdbool.h>

/* The build says SHARED_OBJECT_SUFFIX, that of a plugin's file, and PATH_SEPARATOR, what stands between folders. */

void *open_object(const char *path); /* NULL: error_of_object() says why */
const char *error_of_object(void);   /* valid until the next call */
void *find_symbol(void *object, const char *name);
bool close_object(void *object);
bool is_loaded(const char *path);
/* Whether a closed one goes: some C libraries keep all that was ever opened. To be asked with a file that nobody else
   opens, in a process of its own. */
bool closed_objects_go(const char *path);

#endif
