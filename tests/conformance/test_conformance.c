// SPDX-License-Identifier: MIT
// The conformance suite is shown to be able to fail: adapters that are wrong in one thing each, and the checks that
// must notice. Prints TAP.
//
// usage: test_conformance [FOLDER]    FOLDER: where the wrong plugin files are
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance.h"
#include "wrong_adapters.h"

enum { MOST_CHECKS = 64 };

/* What a child tells, in memory shared with it. */
typedef struct Told {
    size_t count;
    ConformanceOutcome outcomes[MOST_CHECKS];
    char messages[MOST_CHECKS][256];
} Told;

static Told *told;
static int number;
static int failures;

static void note(const ConformanceResult *result, void *user) {
    (void)user;
    told->outcomes[told->count] = result->outcome;
    snprintf(told->messages[told->count++], sizeof(told->messages[0]), "%s", result->message);
}

static void ok(bool passed, const char *what) {
    printf("%sok %d - %s\n", passed ? "" : "not ", ++number, what);
    failures += !passed;
}

/* Whether `check` is one of `names`, which has commas between them. */
static bool is_named(const char *names, const char *check) {
    size_t length = strlen(check);
    for (const char *at = names; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, check, length) == 0)
            return true;
    return false;
}

/* Runs the suite in a child: the process's registry then has this adapter alone. */
static int run_suite(const ConformanceSubject *subject) {
    int status = -1;
    memset(told, 0, sizeof(*told));
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        (void)conformance_run(subject, note, NULL);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, &status, 0);
    return status;
}

/* A sanitizer is in the way: neither outcome is wrong. */
static bool cannot_run(size_t check) {
    return told->outcomes[check] == CONFORMANCE_SKIPPED && strstr(told->messages[check], "AddressSanitizer");
}

static bool failed_precisely(int status, const char *expected) {
    bool right = status == 0 && told->count == conformance_count();
    if (!right)
        printf("# the suite ended with status 0x%x in check %s\n", (unsigned)status,
               told->count < conformance_count() ? conformance_name(told->count) : "none");
    for (size_t i = 0; i < told->count; i++) {
        const char *name = conformance_name(i);
        bool failed = told->outcomes[i] == CONFORMANCE_FAILED;
        if (failed == is_named(expected, name) || cannot_run(i))
            continue;
        right = false;
        printf("# %s %s: %s\n", name, failed ? "fails" : "does not fail", told->messages[i]);
    }
    return right;
}

/* ---- Wrong adapters ---- */

typedef struct Row {
    Wrong wrong;
    const char *what;
    const char *target;     /* the check that this is for */
    const char *collateral; /* what else must notice */
} Row;

/* What grows in place, and what arenas grow by, is in the way of many checks where it is wrong. */
#define GROWING "contents,reserve-in-place,trim-growth,trim-prefault,contexts,threads,hand-over,fork"
#define ARENAS "arena-contents,arena-limit,arena-growth,arena-reserve,arena-zero,arena-trim"

static const Row rows[] = {
    {NOTHING_WRONG, "a sound adapter", "", ""},
    {TRIMS_TO_THE_BYTE, "a sound adapter that trims to the byte", "", ""},
    {TRIMS_BY_UNMAPPING, "a sound adapter that trims by unmapping", "", ""},
    {UNKNOWN_CAPABILITY, "a capability that is not defined", "descriptor", ""},
    {EMPTY_OPTION_KEY, "an empty option key", "descriptor", ""},
    {LONG_SUMMARY, "a summary of two lines", "descriptor", ""},
    {DESTROY_BLOCKS_CREATE, "destroy() of an empty context blocks create()", "lifecycle", ""},
    {MISALIGNED, "a region is not aligned", "sizes", ""},
    {TOO_SMALL, "a region is too small", "sizes", ""},
    {WRAPPING_SIZE, "a region wraps the address space", "sizes", "reserve-extra"},
    {REFUSES_SMALL, "16 bytes are refused", "sizes", ""},
    {REFUSES_UNSUPPORTED, "acquire() fails with UNSUPPORTED", "refusal", "ceiling"},
    {DESIRED_COUNTS, "a refused desired size is held against the context", "desired", ""},
    {DIRTY_MEMORY, "used memory is called zero", "zeros", ""},
    {ZERO_FROM_BEHIND_END, "zero_from is larger than the region", "zeros", ""},
    {CLEARS_OTHERS, "a new region clears the one before", "contents", ""},
    {OVERLAPS, "regions overlap", "overlap", "trim-others,leaks"},
    {NO_REUSE, "released regions still count", "reuse", ""},
    {NO_CEILING, "more than the ceiling is given", "ceiling", ""},
    {GRANTS_ANYTHING, "a size that nobody has is granted", "refusal", "ceiling"},
    {WRITES_THEN_REFUSES, "acquire() writes and refuses", "refusal", ""},
    {CREATE_WRITES_THEN_REFUSES, "create() writes and refuses", "refusal", ""},
    {EXTEND_WRITES_THEN_REFUSES, "extend() writes and refuses", "refusal", ""},
    {EXTEND_MOVES, "extend() moves the region", "extend", GROWING ",struct-size,context-size," ARENAS},
    {EXTEND_TOO_LITTLE, "extend() grows by nothing", "extend", GROWING ",struct-size,context-size," ARENAS},
    {EXTEND_LOSES_CONTENTS, "extend() loses the contents", "extend", GROWING ",arena-contents,arena-trim"},
    {EXTEND_DIRTY, "extend() calls dirty bytes zero", "extend", GROWING ",arena-zero,arena-trim"},
    {RESERVE_TOO_LITTLE, "reserve() gives half", "reserve-extra", "contents,struct-size"},
    {RESERVE_DOES_NOTHING, "reserve() of the newest region does nothing", "reserve-in-place",
     "refusal,trim-growth,struct-size,arena-reserve"},
    {RESERVE_FILLS_BOTH, "reserve() fills in the extra region as well", "reserve-in-place", "trim-growth,struct-size"},
    {PREFAULT_SCRIBBLES, "prefault() leaves ones", "prefault", "trim-prefault"},
    {PREFAULT_COUNTS_TOO_MUCH, "prefault() counts more than was asked for", "prefault",
     "prefault-edges,resident,trim-prefault"},
    {PREFAULT_ROUNDS_DOWN, "prefault() clears what lies before its range", "prefault-edges", "prefault,trim-prefault"},
    {PREFAULT_LIES, "prefault() does nothing", "resident", "trim-prefault"},
    {TRIM_LOSES_CONTENTS, "trim() loses the page that it keeps in part", "trim", ""},
    {TRIM_BELOW_KEEP, "trim() keeps less than it is told", "trim", ""},
    {TRIM_MOVES, "trim() moves the region", "trim", ""},
    {TRIM_GROWS, "trim() makes the region larger", "trim", ""},
    {TRIM_DOES_NOTHING, "trim() gives nothing back and says OK", "trim", ""},
    {TRIM_REFUSES_AND_WRITES, "trim() writes and refuses", "trim-refusal", ""},
    {TRIM_SAYS_OUT_OF_MEMORY, "trim() refuses with OUT_OF_MEMORY", "trim-refusal", "trim"},
    {TRIM_OF_NEWEST, "trim() of any region takes the newest one's pages", "trim-others", ""},
    {TRIM_KEEPS_COUNTING, "what trim() gave back still counts after release()", "trim-reuse", ""},
    {TRIM_DIRTY, "extend() after trim() calls old bytes zero", "trim-growth", "arena-trim"},
    {TRIM_FORGOTTEN, "prefault() takes what trim() gave back for populated", "trim-prefault", ""},
    {TRIM_LIES, "trim() clears pages and keeps them", "trim-resident", ""},
    {TRIM_LEAKS, "release() after trim() leaves the rest", "leaks", ""},
    {TRIM_WRITES_BEHIND_REGION, "trim() writes a byte behind the region", "struct-size", ""},
    {WRITES_BEHIND_REGION, "a byte behind the region is written", "struct-size", ""},
    {WRITES_BEHIND_PARAMS, "a byte behind the params is written", "struct-size", ""},
    {CHANGES_STRUCT_SIZE, "the region's struct_size is written", "struct-size", ""},
    {WRITES_BEHIND_CONTEXT, "a byte behind the context is written", "context-size", ""},
    {ONE_LIVE_CONTEXT, "the end of one context is the end of all", "contexts", ""},
    {MAIN_THREAD_ONLY, "other threads get no context", "threads", ""},
    {CREATING_THREAD_ONLY, "only the thread that created it can use a context", "hand-over", ""},
    {CREATING_PROCESS_ONLY, "a child gets no memory", "fork", ""},
    {CRASHES_IN_CHILD, "a child dies", "fork", ""},
    {LEAKS_MEMORY, "release() does nothing", "leaks", ""},
    {LEAKS_FILES, "each context leaves a file open", "leaks", ""},
    {ARENA_LOSES_CONTENTS, "extend() loses an arena's contents", "arena-contents", "arena-trim"},
    {ARENA_SAYS_LIMIT, "an arena is refused with LIMIT_EXCEEDED", "arena-limit",
     "arena-contents,arena-growth,arena-reserve,arena-zero,arena-trim"},
    {ARENA_STOPS_GROWING, "an arena is refused with INVALID_PARAMETER", "arena-growth", "arena-contents,arena-trim"},
    {ARENA_RESERVES_NOTHING, "reserve() gives an arena nothing", "arena-reserve", ""},
    {ARENA_GETS_DIRT, "an arena's dirty bytes are called zero", "arena-zero", "arena-trim"},
    {ARENA_TRIM_LOSES_CONTENTS, "trim() loses an arena's contents", "arena-trim", ""},
    {ARENA_TRIM_REFUSES, "trim() gives back nothing of an arena's", "arena-trim", ""},
};

static void test_row(const Row *row) {
    char expected[512];
    char line[600];
    ConformanceSubject subject = {.adapter = wrong_adapter(row->wrong)};
    snprintf(expected, sizeof(expected), "%s,%s", row->target, row->collateral);
    snprintf(line, sizeof(line), "%s: %s", row->target[0] ? row->target : "nothing fails", row->what);
    bool right = failed_precisely(run_suite(&subject), expected);
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(conformance_name(i), row->target) == 0 && cannot_run(i))
            strncat(line, " # SKIP under AddressSanitizer", sizeof(line) - strlen(line) - 1);
    ok(right, line);
}

static void test_small(uint64_t size) {
    char line[100];
    ConformanceSubject subject = {.adapter = small_adapter(size)};
    snprintf(line, sizeof(line), "nothing fails: a buffer of %" PRIu64 " bytes", size);
    ok(failed_precisely(run_suite(&subject), ""), line);
}

/* ---- Wrong plugin files ---- */

static void test_plugin(const char *folder, const char *name, const char *expected) {
    char path[4096];
    char line[4200];
    snprintf(path, sizeof(path), "%s/%s.so", folder, name);
    snprintf(line, sizeof(line), "%s: plugin %s", expected, name);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    ConformanceSubject subject = {.adapter = handle ? dlsym(handle, "samrena_adapter") : NULL, .plugin_file = path};
    if (!subject.adapter)
        printf("# %s\n", dlerror());
    ok(subject.adapter && failed_precisely(run_suite(&subject), expected), line);
}

static bool every_check_has_a_row(void) {
    bool all = true;
    for (size_t check = 0; check < conformance_count(); check++) {
        const char *name = conformance_name(check);
        bool has = strcmp(name, "plugin-symbols") == 0; /* has plugin files of its own */
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !has; i++)
            has = strcmp(rows[i].target, name) == 0;
        if (!has)
            printf("# no adapter is wrong for %s\n", name);
        all = all && has;
    }
    return all;
}

int main(int argc, char **argv) {
    void *shared = mmap(NULL, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    told = shared;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&rows[i]);
    test_small(1024 * 1024);
    test_small(64 * 1024);
    test_small(48);
    if (argc > 1) {
        test_plugin(argv[1], "extra_symbol", "plugin-symbols");
        test_plugin(argv[1], "uses_library", "plugin-symbols");
    }
    ok(every_check_has_a_row(), "every check has an adapter that fails it");
    printf("1..%d\n", number);
    return failures != 0;
}
