// SPDX-License-Identifier: MIT
// What is said where a name selects no adapter: whose name it is, what may have been meant, and what helps.
//
// The library is part of this program, beside which there are no adapters.
#include "build_config.h"
#include "child.h"
#include "files.h"
#include "loader_files.h"
#include "shared_object.h"
#include "support.h"
#include "variables.h"

/* ---- The library's own ---- */

/* A library that was copied without its plugins. */
IN_A_FRESH_PROCESS(test_our_own_is_missing) {
    check(!creates("chained"));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(message_has("no adapter \"chained\"; it is libsamrena's own: install chained" SO " with the library"));
    check(message_has("name its folder in $SAMRENA_ADAPTER_PATH, or build with -Dbuiltin_adapters=chained;"));
    check(message_has("samrena-1/adapters/chained" SO ": not found"));
}

IN_A_FRESH_PROCESS(test_the_default_is_missing) {
    set_environment("SAMRENA_ADAPTER", NULL);
    check(!samrena_create(NULL));
    check(message_has("no adapter \"chained\" (the default of this build); it is libsamrena's own"));
}

static void unless_installed(void (*test)(void **state), void **state) {
    FILE *installed = fopen(ADAPTER_FOLDER "/chained" SO, "rb");
    if (!installed) {
        test(state);
        return;
    }
    fclose(installed);
    skip_because("libsamrena's adapters are installed where this build would install them");
}

static void test_our_own_is_missing_unless_installed(void **state) {
    unless_installed(test_our_own_is_missing, state);
}

static void test_the_default_is_missing_unless_installed(void **state) {
    unless_installed(test_the_default_is_missing, state);
}

IN_A_FRESH_PROCESS(test_our_own_is_refused) {
    write_file(path_of(folder, "virtual" SO), "no plugin at all");
    set_environment("SAMRENA_ADAPTER_PATH", folder);
    check(!creates("virtual"));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("adapter \"virtual\" cannot be used; it is libsamrena's own: install virtual" SO));
    check(message_has(path_of(folder, "virtual" SO ": ")));
}

/* ---- Whose name it is ---- */

IN_A_FRESH_PROCESS(test_names_of_the_environment) {
    set_environment("SAMRENA_ADAPTER", "unheard-of");
    check(!samrena_create(NULL));
    check(message_has("no adapter \"unheard-of\" (from $SAMRENA_ADAPTER)"));
    check(!samrena_create_named("unheard-of"));
    check(!message_has("$SAMRENA_ADAPTER)"));
    set_environment("SAMRENA_ADAPTER", "Nonsense");
    check(!samrena_create(NULL));
    check(message_has("no adapter \"Nonsense\" (from $SAMRENA_ADAPTER): expected a lower-case letter"));
}

IN_A_FRESH_PROCESS(test_paths_are_for_loading) {
    static const char *const paths[] = {"./chained", "/usr/lib/chained" SO, "chained" SO};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        check(!samrena_create_named(paths[i]));
        check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
        check(message_has("; a file is loaded by samrena_adapter_load()"));
    }
    check(!samrena_create_named("Chained"));
    check(!message_has("samrena_adapter_load"));
    set_environment("SAMRENA_ADAPTER", paths[0]);
    check(!samrena_create(NULL));
    check(message_has("; the folder of a file goes into $SAMRENA_ADAPTER_PATH"));
}

/* ---- What may have been meant ---- */

static bool suggests(const char *name, const char *meant) {
    char text[100];
    snprintf(text, sizeof(text), "no adapter \"%s\"; did you mean \"%s\"?;", name, meant);
    return !samrena_create_named(name) && message_has(text);
}

IN_A_FRESH_PROCESS(test_names_that_are_close) {
    set_environment("SAMRENA_ADAPTER_PATH", adapters);
    check(suggests("chaind", "chained"));   /* found in a folder */
    check(creates("virtual"));              /* registered */
    check(suggests("vrtual", "virtual"));   /* left out */
    check(suggests("virtuall", "virtual")); /* too much */
    check(suggests("cheined", "chained"));  /* wrong */
    check(suggests("hcianed", "chained"));  /* two pairs that changed places */
    check(suggests("hcanied", "chained"));
    check(suggests("vitaul", "virtual")); /* one pair, and one left out */
    check(suggests("virtual-2", "virtual"));
    check(!samrena_create_named("unheard-of")); /* nothing is near */
    check(!message_has("did you mean"));
    check(!samrena_create_named("c"));
    check(!message_has("did you mean"));
}

/* A name that would be refused is no choice, and nothing to be meant. */
IN_A_FRESH_PROCESS(test_refused_files_are_not_known) {
    char path[3000];
    write_file(path_of(folder, "broken" SO), "no plugin at all");
    check(let_others_write(path_of(folder, "broken" SO), true)); /* not every build looks into files */
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "third-party" SO));
    snprintf(path, sizeof(path), "%s" AND "%s", folder, adapters);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(!samrena_create_named("broker"));
    check(message_has("known: third-party, chained, virtual;"));
    check(!message_has("did you mean"));
    check(!samrena_create_named("broken")); /* nor is the one that was asked for */
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("known: third-party, chained, virtual;"));
    check(!is_loaded(path_of(folder, "third-party" SO))); /* to be known it is not run */
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: test_names ADAPTERS PLUGINS\n");
        return 2;
    }
    static char paths[2][PATH_MOST];
    if (!whole_path(argv[1], paths[0]) || !whole_path(argv[2], paths[1]))
        return 1;
    adapters = paths[0];
    plugins = paths[1];
    set_environment("SAMRENA_ADAPTER_PATH", NULL);
    folder = shared_with_children(FOLDER_MOST);
    child_starts_here();
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_our_own_is_missing_unless_installed),
        IN_A_FOLDER(test_the_default_is_missing_unless_installed),
        IN_A_FOLDER(test_our_own_is_refused),
        IN_A_FOLDER(test_names_of_the_environment),
        IN_A_FOLDER(test_paths_are_for_loading),
        IN_A_FOLDER(test_names_that_are_close),
        IN_A_FOLDER(test_refused_files_are_not_known),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
