// SPDX-License-Identifier: MIT
// Folders and files where a mode says who can write.
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

bool make_directory(const char *path) {
    return mkdir(path, 0700) == 0;
}

bool temporary_folder(char folder[FOLDER_MOST]) {
    const char *chosen = getenv("TMPDIR");
    return snprintf(folder, FOLDER_MOST, "%s", chosen && *chosen ? chosen : "/tmp") < FOLDER_MOST;
}

bool whole_path(const char *path, char whole[PATH_MOST]) {
    char *real = realpath(path, NULL);
    bool fits = real && snprintf(whole, PATH_MOST, "%s", real) < PATH_MOST;
    free(real);
    return fits;
}

FILE *open_temporary_file(void) {
    char folder[FOLDER_MOST], path[PATH_MOST];
    if (!temporary_folder(folder))
        return NULL;
    snprintf(path, sizeof(path), "%s/samrena-XXXXXX", folder);
    int file = mkstemp(path);
    if (file < 0)
        return NULL;
    unlink(path);
    return fdopen(file, "w+b");
}

bool let_others_write(const char *path, bool let) {
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    mode_t mode = status.st_mode & 07777;
    return chmod(path, let ? mode | S_IWOTH | S_IXOTH : mode & ~(mode_t)S_IWOTH) == 0;
}

void resolve_path(const char *path) {
    free(realpath(path, NULL));
}
