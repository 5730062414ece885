// SPDX-License-Identifier: MIT
// A reserve of 1 GiB inside a memory cgroup of 64 MiB, by each policy: cut, told, and survived.
//
// Needs root and a memory controller, v1 or v2; skipped where there is none. An argument says how often each is run.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "tap.h"

#define MIB (UINT64_C(1) << 20)

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

static void note_stalls(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    *(bool *)user = *(bool *)user || strstr(message, "stalled");
}

typedef struct Run {
    const char *adapter;
    const char *policy;
    SamrenaPrefault prefault;
} Run;

static void check_told(const SamrenaInfo *info, bool stalled) {
    check(info->reserve.capacity >= 1024 * MIB);
    if (info->reserve.reason == SAMRENA_RESERVE_AHEAD)
        return; /* the thread goes by the same readings */
    check(info->reserve.reason == SAMRENA_RESERVE_PRESSURE);
    check(info->reserve.prefaulted <= 32 * MIB); /* half of what the group can spare */
    check(info->reserve.prefaulted >= MIB || stalled);
}

static void reserve_inside(const void *argument) {
    const Run *run = argument;
    SamrenaInfo info = {.struct_size = sizeof(info)};
    SamrenaConfig config = samrena_default_config();
    bool stalled = false;
    config.adapter = run->adapter;
    config.prefault = (int32_t)run->prefault;
    config.max_reserve = 1100 * MIB; /* of 32 bits more than the usual */
    config.log = note_stalls;
    config.log_user = &stalled;
    check(write_text(group, "cgroup.procs", "0"));
    Samrena *arena = samrena_create(&config);
    check(arena && samrena_reserve(arena, 1024 * MIB) == SAMRENA_OK && samrena_get_info(arena, &info) == SAMRENA_OK);
    check((info.reserve.reason == SAMRENA_RESERVE_AHEAD) == (run->prefault == SAMRENA_PREFAULT_AHEAD));
    check_told(&info, stalled);
    for (int i = 0; i < 32 * 1024; i++) {
        void *block = samrena_push(arena, 1024);
        check(block);
        memset(block, 1, 1024);
    }
    samrena_destroy(arena);
}

/* The last status that is not 0. */
static int status_of_runs(const Run *run, int runs) {
    int failed = 0;
    for (int i = 0; i < runs; i++) {
        int status = status_of_child(reserve_inside, run, sizeof(*run));
        failed = status ? status : failed;
    }
    return failed;
}

#define EACH_POLICY(adapter)                                                                                           \
    {adapter, "AUTO", SAMRENA_PREFAULT_AUTO}, {adapter, "ALWAYS", SAMRENA_PREFAULT_ALWAYS},                            \
        {adapter, "PARALLEL", SAMRENA_PREFAULT_PARALLEL}, {                                                            \
        adapter, "AHEAD", SAMRENA_PREFAULT_AHEAD                                                                       \
    }

int main(int argc, char **argv) {
    static const Run table[] = {EACH_POLICY("chained"), EACH_POLICY("virtual")};
    int runs = argc > 1 ? atoi(argv[1]) : 3;
    if (geteuid() != 0 || !make_group()) {
        rmdir(group);
        return tap_skip_all("needs root and a memory cgroup that can be made");
    }
    child_starts_here();
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        int status = status_of_runs(&table[i], runs);
        if (!tap_report(status == 0, "a reserve of 1 GiB in a group of 64 MiB, %d times [%s, %s]", runs,
                        table[i].adapter, table[i].policy))
            tap_note("the child %s", words_of_status(status));
    }
    for (int tries = 0; rmdir(group) != 0 && errno == EBUSY && tries < 100; tries++)
        usleep(10000);
    return tap_end();
}
