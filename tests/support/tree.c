// SPDX-License-Identifier: MIT
// Made-up trees of /proc and /sys, for what reads the machine: a folder of its own for each test.
#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

char root[PATH_MAX / 4];

int make_root(void **state) {
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/samrena-tree-XXXXXX", folder != NULL ? folder : "/tmp");
    return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

int remove_root(void **state) {
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void path_for(const char *name, char path[PATH_MAX]) {
    int length = snprintf(path, PATH_MAX, "%s%s", root, name);
    assert_in_range(length, 1, PATH_MAX - 1);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
        *slash = '/';
    }
}

void put_file(const char *name, const char *text) {
    char path[PATH_MAX];
    path_for(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

void put_files(const File *files) {
    for (; files->path != NULL; files++)
        put_file(files->path, files->text);
}

int lowest_free_descriptor(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    close(descriptor);
    return descriptor;
}
