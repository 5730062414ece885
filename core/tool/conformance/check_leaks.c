// SPDX-License-Identifier: MIT
// The check of what is left behind when contexts have ended.
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "area.h"
#include "checks.h"

/* There where the process runs under AddressSanitizer. */
extern void __asan_poison_memory_region(void const volatile *from, size_t size) __attribute__((weak));

typedef struct Usage {
    long pages;    /* resident */
    long space;    /* pages of address space */
    long files;    /* open descriptors */
    long mappings; /* -1 each: not known on this system */
} Usage;

static long count_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    long count = folder ? 0 : -1;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static long count_mappings(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    long count = file ? 0 : -1;
    for (int c; file && (c = getc(file)) != EOF;)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

static Usage usage_now(void) {
    Usage usage = {-1, -1, count_files(), count_mappings()};
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return usage;
    if (fscanf(file, "%ld %ld", &usage.space, &usage.pages) != 2)
        usage.space = usage.pages = -1;
    fclose(file);
    return usage;
}

static void live_and_die(Trial *trial, int rounds) {
    const uint64_t used = 2 * MIB;
    for (int round = 0; round < rounds; round++) {
        Context *context = context_new(trial);
        for (int i = 0; i < 2; i++) {
            Area *area = area_of(context, used);
            for (uint64_t at = 0; at < area->region.size && at < used; at += 4 * KIB)
                area->region.base[at] = 1;
            area->region.zero_from = area->region.size;
            if (i > 0 && trial->adapter.operations.trim)
                (void)area_trim(area, 1);
            area_release(area);
        }
        context_end(context);
    }
}

/* The bounds are generous: a C heap keeps some, a system rounds; what leaks in each round is far beyond them. */
void check_leaks(Trial *trial) {
    if (__asan_poison_memory_region)
        skip(trial, "AddressSanitizer keeps what was freed");
    enum { ROUNDS = 64, MOST_LEFT = 24 * 1024 * 1024, MOST_SPACE = 64 * 1024 * 1024, MOST_OBJECTS = 24 };
    long page = sysconf(_SC_PAGESIZE);
    live_and_die(trial, 8);
    Usage before = usage_now();
    if (before.pages < 0)
        skip(trial, "/proc/self/statm cannot be read");
    live_and_die(trial, ROUNDS);
    Usage after = usage_now();
    REQUIRE(trial, (after.pages - before.pages) * page < MOST_LEFT, "after %d contexts %ld bytes more are resident",
            ROUNDS, (after.pages - before.pages) * page);
    REQUIRE(trial, (after.space - before.space) * page < MOST_SPACE,
            "after %d contexts %ld bytes of address space are left", ROUNDS, (after.space - before.space) * page);
    REQUIRE(trial, after.files - before.files < MOST_OBJECTS, "after %d contexts %ld more files are open", ROUNDS,
            after.files - before.files);
    REQUIRE(trial, after.mappings - before.mappings < MOST_OBJECTS, "after %d contexts there are %ld more mappings",
            ROUNDS, after.mappings - before.mappings);
}
