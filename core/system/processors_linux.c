// SPDX-License-Identifier: MIT
// Processors on Linux: what affinity and the quotas of cgroups leave, and how many threads want one now.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup_linux.h"
#include "checked_math.h"
#include "system.h"

typedef struct ProcessorReading {
    Cgroups cgroups;
    uint64_t processors;
} ProcessorReading;

/* Quota and period are microseconds; what is no whole processor is none to spare. */
static void consider_quota(ProcessorReading *reading, uint64_t quota, uint64_t period) {
    if (quota != NOT_A_NUMBER && period != NOT_A_NUMBER && period > 0)
        reading->processors = min_u64(reading->processors, max_u64(quota / period, 1));
}

/* "-1", no number: no limit. */
static void quota_v1(void *user, const char *folder, const char *group) {
    ProcessorReading *reading = user;
    Lines *lines = &reading->cgroups.lines;
    (void)group;
    uint64_t quota = read_number(lines, folder, "/cpu.cfs_quota_us", "", "");
    if (quota != NOT_A_NUMBER)
        consider_quota(reading, quota, read_number(lines, folder, "/cpu.cfs_period_us", "", ""));
}

/* "max 100000" or "150000 100000". */
static void quota_v2(void *user, const char *folder, const char *group) {
    ProcessorReading *reading = user;
    const char *text = find_text(&reading->cgroups.lines, folder, "/cpu.max", "");
    (void)group;
    if (text == NULL)
        return;
    uint64_t quota = take_number(&text);
    text += strspn(text, " ");
    consider_quota(reading, quota, take_number(&text));
}

/* More processors than the set has room for: all that matters is that they are many. */
static uint64_t by_affinity(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof(allowed), &allowed) == 0 ? (uint64_t)CPU_COUNT(&allowed)
                                                                : CHAR_BIT * sizeof(allowed);
}

uint64_t system_processors(const char *root) {
    uint64_t processors = max_u64(by_affinity(), 1);
    ProcessorReading *reading = calloc(1, sizeof(*reading));
    if (reading == NULL)
        return processors;
    reading->processors = processors;
    cgroups_locate(&reading->cgroups, root, "cpu");
    cgroups_visit(&reading->cgroups.groups[GROUP_V1], quota_v1, reading);
    cgroups_visit(&reading->cgroups.groups[GROUP_V2], quota_v2, reading);
    processors = reading->processors;
    free(reading);
    return processors;
}

/* "0.00 0.01 0.05 2/78 24391": the load of three times, then running/all. Asked for often: no more than one read. */
uint64_t system_running(const char *root) {
    char path[256], text[64] = "";
    int length = snprintf(path, sizeof(path), "%s/proc/loadavg", root);
    int file = length < (int)sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t got = file >= 0 ? read(file, text, sizeof(text) - 1) : 0;
    if (file >= 0)
        close(file);
    const char *at = got > 0 ? text : "";
    for (int field = 0; field < 3; field++)
        at += strcspn(at, " ") + (strchr(at, ' ') != NULL);
    uint64_t running = take_number(&at);
    return running == NOT_A_NUMBER || *at != '/' ? 0 : running;
}
