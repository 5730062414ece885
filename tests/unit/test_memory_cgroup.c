// SPDX-License-Identifier: MIT
// A reserve of 1 GiB inside a memory cgroup of 64 MiB: cut, told, and survived.
//
// Needs root and a memory controller, v1 or v2; exits with 77, "skipped", where there is none.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samrena.h"

#define MIB (UINT64_C(1) << 20)

enum { SKIPPED = 77 };

static char group[256];

static bool write_text(const char *folder, const char *name, const char *text) {
    char path[400];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool written = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0)
        close(file);
    return written;
}

/* v1 at its usual place, else v2 where the root hands the memory controller down. */
static bool make_group(void) {
    snprintf(group, sizeof(group), "/sys/fs/cgroup/memory/samrena-test-%d", (int)getpid());
    if (mkdir(group, 0700) == 0)
        return write_text(group, "memory.limit_in_bytes", "67108864");
    (void)write_text("/sys/fs/cgroup", "cgroup.subtree_control", "+memory");
    snprintf(group, sizeof(group), "/sys/fs/cgroup/samrena-test-%d", (int)getpid());
    return mkdir(group, 0700) == 0 && write_text(group, "memory.max", "67108864");
}

static int fail(const char *what) {
    fprintf(stderr, "%s; last error: %s\n", what, samrena_last_error_message());
    return 1;
}

static int reserve_inside(const char *adapter) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    if (!write_text(group, "cgroup.procs", "0"))
        return fail("cannot enter the group");
    Samrena *arena = samrena_create_named(adapter);
    if (!arena || samrena_reserve(arena, 1024 * MIB) != SAMRENA_OK || samrena_get_info(arena, &info) != SAMRENA_OK)
        return fail("the reserve failed");
    printf("# %s: capacity %" PRIu64 " MiB, prefaulted %" PRIu64 " MiB, reason %d\n", adapter,
           info.reserve.capacity / MIB, info.reserve.prefaulted / MIB, (int)info.reserve.reason);
    fflush(stdout);
    if (info.reserve.reason != SAMRENA_RESERVE_PRESSURE || info.reserve.capacity < 1024 * MIB)
        return fail("the cut is not told");
    if (info.reserve.prefaulted < MIB || info.reserve.prefaulted > 32 * MIB)
        return fail("not about half of what the group can spare");
    for (int i = 0; i < 32 * 1024; i++) {
        void *block = samrena_push(arena, 1024);
        if (!block)
            return fail("a push failed");
        memset(block, 1, 1024);
    }
    samrena_destroy(arena);
    return 0;
}

static int reserve_in_child(const char *adapter) {
    pid_t child = fork();
    if (child == 0)
        _exit(reserve_inside(adapter));
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return fail("no child");
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: killed by signal %d\n", adapter, WTERMSIG(status));
    return status != 0;
}

int main(void) {
    if (geteuid() != 0 || !make_group()) {
        rmdir(group);
        printf("skipped: needs root and a memory cgroup that can be made\n");
        return SKIPPED;
    }
    int failed = reserve_in_child("chained") + reserve_in_child("virtual");
    for (int tries = 0; rmdir(group) != 0 && errno == EBUSY && tries < 100; tries++)
        usleep(10000);
    return failed ? 1 : 0;
}
