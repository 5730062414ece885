// SPDX-License-Identifier: MIT
// Files and plugins that must be refused, each wrong in exactly one way: with which error, and in which words. What
// only POSIX has is in hostile_posix.c, what one format of files has in hostile_elf.c.
//
// tests/unit/test_loader.c has the ordinary ways of the loader, bad names and the end of a search among them.
#include "hostile.h"

#include <sys/stat.h>

#include "shared_object.h"

const char *plugins;
const char *wrong;

const char *third_party(void) {
    return path_of(plugins, "third-party" SO);
}

void check_refused(const char *folder, const char *name, SamrenaError error, const char *says) {
    char path[1200];
    snprintf(path, sizeof(path), "%s/%s" SO, folder, name);
    for (int round = 0; round < 2; round++) {
        check(samrena_adapter_load(path) == error);
        check(samrena_last_error() == error && message_has(says));
        check(begins_with_path(samrena_last_error_message(), path));
    }
    set_environment("SAMRENA_ADAPTER_PATH", folder);
    check(!samrena_create_named(name));
    check(samrena_last_error() == error && message_has(says) && message_has_path(path));
}

static void bad_file_body(const char *folder, const void *argument) {
    const BadFile *bad = argument;
    bad->make(path_of(folder, "bad" SO));
    check_refused(folder, "bad", bad->error, bad->says);
}

void test_bad_file(void **state) {
    in_a_fresh_process(bad_file_body, *state);
}

/* ---- Files that are no plugin ---- */

void make_empty(const char *path) {
    write_bytes(path, "", 0);
}

void make_text(const char *path) {
    static const char text[] = "#!/bin/sh\necho long enough to hold an image's header, but not one of them all\n";
    write_bytes(path, text, sizeof(text) - 1);
}

void make_object(const char *path) {
    copy_file(path_of(wrong, "relocatable.o"), path);
}

static void make_nothing(const char *path) {
    (void)path;
}

static void make_subfolder(const char *path) {
    check(make_directory(path));
}

/* Only its size is wrong. */
static void make_large(const char *path) {
    copy_file(third_party(), path);
    FILE *out = fopen(path, "r+b");
    check(out && fseek(out, (1 << 30) - 1, SEEK_SET) == 0 && fputc(0, out) == 0);
    check(fclose(out) == 0);
}

/* Where images are not looked into, the words are the system's. */
#define IMAGE_SAYS(words) (CHECKS_IMAGES ? (words) : "")

static const BadFile bad_files[] = {
    {"a folder", make_subfolder, INVALID, "not a regular file"},
    {"a gigabyte", make_large, INVALID, "bytes long, expected at most"},
    {"an empty file", make_empty, INVALID, IMAGE_SAYS("too short for")},
    {"a text", make_text, INVALID, IMAGE_SAYS("not a plugin: no ")},
    {"an object file", make_object, INVALID, ""},
};

/* ---- Plugins that were built wrong ---- */

typedef struct BadPlugin {
    const char *name;
    SamrenaError error; /* OK: odd, but sound */
    const char *says;
} BadPlugin;

static const BadPlugin bad_plugins[] = {
    {"wrong-magic", INVALID, "does not start with the magic number"},
    {"older-major", INVALID, "made for adapter ABI 1.1, this library has 2.0: rebuild it"},
    {"newer-major", INVALID, "made for adapter ABI 3.7, this library has 2.0: rebuild it"},
    {"unknown-feature", SAMRENA_ERROR_UNSUPPORTED, "requires features 0x8000000000000000"},
    {"size-zero", INVALID, "descriptor of 0 bytes, expected "},
    {"size-short", INVALID, "descriptor of "},
    {"size-odd", SAMRENA_OK, NULL},
    {"size-huge", SAMRENA_OK, NULL},
    {"context-huge", INVALID, "context of 18446744073709551615 bytes, expected at most"},
    {"no-create", INVALID, "missing operation `create`"},
    {"no-destroy", INVALID, "missing operation `destroy`"},
    {"no-acquire", INVALID, "missing operation `acquire`"},
    {"no-release", INVALID, "missing operation `release`"},
    {"name-unterminated", INVALID, "adapter name \"a2345678901234567890123456789012\", expected"},
    {"name-empty", INVALID, "adapter name \"\", expected a lower-case letter"},
    {"name-upper", INVALID, "adapter name \"Upper\", expected a lower-case letter"},
    {"name-unlike", INVALID, "holds adapter another: rename the file to another" SO},
    {"version-unterminated", INVALID, "its version is not terminated"},
    {"constructor-creates", SAMRENA_OK, NULL},
    {"constructor-loads-itself", SAMRENA_OK, NULL},
};

IN_A_FRESH_PROCESS(test_bad_plugin) {
    const BadPlugin *bad = argument;
    char file[1200];
    char path[2400];
    (void)folder;
    snprintf(file, sizeof(file), "%s/%s" SO, wrong, bad->name);
    if (bad->error) {
        check_refused(wrong, bad->name, bad->error, bad->says);
        check(!is_loaded(file) || !closed_objects_go(path_of(plugins, "Program_part" SO)));
        return;
    }
    snprintf(path, sizeof(path), "%s" PATH_SEPARATOR "%s", wrong, plugins);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(creates(bad->name));
    check(samrena_adapter_load(file) == SAMRENA_OK);
}

/* ---- Who may have written it ---- */

IN_A_FRESH_PROCESS(test_file_that_others_write) {
    (void)argument;
    const char *file = path_of(folder, "third-party" SO);
    copy_file(third_party(), file);
    check(let_others_write(file, true));
    check_refused(folder, "third-party", INVALID, "refused: the file is writable by others: ");
    check(let_others_write(file, false));
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_folder_that_others_write) {
    (void)argument;
    copy_file(third_party(), path_of(folder, "third-party" SO));
    check(let_others_write(folder, true));
    check_refused(folder, "third-party", INVALID, "refused: its folder is writable by others: ");
    check(let_others_write(folder, false));
    check(creates("third-party"));
}

/* ---- One name, several files ---- */

static bool count_third_party(const SamrenaAdapterInfo *info, void *user) {
    *(int *)user += strcmp(info->name, "third-party") == 0;
    return true;
}

/* The second folder's is never opened: the name is taken. */
IN_A_FRESH_PROCESS(test_same_name_in_a_second_folder) {
    (void)argument;
    char path[2400];
    copy_file(third_party(), path_of(folder, "third-party" SO));
    snprintf(path, sizeof(path), "%s" PATH_SEPARATOR "%s", plugins, folder);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    check(creates("third-party"));
    int count = 0;
    check(samrena_adapter_each(count_third_party, &count) == SAMRENA_OK);
    check(count == 1);
    check(!is_loaded(path_of(folder, "third-party" SO)));
    check(samrena_adapter_load(path_of(folder, "third-party" SO)) == INVALID);
    check(message_has("adapter third-party is registered already, from ") && message_has_path(plugins));
}

/* A file that gets better is taken at the next try. */
IN_A_FRESH_PROCESS(test_failures_are_not_remembered) {
    (void)argument;
    const char *file = path_of(folder, "third-party" SO);
    static void (*const makes[])(const char *path) = {make_nothing, make_empty, make_text, make_object, make_large};
    set_environment("SAMRENA_ADAPTER_PATH", folder);
    for (size_t i = 0; i < COUNT_OF(makes); i++) {
        makes[i](file);
        check(!creates("third-party"));
        check(i == 0 || unlink(file) == 0);
    }
    copy_file(third_party(), file);
    check(creates("third-party"));
}

/* ---- All of them ---- */

enum { MOST_TESTS = 160 };

static struct CMUnitTest tests[MOST_TESTS]; /* those without a name are passed over */
static char names[MOST_TESTS][80];
static size_t count;

void add_test(const char *name, const char *label, CMUnitTestFunction test, const void *state) {
    check(count < MOST_TESTS);
    snprintf(names[count], sizeof(names[0]), label ? "%s [%s]" : "%s", name, label);
    tests[count] = (struct CMUnitTest){names[count], test, NULL, NULL, (void *)(uintptr_t)state};
    count++;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s PLUGINS WRONG-PLUGINS\n", argv[0]);
        return 2;
    }
    plugins = argv[1];
    wrong = argv[2];
    umask(022);
    child_starts_here();
    ADD_EACH(test_bad_file, bad_files, kind);
    ADD_EACH(test_bad_plugin, bad_plugins, name);
    ADD(test_file_that_others_write);
    ADD(test_folder_that_others_write);
    ADD(test_same_name_in_a_second_folder);
    ADD(test_failures_are_not_remembered);
    add_tests_of_posix();
    add_tests_of_elf();
    return _cmocka_run_group_tests("hostile", tests, count, NULL, NULL);
}
