// SPDX-License-Identifier: MIT
// Whether a file may be opened as a plugin: trust is a matter of path and ownership, so this is asked before it is
// loaded, which runs its constructors before anybody can look at its descriptor.
#ifndef SAMRENA_CORE_LOADER_FILE_TRUST_H
#define SAMRENA_CORE_LOADER_FILE_TRUST_H

#include <stdint.h>

#include "samrena/error.h"

/* `given`: the path that was asked for; `file`: where it leads, absolute and without links. On failure the message
   starts with `given` and says what is wrong and what to do. On success the file is held, on Windows so that nobody can
   write it or put another one in its place, until file_trust_end() is called. */
SamrenaError file_trust_check(const char *given, const char *file, intptr_t *held);
void file_trust_end(intptr_t held);

#endif
