// SPDX-License-Identifier: MIT
// What this process has, by /proc.
#include <dirent.h>
#include <stdio.h>

#include "system/system.h"
#include "usage.h"

static int64_t count_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    int64_t count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static int64_t count_mappings(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    int64_t count = 0;
    for (int c; file && (c = getc(file)) != EOF;)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

const char *usage_now(Usage *usage) {
    long space, resident;
    int64_t page = (int64_t)system_page_size();
    FILE *file = fopen("/proc/self/statm", "r");
    int read = file ? fscanf(file, "%ld %ld", &space, &resident) : 0;
    if (file)
        fclose(file);
    if (read != 2)
        return "/proc/self/statm cannot be read";
    *usage = (Usage){resident * page, space * page, count_files(), count_mappings()};
    return NULL;
}
