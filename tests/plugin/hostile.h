// SPDX-License-Identifier: MIT
// What the tests of hostile files share: bad files in a table, and how a file is refused.
#ifndef SAMRENA_TESTS_HOSTILE_H
#define SAMRENA_TESTS_HOSTILE_H

#include "loading.h"

#define INVALID SAMRENA_ERROR_ADAPTER_INVALID

extern const char *plugins; /* where the sound test plugins were built */
extern const char *wrong;   /* and the others */

const char *third_party(void);

/* By path and by name, from the folder that the file is in. */
void check_refused(const char *folder, const char *name, SamrenaError error, const char *says);

/* ---- Files that cannot be loaded ---- */

typedef struct BadFile {
    const char *kind;
    void (*make)(const char *path);
    SamrenaError error;
    const char *says;
} BadFile;

void test_bad_file(void **state);

void make_empty(const char *path);
void make_text(const char *path);
void make_object(const char *path);

/* ---- Tests, in a list that grows ---- */

void add_test(const char *name, const char *label, CMUnitTestFunction test, const void *state);

#define ADD_EACH(test, table, label)                                                                                   \
    for (size_t i = 0; i < COUNT_OF(table); i++)                                                                       \
    add_test(#test, (table)[i].label, test, &(table)[i])
#define ADD(test) add_test(#test, NULL, test, NULL)

/* What files of POSIX and what ELF images have of their own; none where there are none. */
void add_tests_of_posix(void);
void add_tests_of_elf(void);

#endif
