// SPDX-License-Identifier: MIT
// Registration table and loader: which adapter a name selects, and what is said when it selects none.
//
// The table of a process only ever grows, so each test runs in a process of its own.
#include <pthread.h>

#include "child.h"
#include "files.h"
#include "loader_files.h"
#include "more_tests.h"
#include "shared_object.h"
#include "support.h"
#include "test_adapters.h"
#include "variables.h"

/* ---- By name ---- */

IN_A_FRESH_PROCESS(test_default_is_chained) {
    set_environment("SAMRENA_ADAPTER", NULL);
    Samrena *arena = samrena_create(NULL);
    check(arena && strcmp(info_of(arena).adapter, "chained") == 0);
    samrena_destroy(arena);
    set_environment("SAMRENA_ADAPTER", "");
    check(creates(NULL));
}

IN_A_FRESH_PROCESS(test_what_was_built_needs_no_variable) {
    set_environment("SAMRENA_ADAPTER_PATH", NULL);
    check(creates("chained") == FINDS_ITSELF);
    check(creates("virtual") == FINDS_ITSELF);
}

IN_A_FRESH_PROCESS(test_environment_selects_the_default) {
    set_environment("SAMRENA_ADAPTER", "virtual");
    Samrena *arena = samrena_create(NULL);
    check(arena && strcmp(info_of(arena).adapter, "virtual") == 0);
    samrena_destroy(arena);
    arena = samrena_create_named("chained");
    check(arena && strcmp(info_of(arena).adapter, "chained") == 0);
    samrena_destroy(arena);
    set_environment("SAMRENA_ADAPTER", "chained");
    arena = samrena_create(NULL);
    check(arena && strcmp(info_of(arena).adapter, "virtual") == 0); /* it is read once */
    samrena_destroy(arena);
}

/* A name that is not found is no default for good. */
IN_A_FRESH_PROCESS(test_environment_names_what_is_not_there) {
    set_environment("SAMRENA_ADAPTER", "nonsense");
    check(!samrena_create(NULL));
    check(message_has("\"nonsense\""));
    set_environment("SAMRENA_ADAPTER", "virtual");
    Samrena *arena = samrena_create(NULL);
    check(arena && strcmp(info_of(arena).adapter, "virtual") == 0);
    samrena_destroy(arena);
}

IN_A_FRESH_PROCESS(test_unknown_name_tells_files_and_names) {
    char path[2000];
    snprintf(path, sizeof(path), "%s" AND "%s", folder, adapters);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(creates("chained"));
    check(!samrena_create_named("unheard-of"));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(message_has("no adapter \"unheard-of\""));
    check(message_has("known: ") && message_has("chained") && message_has("virtual"));
    check(message_has(path_of(folder, "unheard-of" SO ": not found")));
    check(message_has(path_of(adapters, "unheard-of" SO ": not found")));
    check(message_has("core/samrena-1/adapters/unheard-of" SO ": not found") == FINDS_ITSELF);
}

IN_A_FRESH_PROCESS(test_bad_names_touch_no_file) {
    static const char *const names[] = {"",
                                        "../chained",
                                        "/chained",
                                        "a/b",
                                        "Chained",
                                        "1st",
                                        ("chained" SO),
                                        "with space",
                                        "-chained",
                                        "_chained",
                                        "a234567890123456789012345678901x"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check(!samrena_create_named(names[i]));
        check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
        check(message_has("expected a lower-case letter"));
        check(!message_has("tried"));
    }
}

IN_A_FRESH_PROCESS(test_longest_name_is_looked_for) {
    check(!samrena_create_named("a234567890123456789012345678901"));
    check(message_has("/a234567890123456789012345678901" SO ": not found"));
}

/* ---- Along the search path ---- */

IN_A_FRESH_PROCESS(test_third_party_adapter_is_found) {
    set_environment("SAMRENA_ADAPTER_PATH", plugins);
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_relative_folders_are_skipped_and_told) {
    set_environment("SAMRENA_ADAPTER_PATH", "relative" AND AND "./here");
    check(!samrena_create_named("third-party"));
    check(message_has("relative: skipped, not an absolute folder"));
    check(message_has("./here: skipped"));
}

/* Not fallen through: an operator who put a file there must hear that it is broken. */
IN_A_FRESH_PROCESS(test_broken_file_ends_the_search) {
    char path[2000];
    write_file(path_of(folder, "third-party" SO), "not a plugin");
    snprintf(path, sizeof(path), "%s" AND "%s", folder, plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(!samrena_create_named("third-party"));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has(path_of(folder, "third-party" SO ": ")));
    check(!message_has(path_of(plugins, "third-party" SO)));

    /* Failures are not remembered. */
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "third-party" SO));
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_first_folder_wins) {
    char path[2000];
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "third-party" SO));
    snprintf(path, sizeof(path), "%s" AND "%s", folder, plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(creates("third-party"));
    check(is_loaded(path_of(folder, "third-party" SO)));
    check(!is_loaded(path_of(plugins, "third-party" SO)));
}

/* ---- By file ---- */

IN_A_FRESH_PROCESS(test_load_by_path) {
    check(samrena_adapter_load(path_of(plugins, "third-party" SO)) == SAMRENA_OK);
    check(samrena_adapter_load(path_of(plugins, "third-party" SO)) == SAMRENA_OK);
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_load_relative_path) {
    check(chdir(plugins) == 0);
    check(samrena_adapter_load("third-party" SO) == SAMRENA_OK);
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_files_that_are_no_plugin) {
    check(samrena_adapter_load(NULL) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(samrena_adapter_load("") == SAMRENA_ERROR_INVALID_PARAMETER);
    check(samrena_adapter_load("/somewhere/else/plugin" SO) == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(message_has("/somewhere/else/plugin" SO ": No such file"));
    check(samrena_adapter_load(path_of(plugins, "libplugin.a")) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(message_has("expected NAME" SO));

    check(make_directory(path_of(folder, "folder" SO)));
    check(samrena_adapter_load(path_of(folder, "folder" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("not a regular file"));

    write_file(path_of(folder, "text" SO), "some text");
    check(samrena_adapter_load(path_of(folder, "text" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("text" SO ": "));
    check(samrena_adapter_load(path_of(plugins, "no_descriptor" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("no symbol `samrena_adapter`"));
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "other" SO));
    check(samrena_adapter_load(path_of(folder, "other" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("rename the file to third-party" SO));
}

IN_A_FRESH_PROCESS(test_another_adapter_of_the_same_name) {
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "third-party" SO));
    check(samrena_adapter_load(path_of(plugins, "third-party" SO)) == SAMRENA_OK);
    check(samrena_adapter_load(path_of(folder, "third-party" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("registered already, from "));
    check(creates("third-party"));
}

/* ---- Linked into the program ---- */

IN_A_FRESH_PROCESS(test_register) {
    check(samrena_adapter_register(NULL) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(set_up_test_adapters(NULL) == 0);
    check(set_up_test_adapters(NULL) == 0);
    check(creates("separate"));
    SamrenaAdapter copy = samrena_adapter_separate;
    check(samrena_adapter_register(&copy) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has("adapter separate is registered already"));
}

/* Each descriptor is wrong in exactly one way. */
IN_A_FRESH_PROCESS(test_bad_descriptors) {
    const SamrenaAdapter good = samrena_adapter_separate;
    SamrenaAdapter bad;
#define WRONG(change, code, text)                                                                                      \
    bad = good;                                                                                                        \
    change;                                                                                                            \
    check(samrena_adapter_register(&bad) == (code));                                                                   \
    check(message_has(text))

    WRONG(bad.magic++, SAMRENA_ERROR_ADAPTER_INVALID, "magic");
    WRONG(bad.abi_major = 3, SAMRENA_ERROR_ADAPTER_INVALID, "ABI 3.0, this library has 2.0");
    WRONG(bad.abi_major = 0, SAMRENA_ERROR_ADAPTER_INVALID, "ABI 0.0");
    WRONG(bad.struct_size = 0, SAMRENA_ERROR_ADAPTER_INVALID, "descriptor of 0 bytes");
    WRONG(bad.struct_size = offsetof(SamrenaAdapter, operations.extend) - 1, SAMRENA_ERROR_ADAPTER_INVALID,
          "descriptor of");
    WRONG(bad.features = 1, SAMRENA_ERROR_UNSUPPORTED, "features 0x1");
    WRONG(bad.context_size = UINT64_MAX, SAMRENA_ERROR_ADAPTER_INVALID, "context of 18446744073709551615 bytes");
    WRONG(bad.name[0] = '\0', SAMRENA_ERROR_ADAPTER_INVALID, "adapter name \"\"");
    WRONG(bad.name[0] = 'S', SAMRENA_ERROR_ADAPTER_INVALID, "adapter name \"Separate\"");
    WRONG(memset(bad.name, 'a', sizeof(bad.name)), SAMRENA_ERROR_ADAPTER_INVALID, "adapter name");
    WRONG(memset(bad.version, '1', sizeof(bad.version)), SAMRENA_ERROR_ADAPTER_INVALID, "version");
    WRONG(bad.operations.create = NULL, SAMRENA_ERROR_ADAPTER_INVALID, "missing operation `create`");
    WRONG(bad.operations.destroy = NULL, SAMRENA_ERROR_ADAPTER_INVALID, "missing operation `destroy`");
    WRONG(bad.operations.acquire = NULL, SAMRENA_ERROR_ADAPTER_INVALID, "missing operation `acquire`");
    WRONG(bad.operations.release = NULL, SAMRENA_ERROR_ADAPTER_INVALID, "missing operation `release`");
#undef WRONG
    check(samrena_adapter_register(&good) == SAMRENA_OK);
}

/* A newer minor version of the ABI loads; what it does not have yet is missing, not garbage. */
IN_A_FRESH_PROCESS(test_other_minor_versions) {
    static SamrenaAdapter newer, shorter;
    newer = samrena_adapter_separate;
    newer.abi_minor = 7;
    newer.struct_size += 400;
    check(samrena_adapter_register(&newer) == SAMRENA_OK);
    check(creates("separate"));

    shorter = samrena_adapter_growing;
    shorter.struct_size = offsetof(SamrenaAdapter, operations.extend);
    check(samrena_adapter_register(&shorter) == SAMRENA_OK);
    Samrena *arena = samrena_create_named("growing");
    check(arena && !samrena_has_capability(arena, SAMRENA_CAPABILITY_EXTEND));
    check(!samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    check(samrena_reserve(arena, MIB) == SAMRENA_OK);
    check(info_of(arena).reserve.reason == SAMRENA_RESERVE_UNSUPPORTED);
    samrena_destroy(arena);
}

/* ---- All of them ---- */

typedef struct Seen {
    char names[1000];
    int count;
    int errors;
    int stop_at;
} Seen;

static bool note_adapter(const SamrenaAdapterInfo *info, void *user) {
    Seen *seen = user;
    size_t length = strlen(seen->names); /* the first of many */
    snprintf(seen->names + length, sizeof(seen->names) - length, "[%s]", info->name);
    seen->count++;
    seen->errors += info->error != SAMRENA_OK;
    check(info->struct_size == sizeof(*info) && info->version && info->summary && info->source && info->message);
    check((info->error == SAMRENA_OK) == (info->message[0] == '\0'));
    if (strcmp(info->name, "virtual") == 0)
        check(info->capabilities & SAMRENA_CAPABILITY_CONTIGUOUS);
    return seen->count != seen->stop_at;
}

IN_A_FRESH_PROCESS(test_each_adapter_once) {
    char path[2000];
    copy_file(path_of(adapters, "chained" SO), path_of(folder, "chained" SO));
    write_file(path_of(folder, "broken" SO), "broken");
    write_file(path_of(folder, "README"), "no plugin by name");
    snprintf(path, sizeof(path), "%s" AND "%s" AND "/not/there", folder, adapters);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(samrena_adapter_register(&samrena_adapter_plain) == SAMRENA_OK);
    for (int round = 0; round < 2; round++) {
        Seen seen = {0};
        check(samrena_adapter_each(note_adapter, &seen) == SAMRENA_OK);
        check(seen.count == 4 && seen.errors == 1);
        check(strstr(seen.names, "[chained]") && strstr(seen.names, "[virtual]") && strstr(seen.names, "[plain]"));
        check(strncmp(seen.names, "[broken]", 8) == 0);
    }
    for (int stop_at = 1; stop_at <= 3; stop_at++) {
        Seen seen = {.stop_at = stop_at};
        check(samrena_adapter_each(note_adapter, &seen) == SAMRENA_OK);
        check(seen.count == stop_at);
    }
    check(samrena_adapter_each(NULL, NULL) == SAMRENA_ERROR_INVALID_PARAMETER);
}

/* ---- The environment's log ---- */

static const char *logged_with(const char *level) {
    static char text[4000];
    char *path = path_of(folder, "log");
    set_environment("SAMRENA_LOG", level);
    check(freopen(path, "w+", stderr));
    Samrena *arena = samrena_create_named("chained");
    samrena_push_aligned(arena, 1, 3);
    samrena_destroy(arena);
    fflush(stderr);
    FILE *file = fopen(path, "r");
    check(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

IN_A_FRESH_PROCESS(test_log_of_everything) {
    const char *text = logged_with("debug");
    check(strstr(text, "samrena: arena ") && strstr(text, "created, adapter chained from "));
    check(strstr(text, "aligned to 3") && strstr(text, "destroyed"));
}

IN_A_FRESH_PROCESS(test_log_of_errors_alone) {
    const char *text = logged_with("error");
    check(!strstr(text, "created") && strstr(text, "aligned to 3"));
}

IN_A_FRESH_PROCESS(test_log_of_nothing) {
    check(strcmp(logged_with("none"), "") == 0);
}

IN_A_FRESH_PROCESS(test_unknown_log_level_is_named) {
    const char *text = logged_with("loud");
    check(strstr(text, "SAMRENA_LOG=loud is ignored: expected none, error, warning, info or debug"));
    check(!strstr(text, "created"));
}

static bool fail_meanwhile(const SamrenaAdapterInfo *info, void *user) {
    check(!samrena_create_named("unheard-of"));
    if (strcmp(info->name, "broken") == 0) {
        check(strstr(info->message, "broken" SO ": "));
        *(bool *)user = true;
    }
    return true;
}

/* A callback that fails calls of its own still reads what it was told. */
IN_A_FRESH_PROCESS(test_each_keeps_its_message) {
    bool seen = false;
    write_file(path_of(folder, "broken" SO), "broken");
    set_environment("SAMRENA_ADAPTER_PATH", folder);
    check(samrena_adapter_each(fail_meanwhile, &seen) == SAMRENA_OK);
    check(seen);
}

/* ---- Threads ---- */

static void *create_in_thread(void *name) {
    return creates(name) ? NULL : name;
}

IN_A_FRESH_PROCESS(test_first_use_from_many_threads) {
    enum { THREADS = 16 };
    pthread_t threads[THREADS];
    char *names[] = {"chained", "virtual", "third-party"};
    char path[2000];
    snprintf(path, sizeof(path), "%s" AND "%s", plugins, adapters);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    for (int i = 0; i < THREADS; i++)
        check(pthread_create(&threads[i], NULL, create_in_thread, names[i % 3]) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        check(pthread_join(threads[i], &failed) == 0 && !failed);
    }
    Seen seen = {0};
    check(samrena_adapter_each(note_adapter, &seen) == SAMRENA_OK);
    check(strstr(seen.names, "[third-party]") && strstr(seen.names, "[chained]"));
}

static void *fail_in_thread(void *user) {
    (void)user;
    samrena_create_named("not-here");
    return NULL;
}

IN_A_FRESH_PROCESS(test_errors_are_of_a_thread) {
    pthread_t thread;
    check(samrena_reserve(NULL, 1) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(pthread_create(&thread, NULL, fail_in_thread, NULL) == 0);
    check(pthread_join(thread, NULL) == 0);
    check(samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER);
}

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

/* ---- Odd search paths ---- */

IN_A_FRESH_PROCESS(test_odd_folders_of_the_path) {
    static char path[30000];
    char *at = path;
    at += sprintf(at, AND "/"); /* an empty folder, one as long as a path can be, and one much longer */
    at = (char *)memset(at, 'b', 4095) + 4095;
    at += sprintf(at, AND "/");
    at = (char *)memset(at, 'b', 20000) + 20000;
    at += sprintf(at, AND AND "/%0250d", 1);
    for (int i = 0; i < 15; i++)
        at += sprintf(at, "/%0250d", 1);
    at += sprintf(at, "/%070d" AND "%s", 1, plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(creates("third-party"));
    check(!samrena_create_named("unheard-of"));
    check(!message_has("bbbbbbbb"));
    check(!message_has("\n  : "));
}

IN_A_FRESH_PROCESS(test_both_folders_of_the_installation_are_tried) {
    check(!samrena_create_named("unheard-of"));
    const char *message = samrena_last_error_message();
    int not_absolute = count_of(message, "/samrena-1/adapters: skipped"); /* built on another system */
    check(count_of(message, "/samrena-1/adapters/unheard-of" SO ": not found") + not_absolute == 1 + FINDS_ITSELF);
}

/* A file where a folder was expected holds no plugin. */
IN_A_FRESH_PROCESS(test_files_where_folders_were_expected) {
    char path[3000];
    write_file(path_of(folder, "file"), "no folder");
    snprintf(path, sizeof(path), "%s" AND "%s", path_of(folder, "file"), plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(!samrena_create_named("unheard-of"));
    check(message_has(path_of(folder, "file/unheard-of" SO ": not found")));
    check(message_has(path_of(plugins, "unheard-of" SO ": not found")));
}

IN_A_FRESH_PROCESS(test_known_names_are_told_once) {
    set_environment("SAMRENA_ADAPTER_PATH", adapters);
    check(creates("chained"));
    check(!samrena_create_named("unheard-of"));
    char known[4096];
    snprintf(known, sizeof(known), "%s", strstr(samrena_last_error_message(), "known: "));
    *strchr(known, ';') = '\0';
    check(count_of(known, "chained") == 1 && count_of(known, "virtual") == 1);
}

/* ---- What stays loaded ---- */

IN_A_FRESH_PROCESS(test_refused_files_are_unloaded) {
    copy_file(path_of(plugins, "third-party" SO), path_of(folder, "other" SO));
    check(samrena_adapter_load(path_of(folder, "other" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    if (!closed_objects_go(path_of(plugins, "borrower" SO)))
        return;
    check(!is_loaded(path_of(folder, "other" SO)));
    check(samrena_adapter_load(path_of(plugins, "no_descriptor" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(!is_loaded(path_of(plugins, "no_descriptor" SO)));
}

/* dlsym finds the descriptor of a dependency: it is not the file's own. */
IN_A_FRESH_PROCESS(test_descriptor_of_a_dependency_does_not_count) {
    check(samrena_adapter_load(path_of(plugins, "borrower" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has(FINDS_ITSELF ? "borrower" SO ": not a plugin: it has no symbol `samrena_adapter`"
                                   : "borrower" SO ": holds adapter third-party: rename the file"));
}

/* The linker's message starts with the path as ours does: once is enough. */
IN_A_FRESH_PROCESS(test_paths_are_told_once) {
    write_file(path_of(folder, "text" SO), "some text that is no plugin");
    check(samrena_adapter_load(path_of(folder, "text" SO)) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(count_of(samrena_last_error_message(), "text" SO) == 1);
}

/* Whoever registers an adapter may be unloaded while arenas of it are still kept, or made. */
IN_A_FRESH_PROCESS(test_registered_adapters_stay_loaded) {
    void *part = open_object(path_of(plugins, "Program_part" SO));
    check(part);
    SamrenaError (*start)(void) = (SamrenaError(*)(void))(uintptr_t)find_symbol(part, "part_start");
    check(start && start() == SAMRENA_OK);
    check(creates("part"));
    if (!FINDS_ITSELF)
        return; /* nor what else an address lies in */
    check(close_object(part));
    check(is_loaded(path_of(plugins, "Program_part" SO)));
    check(creates("part"));
}

/* ---- Descriptors at the edge ---- */

IN_A_FRESH_PROCESS(test_barely_good_and_bad_descriptors) {
    static SamrenaAdapter good[2];
    good[0] = good[1] = samrena_adapter_separate;
    snprintf(good[0].name, sizeof(good[0].name), "az-9_z");
    good[0].context_size = UINT64_C(1) << 20;
    check(samrena_adapter_register(&good[0]) == SAMRENA_OK);
    check(creates("az-9_z"));
    good[1].context_size = (UINT64_C(1) << 20) + 1;
    check(samrena_adapter_register(&good[1]) == SAMRENA_ERROR_ADAPTER_INVALID);
    good[1] = samrena_adapter_separate;
    snprintf(good[1].name, sizeof(good[1].name), "separate.");
    check(samrena_adapter_register(&good[1]) == SAMRENA_ERROR_ADAPTER_INVALID);
}

/* Each capability comes from its own operation. */
IN_A_FRESH_PROCESS(test_capabilities_of_each_operation) {
    static SamrenaAdapter without;
    without = samrena_adapter_separate;
    without.operations.prefault = NULL;
    check(samrena_adapter_register(&without) == SAMRENA_OK);
    Samrena *arena = samrena_create_named("separate");
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    check(!samrena_has_capability(arena, SAMRENA_CAPABILITY_PREFAULT));
    check(samrena_reserve(arena, MIB) == SAMRENA_OK && info_of(arena).reserve.reason == SAMRENA_RESERVE_UNSUPPORTED);
    samrena_destroy(arena);
}

/* ---- What is told of each adapter ---- */

typedef struct Told {
    const char *name;
    char version[32], source[1200], message[4096];
    int32_t error;
} Told;

static bool note_one(const SamrenaAdapterInfo *info, void *user) {
    Told *told = user;
    if (strcmp(info->name, told->name) != 0)
        return true;
    snprintf(told->version, sizeof(told->version), "%s", info->version);
    snprintf(told->source, sizeof(told->source), "%s", info->source);
    snprintf(told->message, sizeof(told->message), "%s", info->message);
    told->error = info->error;
    return true;
}

static bool is_same_path(const char *one, const char *other) {
    char whole[2][PATH_MOST];
    return whole_path(one, whole[0]) && whole_path(other, whole[1]) && strcmp(whole[0], whole[1]) == 0;
}

IN_A_FRESH_PROCESS(test_each_tells_where_from_and_why_not) {
    static Told third = {.name = "third-party"}, plain = {.name = "plain"}, broken = {.name = "broken"};
    char path[2000];
    write_file(path_of(folder, "broken" SO), "broken");
    write_file(path_of(folder, "plain" SO), "not looked at: the name is taken");
    snprintf(path, sizeof(path), "%s" AND "%s", folder, plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(samrena_adapter_register(&samrena_adapter_plain) == SAMRENA_OK);
    samrena_adapter_each(note_one, &third);
    samrena_adapter_each(note_one, &plain);
    samrena_adapter_each(note_one, &broken);
    check(strcmp(third.version, "0.0.1") == 0);
    check(is_same_path(third.source, path_of(plugins, "third-party" SO)));
    check(strcmp(plain.source, "registered") == 0 && plain.error == SAMRENA_OK);
    check(is_same_path(broken.source, path_of(folder, "broken" SO)));
    check(broken.error == SAMRENA_ERROR_ADAPTER_INVALID && strstr(broken.message, "broken" SO ": "));
    Seen seen = {0};
    samrena_adapter_each(note_adapter, &seen);
    check(seen.errors == 3 && count_of(seen.names, "[plain]") == 1); /* broken, borrower, no_descriptor */
}

/* Names once, in order, and none after the callback has had enough. */
IN_A_FRESH_PROCESS(test_each_file_once_and_in_order) {
    static const char *const files[] = {"broken" SO, "d" SO, "a" SO, "roken" SO, "c" SO, "b" SO};
    char path[2000];
    check(make_directory(path_of(folder, "two")));
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        write_file(path_of(folder, files[i]), "broken");
        snprintf(path, sizeof(path), "%s/two/%s", folder, files[i]);
        write_file(path, "broken");
    }
    write_file(path_of(folder, "two/e" SO), "broken");
    snprintf(path, sizeof(path), "%s" AND "%s", folder, path_of(folder, "two"));
    set_environment("SAMRENA_ADAPTER_PATH", path);
    Seen seen = {0};
    samrena_adapter_each(note_adapter, &seen);
    check(strncmp(seen.names, "[a][b][broken][c][d][roken][e]", 30) == 0); /* built-in ones may follow */
    for (int stop_at = 1; stop_at <= 7; stop_at++) {
        seen = (Seen){.stop_at = stop_at};
        samrena_adapter_each(note_adapter, &seen);
        check(seen.count == stop_at);
    }

    check(chdir(folder) == 0);
    set_environment("SAMRENA_ADAPTER_PATH", "." AND "two");
    seen = (Seen){0};
    samrena_adapter_each(note_adapter, &seen);
    check(seen.errors == 0); /* the broken files were not looked at */
}

/* However many there are, a file of an earlier folder shadows one of the same name. */
IN_A_FRESH_PROCESS(test_many_files_once_each) {
    enum { FILES = 400 };
    static char file[1200], path[2000];
    check(make_directory(path_of(folder, "two")));
    for (int i = 0; i < FILES; i++) {
        snprintf(file, sizeof(file), "%s/broken_adapter_long_name_%04d" SO, folder, i);
        write_file(file, "");
        snprintf(file, sizeof(file), "%s/two/broken_adapter_long_name_%04d" SO, folder, i);
        write_file(file, "");
    }
    write_file(path_of(folder, "two/third" SO), "");
    snprintf(path, sizeof(path), "relative" AND "%s" AND "%s", folder, path_of(folder, "two"));
    set_environment("SAMRENA_ADAPTER_PATH", path);
    Seen seen = {0};
    samrena_adapter_each(note_adapter, &seen);
    check(seen.errors == FILES + 1);
}

/* ---- Log lines on stderr: the environment is read once, so each level has a process of its own ---- */

typedef struct Logged {
    const char *level; /* NULL: none is set */
    char path[PATH_MOST];
} Logged;

static void live_shortly(const void *argument) {
    const Logged *logged = argument;
    set_environment("SAMRENA_ADAPTER_PATH", adapters);
    set_environment("SAMRENA_LOG", logged->level);
    check(freopen(logged->path, "w", stderr));
    Samrena *arena = samrena_create_named("chained");
    samrena_push_aligned(arena, 1, 3);
    samrena_push_aligned(arena, 1, 5);
    samrena_destroy(arena);
}

/* What a short life of an arena, with one failure in it, leaves on stderr. */
static const char *log_with(const char *level) {
    static char text[8192];
    Logged logged = {.level = level};
    snprintf(logged.path, sizeof(logged.path), "%s/log", folder);
    check(status_of_child(live_shortly, &logged, sizeof(logged)) == 0);
    FILE *in = fopen(logged.path, "r");
    check(in);
    text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
    fclose(in);
    return text;
}

IN_A_FRESH_PROCESS(test_log_level_of_the_environment) {
    check(log_with("none")[0] == '\0'); /* without any level: test_first_failure.c */
    static const char *const levels[] = {"error", "warning", "info"};
    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        const char *text = log_with(levels[i]);
        check(strncmp(text, "samrena: arena 0", 16) == 0);
        check(strstr(text, "aligned to 3: expected a power of two\nsamrena: arena 0"));
        check(count_of(text, "\n") == 2);
    }
    const char *text = log_with("debug");
    check(strstr(text, "created, adapter chained from ") && strstr(text, "destroyed with 0 bytes"));
    text = log_with("loud");
    check(strstr(text, "samrena: SAMRENA_LOG=loud is ignored: expected none, error") == text);
    check(count_of(text, "\n") == 1);
}

IN_A_FRESH_PROCESS(test_messages_are_of_a_thread) {
    pthread_t thread;
    check(samrena_reserve(NULL, 1) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(pthread_create(&thread, NULL, fail_in_thread, NULL) == 0);
    check(pthread_join(thread, NULL) == 0);
    check(message_has("samrena_reserve: the arena is NULL"));
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: test_loader ADAPTERS PLUGINS\n");
        return 2;
    }
    static char paths[2][PATH_MOST];
    if (!whole_path(argv[1], paths[0]) || !whole_path(argv[2], paths[1]))
        return 1;
    adapters = paths[0];
    plugins = paths[1];
    folder = shared_with_children(FOLDER_MOST);
    child_starts_here();
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_default_is_chained),
        IN_A_FOLDER(test_what_was_built_needs_no_variable),
        IN_A_FOLDER(test_environment_selects_the_default),
        IN_A_FOLDER(test_environment_names_what_is_not_there),
        IN_A_FOLDER(test_unknown_name_tells_files_and_names),
        IN_A_FOLDER(test_bad_names_touch_no_file),
        IN_A_FOLDER(test_longest_name_is_looked_for),
        IN_A_FOLDER(test_third_party_adapter_is_found),
        IN_A_FOLDER(test_relative_folders_are_skipped_and_told),
        IN_A_FOLDER(test_broken_file_ends_the_search),
        IN_A_FOLDER(test_first_folder_wins),
        IN_A_FOLDER(test_load_by_path),
        IN_A_FOLDER(test_load_relative_path),
        IN_A_FOLDER(test_files_that_are_no_plugin),
        IN_A_FOLDER(test_another_adapter_of_the_same_name),
        IN_A_FOLDER(test_register),
        IN_A_FOLDER(test_bad_descriptors),
        IN_A_FOLDER(test_other_minor_versions),
        IN_A_FOLDER(test_each_adapter_once),
        IN_A_FOLDER(test_each_keeps_its_message),
        IN_A_FOLDER(test_log_of_everything),
        IN_A_FOLDER(test_log_of_errors_alone),
        IN_A_FOLDER(test_log_of_nothing),
        IN_A_FOLDER(test_unknown_log_level_is_named),
        IN_A_FOLDER(test_first_use_from_many_threads),
        IN_A_FOLDER(test_errors_are_of_a_thread),
        IN_A_FOLDER(test_odd_folders_of_the_path),
        IN_A_FOLDER(test_both_folders_of_the_installation_are_tried),
        IN_A_FOLDER(test_files_where_folders_were_expected),
        IN_A_FOLDER(test_known_names_are_told_once),
        IN_A_FOLDER(test_refused_files_are_unloaded),
        IN_A_FOLDER(test_descriptor_of_a_dependency_does_not_count),
        IN_A_FOLDER(test_paths_are_told_once),
        IN_A_FOLDER(test_barely_good_and_bad_descriptors),
        IN_A_FOLDER(test_capabilities_of_each_operation),
        IN_A_FOLDER(test_each_tells_where_from_and_why_not),
        IN_A_FOLDER(test_each_file_once_and_in_order),
        IN_A_FOLDER(test_many_files_once_each),
        IN_A_FOLDER(test_registered_adapters_stay_loaded),
        IN_A_FOLDER(test_log_level_of_the_environment),
        IN_A_FOLDER(test_messages_are_of_a_thread),
    };
    return run_all_tests("loader", tests, COUNT_OF(tests));
}
