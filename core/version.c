// SPDX-License-Identifier: MIT
// The version of the library that is running.
#include "build_config.h"
#include "samrena.h"

const char *samrena_version(void) {
    return VERSION;
}
