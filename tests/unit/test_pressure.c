// SPDX-License-Identifier: MIT
// system_pressure on Linux, shown made-up trees of /proc and /sys: each tree holds one thing that decides.
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "memory_limits.h"
#include "skip.h"
#include "system/system.h"
#include "tree.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef UNDER_ADDRESS_SANITIZER
#define UNDER_ADDRESS_SANITIZER 0
#endif

#define NOTHING UINT64_MAX
#define NOTHING_NAMED "nothing is known"

typedef struct Tree {
    const char *name;
    uint64_t spare;
    const char *decided;
    bool stalled;
    File files[16];
} Tree;

#define MEMINFO(kilobytes)                                                                                             \
    {                                                                                                                  \
        "/proc/meminfo", "MemTotal:       99999999 kB\nMemFree:               7 kB\nMemAvailable:   " kilobytes        \
                         " kB\nBuffers:               8 kB\n"                                                          \
    }
#define TEN "tenletters"
#define OWN(lines)                                                                                                     \
    { "/proc/self/cgroup", lines }
#define MOUNTS(lines)                                                                                                  \
    { "/proc/self/mountinfo", "23 1 254:0 / / rw,relatime - ext4 /dev/root rw\n" lines }
#define MOUNT_V1(root, point) "35 31 0:32 " root " " point " rw,relatime shared:9 - cgroup cgroup rw,memory\n"
#define MOUNT_V2(root, point) "41 31 0:38 " root " " point " rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_AT(point) MOUNTS("33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n" MOUNT_V1("/", point))
#define V2_AT(point) MOUNTS(MOUNT_V2("/", point))
#define PSI(full)                                                                                                      \
    "some avg10=55.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=" full " avg60=0.00 avg300=0.00 total=0\n"
#define LIMIT_V1(folder, limit, usage)                                                                                 \
    {folder "/memory.limit_in_bytes", limit "\n"}, {                                                                   \
        folder "/memory.usage_in_bytes", usage "\n"                                                                    \
    }
#define LIMIT_V2(folder, limit, usage)                                                                                 \
    {folder "/memory.max", limit "\n"}, {                                                                              \
        folder "/memory.current", usage "\n"                                                                           \
    }
#define STAT "cache 77\nactive_file 66\n"

static const Tree trees[] = {
    /* MemAvailable */
    {"missing everything", NOTHING, NOTHING_NAMED, false, {{NULL, NULL}}},
    {"MemAvailable only", 5000 * 1024, "MemAvailable", false, {MEMINFO("5000")}},
    {"MemAvailable of nothing", 0, "MemAvailable", false, {MEMINFO("0")}},
    {"MemAvailable is the tightest",
     5 * 1024,
     "MemAvailable",
     false,
     {MEMINFO("5"), OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "9000", "1000")}},
    {"meminfo without a last newline", 6 * 1024, "MemAvailable", false, {{"/proc/meminfo", "MemAvailable: 6 kB"}}},

    /* cgroup v1 */
    {"v1 only",
     700,
     "memory.limit_in_bytes of /a/b",
     false,
     {MEMINFO("5000"), OWN("9:name=memory:/x\n4:memory:/a/b\n3:cpu:/y\n"), V1_AT("/cg"),
      LIMIT_V1("/cg/a/b", "1000", "300"), LIMIT_V1("/cg/x", "1", "1"), LIMIT_V1("/cg/y", "1", "1")}},
    {"v1 among several controllers",
     700,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:cpu,memory,pids:/a\n"), MOUNTS("35 31 0:32 / /cg rw - cgroup cgroup rw,cpu,memory,pids\n"),
      LIMIT_V1("/cg/a", "1000", "300")}},
    {"v1 mount with many optional fields and no source",
     700,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:memory:/a\n"), MOUNTS("35 31 0:32 / /cg rw shared:1 master:2 propagate_from:3 - cgroup  rw,memory\n"),
      LIMIT_V1("/cg/a", "1000", "300")}},
    {"v1 own is the tightest",
     700,
     "memory.limit_in_bytes of /a/b",
     false,
     {OWN("4:memory:/a/b\n"), V1_AT("/cg"), LIMIT_V1("/cg/a/b", "1000", "300"), LIMIT_V1("/cg/a", "2000", "500"),
      LIMIT_V1("/cg", "9223372036854771712", "900")}},
    {"v1 parent is the tightest",
     500,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:memory:/a/b\n"), V1_AT("/cg"), LIMIT_V1("/cg/a/b", "1000", "300"), LIMIT_V1("/cg/a", "1000", "500")}},
    {"v1 root is the tightest",
     100,
     "memory.limit_in_bytes of /",
     false,
     {OWN("4:memory:/a/b\n"), V1_AT("/cg"), LIMIT_V1("/cg/a/b", "1000", "300"), LIMIT_V1("/cg", "1000", "900")}},
    {"v1 no limit",
     NOTHING,
     NOTHING_NAMED,
     false,
     {OWN("4:memory:/a\n"), V1_AT("/cg"), LIMIT_V1("/cg/a", "9223372036854771712", "300")}},
    {"v1 no limit with pages of 64 KiB",
     NOTHING,
     NOTHING_NAMED,
     false,
     {OWN("4:memory:/a\n"), V1_AT("/cg"), LIMIT_V1("/cg/a", "9223372036854710272", "300")}},
    {"v1 negative limit",
     NOTHING,
     NOTHING_NAMED,
     false,
     {OWN("4:memory:/a\n"), V1_AT("/cg"), LIMIT_V1("/cg/a", "-1", "300")}},
    {"v1 limit below usage",
     0,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:memory:/a\n"), V1_AT("/cg"), LIMIT_V1("/cg/a", "1000", "1001")}},
    {"v1 total_inactive_file counts",
     740,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:memory:/a\n"),
      V1_AT("/cg"),
      LIMIT_V1("/cg/a", "1000", "300"),
      {"/cg/a/memory.stat", STAT "inactive_file 3\ntotal_active_file 5\ntotal_inactive_file 40\n"}}},
    {"v1 inactive_file counts without a total",
     703,
     "memory.limit_in_bytes of /a",
     false,
     {OWN("4:memory:/a\n"),
      V1_AT("/cg"),
      LIMIT_V1("/cg/a", "1000", "300"),
      {"/cg/a/memory.stat", STAT "inactive_file 3\n"}}},

    /* cgroup v2 */
    {"v2 only",
     700,
     "memory.max of /a/b",
     false,
     {MEMINFO("5000"), OWN("0::/a/b\n"), V2_AT("/sys/fs/cgroup"), LIMIT_V2("/sys/fs/cgroup/a/b", "1000", "300")}},
    {"v2 own is the tightest",
     700,
     "memory.max of /a/b",
     false,
     {OWN("0::/a/b\n"), V2_AT("/cg"), LIMIT_V2("/cg/a/b", "1000", "300"), LIMIT_V2("/cg/a", "2000", "500")}},
    {"v2 grandparent is the tightest",
     500,
     "memory.max of /a",
     false,
     {OWN("0::/a/b/c\n"), V2_AT("/cg"), LIMIT_V2("/cg/a/b/c", "1000", "300"), LIMIT_V2("/cg/a", "1000", "500")}},
    {"v2 namespace root", 500, "memory.max of /", false, {OWN("0::/\n"), V2_AT("/cg"), LIMIT_V2("/cg", "1000", "500")}},
    {"v2 max is no limit",
     NOTHING,
     NOTHING_NAMED,
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "max", "300"), {"/cg/a/memory.high", "max\n"}}},
    {"v2 own max, parent limited",
     400,
     "memory.max of /a",
     false,
     {OWN("0::/a/b\n"), V2_AT("/cg"), LIMIT_V2("/cg/a/b", "max", "300"), LIMIT_V2("/cg/a", "700", "300")}},
    {"v2 high lower than max",
     200,
     "memory.high of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300"), {"/cg/a/memory.high", "500\n"}}},
    {"v2 high without a max",
     200,
     "memory.high of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "max", "300"), {"/cg/a/memory.high", "500\n"}}},
    {"v2 max lower than high",
     700,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300"), {"/cg/a/memory.high", "5000\n"}}},
    {"v2 limit below usage",
     0,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "5000")}},
    {"v2 limit of nothing", 0, "memory.max of /a", false, {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "0", "0")}},
    {"v2 inactive_file counts",
     740,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"),
      V2_AT("/cg"),
      LIMIT_V2("/cg/a", "1000", "300"),
      {"/cg/a/memory.stat", STAT "inactive_file 40\nworkingset 9\n"}}},
    {"v2 inactive_file is first taken from the usage",
     30,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "100", "150"), {"/cg/a/memory.stat", "inactive_file 80\n"}}},
    {"v2 more inactive_file than usage",
     1000,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"),
      V2_AT("/cg"),
      LIMIT_V2("/cg/a", "1000", "300"),
      {"/cg/a/memory.stat", "inactive_file 18446744073709551614\n"}}},
    {"v2 own group removed, parent limited",
     400,
     "memory.max of /a",
     false,
     {OWN("0::/a/b (deleted)\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "700", "300")}},
    {"v2 group with a colon",
     700,
     "memory.max of /a:b",
     false,
     {OWN("0::/a:b\n"), V2_AT("/cg"), LIMIT_V2("/cg/a:b", "1000", "300")}},

    /* both at once */
    {"both, v1 is the tightest",
     300,
     "memory.limit_in_bytes of /one",
     false,
     {OWN("4:memory:/one\n0::/two\n"), MOUNTS(MOUNT_V1("/", "/cg/memory") MOUNT_V2("/", "/cg/unified")),
      LIMIT_V1("/cg/memory/one", "1000", "700"), LIMIT_V2("/cg/unified/two", "1000", "600")}},
    {"both, v2 is the tightest",
     200,
     "memory.max of /two",
     false,
     {OWN("4:memory:/one\n0::/two\n"), MOUNTS(MOUNT_V1("/", "/cg/memory") MOUNT_V2("/", "/cg/unified")),
      LIMIT_V1("/cg/memory/one", "1000", "700"), LIMIT_V2("/cg/unified/two", "1000", "800")}},
    {"both, v2 without the memory controller",
     300,
     "memory.limit_in_bytes of /one",
     false,
     {OWN("4:memory:/one\n0::/two\n"),
      MOUNTS(MOUNT_V1("/", "/cg/memory") MOUNT_V2("/", "/cg/unified")),
      LIMIT_V1("/cg/memory/one", "1000", "700"),
      {"/cg/unified/two/cgroup.procs", "1\n"}}},

    /* mounts */
    {"mount of a subtree",
     700,
     "memory.limit_in_bytes of /b",
     false,
     {OWN("4:memory:/docker/abc/b\n"), MOUNTS(MOUNT_V1("/docker/abc", "/cg")), LIMIT_V1("/cg/b", "1000", "300"),
      LIMIT_V1("/cg/docker/abc/b", "10", "9")}},
    {"mount of the own group",
     700,
     "memory.max of /",
     false,
     {OWN("0::/docker/abc\n"), MOUNTS(MOUNT_V2("/docker/abc", "/cg")), LIMIT_V2("/cg", "1000", "300")}},
    {"mount of a group whose name begins the same",
     700,
     "memory.max of /",
     false,
     {OWN("0::/docker/abcdef\n"), MOUNTS(MOUNT_V2("/docker/abc", "/cg")), LIMIT_V2("/cg", "1000", "300"),
      LIMIT_V2("/cgdef", "10", "9")}},
    {"mount of a group elsewhere stands for one above",
     700,
     "memory.max of /",
     false,
     {OWN("0::/docker/abc\n"), MOUNTS(MOUNT_V2("/..", "/cg")), LIMIT_V2("/cg", "1000", "300"),
      LIMIT_V2("/cg/docker/abc", "10", "9")}},
    {"group outside the cgroup namespace",
     700,
     "memory.max of /",
     false,
     {OWN("0::/../other\n"), V2_AT("/cg/ns"), LIMIT_V2("/cg/ns", "1000", "300"), LIMIT_V2("/cg/other", "10", "9")}},
    {"outside the cgroup namespace, in the group above",
     700,
     "memory.max of /",
     false,
     {OWN("0::/..\n"), V2_AT("/cg/ns"), LIMIT_V2("/cg/ns", "1000", "300"), LIMIT_V2("/cg", "10", "9")}},
    {"group with dots in its name",
     700,
     "memory.max of /..a/b..",
     false,
     {OWN("0::/..a/b..\n"), V2_AT("/cg"), LIMIT_V2("/cg/..a/b..", "1000", "300")}},
    {"of several mounts the one that shows most",
     100,
     "memory.max of /a",
     false,
     {OWN("0::/a/b\n"),
      MOUNTS(MOUNT_V2("/x", "/m1") MOUNT_V2("/a/b", "/m2") MOUNT_V2("/", "/m3") MOUNT_V2("/a", "/m4")),
      LIMIT_V2("/m1", "10", "9"), LIMIT_V2("/m2", "1000", "300"), LIMIT_V2("/m3/a", "1000", "900"),
      LIMIT_V2("/m4", "1000", "950")}},
    {"octal escapes in the mount point and its root",
     700,
     "memory.max of /b",
     false,
     {OWN("0::/x y/b\n"), MOUNTS(MOUNT_V2("/x\\040y", "/c\\040g\\011t\\134")), LIMIT_V2("/c g\tt\\/b", "1000", "300")}},
    {"backslashes that are no escapes",
     700,
     "memory.max of /",
     false,
     {OWN("0::/\n"), MOUNTS(MOUNT_V2("/", "/c\\08g\\04")), LIMIT_V2("/c\\08g\\04", "1000", "300")}},
    {"long group names lose their beginning",
     700,
     "memory.max of .../cri-containerd-0123456789012345678901234567890123456789012345678901234567890123.scope",
     false,
     {OWN("0::/kubepods.slice/kubepods-burstable.slice"
          "/cri-containerd-0123456789012345678901234567890123456789012345678901234567890123.scope\n"),
      V2_AT("/cg"),
      LIMIT_V2("/cg/kubepods.slice/kubepods-burstable.slice"
               "/cri-containerd-0123456789012345678901234567890123456789012345678901234567890123.scope",
               "1000", "300")}},
    {"a group name that is too long by itself loses its beginning, too",
     700,
     "memory.max of ..." TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
     false,
     {OWN("0::/0123" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "\n"), V2_AT("/cg"),
      LIMIT_V2("/cg/0123" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN, "1000", "300")}},

    /* garbled */
    {"empty files",
     NOTHING,
     NOTHING_NAMED,
     false,
     {{"/proc/meminfo", ""},
      OWN("4:memory:/a\n0::/a\n"),
      MOUNTS(MOUNT_V1("/", "/cg1") MOUNT_V2("/", "/cg2")),
      {"/cg1/a/memory.limit_in_bytes", ""},
      {"/cg2/a/memory.max", ""},
      {"/cg2/a/memory.high", ""},
      {"/cg2/a/memory.pressure", ""},
      {"/proc/pressure/memory", ""}}},
    {"files with an empty line",
     NOTHING,
     NOTHING_NAMED,
     false,
     {MEMINFO(""),
      OWN("4:memory:/a\n0::/a\n"),
      MOUNTS(MOUNT_V1("/", "/cg1") MOUNT_V2("/", "/cg2")),
      LIMIT_V1("/cg1/a", "", ""),
      LIMIT_V2("/cg2/a", "", ""),
      {"/proc/pressure/memory", "\n"}}},
    {"letters",
     NOTHING,
     NOTHING_NAMED,
     false,
     {MEMINFO("many"),
      OWN("4:memory:/a\n0::/a\n"),
      MOUNTS(MOUNT_V1("/", "/cg1") MOUNT_V2("/", "/cg2")),
      LIMIT_V1("/cg1/a", "100k", "1"),
      LIMIT_V2("/cg2/a", "1e3", "1"),
      {"/cg2/a/memory.high", "lots\n500\n"},
      {"/proc/pressure/memory", PSI("x")}}},
    {"another unit", NOTHING, NOTHING_NAMED, false, {{"/proc/meminfo", "MemAvailable: 5 MB\n"}}},
    {"numbers too large for 64 bits",
     NOTHING,
     NOTHING_NAMED,
     false,
     {MEMINFO("18446744073709551617"),
      OWN("0::/a\n"),
      V2_AT("/cg"),
      LIMIT_V2("/cg/a", "18446744073709552616", "1"),
      {"/cg/a/memory.high", "99999999999999999999999999999\n"},
      {"/proc/pressure/memory", PSI("18446744073709551620.00")}}},
    {"kilobytes that wrap as bytes", NOTHING, NOTHING_NAMED, false, {MEMINFO("18014398509481985")}},
    {"negative numbers",
     NOTHING,
     NOTHING_NAMED,
     false,
     {MEMINFO("-5"),
      OWN("0::/a\n"),
      V2_AT("/cg"),
      LIMIT_V2("/cg/a", "-1000", "1"),
      {"/proc/pressure/memory", PSI("-2.00")}}},
    {"a limit bounds where the usage is garbled",
     1000,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "x"), {"/cg/a/memory.stat", "inactive_file x\n"}}},
    {"garbled inactive_file counts as none",
     700,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300"), {"/cg/a/memory.stat", "inactive_file x\n"}}},
    {"garbled group lines before a good one",
     700,
     "memory.max of /a",
     false,
     {OWN("\n:\n::\n0:\n0::\n0::a\n4:memory\n0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300")}},
    {"garbled mount lines before a good one",
     700,
     "memory.max of /a",
     false,
     {OWN("0::/a\n"),
      MOUNTS("\n-\n - \n1 2 3\n1 2 3 / /x\n1 2 3 / /x rw - \n1 2 3 / /x rw - cgroup2\n1 2 3 / /x rw - cgroup2 y\n"
             "1 2 3 / /x rw cgroup2 y rw\n1 2 3 rel /x rw - cgroup2 y rw\n1 2 3 / rel rw - cgroup2 y rw\n"
             "1 2 3  /x rw - cgroup2 y rw\n" MOUNT_V2("/", "/cg")),
      LIMIT_V2("/cg/a", "1000", "300"), LIMIT_V2("/x/a", "10", "9")}},
    {"no mountinfo", NOTHING, NOTHING_NAMED, false, {OWN("0::/a\n"), LIMIT_V2("/sys/fs/cgroup/a", "1000", "300")}},
    {"no own group", NOTHING, NOTHING_NAMED, false, {V2_AT("/cg"), LIMIT_V2("/cg", "1000", "300")}},
    {"folders instead of files",
     NOTHING,
     NOTHING_NAMED,
     false,
     {{"/proc/meminfo/x", ""}, {"/proc/self/cgroup/x", ""}, {"/proc/pressure/memory/x", ""}}},

    /* stalls */
    {"PSI 0.99", NOTHING, NOTHING_NAMED, false, {{"/proc/pressure/memory", PSI("0.99")}}},
    {"PSI 1.00", NOTHING, NOTHING_NAMED, true, {{"/proc/pressure/memory", PSI("1.00")}}},
    {"PSI 12.34", NOTHING, NOTHING_NAMED, true, {{"/proc/pressure/memory", PSI("12.34")}}},
    {"PSI 100.00", NOTHING, NOTHING_NAMED, true, {{"/proc/pressure/memory", PSI("100.00")}}},
    {"PSI without its full line",
     NOTHING,
     NOTHING_NAMED,
     false,
     {{"/proc/pressure/memory", "some avg10=55.00 avg60=0.00 avg300=0.00 total=0\n"}}},
    {"PSI without a fraction", NOTHING, NOTHING_NAMED, false, {{"/proc/pressure/memory", "full avg10=5"}}},
    {"PSI of the own group stalls, the system does not",
     NOTHING,
     NOTHING_NAMED,
     true,
     {OWN("0::/a/b\n"),
      V2_AT("/cg"),
      {"/cg/a/b/memory.pressure", PSI("1.00")},
      {"/cg/a/memory.pressure", PSI("0.00")},
      {"/proc/pressure/memory", PSI("0.00")}}},
    {"PSI of the system stalls, the own group does not",
     NOTHING,
     NOTHING_NAMED,
     false,
     {OWN("0::/a/b\n"),
      V2_AT("/cg"),
      {"/cg/a/b/memory.pressure", PSI("0.99")},
      {"/cg/a/memory.pressure", PSI("9.00")},
      {"/proc/pressure/memory", PSI("9.00")}}},
    {"PSI of the system where the own group has none",
     NOTHING,
     NOTHING_NAMED,
     true,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "max", "1"), {"/proc/pressure/memory", PSI("9.00")}}},
    {"PSI of the system where the own group's is garbled",
     NOTHING,
     NOTHING_NAMED,
     true,
     {OWN("0::/a\n"), V2_AT("/cg"), {"/cg/a/memory.pressure", "full"}, {"/proc/pressure/memory", PSI("9.00")}}},
    {"a stall leaves the spare as it is",
     700,
     "memory.max of /a",
     true,
     {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300"), {"/cg/a/memory.pressure", PSI("9.00")}}},
};

#define TREE_COUNT (sizeof trees / sizeof trees[0])

/* What the kernel itself says: nothing, or so many bytes. */
static unsigned long kernel_free;
int __wrap_sysinfo(struct sysinfo *machine);
int __wrap_sysinfo(struct sysinfo *machine) {
    *machine = (struct sysinfo){.freeram = kernel_free / 4, .bufferram = 1, .mem_unit = 4};
    return kernel_free ? 0 : -1;
}

/* The made-up trees cannot hide limits that whoever runs the tests has set. */
static void skip_where_limited(void) {
    struct rlimit space, data;
    assert_int_equal(getrlimit(RLIMIT_AS, &space) | getrlimit(RLIMIT_DATA, &data), 0);
    if (space.rlim_cur != RLIM_INFINITY || data.rlim_cur != RLIM_INFINITY)
        skip_because("whoever runs this has limits");
}

static void assert_pressure(SystemPressure pressure, uint64_t spare, const char *decided, bool stalled) {
    assert_string_equal(pressure.decided, decided);
    assert_int_equal(pressure.spare, spare);
    assert_int_equal(pressure.stalled, stalled);
}

static void test_tree(void **state) {
    const Tree *tree = *state;
    skip_where_limited();
    put_files(tree->files);
    assert_pressure(system_pressure(root), tree->spare, tree->decided, tree->stalled);
}

/* `count` times `letter`, between `before` and `after`. */
static char *padded(const char *before, char letter, size_t count, const char *after) {
    char *text = malloc(strlen(before) + count + strlen(after) + 1);
    assert_non_null(text);
    strcpy(text, before);
    memset(text + strlen(before), letter, count);
    strcpy(text + strlen(before) + count, after);
    return text;
}

static void put_padded(const char *name, const char *before, char letter, size_t count, const char *after) {
    char *text = padded(before, letter, count, after);
    put_file(name, text);
    free(text);
}

static const File limited_group[] = {OWN("0::/a\n"), V2_AT("/cg"), LIMIT_V2("/cg/a", "1000", "300"), {NULL, NULL}};

/* Lines of every length about the sizes of the buffers, whatever those are: none hides the line after it. */
static void test_overlong_lines_are_passed_over(void **state) {
    (void)state;
    skip_where_limited();
    put_files(limited_group);
    for (size_t size = 512; size <= 16384; size *= 2)
        for (size_t length = size - 30; length <= size + 30; length++) {
            put_padded("/proc/self/mountinfo", "", 'x', length, "\n" MOUNT_V2("/", "/cg"));
            assert_pressure(system_pressure(root), 700, "memory.max of /a", false);
        }
}

static void test_overlong_last_line_is_not_known(void **state) {
    (void)state;
    skip_where_limited();
    put_padded("/proc/meminfo", "MemAvailable: ", ' ', 100000, "5 kB");
    assert_pressure(system_pressure(root), NOTHING, NOTHING_NAMED, false);
}

static void test_overlong_number_is_not_known(void **state) {
    (void)state;
    skip_where_limited();
    put_padded("/proc/meminfo", "MemAvailable: ", '9', 500, " kB\n");
    put_padded("/proc/pressure/memory", "full avg10=", '9', 500, ".00\n");
    assert_pressure(system_pressure(root), NOTHING, NOTHING_NAMED, false);
}

/* Whether it is the own group's path, the mount point, or both together that do not fit. */
static void test_overlong_paths_are_not_known(void **state) {
    (void)state;
    skip_where_limited();
    put_files(limited_group);
    for (size_t length = 100; length <= 5000; length += 7) {
        put_padded("/proc/self/cgroup", "0::/", 'g', length, "\n");
        assert_pressure(system_pressure(root), NOTHING, NOTHING_NAMED, false);
        put_padded("/proc/self/mountinfo", "1 2 3 / /", 'm', length, " rw - cgroup2 x rw\n");
        assert_pressure(system_pressure(root), NOTHING, NOTHING_NAMED, false);
        put_file("/proc/self/cgroup", "0::/a\n");
        assert_pressure(system_pressure(root), NOTHING, NOTHING_NAMED, false);
    }
}

/* A path that fits a line of the reader, but no path: cut off, it would still lead to the limit at the top. */
static void test_overlong_group_is_not_cut_off(void **state) {
    (void)state;
    skip_where_limited();
    char *top = padded("/", 't', 200, "");
    char *group = padded("0::", 't', 0, top);
    char *mount = padded("35 31 0:32 ", 't', 0, top);
    put_padded("/proc/self/mountinfo", mount, ' ', 1, "/cg rw - cgroup2 x rw\n");
    put_file("/cg/memory.max", "1000\n");
    put_padded("/proc/self/cgroup", group, '/', 1, "b\n");
    SystemPressure fitting = system_pressure(root);
    put_padded("/proc/self/cgroup", group, '/', 1500, "b\n");
    SystemPressure overlong = system_pressure(root);
    free(mount);
    free(group);
    free(top);
    assert_pressure(fitting, 1000, "memory.max of /", false);
    assert_pressure(overlong, NOTHING, NOTHING_NAMED, false);
}

/* The file is there under a name that a path cut off at the right place would have. */
static void test_overlong_root_is_not_cut_off(void **state) {
    (void)state;
    skip_where_limited();
    put_file("/proc/meminf", "MemAvailable: 5 kB\n");
    for (size_t slashes = 0; slashes <= 5000; slashes++) {
        char *long_root = padded(root, '/', slashes, "");
        SystemPressure pressure = system_pressure(long_root);
        free(long_root);
        assert_pressure(pressure, NOTHING, NOTHING_NAMED, false);
    }
}

static void test_long_mountinfo_is_read_to_its_end(void **state) {
    (void)state;
    skip_where_limited();
    put_files(limited_group);
    char path[PATH_MAX];
    path_for("/proc/self/mountinfo", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int mount = 0; mount < 3000; mount++)
        fprintf(file, "%d 31 0:9 / /overlay/%d rw - overlay overlay rw,lowerdir=%0*d\n", mount, mount, mount, 0);
    fputs(MOUNT_V2("/", "/cg"), file);
    assert_int_equal(fclose(file), 0);
    assert_pressure(system_pressure(root), 700, "memory.max of /a", false);
}

static void test_deep_groups_are_walked_to_the_top(void **state) {
    (void)state;
    skip_where_limited();
    char group[500] = "0::";
    for (int depth = 0; depth < 200; depth++)
        strcat(group, "/d");
    put_file("/proc/self/cgroup", group);
    put_files((File[]){V2_AT("/cg"), LIMIT_V2("/cg", "1000", "300"), {NULL, NULL}});
    assert_pressure(system_pressure(root), 700, "memory.max of /", false);
}

/* An endless file and a pipe that nobody writes to: a read must come back from both. */
static void test_files_without_an_end(void **state) {
    (void)state;
    skip_where_limited();
    char path[PATH_MAX];
    path_for("/proc/meminfo", path);
    assert_int_equal(symlink("/dev/zero", path), 0);
    path_for("/proc/pressure/memory", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(60);
    SystemPressure pressure = system_pressure(root);
    alarm(0);
    assert_pressure(pressure, NOTHING, NOTHING_NAMED, false);
}

static void test_every_file_is_closed(void **state) {
    (void)state;
    put_files(limited_group);
    put_files((File[]){MEMINFO("5"),
                       {"/proc/pressure/memory", PSI("0.00")},
                       {"/cg/a/memory.pressure", ""},
                       {"/cg/a/memory.stat", "inactive_file 1\n"},
                       {NULL, NULL}});
    int before = lowest_free_descriptor();
    system_pressure(root);
    assert_int_equal(lowest_free_descriptor(), before);
}

static void test_every_call_reads_afresh(void **state) {
    (void)state;
    skip_where_limited();
    put_file("/proc/meminfo", "MemAvailable: 5 kB\n");
    assert_pressure(system_pressure(root), 5 * 1024, "MemAvailable", false);
    put_file("/proc/meminfo", "MemAvailable: 4 kB\n");
    put_file("/proc/pressure/memory", PSI("2.00"));
    assert_pressure(system_pressure(root), 4 * 1024, "MemAvailable", true);
}

/* AddressSanitizer and Valgrind take memory of their own, and die where they get none. */
static bool limits_harm(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    return UNDER_ADDRESS_SANITIZER || (preloaded != NULL && strstr(preloaded, "vgpreload") != NULL);
}

typedef struct Limited {
    int resource;
    rlim_t bytes;
    const char *tree_root;
    SystemPressure *read;
} Limited;

static void read_limited(const void *argument) {
    const Limited *limited = argument;
    const struct rlimit limit = {limited->bytes, limited->bytes};
    assert_int_equal(limited->resource == RLIMIT_AS ? setrlimit(RLIMIT_AS, &limit) : setrlimit(RLIMIT_DATA, &limit), 0);
    *limited->read = system_pressure(limited->tree_root);
}

/* What a child under the limit reads; a limit cannot be taken back from a process that runs more tests. */
static SystemPressure read_under_limit(int resource, rlim_t bytes, const char *tree_root) {
    static SystemPressure *read;
    if (!read)
        read = shared_with_children(sizeof(*read));
    const Limited limited = {resource, bytes, tree_root, read};
    assert_child_passes(read_limited, &limited, sizeof(limited));
    return *read;
}

#define STATUS                                                                                                         \
    "Name:\tx\nVmPeak:\t  9000 kB\nVmSize:\t  3000 kB\nVmRSS:\t  100 kB\nVmData:\t  400 kB\nVmStk:\t  132 kB\n"
#define MIB ((uint64_t)1024 * 1024)

static void test_address_space_limit(void **state) {
    (void)state;
    skip_where_limited();
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
    put_file("/proc/self/status", STATUS);
    assert_pressure(read_under_limit(RLIMIT_AS, 512 * MIB, root), 512 * MIB - 3000 * 1024, "RLIMIT_AS", false);
    assert_pressure(read_under_limit(RLIMIT_AS, 1 * MIB, root), 0, "RLIMIT_AS", false);
    SystemPressure real = read_under_limit(RLIMIT_AS, 512 * MIB, "");
    assert_true(real.spare < 512 * MIB);
}

static void test_data_limit(void **state) {
    (void)state;
    skip_where_limited();
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
    put_file("/proc/self/status", STATUS);
    assert_pressure(read_under_limit(RLIMIT_DATA, 64 * MIB, root), 64 * MIB - 400 * 1024, "RLIMIT_DATA", false);
    SystemPressure real = read_under_limit(RLIMIT_DATA, 64 * MIB, "");
    assert_true(real.spare < 64 * MIB);
}

static void test_limit_bounds_without_a_status(void **state) {
    (void)state;
    skip_where_limited();
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
    assert_pressure(read_under_limit(RLIMIT_DATA, 64 * MIB, root), 64 * MIB, "RLIMIT_DATA", false);
}

static void test_what_is_free_without_meminfo(void **state) {
    (void)state;
    skip_where_limited();
    kernel_free = 4000;
    assert_pressure(system_pressure(root), 4004, "free memory by sysinfo(), without MemAvailable of /proc/meminfo",
                    false);
    put_file("/proc/meminfo", "MemAvailable:   700 kB\n");
    assert_pressure(system_pressure(root), 700 * 1024, "MemAvailable", false);
    kernel_free = 0;
}

static void test_this_machine(void **state) {
    (void)state;
    SystemPressure pressure = system_pressure("");
    print_message("# spare %llu MiB, %s, decided by %s\n", (unsigned long long)(pressure.spare / MIB),
                  pressure.stalled ? "stalled" : "not stalled", pressure.decided);
    assert_true(pressure.spare > 0);
    assert_true(pressure.decided[0] != '\0');
    assert_non_null(memchr(pressure.decided, '\0', sizeof pressure.decided));
}

#define TEST(function)                                                                                                 \
    { #function, function, make_root, remove_root, NULL }

/* Nanoseconds, by the clock that nobody sets. */
static void test_clock(void **state) {
    struct timespec before, after;
    (void)state;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    uint64_t now = system_now();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    assert_in_range(now, (uint64_t)before.tv_sec * 1000000000 + (uint64_t)before.tv_nsec,
                    (uint64_t)after.tv_sec * 1000000000 + (uint64_t)after.tv_nsec);
}

static const struct CMUnitTest other_tests[] = {
    cmocka_unit_test(test_clock),
    TEST(test_overlong_lines_are_passed_over),
    TEST(test_overlong_last_line_is_not_known),
    TEST(test_overlong_number_is_not_known),
    TEST(test_overlong_paths_are_not_known),
    TEST(test_overlong_group_is_not_cut_off),
    TEST(test_overlong_root_is_not_cut_off),
    TEST(test_long_mountinfo_is_read_to_its_end),
    TEST(test_deep_groups_are_walked_to_the_top),
    TEST(test_files_without_an_end),
    TEST(test_every_file_is_closed),
    TEST(test_every_call_reads_afresh),
    TEST(test_what_is_free_without_meminfo),
    TEST(test_this_machine),
    TEST(test_address_space_limit),
    TEST(test_data_limit),
    TEST(test_limit_bounds_without_a_status),
};

enum { OTHER_COUNT = sizeof other_tests / sizeof other_tests[0], LIMIT_COUNT = 3 /* the last ones */ };

/* cmocka hands the initial state to the set-up as well, and the set-up leaves it alone. */
int main(void) {
    child_starts_here();
    struct CMUnitTest tests[TREE_COUNT + OTHER_COUNT];
    for (size_t i = 0; i < TREE_COUNT; i++)
        tests[i] = (struct CMUnitTest){trees[i].name, test_tree, make_root, remove_root, (void *)(uintptr_t)&trees[i]};
    memcpy(tests + TREE_COUNT, other_tests, sizeof other_tests);
    return _cmocka_run_group_tests("pressure", tests, TREE_COUNT + OTHER_COUNT - (limits_harm() ? LIMIT_COUNT : 0),
                                   NULL, NULL);
}
