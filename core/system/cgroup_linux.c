// SPDX-License-Identifier: MIT
// Which cgroups the process is in, and where they can be seen.
#define _GNU_SOURCE
#include "cgroup_linux.h"

#include <stdio.h>
#include <string.h>

static bool has_item(char *list, const char *wanted) {
    for (char *item; (item = strsep(&list, ",")) != NULL;)
        if (strcmp(item, wanted) == 0)
            return true;
    return false;
}

/* "4:cpu,memory:/a/b", and "0::/a/b" for v2. A path may hold colons. */
static const char *parse_group(char *line, const Group *group) {
    strsep(&line, ":");
    char *controllers = strsep(&line, ":");
    return line != NULL && *line == '/' && has_item(controllers, group->controller) ? line : NULL;
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
static bool parse_mount(char *line, const Group *group, Mount *mount) {
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
    if (line == NULL || strcmp(filesystem, group->filesystem) != 0 || *mount->root != '/' || *mount->point != '/')
        return false;
    if (*group->controller != '\0' && !has_item(line, group->controller))
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

static void find_own_groups(Cgroups *cgroups) {
    Lines *lines = &cgroups->lines;
    if (!open_lines(lines, cgroups->root, "/proc/self/cgroup"))
        return;
    while (next_line(lines))
        for (int i = 0; i < GROUPS; i++) {
            Group *group = &cgroups->groups[i];
            memcpy(cgroups->line, lines->line, LINE_SIZE);
            const char *path = group->path[0] == '\0' ? parse_group(cgroups->line, group) : NULL;
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
void cgroups_locate(Cgroups *cgroups, const char *root, const char *controller) {
    static const char *const filesystems[GROUPS] = {"cgroup", "cgroup2"};
    Lines *lines = &cgroups->lines;
    cgroups->root = root;
    for (int i = 0; i < GROUPS; i++) {
        Group *group = &cgroups->groups[i];
        group->filesystem = filesystems[i];
        group->controller = i == GROUP_V1 ? controller : "";
        group->path[0] = group->folder[0] = '\0';
        group->rank = SIZE_MAX;
    }
    find_own_groups(cgroups);
    if (!open_lines(lines, cgroups->root, "/proc/self/mountinfo"))
        return;
    while (next_line(lines))
        for (int i = 0; i < GROUPS; i++) {
            Group *group = &cgroups->groups[i];
            Mount mount;
            memcpy(cgroups->line, lines->line, LINE_SIZE);
            if (group->path[0] != '\0' && parse_mount(cgroups->line, group, &mount))
                consider_mount(group, cgroups->root, &mount);
        }
    close_lines(lines);
}

void cgroups_visit(Group *group, CgroupVisit *visit, void *user) {
    char *below = group->folder + group->mounted;
    if (group->folder[0] == '\0')
        return;
    for (;;) {
        visit(user, group->folder, *below != '\0' ? below : "/");
        if (*below == '\0')
            return;
        *strrchr(below, '/') = '\0';
    }
}
