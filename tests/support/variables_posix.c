// SPDX-License-Identifier: MIT
// Variables where the C library has them.
#include "variables.h"

#include <stdlib.h>

void set_environment(const char *name, const char *value) {
    if (value ? setenv(name, value, 1) : unsetenv(name))
        abort();
}
