// SPDX-License-Identifier: MIT
// What the tests of the loader share: a fresh process for each, with a folder of its own.
#ifndef SAMRENA_TESTS_LOADER_FILES_H
#define SAMRENA_TESTS_LOADER_FILES_H

#include <stdbool.h>

/* As the build says: how a plugin's file ends, and what stands between the folders of a path. */
#define SO SHARED_OBJECT_SUFFIX
#define AND PATH_SEPARATOR

extern char *folder;         /* of a test, shared with children */
extern const char *plugins;  /* where the test plugins were built */
extern const char *adapters; /* where the library's own were */

/* A handful of results are valid at a time. */
char *path_of(const char *where, const char *file);
void copy_file(const char *from, const char *to);
void write_file(const char *path, const char *text);

int make_folder(void **state);
int remove_folder(void **state);
/* One entry of a test table. */
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

bool message_has(const char *text);
bool creates(const char *name);

void in_a_fresh_process(void (*body)(void));
#define IN_A_FRESH_PROCESS(name)                                                                                       \
    static void name##_body(void);                                                                                     \
    static void name(void **state) {                                                                                   \
        (void)state;                                                                                                   \
        in_a_fresh_process(name##_body);                                                                               \
    }                                                                                                                  \
    static void name##_body(void)

#endif
