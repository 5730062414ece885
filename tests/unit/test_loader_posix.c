// SPDX-License-Identifier: MIT
// The loader where there are links, fifos and one space of symbols.
#define _GNU_SOURCE
#include <dlfcn.h>

#include "loading.h"

static const char *plugins; /* where the test plugins were built */

IN_A_FRESH_PROCESS(test_links_to_a_plugin) {
    (void)argument;
    check(samrena_adapter_load(path_of(plugins, "third-party.so")) == SAMRENA_OK);
    check(symlink(path_of(plugins, "third-party.so"), path_of(folder, "third-party.so")) == 0);
    check(samrena_adapter_load(path_of(folder, "third-party.so")) == SAMRENA_OK);
}

static void search_in(const char *folder) {
    char path[3000];
    snprintf(path, sizeof(path), "%s:%s", folder, plugins);
    setenv("SAMRENA_ADAPTER_PATH", path, 1);
}

/* A link that leads nowhere is a broken plugin. */
IN_A_FRESH_PROCESS(test_links_that_lead_nowhere) {
    (void)argument;
    check(symlink("/not/there", path_of(folder, "third-party.so")) == 0);
    search_in(folder);
    check(!samrena_create_named("third-party"));
    check(message_has("third-party.so: No such file"));
    check(symlink("loop", path_of(folder, "loop")) == 0);
    search_in(path_of(folder, "loop"));
    check(!samrena_create_named("third-party"));
    check(message_has("Too many levels of symbolic links"));
}

IN_A_FRESH_PROCESS(test_fifos_are_not_opened) {
    (void)argument;
    check(mkfifo(path_of(folder, "fifo.so"), 0600) == 0);
    check(samrena_adapter_load(path_of(folder, "fifo.so")) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("not a regular file"));
}

IN_A_FRESH_PROCESS(test_symbols_of_plugins_stay_apart) {
    (void)folder;
    (void)argument;
    check(samrena_adapter_load(path_of(plugins, "third-party.so")) == SAMRENA_OK);
    check(!dlsym(RTLD_DEFAULT, "samrena_adapter"));
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: test_loader_posix PLUGINS\n");
        return 2;
    }
    plugins = argv[1];
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links_to_a_plugin),
        cmocka_unit_test(test_links_that_lead_nowhere),
        cmocka_unit_test(test_fifos_are_not_opened),
        cmocka_unit_test(test_symbols_of_plugins_stay_apart),
    };
    return cmocka_run_group_tests_name("loader of POSIX", tests, NULL, NULL);
}
