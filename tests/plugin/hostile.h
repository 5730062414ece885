// SPDX-License-Identifier: MIT
// What the tests of hostile files share: bad files in a table, and how a file is refused.
#ifndef SAMRENA_TESTS_HOSTILE_H
#define SAMRENA_TESTS_HOSTILE_H

#include <sys/stat.h>

#include "loading.h"

#define INVALID SAMRENA_ERROR_ADAPTER_INVALID

static const char *plugins; /* where the sound test plugins were built */
static const char *wrong;   /* and the others */

static inline const char *third_party(void) {
    return path_of(plugins, "third-party" SO);
}

/* By path and by name, from the folder that the file is in. */
static inline void check_refused(const char *folder, const char *name, SamrenaError error, const char *says) {
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

/* ---- Files that cannot be loaded ---- */

typedef struct BadFile {
    const char *kind;
    void (*make)(const char *path);
    SamrenaError error;
    const char *says;
} BadFile;

static inline void bad_file_body(const char *folder, const void *argument) {
    const BadFile *bad = argument;
    bad->make(path_of(folder, "bad" SO));
    check_refused(folder, "bad", bad->error, bad->says);
}

static inline void test_bad_file(void **state) {
    in_a_fresh_process(bad_file_body, *state);
}

static inline void make_empty(const char *path) {
    write_bytes(path, "", 0);
}

static inline void make_text(const char *path) {
    static const char text[] = "#!/bin/sh\necho long enough to hold an image's header, but not one of them all\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static inline void make_object(const char *path) {
    copy_file(path_of(wrong, "relocatable.o"), path);
}

/* ---- Tests, in a list that grows ---- */

enum { MOST_TESTS = 120 };

typedef struct Tests {
    struct CMUnitTest all[MOST_TESTS]; /* those without a name are passed over */
    char names[MOST_TESTS][80];
    size_t count;
} Tests;

static Tests tests;

static inline void add_test(const char *name, const char *label, CMUnitTestFunction test, const void *state) {
    char *full = tests.names[tests.count];
    snprintf(full, sizeof(tests.names[0]), label ? "%s [%s]" : "%s", name, label);
    tests.all[tests.count++] = (struct CMUnitTest){full, test, NULL, NULL, (void *)(uintptr_t)state};
}

#define ADD_EACH(test, table, label)                                                                                   \
    for (size_t i = 0; i < COUNT_OF(table); i++)                                                                       \
    add_test(#test, (table)[i].label, test, &(table)[i])
#define ADD(test) add_test(#test, NULL, test, NULL)

/* The folders of the plugins; where children start. */
static inline bool begin_hostile(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s PLUGINS WRONG-PLUGINS\n", argv[0]);
        return false;
    }
    plugins = argv[1];
    wrong = argv[2];
    umask(022);
    child_starts_here();
    return true;
}

#endif
