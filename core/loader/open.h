// SPDX-License-Identifier: MIT
// From a plugin's file to its entry in the registration table; one way of opening a file, chosen by the build.
#ifndef SAMRENA_CORE_LOADER_OPEN_H
#define SAMRENA_CORE_LOADER_OPEN_H

#include <stdbool.h>

#include "samrena/error.h"

/* Opens a file that can be trusted, runs its constructors, and registers the adapter in it. Accepted, it stays loaded
   for good: unloading code whose thread keys or exit handlers live on crashes later. On failure the message starts with
   the path. */
SamrenaError open_plugin(const char *path);

/* Whether it would be opened: it can be trusted, and looks like what this system loads. Runs nothing of it. Sets the
   error of this thread where it would not. */
bool open_is_allowed(const char *path);

#endif
