// SPDX-License-Identifier: MIT
// The target without libFuzzer: runs each of the files named, and each file of the folders named.
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static unsigned replayed;

static void run_bytes(FILE *file, const char *path) {
    static uint8_t bytes[1 << 20];
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    void *copy = copy_of(bytes, size);
    fprintf(stderr, "%s\n", path); /* the last line of a crash says which */
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    replayed++;
}

static void run_folder(DIR *folder, const char *path);

static void run_path(const char *path) {
    DIR *folder = opendir(path);
    if (folder) {
        run_folder(folder, path);
        closedir(folder);
        return;
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    run_bytes(file, path);
    fclose(file);
}

static void run_folder(DIR *folder, const char *path) {
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char *inside = malloc(strlen(path) + strlen(entry->d_name) + 2);
        must(inside);
        sprintf(inside, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            run_path(inside);
        free(inside);
    }
}

/* A target may have nothing to begin with. */
#pragma weak LLVMFuzzerInitialize

int main(int count, char **arguments) {
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&count, &arguments);
    for (int i = 1; i < count; i++)
        run_path(arguments[i]);
    printf("%u inputs\n", replayed);
    return replayed == 0;
}
