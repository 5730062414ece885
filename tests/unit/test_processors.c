// SPDX-License-Identifier: MIT
// system_processors() and system_running() on Linux, shown made-up trees of /proc and /sys.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "child.h"
#include "support.h"
#include "system/system.h"
#include "tree.h"

/* ---- How many processors the process may be on: here 64, wherever the test runs ---- */

enum { HERE = 64 };

static int affinity = HERE; /* 0: as the system says; -1: not told */

int __real_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
int __wrap_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);

int __wrap_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set) {
    if (affinity == 0)
        return __real_sched_getaffinity(process, size, set);
    CPU_ZERO_S(size, set);
    for (int i = 0; i < affinity; i++)
        CPU_SET_S((size_t)i * 3, size, set);
    return affinity > 0 ? 0 : -1;
}

static bool heap_is_empty;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size) {
    return heap_is_empty ? NULL : __real_calloc(count, size);
}

/* ---- Quotas ---- */

typedef struct Tree {
    const char *name;
    uint64_t processors;
    File files[12];
} Tree;

#define OWN(lines)                                                                                                     \
    { "/proc/self/cgroup", lines }
#define MOUNTS(lines)                                                                                                  \
    { "/proc/self/mountinfo", "23 1 254:0 / / rw,relatime - ext4 /dev/root rw\n" lines }
#define MOUNT_V1(root, point) "35 31 0:32 " root " " point " rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
#define MOUNT_V2(root, point) "41 31 0:38 " root " " point " rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_AT(point)                                                                                                   \
    MOUNTS("33 31 0:30 / /memory rw - cgroup cgroup rw,memory\n33 31 0:30 / /set rw - cgroup cgroup "                  \
           "rw,cpuset\n" MOUNT_V1("/", point))
#define V2_AT(point) MOUNTS(MOUNT_V2("/", point))
#define QUOTA_V1(folder, quota, period)                                                                                \
    {folder "/cpu.cfs_quota_us", quota "\n"}, {                                                                        \
        folder "/cpu.cfs_period_us", period "\n"                                                                       \
    }
#define QUOTA_V2(folder, quota)                                                                                        \
    { folder "/cpu.max", quota "\n" }

static const Tree trees[] = {
    {"missing everything", HERE, {{NULL, NULL}}},
    {"garbage everywhere", HERE, {OWN("what\n::::\n\n"), {"/proc/self/mountinfo", "is - this\n"}}},

    /* v1 */
    {"v1 quota", 3, {OWN("4:cpu,cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "300000", "100000")}},
    {"v1 without a limit", HERE, {OWN("4:cpu,cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "-1", "100000")}},
    {"v1 quota of a parent",
     2,
     {OWN("4:cpu,cpuacct:/a/b\n"), V1_AT("/cg"), QUOTA_V1("/cg/a/b", "-1", "100000"),
      QUOTA_V1("/cg/a", "20000", "10000"), QUOTA_V1("/cg", "-1", "100000")}},
    {"v1 quota of the root", 5, {OWN("4:cpu,cpuacct:/a/b\n"), V1_AT("/cg"), QUOTA_V1("/cg", "500000", "100000")}},
    {"v1 the tightest counts",
     2,
     {OWN("4:cpu,cpuacct:/a/b\n"), V1_AT("/cg"), QUOTA_V1("/cg/a/b", "400000", "100000"),
      QUOTA_V1("/cg/a", "200000", "100000"), QUOTA_V1("/cg", "900000", "100000")}},
    {"v1 own is the tightest",
     2,
     {OWN("4:cpu,cpuacct:/a/b\n"), V1_AT("/cg"), QUOTA_V1("/cg/a/b", "200000", "100000"),
      QUOTA_V1("/cg/a", "400000", "100000")}},
    {"v1 what is no whole processor is none to spare",
     2,
     {OWN("4:cpu,cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "299999", "100000")}},
    {"v1 less than one is one", 1, {OWN("4:cpu,cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "5000", "100000")}},
    {"v1 nothing at all is one", 1, {OWN("4:cpu,cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "0", "100000")}},
    {"v1 more than there are", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "6500000", "100000")}},
    {"v1 another controller's group",
     HERE,
     {OWN("4:memory:/a\n5:cpuset:/a\n6:cpuacct:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "100000", "100000"),
      QUOTA_V1("/set/a", "100000", "100000"), QUOTA_V1("/memory/a", "100000", "100000")}},
    {"v1 mount of a subtree",
     3,
     {OWN("4:cpu:/docker/abc\n"), MOUNTS(MOUNT_V1("/docker/abc", "/cg")), QUOTA_V1("/cg", "300000", "100000")}},
    {"v1 period of 0", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "100000", "0")}},
    {"v1 no period", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), {"/cg/a/cpu.cfs_quota_us", "100000\n"}}},
    {"v1 no quota", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), {"/cg/a/cpu.cfs_period_us", "100000\n"}}},
    {"v1 garbled quota", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "100000x", "100000")}},
    {"v1 garbled period", HERE, {OWN("4:cpu:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "100000", "1e5")}},
    {"v1 numbers too large for 64 bits",
     HERE,
     {OWN("4:cpu:/a\n"), V1_AT("/cg"), QUOTA_V1("/cg/a", "18446744073709651616", "100000")}},

    /* v2 */
    {"v2 quota", 3, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "300000 100000")}},
    {"v2 max is no limit", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "max 100000")}},
    {"v2 quota of a parent",
     2,
     {OWN("0::/a/b\n"), V2_AT("/cg"), QUOTA_V2("/cg/a/b", "max 100000"), QUOTA_V2("/cg/a", "200000 100000")}},
    {"v2 quota of a grandparent, with no file between",
     2,
     {OWN("0::/a/b/c\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "200000 100000")}},
    {"v2 own is the tightest",
     2,
     {OWN("0::/a/b\n"), V2_AT("/cg"), QUOTA_V2("/cg/a/b", "20000 10000"), QUOTA_V2("/cg/a", "300000 100000")}},
    {"v2 namespace root", 2, {OWN("0::/\n"), V2_AT("/cg"), QUOTA_V2("/cg", "200000 100000")}},
    {"v2 what is no whole processor is none to spare",
     1,
     {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "150000 100000")}},
    {"v2 less than one is one", 1, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "1000 100000")}},
    {"v2 more than there are", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "9999999 100000")}},
    {"v2 period of 0", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "100000 0")}},
    {"v2 no period", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "100000")}},
    {"v2 empty", HERE, {OWN("0::/a\n"), V2_AT("/cg"), {"/cg/a/cpu.max", ""}}},
    {"v2 garbled", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "-100000 100000")}},
    {"v2 garbled period", HERE, {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "100000 x")}},
    {"v2 numbers too large for 64 bits",
     HERE,
     {OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "100000000000000000000 100000")}},
    {"v2 a folder instead of a file", HERE, {OWN("0::/a\n"), V2_AT("/cg"), {"/cg/a/cpu.max/x", ""}}},
    {"v2 garbled own group, limited parent",
     2,
     {OWN("0::/a/b\n"), V2_AT("/cg"), QUOTA_V2("/cg/a/b", "lots"), QUOTA_V2("/cg/a", "200000 100000")}},

    /* both at once */
    {"both, v1 is the tightest",
     2,
     {OWN("4:cpu:/one\n0::/two\n"), MOUNTS(MOUNT_V1("/", "/cg/cpu") MOUNT_V2("/", "/cg/unified")),
      QUOTA_V1("/cg/cpu/one", "200000", "100000"), QUOTA_V2("/cg/unified/two", "300000 100000")}},
    {"both, v2 is the tightest",
     3,
     {OWN("4:cpu:/one\n0::/two\n"), MOUNTS(MOUNT_V1("/", "/cg/cpu") MOUNT_V2("/", "/cg/unified")),
      QUOTA_V1("/cg/cpu/one", "400000", "100000"), QUOTA_V2("/cg/unified/two", "300000 100000")}},
};

static void test_tree(void **state) {
    const Tree *tree = *state;
    affinity = HERE;
    put_files(tree->files);
    assert_int_equal(system_processors(root), tree->processors);
}

/* ---- Affinity ---- */

static void on_one_processor(const void *argument) {
    cpu_set_t set;
    (void)argument;
    affinity = 0;
    assert_int_equal(__real_sched_getaffinity(0, sizeof(set), &set), 0);
    uint64_t before = system_processors(root);
    assert_int_equal(before, CPU_COUNT(&set));
    size_t last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &set))
        last--;
    CPU_ZERO(&set);
    CPU_SET(last, &set);
    assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
    assert_int_equal(system_processors(root), 1);
    assert_in_range(system_processors(""), 1, 1);
}

static void test_affinity(void **state) {
    (void)state;
    assert_child_passes(on_one_processor, NULL, 0);
    affinity = 3;
    assert_int_equal(system_processors(root), 3);
    put_files((File[]){OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "500000 100000"), {NULL, NULL}});
    assert_int_equal(system_processors(root), 3);
    affinity = 7;
    assert_int_equal(system_processors(root), 5);
}

/* More than a set has room for: there are many. */
static void test_affinity_that_is_not_told(void **state) {
    (void)state;
    affinity = -1;
    assert_true(system_processors(root) >= 1024);
    put_files((File[]){OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "500000 100000"), {NULL, NULL}});
    assert_int_equal(system_processors(root), 5);
}

/* Quotas are not read then. */
static void test_no_heap_memory(void **state) {
    (void)state;
    affinity = 7;
    put_files((File[]){OWN("0::/a\n"), V2_AT("/cg"), QUOTA_V2("/cg/a", "500000 100000"), {NULL, NULL}});
    heap_is_empty = true;
    uint64_t processors = system_processors(root);
    heap_is_empty = false;
    assert_int_equal(processors, 7);
}

/* ---- Running threads ---- */

static void test_running(void **state) {
    static const struct {
        const char *text;
        uint64_t running;
    } cases[] = {
        {"0.00 0.01 0.05 2/78 24391\n", 2},
        {"110.25 99.01 12.05 1234567/9999999 4194304\n", 1234567},
        {"0.00 0.01 0.05 1/1 1", 1},
        {"0.00 0.01 0.05 0/78 24391\n", 0},
        {"", 0},
        {"\n", 0},
        {"0.00", 0},
        {"0.00 0.01 0.05", 0},
        {"0.00 0.01 0.05 ", 0},
        {"0.00 0.01 0.05 2", 0},
        {"0.00 0.01 0.05 2 78", 0},
        {"0.00 0.01 0.05 x/78 1\n", 0},
        {"0.00 0.01 0.05 -2/78 1\n", 0},
        {"0.00 0.01 2/78 24391\n", 0},
        {"0.00 0.01 0.05 99999999999999999999/78 1\n", 0},
        {"    2/78 1\n", 0},
    };
    (void)state;
    assert_int_equal(system_running(root), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put_file("/proc/loadavg", cases[i].text);
        if (system_running(root) != cases[i].running)
            fail_msg("\"%s\": %llu", cases[i].text, (unsigned long long)system_running(root));
    }
    char *lengthy = malloc(100001);
    memset(lengthy, '9', 100000);
    lengthy[100000] = '\0';
    put_file("/proc/loadavg", lengthy);
    assert_int_equal(system_running(root), 0);
    free(lengthy);
}

static void test_overlong_root(void **state) {
    char overlong[5000];
    (void)state;
    memset(overlong, '/', sizeof(overlong));
    overlong[sizeof(overlong) - 1] = '\0';
    affinity = HERE;
    assert_int_equal(system_running(overlong), 0);
    assert_int_equal(system_processors(overlong), HERE);
}

static void test_every_file_is_closed(void **state) {
    (void)state;
    put_files((File[]){OWN("4:cpu:/one\n0::/two\n"),
                       MOUNTS(MOUNT_V1("/", "/cg/cpu") MOUNT_V2("/", "/cg/unified")),
                       QUOTA_V1("/cg/cpu/one", "400000", "100000"),
                       QUOTA_V2("/cg/unified/two", "300000 100000"),
                       {"/proc/loadavg", "0.00 0.01 0.05 2/78 24391\n"},
                       {NULL, NULL}});
    int before = lowest_free_descriptor();
    system_processors(root);
    system_running(root);
    assert_int_equal(lowest_free_descriptor(), before);
}

static void test_this_machine(void **state) {
    (void)state;
    affinity = 0;
    uint64_t processors = system_processors(""), running = system_running("");
    print_message("# %llu processors, %llu threads run\n", (unsigned long long)processors, (unsigned long long)running);
    assert_in_range(processors, 1, (uint64_t)sysconf(_SC_NPROCESSORS_CONF));
    assert_true(running >= 1);
}

#define TEST(function)                                                                                                 \
    { #function, function, make_root, remove_root, NULL }

static const struct CMUnitTest other_tests[] = {
    TEST(test_affinity),      TEST(test_affinity_that_is_not_told), TEST(test_no_heap_memory), TEST(test_running),
    TEST(test_overlong_root), TEST(test_every_file_is_closed),      TEST(test_this_machine),
};

enum { TREE_COUNT = COUNT_OF(trees), OTHER_COUNT = COUNT_OF(other_tests) };

/* cmocka hands the initial state to the set-up as well, and the set-up leaves it alone. */
int main(void) {
    child_starts_here();
    struct CMUnitTest tests[TREE_COUNT + OTHER_COUNT];
    for (size_t i = 0; i < TREE_COUNT; i++)
        tests[i] = (struct CMUnitTest){trees[i].name, test_tree, make_root, remove_root, (void *)(uintptr_t)&trees[i]};
    memcpy(tests + TREE_COUNT, other_tests, sizeof(other_tests));
    return _cmocka_run_group_tests("processors", tests, TREE_COUNT + OTHER_COUNT, NULL, NULL);
}
