// SPDX-License-Identifier: MIT
// Folders of a test's own: with names that nobody has, and removed with all that is in them.
#define _DEFAULT_SOURCE
#include "files.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool make_temporary_folder(char folder[FOLDER_MOST]) {
    char parent[FOLDER_MOST];
    if (!temporary_folder(parent))
        return false;
    for (int i = 0; i < 10000; i++) {
        int length = snprintf(folder, FOLDER_MOST, "%s/samrena-%ld-%d", parent, (long)getpid(), i);
        if (length >= FOLDER_MOST)
            return false;
        if (make_directory(folder))
            return true;
    }
    return false;
}

static bool is_self_or_parent(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool remove_folder_and_files(const char *folder) {
    DIR *entries = opendir(folder);
    bool removed = entries != NULL;
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        char path[PATH_MOST];
        if (is_self_or_parent(entry->d_name))
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        removed &= unlink(path) == 0 || remove_folder_and_files(path);
    }
    if (entries)
        closedir(entries);
    return removed && rmdir(folder) == 0;
}

int files_in(const char *folder) {
    int count = 0;
    DIR *entries = opendir(folder);
    if (!entries)
        return -1;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        count += !is_self_or_parent(entry->d_name);
    closedir(entries);
    return count;
}
