// SPDX-License-Identifier: MIT
// What the tests of profiles share: a folder for each, and the file in it.
#ifndef SAMRENA_TESTS_PROFILE_FILE_H
#define SAMRENA_TESTS_PROFILE_FILE_H

#include "child.h"
#include "profile.h"

/* The folder of a test, and `profile` in it. Shared with children. */
extern char *folder, *path;

/* By main(), before child_starts_here(). */
void share_folder(void);
int make_folder(void **state);
int remove_folder(void **state);
/* One entry of a test table: in a process and in a folder of its own. */
#define IN_A_FOLDER(test) IN_A_PROCESS_WITH(test, make_folder, remove_folder)

/* `text` on the heap, with a 0 behind it. */
char *copy_of(const char *text, size_t size);
void write_file(const char *text, size_t size);
/* Valid until the next call; NULL: there is no file. */
char *read_file(size_t *size);
/* What the file says of a label, valid until the next call; NULL: nothing. */
const LabelRecord *parsed_record(const char *name);

/* The body of a child: saves what one arena of that label told. This process has then not learnt it. */
void save_from_child(const void *name);

void assert_load_refused(const char *message);

#endif
