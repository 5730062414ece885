// SPDX-License-Identifier: MIT
// The loader of builds that cannot open plugins, static ones above all: adapters are built in or registered.
#include "error.h"
#include "loader.h"
#include "registry.h"
#include "text.h"

SamrenaError loader_find(const char *name) {
    Text known = {0};
    for (const Adapter *adapter = registry_first(); adapter; adapter = adapter->next)
        text_add(&known, " %s", adapter->descriptor.name);
    return error_set(SAMRENA_ERROR_ADAPTER_NOT_FOUND, "no adapter \"%s\": this build cannot load plugins, it has:%s",
                     name, known.bytes);
}

SamrenaError loader_load(const char *path) {
    return error_set(SAMRENA_ERROR_UNSUPPORTED, "%s: this build of libsamrena cannot load plugins", path);
}

void loader_each_file(LoaderVisit visit, void *user) {
    (void)visit;
    (void)user;
}
