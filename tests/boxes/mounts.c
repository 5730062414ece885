// SPDX-License-Identifier: MIT
// Another view of the file system, in a mount namespace of the process's own; in a user namespace too where it needs
// one for that.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "box.h"

#define TEMPORARY "/dev/shm"

/* <sys/mount.h> and <linux/mount.h> do not go together. */
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
enum { RECURSIVE = 0x4000, PRIVATE = 1 << 18 };

/* A user keeps its number, and no other is there. */
static void keep_number(const char *map, unsigned number) {
    char line[32];
    int length = snprintf(line, sizeof(line), "%u %u 1", number, number);
    int file = open(map, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    if (write(file, line, (size_t)length) != length)
        perror(map);
    close(file);
}

static void deny_groups(void) {
    int file = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    if (write(file, "deny", 4) != 4)
        perror("setgroups");
    close(file);
}

static const char *enter_namespace(void) {
    unsigned user = getuid(), group = getgid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return "no mount namespace, and no user namespace to have one in";
        keep_number("/proc/self/uid_map", user);
        deny_groups();
        keep_number("/proc/self/gid_map", group);
    }
    return mount("none", "/", NULL, RECURSIVE | PRIVATE, NULL) == 0 ? NULL : "mounts cannot be made private";
}

const char *hide_folder(const char *folder) {
    const char *reason = enter_namespace();
    if (reason)
        return reason;
    return mount("none", folder, "tmpfs", 0, NULL) == 0 ? NULL : "nothing can be mounted";
}

const char *make_all_read_only(void) {
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    const char *reason = enter_namespace();
    if (reason)
        return reason;
    if (syscall(SYS_mount_setattr, -1, "/", AT_RECURSIVE, &read_only, sizeof(read_only)) != 0)
        return "mounts cannot be made read-only";
    if (mount("none", TEMPORARY, "tmpfs", 0, NULL) != 0)
        return "no room for temporary files";
    return setenv("TMPDIR", TEMPORARY, 1) == 0 ? NULL : "no memory";
}
