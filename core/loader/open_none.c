// SPDX-License-Identifier: MIT
// Builds that open no plugins, static ones above all: adapters are built in or registered.
#include "error.h"
#include "open.h"

SamrenaError open_plugin(const char *path) {
    return error_set(SAMRENA_ERROR_UNSUPPORTED, "%s: this build of libsamrena cannot load plugins", path);
}

bool open_is_allowed(const char *path) {
    (void)path;
    return false;
}
