// SPDX-License-Identifier: MIT
// What Linux can spare: MemAvailable, every memory cgroup above the process, its resource limits, and PSI stalls.
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "cgroup_linux.h"
#include "system.h"

/* A number that could not be read and a limit that is not set come to the same: nothing to hold back for. */
#define UNKNOWN NOT_A_NUMBER

/* v1 writes "no limit" as INT64_MAX rounded down to a page, whatever the page is. */
#define V1_UNLIMITED ((uint64_t)1 << 62)

/* In one block of the heap. */
typedef struct MemoryReading {
    Cgroups cgroups;
    SystemPressure pressure;
} MemoryReading;

static uint64_t read_kilobytes(MemoryReading *reading, const char *folder, const char *name, const char *key) {
    uint64_t value = read_number(&reading->cgroups.lines, folder, name, key, " kB");
    return value > UNKNOWN / 1024 ? UNKNOWN : value * 1024;
}

/* The whole percents of "full avg10=12.34": all that a threshold of 1.00 needs, and no locale's decimal point. */
static uint64_t read_stall(MemoryReading *reading, const char *folder, const char *name) {
    const char *text = find_text(&reading->cgroups.lines, folder, name, "full avg10=");
    if (text == NULL)
        return UNKNOWN;
    uint64_t percent = take_number(&text);
    return *text == '.' ? percent : UNKNOWN;
}

/* Where the usage is not known, the limit still bounds what can be had. File cache that nobody uses gives way first. */
static uint64_t headroom(uint64_t limit, uint64_t usage, uint64_t cache) {
    if (usage == UNKNOWN)
        return limit;
    if (cache == UNKNOWN)
        cache = 0;
    uint64_t used = usage > cache ? usage - cache : 0;
    return limit > used ? limit - used : 0;
}

static void consider(SystemPressure *pressure, uint64_t spare, const char *source) {
    if (spare >= pressure->spare)
        return;
    pressure->spare = spare;
    snprintf(pressure->decided, sizeof pressure->decided, "%s", source);
}

/* A long name loses its beginning, in whole components: its end is what tells it from its neighbours. */
static void consider_group(SystemPressure *pressure, uint64_t spare, const char *file, const char *group) {
    char source[sizeof pressure->decided];
    const char *dots = "";
    size_t room = sizeof source - strlen(file) - sizeof " of ...";
    if (strlen(group) > room) {
        dots = "...";
        group += strlen(group) - room;
        if (strchr(group, '/') != NULL)
            group = strchr(group, '/');
    }
    snprintf(source, sizeof source, "%s of %s%.*s", file, dots, (int)room, group);
    consider(pressure, spare, source);
}

static void consider_v1(void *user, const char *folder, const char *group) {
    MemoryReading *reading = user;
    uint64_t limit = read_number(&reading->cgroups.lines, folder, "/memory.limit_in_bytes", "", "");
    if (limit >= V1_UNLIMITED)
        return;
    uint64_t usage = read_number(&reading->cgroups.lines, folder, "/memory.usage_in_bytes", "", "");
    /* The usage counts the groups below; without `total_` the cache would be this group's alone. */
    uint64_t cache = read_number(&reading->cgroups.lines, folder, "/memory.stat", "total_inactive_file ", "");
    if (cache == UNKNOWN)
        cache = read_number(&reading->cgroups.lines, folder, "/memory.stat", "inactive_file ", "");
    consider_group(&reading->pressure, headroom(limit, usage, cache), "memory.limit_in_bytes", group);
}

static void consider_v2(void *user, const char *folder, const char *group) {
    MemoryReading *reading = user;
    /* "max" is no number, and so no limit. */
    uint64_t max = read_number(&reading->cgroups.lines, folder, "/memory.max", "", "");
    uint64_t high = read_number(&reading->cgroups.lines, folder, "/memory.high", "", "");
    uint64_t limit = high < max ? high : max;
    if (limit == UNKNOWN)
        return;
    uint64_t usage = read_number(&reading->cgroups.lines, folder, "/memory.current", "", "");
    uint64_t cache = read_number(&reading->cgroups.lines, folder, "/memory.stat", "inactive_file ", "");
    consider_group(&reading->pressure, headroom(limit, usage, cache), high < max ? "memory.high" : "memory.max", group);
}

static void consider_resource(MemoryReading *reading, const char *root, rlim_t limit, const char *usage,
                              const char *name) {
    if (limit == RLIM_INFINITY)
        return;
    uint64_t used = read_kilobytes(reading, root, "/proc/self/status", usage);
    consider(&reading->pressure, headroom(limit, used, 0), name);
}

/* Each against what the kernel itself holds against it (may_expand_vm): total_vm is VmSize, data_vm is VmData. The
   "data" of statm counts the stack as well, which RLIMIT_DATA does not. */
static void consider_resources(MemoryReading *reading, const char *root) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0)
        consider_resource(reading, root, limit.rlim_cur, "VmSize:", "RLIMIT_AS");
    if (getrlimit(RLIMIT_DATA, &limit) == 0)
        consider_resource(reading, root, limit.rlim_cur, "VmData:", "RLIMIT_DATA");
}

/* Without /proc, and before Linux 3.14, what is free is all that is told: too little, as files that nobody uses would
   give way too, and never too much. */
static void consider_machine(MemoryReading *reading, const char *root) {
    uint64_t available = read_kilobytes(reading, root, "/proc/meminfo", "MemAvailable:");
    struct sysinfo machine;
    if (available != UNKNOWN)
        consider(&reading->pressure, available, "MemAvailable");
    else if (sysinfo(&machine) == 0)
        consider(&reading->pressure, ((uint64_t)machine.freeram + machine.bufferram) * machine.mem_unit,
                 "free memory by sysinfo(), without MemAvailable of /proc/meminfo");
}

static void read_sources(MemoryReading *reading, const char *root) {
    Group *groups = reading->cgroups.groups;
    consider_machine(reading, root);
    consider_resources(reading, root);
    cgroups_locate(&reading->cgroups, root, "memory");
    const char *own = groups[GROUP_V2].folder;
    uint64_t stall = own[0] != '\0' ? read_stall(reading, own, "/memory.pressure") : UNKNOWN;
    if (stall == UNKNOWN)
        stall = read_stall(reading, root, "/proc/pressure/memory");
    reading->pressure.stalled = stall != UNKNOWN && stall >= 1;
    cgroups_visit(&groups[GROUP_V1], consider_v1, reading);
    cgroups_visit(&groups[GROUP_V2], consider_v2, reading);
}

SystemPressure system_pressure(const char *root) {
    SystemPressure pressure = {.spare = UNKNOWN, .stalled = false, .decided = "nothing is known"};
    MemoryReading *reading = calloc(1, sizeof(*reading));
    if (reading == NULL)
        return pressure;
    reading->pressure = pressure;
    read_sources(reading, root);
    pressure = reading->pressure;
    free(reading);
    return pressure;
}
