// SPDX-License-Identifier: MIT
// Made-up trees of /proc and /sys, for what reads the machine: a folder of its own for each test.
#ifndef SAMRENA_TESTS_TREE_H
#define SAMRENA_TESTS_TREE_H

#include <limits.h>

typedef struct File {
    const char *path;
    const char *text;
} File;

extern char root[PATH_MAX / 4];

/* cmocka setup and teardown. */
int make_root(void **state);
int remove_root(void **state);

/* Where `name` is below the root; the folders on the way are made. */
void path_for(const char *name, char path[PATH_MAX]);
void put_file(const char *name, const char *text);
/* The last one has no path. */
void put_files(const File *files);

/* The same before and after what closes all that it opens. */
int lowest_free_descriptor(void);

#endif
