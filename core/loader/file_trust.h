// SPDX-License-Identifier: MIT
// Whether a file may be opened as a plugin: trust is a matter of path and ownership, so this is asked before dlopen,
// which runs a file's constructors before anybody can look at its descriptor.
#ifndef SAMRENA_CORE_LOADER_FILE_TRUST_H
#define SAMRENA_CORE_LOADER_FILE_TRUST_H

#include "samrena/error.h"

/* `given`: the path that was asked for; `file`: where it leads, absolute and without links. On failure the message
   starts with `given` and says what is wrong and what to do. */
SamrenaError file_trust_check(const char *given, const char *file);

#endif
