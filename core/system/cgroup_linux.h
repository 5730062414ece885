// SPDX-License-Identifier: MIT
// Which cgroups the process is in, and where they can be seen.
#ifndef SAMRENA_CORE_CGROUP_LINUX_H
#define SAMRENA_CORE_CGROUP_LINUX_H

#include "line_reader_linux.h"

/* One of the two hierarchies that the process can be in, both at once even. */
typedef struct Group {
    const char *filesystem;
    const char *controller; /* among those of the hierarchy; "" where there is only one hierarchy, and it names none */
    char path[PATH_SIZE];   /* as /proc/self/cgroup has it; "" where the process is in none */
    char folder[PATH_SIZE]; /* where it is seen; "" where it is not */
    size_t mounted;         /* length of the mount point in `folder`: the hierarchy cannot be seen above it */
    size_t rank;            /* of the best mount so far; less is better */
} Group;

enum { GROUP_V1, GROUP_V2, GROUPS };

/* Some kilobytes: a block of the heap, as this is done on any thread's stack. */
typedef struct Cgroups {
    const char *root;
    Lines lines;          /* of the file that is being read; one at a time */
    char line[LINE_SIZE]; /* a copy of its current one, to be taken apart */
    Group groups[GROUPS];
} Cgroups;

/* `root` is put before /proc and what that names; `controller` is the one that is looked for in v1. */
void cgroups_locate(Cgroups *cgroups, const char *root, const char *controller);

/* Of one group: where its files are, and its name for people. */
typedef void CgroupVisit(void *user, const char *folder, const char *group);

/* From the own group up to the mount point: every one of them is charged for what the process uses. Uses up
   group->folder. */
void cgroups_visit(Group *group, CgroupVisit *visit, void *user);

#endif
