// SPDX-License-Identifier: MIT
// What Linux tells of memory, processors and cgroups: files of any contents, one after the other in an input, with a 0
// between them. Wherever a path leads by what they say, the file of that name is found there.
#define _GNU_SOURCE
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system/system.h"

static const char *const names[] = {
    "/mountinfo",
    "/cgroup",
    "/meminfo",
    "/status",
    "/loadavg",
    "/memory",
    "/memory.max",
    "/memory.current",
    "/memory.stat",
    "/memory.limit_in_bytes",
    "/memory.usage_in_bytes",
    "/cpu.max",
    "/cpu.cfs_quota_us",
    "/cpu.cfs_period_us",
    "/memory.pressure",
    "/memory.high",
};

static Input files[COUNT_OF(names)];
static bool are_there; /* else files are those of libFuzzer */
static int newest = -1;

int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);

/* One at a time: the one before is closed. */
static int open_made_up(Input contents) {
    must(newest < 0 || fcntl(newest, F_GETFD) == -1);
    newest = memfd_create("made up", 0);
    must(newest >= 0 && write(newest, contents.at, contents.left) == (ssize_t)contents.left);
    must(lseek(newest, 0, SEEK_SET) == 0);
    return newest;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (!are_there)
        return __real_open(path, flags, mode);
    const char *last = strrchr(path, '/');
    for (size_t i = 0; last && i < COUNT_OF(names); i++)
        if (strcmp(last, names[i]) == 0 && files[i].left > 0)
            return open_made_up(files[i]);
    errno = ENOENT;
    return -1;
}

static void split(Input input) {
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const uint8_t *end = input.left > 0 ? memchr(input.at, 0, input.left) : NULL;
        size_t length = end && i + 1 < COUNT_OF(files) ? (size_t)(end - input.at) : input.left;
        files[i] = (Input){input.at, length};
        input.at += length + (end != NULL);
        input.left -= length + (end != NULL && length < input.left);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    split((Input){bytes, size});
    are_there = true;
    SystemPressure pressure = system_pressure("");
    must(memchr(pressure.decided, '\0', sizeof(pressure.decided)) && *pressure.decided);
    must(system_processors("") >= 1);
    system_running("");
    are_there = false;
    must(newest < 0 || fcntl(newest, F_GETFD) == -1);
    newest = -1;
    return 0;
}
