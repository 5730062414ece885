// SPDX-License-Identifier: MIT
// Where adapters are looked for, and what of it is ignored.
#include "looked.h"

#include <stdio.h>
#include <stdlib.h>

#include "build_config.h"
#include "json.h"
#include "loader/search.h"
#include "system/system.h"

static const char *const origins[] = {[SEARCH_VARIABLE] = "$SAMRENA_ADAPTER_PATH",
                                      [SEARCH_BESIDE_LIBRARY] = "beside the library",
                                      [SEARCH_INSTALLATION] = "the installation's"};

/* NULL: files in it are found. */
static const char *why_ignored(const char *folder) {
    return !path_is_absolute(folder) ? "ignored, not an absolute folder" : !path_is_taken(folder) ? "not there" : NULL;
}

/* NULL: the variable says something. */
static const char *why_unheard(const char *variable) {
    char *value;
    (void)system_environment(variable, &value);
    const char *text = getenv(variable);
    const char *why = value && *value                ? NULL
                      : system_is_elevated() && text ? "ignored: this process has elevated rights"
                      : value                        ? "empty"
                                                     : "not set";
    free(value);
    return why;
}

static void tell_variable(const char *variable) {
    const char *why = why_unheard(variable);
    if (why)
        printf("  $%s is %s\n", variable, why);
}

static void tell_default(void) {
    char *name;
    (void)system_environment("SAMRENA_ADAPTER", &name);
    if (name && *name)
        printf("  the default is %s, from $SAMRENA_ADAPTER\n", name);
    else
        printf("  the default is %s, from the build: $SAMRENA_ADAPTER is %s\n", DEFAULT_ADAPTER,
               why_unheard("SAMRENA_ADAPTER"));
    free(name);
}

void looked_as_text(void) {
    SearchFolders path = search_path();
    puts("\nlooked in, the first of a name counts:");
    if (LOADS_PLUGINS)
        tell_variable("SAMRENA_ADAPTER_PATH");
    else
        puts("  the library alone: this build of libsamrena cannot load plugins");
    for (const char *folder = path.folders; folder && *folder; folder = search_next(folder)) {
        const char *why = why_ignored(folder);
        printf("  %s (%s)%s%s\n", folder, origins[search_origin(&path, folder)], why ? ": " : "", why ? why : "");
    }
    tell_default();
    free(path.folders);
}

void looked_as_json(void) {
    SearchFolders path = search_path();
    char *name;
    (void)system_environment("SAMRENA_ADAPTER", &name);
    json_text("default", name && *name ? name : DEFAULT_ADAPTER);
    json_text("default_from", name && *name ? "$SAMRENA_ADAPTER" : "the build");
    free(name);
    json_open("folders", '[');
    for (const char *folder = path.folders; folder && *folder; folder = search_next(folder)) {
        json_open(NULL, '{');
        json_text("folder", folder);
        json_text("from", origins[search_origin(&path, folder)]);
        json_text("ignored", why_ignored(folder));
        json_close('}');
    }
    json_close(']');
    free(path.folders);
}
