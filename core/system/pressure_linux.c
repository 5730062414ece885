// SPDX-License-Identifier: MIT
// What Linux can spare: MemAvailable, every memory cgroup above the process, its resource limits, and PSI stalls.
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "line_reader.h"
#include "system.h"

/* A number that could not be read and a limit that is not set come to the same: nothing to hold back for. */
#define UNKNOWN NOT_A_NUMBER

/* v1 writes "no limit" as INT64_MAX rounded down to a page, whatever the page is. */
#define V1_UNLIMITED ((uint64_t)1 << 62)

typedef struct Reading Reading;

typedef struct Version {
    const char *filesystem;
    const char *controller; /* among those of the hierarchy; "" where there is only one hierarchy, and it names none */
    void (*consider)(Reading *reading, const char *folder, const char *group);
} Version;

/* One of the two hierarchies that the process can be in, both at once even. */
typedef struct Group {
    const Version *version;
    char path[PATH_SIZE];   /* as /proc/self/cgroup has it; "" where the process is in none */
    char folder[PATH_SIZE]; /* where it is seen; "" where it is not */
    size_t mounted;         /* length of the mount point in `folder`: the hierarchy cannot be seen above it */
    size_t rank;            /* of the best mount so far; less is better */
} Group;

enum { GROUPS = 2 };

/* What takes some kilobytes, in one block of the heap: this runs on any thread's stack. */
struct Reading {
    const char *root;
    Lines lines;          /* of the file that is being read; one at a time */
    char line[LINE_SIZE]; /* a copy of its current one, to be taken apart */
    Group groups[GROUPS];
    SystemPressure pressure;
};

/* What follows `key` on the first line that begins with it; lives in `lines`. */
static const char *find_text(Lines *lines, const char *folder, const char *name, const char *key) {
    if (!open_lines(lines, folder, name))
        return NULL;
    bool found = false;
    while (!found && next_line(lines))
        found = strncmp(lines->line, key, strlen(key)) == 0;
    close_lines(lines);
    return found ? lines->line + strlen(key) : NULL;
}

/* The number after `key`, if nothing but `unit` follows it. */
static uint64_t read_number(Reading *reading, const char *folder, const char *name, const char *key, const char *unit) {
    const char *text = find_text(&reading->lines, folder, name, key);
    if (text == NULL)
        return UNKNOWN;
    text += strspn(text, " \t");
    uint64_t value = take_number(&text);
    return strcmp(text, unit) == 0 ? value : UNKNOWN;
}

static uint64_t read_kilobytes(Reading *reading, const char *folder, const char *name, const char *key) {
    uint64_t value = read_number(reading, folder, name, key, " kB");
    return value > UNKNOWN / 1024 ? UNKNOWN : value * 1024;
}

/* The whole percents of "full avg10=12.34": all that a threshold of 1.00 needs, and no locale's decimal point. */
static uint64_t read_stall(Reading *reading, const char *folder, const char *name) {
    const char *text = find_text(&reading->lines, folder, name, "full avg10=");
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
    snprintf(source, sizeof source, "%s of %s%s", file, dots, group);
    consider(pressure, spare, source);
}

static void consider_v1(Reading *reading, const char *folder, const char *group) {
    uint64_t limit = read_number(reading, folder, "/memory.limit_in_bytes", "", "");
    if (limit >= V1_UNLIMITED)
        return;
    uint64_t usage = read_number(reading, folder, "/memory.usage_in_bytes", "", "");
    /* The usage counts the groups below; without `total_` the cache would be this group's alone. */
    uint64_t cache = read_number(reading, folder, "/memory.stat", "total_inactive_file ", "");
    if (cache == UNKNOWN)
        cache = read_number(reading, folder, "/memory.stat", "inactive_file ", "");
    consider_group(&reading->pressure, headroom(limit, usage, cache), "memory.limit_in_bytes", group);
}

static void consider_v2(Reading *reading, const char *folder, const char *group) {
    /* "max" is no number, and so no limit. */
    uint64_t max = read_number(reading, folder, "/memory.max", "", "");
    uint64_t high = read_number(reading, folder, "/memory.high", "", "");
    uint64_t limit = high < max ? high : max;
    if (limit == UNKNOWN)
        return;
    uint64_t usage = read_number(reading, folder, "/memory.current", "", "");
    uint64_t cache = read_number(reading, folder, "/memory.stat", "inactive_file ", "");
    consider_group(&reading->pressure, headroom(limit, usage, cache), high < max ? "memory.high" : "memory.max", group);
}

static const Version versions[GROUPS] = {{"cgroup", "memory", consider_v1}, {"cgroup2", "", consider_v2}};

static bool has_item(char *list, const char *wanted) {
    for (char *item; (item = strsep(&list, ",")) != NULL;)
        if (strcmp(item, wanted) == 0)
            return true;
    return false;
}

/* "4:cpu,memory:/a/b", and "0::/a/b" for v2. A path may hold colons. */
static const char *parse_group(char *line, const Version *version) {
    strsep(&line, ":");
    char *controllers = strsep(&line, ":");
    return line != NULL && *line == '/' && has_item(controllers, version->controller) ? line : NULL;
}

/* mountinfo writes spaces, tabs, newlines and backslashes as \040 and the like. */
static void decode_escapes(char *text) {
    char *out = text;
    while (*text != '\0') {
        if (*text == '\\' && strspn(text + 1, "01234567") >= 3) {
            *out++ = (char)(((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0')) & 0xff);
            text += 4;
        } else
            *out++ = *text++;
    }
    *out = '\0';
}

typedef struct Mount {
    char *root; /* which group of the hierarchy is seen at the mount point */
    char *point;
} Mount;

/* "36 35 98:0 /root /point rw,noatime shared:1 - cgroup source rw,memory"; any field but the last can be empty. */
static bool parse_mount(char *line, const Version *version, Mount *mount) {
    for (int skipped = 0; skipped < 3; skipped++)
        strsep(&line, " ");
    mount->root = strsep(&line, " ");
    mount->point = strsep(&line, " ");
    const char *field;
    do
        field = strsep(&line, " ");
    while (field != NULL && strcmp(field, "-") != 0);
    const char *filesystem = strsep(&line, " ");
    strsep(&line, " ");
    if (line == NULL || strcmp(filesystem, version->filesystem) != 0 || *mount->root != '/' || *mount->point != '/')
        return false;
    if (*version->controller != '\0' && !has_item(line, version->controller))
        return false;
    decode_escapes(mount->root);
    decode_escapes(mount->point);
    return true;
}

/* The part of `path` below `top`, "" for the same group; NULL where it is not below, or leads up ("/../x": a group
   outside the process's cgroup namespace). */
static const char *path_below(const char *path, const char *top) {
    size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);
    if (strncmp(path, top, length) != 0)
        return NULL;
    path += length;
    if (strcmp(path, "/") == 0)
        return "";
    if (*path != '/' && *path != '\0')
        return NULL;
    for (const char *up = path; (up = strstr(up, "/..")) != NULL; up += 3)
        if (up[3] == '/' || up[3] == '\0')
            return NULL;
    return path;
}

static void find_own_groups(Reading *reading) {
    Lines *lines = &reading->lines;
    if (!open_lines(lines, reading->root, "/proc/self/cgroup"))
        return;
    while (next_line(lines))
        for (int i = 0; i < GROUPS; i++) {
            Group *group = &reading->groups[i];
            memcpy(reading->line, lines->line, LINE_SIZE);
            const char *path = group->path[0] == '\0' ? parse_group(reading->line, group->version) : NULL;
            if (path != NULL && strlen(path) < PATH_SIZE)
                memcpy(group->path, path, strlen(path) + 1);
        }
    close_lines(lines);
}

/* Of several mounts the one that shows most ancestors is best: the one with the shortest root. A mount that does not
   show the own group may still stand for one above it. */
static void consider_mount(Group *group, const char *root, const Mount *mount) {
    const char *below = path_below(group->path, mount->root);
    size_t rank = below != NULL ? strlen(mount->root) : SIZE_MAX - 1;
    if (below == NULL)
        below = "";
    size_t mounted = strlen(root) + strlen(mount->point);
    if (rank >= group->rank || mounted + strlen(below) >= sizeof group->folder)
        return;
    snprintf(group->folder, sizeof group->folder, "%s%s%s", root, mount->point, below);
    group->mounted = mounted;
    group->rank = rank;
}

/* Each file is read once for both hierarchies: mountinfo costs more than everything else that is read here. */
static void locate_groups(Reading *reading) {
    Lines *lines = &reading->lines;
    find_own_groups(reading);
    if (!open_lines(lines, reading->root, "/proc/self/mountinfo"))
        return;
    while (next_line(lines))
        for (int i = 0; i < GROUPS; i++) {
            Group *group = &reading->groups[i];
            Mount mount;
            memcpy(reading->line, lines->line, LINE_SIZE);
            if (group->path[0] != '\0' && parse_mount(reading->line, group->version, &mount))
                consider_mount(group, reading->root, &mount);
        }
    close_lines(lines);
}

/* From the own group up to the mount point: every one of them is charged for what the process uses. */
static void consider_upward(Reading *reading, Group *group) {
    char *below = group->folder + group->mounted;
    if (group->folder[0] == '\0')
        return;
    for (;;) {
        group->version->consider(reading, group->folder, *below != '\0' ? below : "/");
        if (*below == '\0')
            return;
        *strrchr(below, '/') = '\0';
    }
}

static void consider_resource(Reading *reading, rlim_t limit, const char *usage, const char *name) {
    if (limit == RLIM_INFINITY)
        return;
    uint64_t used = read_kilobytes(reading, reading->root, "/proc/self/status", usage);
    consider(&reading->pressure, headroom(limit, used, 0), name);
}

/* Each against what the kernel itself holds against it (may_expand_vm): total_vm is VmSize, data_vm is VmData. The
   "data" of statm counts the stack as well, which RLIMIT_DATA does not. */
static void consider_resources(Reading *reading) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0)
        consider_resource(reading, limit.rlim_cur, "VmSize:", "RLIMIT_AS");
    if (getrlimit(RLIMIT_DATA, &limit) == 0)
        consider_resource(reading, limit.rlim_cur, "VmData:", "RLIMIT_DATA");
}

static void read_all(Reading *reading) {
    Group *groups = reading->groups;
    consider(&reading->pressure, read_kilobytes(reading, reading->root, "/proc/meminfo", "MemAvailable:"),
             "MemAvailable");
    consider_resources(reading);
    for (int i = 0; i < GROUPS; i++) {
        groups[i].version = &versions[i];
        groups[i].rank = SIZE_MAX;
    }
    locate_groups(reading);
    uint64_t stall = groups[1].folder[0] != '\0' ? read_stall(reading, groups[1].folder, "/memory.pressure") : UNKNOWN;
    if (stall == UNKNOWN)
        stall = read_stall(reading, reading->root, "/proc/pressure/memory");
    reading->pressure.stalled = stall != UNKNOWN && stall >= 1;
    for (int i = 0; i < GROUPS; i++)
        consider_upward(reading, &groups[i]);
}

SystemPressure system_pressure(const char *root) {
    SystemPressure pressure = {.spare = UNKNOWN, .stalled = false, .decided = "nothing is known"};
    Reading *reading = calloc(1, sizeof(*reading));
    if (reading == NULL)
        return pressure;
    reading->root = root;
    reading->pressure = pressure;
    read_all(reading);
    pressure = reading->pressure;
    free(reading);
    return pressure;
}
