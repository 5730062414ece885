// SPDX-License-Identifier: MIT
// Runs a program as on an older kernel, or in a tight box: box NAME -- PROGRAM [ARGUMENT...]; box --list names them
// all. Where a box cannot be made, that is a TAP report that skips everything, and why.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "box.h"

#define KIB 1024
#define MIB (1024 * KIB)

/* Older headers do not name these. */
#define POPULATE_WRITE 23 /* MADV_POPULATE_WRITE */
#define COLLAPSE 25       /* MADV_COLLAPSE */
#define GUARD_INSTALL 102 /* MADV_GUARD_INSTALL */

static const char *limit(int resource, rlim_t most) {
    const struct rlimit limit = {most, most};
    return setrlimit(resource, &limit) == 0 ? NULL : "the limit cannot be set";
}

static const char *no_populate(void) {
    return filter_advice(POPULATE_WRITE, EINVAL);
}

static const char *no_collapse(void) {
    return filter_advice(COLLAPSE, EINVAL);
}

static const char *no_guard(void) {
    return filter_advice(GUARD_INSTALL, EINVAL);
}

static const char *no_mincore(void) {
    return filter_mincore(ENOSYS);
}

static const char *no_madvise(void) {
    return filter_advice(EVERY_ADVICE, EPERM);
}

static const char *idle_madvise(void) {
    return filter_advice(EVERY_ADVICE, 0);
}

static const char *no_proc(void) {
    return hide_folder("/proc");
}

static const char *no_sys(void) {
    return hide_folder("/sys");
}

static const char *small_address_space(void) {
    return limit(RLIMIT_AS, 64 * MIB);
}

static const char *small_data(void) {
    return limit(RLIMIT_DATA, 64 * MIB);
}

static const char *small_stack(void) {
    return limit(RLIMIT_STACK, 64 * KIB);
}

static const struct Box {
    const char *name, *what;
    const char *(*enter)(void);
} boxes[] = {
    {"no-populate", "a kernel before 5.14: MADV_POPULATE_WRITE is EINVAL", no_populate},
    {"no-collapse", "a kernel before 6.1: MADV_COLLAPSE is EINVAL", no_collapse},
    {"no-guard", "a kernel before 6.13: MADV_GUARD_INSTALL is EINVAL", no_guard},
    {"no-mincore", "a sandbox without mincore(): ENOSYS", no_mincore},
    {"no-madvise", "a sandbox that forbids madvise() altogether: EPERM", no_madvise},
    {"idle-madvise", "an emulator whose madvise() says yes and does nothing", idle_madvise},
    {"no-proc", "a container without /proc: an empty folder", no_proc},
    {"no-sys", "a container without /sys: an empty folder", no_sys},
    {"read-only", "a container whose files are all read-only but in $TMPDIR", make_all_read_only},
    {"small-address-space", "RLIMIT_AS of 64 MiB", small_address_space},
    {"small-data", "RLIMIT_DATA of 64 MiB", small_data},
    {"small-stack", "RLIMIT_STACK of 64 KiB, for the program and each thread of its", small_stack},
};

static const struct Box *box_named(const char *name) {
    for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++)
        if (strcmp(boxes[i].name, name) == 0)
            return &boxes[i];
    return NULL;
}

static int list(void) {
    for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++)
        printf("%-20s %s\n", boxes[i].name, boxes[i].what);
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "--list") == 0)
        return list();
    const struct Box *box = count > 3 && strcmp(arguments[2], "--") == 0 ? box_named(arguments[1]) : NULL;
    if (!box) {
        fputs("usage: box --list | box NAME -- PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    const char *reason = box->enter();
    if (reason) {
        printf("1..0 # SKIP no box %s: %s\n", box->name, reason);
        return 0;
    }
    execvp(arguments[3], arguments + 3);
    fprintf(stderr, "box %s: %s: %s\n", box->name, arguments[3], strerror(errno));
    return 127;
}
