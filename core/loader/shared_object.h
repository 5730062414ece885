// SPDX-License-Identifier: MIT
// Shared objects, as the system opens them; one file a system.
#ifndef SAMRENA_CORE_LOADER_SHARED_OBJECT_H
#define SAMRENA_CORE_LOADER_SHARED_OBJECT_H

enum { SHARED_OBJECT_REASON = 512 };

/* `file`: absolute and without links. Runs its constructors, and finds its dependencies; its symbols are its own. NULL:
   the system's words in `reason`. */
void *shared_object_open(const char *file, char reason[SHARED_OBJECT_REASON]);

/* NULL: it has none of that name. It may lie in a dependency. */
const void *shared_object_symbol(void *object, const char *name);

void shared_object_close(void *object);

#endif
