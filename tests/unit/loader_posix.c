// SPDX-License-Identifier: MIT
// The loader where there are links, fifos and one space of symbols.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "loader_files.h"
#include "more_tests.h"

IN_A_FRESH_PROCESS(test_links_to_a_plugin) {
    check(samrena_adapter_load(path_of(plugins, "third-party.so")) == SAMRENA_OK);
    check(symlink(path_of(plugins, "third-party.so"), path_of(folder, "third-party.so")) == 0);
    check(samrena_adapter_load(path_of(folder, "third-party.so")) == SAMRENA_OK);
}

static void search_in(const char *first) {
    char path[3000];
    snprintf(path, sizeof(path), "%s:%s", first, plugins);
    setenv("SAMRENA_ADAPTER_PATH", path, 1);
}

/* A link that leads nowhere is a broken plugin. */
IN_A_FRESH_PROCESS(test_links_that_lead_nowhere) {
    check(symlink("/not/there", path_of(folder, "third-party.so")) == 0);
    search_in(folder);
    check(!samrena_create_named("third-party"));
    check(message_has(strerror(ENOENT)));
    check(symlink("loop", path_of(folder, "loop")) == 0);
    search_in(path_of(folder, "loop"));
    check(!samrena_create_named("third-party"));
    check(message_has(strerror(ELOOP)));
}

IN_A_FRESH_PROCESS(test_fifos_are_not_opened) {
    check(mkfifo(path_of(folder, "fifo.so"), 0600) == 0);
    check(samrena_adapter_load(path_of(folder, "fifo.so")) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("not a regular file"));
}

IN_A_FRESH_PROCESS(test_symbols_of_plugins_stay_apart) {
    check(samrena_adapter_load(path_of(plugins, "third-party.so")) == SAMRENA_OK);
    check(!dlsym(RTLD_DEFAULT, "samrena_adapter"));
}

static const struct CMUnitTest tests[] = {
    IN_A_FOLDER(test_links_to_a_plugin),
    IN_A_FOLDER(test_links_that_lead_nowhere),
    IN_A_FOLDER(test_fifos_are_not_opened),
    IN_A_FOLDER(test_symbols_of_plugins_stay_apart),
};

const MoreTests more_tests = {tests, COUNT_OF(tests)};
