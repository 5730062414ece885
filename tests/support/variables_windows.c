// SPDX-License-Identifier: MIT
// Variables where the system has them, and the C library a copy.
#include <stdlib.h>
#include <windows.h>

#include "variables.h"

void set_environment(const char *name, const char *value) {
    if (_putenv_s(name, value ? value : "") != 0)
        abort();
    SetEnvironmentVariableA(name, value); /* the C library takes an empty value for none */
}
