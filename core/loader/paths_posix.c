// SPDX-License-Identifier: MIT
// Paths and folders, as POSIX has them.
#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool path_is_absolute(const char *path) {
    return path[0] == '/';
}

const char *path_last_separator(const char *path) {
    return strrchr(path, '/');
}

bool path_is_taken(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

void path_list(const char *folder, PathVisit *visit, void *user) {
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    bool goes_on = true;
    for (int i = 0; i < count; i++) {
        goes_on = goes_on && visit(entries[i]->d_name, user);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}
