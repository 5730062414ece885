// SPDX-License-Identifier: MIT
// Where a path leads, by realpath() of X/Open.
#define _GNU_SOURCE
#include <stdlib.h>

#include "system.h"

char *system_real_path(const char *path) {
    return realpath(path, NULL);
}
