// SPDX-License-Identifier: MIT
// The conformance suite is shown to be able to fail: adapters that are wrong in one thing each, and the checks that
// must notice. Prints TAP.
//
// usage: test_conformance [FOLDER]    FOLDER: where the wrong plugin files are
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "conformance.h"
#include "shared_object.h"
#include "tap.h"
#include "wrong_adapters.h"

enum { MOST_CHECKS = 64 };

/* What a child tells, in memory shared with it. */
typedef struct Told {
    size_t count;
    ConformanceOutcome outcomes[MOST_CHECKS];
    char messages[MOST_CHECKS][256];
} Told;

static Told *told;

static void note(const ConformanceResult *result, void *user) {
    (void)user;
    told->outcomes[told->count] = result->outcome;
    snprintf(told->messages[told->count++], sizeof(told->messages[0]), "%s", result->message);
}

/* Whether `check` is one of `names`, which has commas between them. */
static bool is_named(const char *names, const char *check) {
    size_t length = strlen(check);
    for (const char *at = names; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, check, length) == 0)
            return true;
    return false;
}

/* The adapter that a child is to judge. */
typedef struct Subject {
    Wrong wrong;
    uint64_t buffer;   /* the small one of that size; 0: not that one */
    char plugin[4096]; /* the plugin's file; "": none */
} Subject;

static const SamrenaAdapter *open_plugin(const char *file) {
    void *object = open_object(file);
    if (!object)
        fprintf(stderr, "# %s\n", error_of_object());
    return object ? find_symbol(object, "samrena_adapter") : NULL;
}

static void run_in_child(const void *argument) {
    const Subject *given = argument;
    ConformanceSubject subject = {.plugin_file = given->plugin[0] ? given->plugin : NULL};
    if (subject.plugin_file)
        subject.adapter = open_plugin(subject.plugin_file);
    else
        subject.adapter = given->buffer ? small_adapter(given->buffer) : wrong_adapter(given->wrong);
    check(subject.adapter);
    (void)conformance_run(&subject, note, NULL);
}

/* In a child: the process's registry then has this adapter alone. */
static int run_suite(const Subject *subject) {
    memset(told, 0, sizeof(*told));
    return status_of_child(run_in_child, subject, sizeof(*subject));
}

/* What keeps a check from being held here, whatever the adapter is: then neither outcome is wrong. NULL: nothing. */
static const char *obstacle_of(size_t check) {
    static const char *const obstacles[] = {"AddressSanitizer", "has no fork()"};
    for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++)
        if (told->outcomes[check] == CONFORMANCE_SKIPPED && strstr(told->messages[check], obstacles[i]))
            return told->messages[check];
    return NULL;
}

static bool failed_precisely(int status, const char *expected) {
    bool right = status == 0 && told->count == conformance_count();
    if (!right)
        tap_note("the child %s in check %s", words_of_status(status),
                 told->count < conformance_count() ? conformance_name(told->count) : "none");
    for (size_t i = 0; i < told->count; i++) {
        const char *name = conformance_name(i);
        bool failed = told->outcomes[i] == CONFORMANCE_FAILED;
        if (failed == is_named(expected, name) || obstacle_of(i))
            continue;
        right = false;
        tap_note("%s %s: %s", name, failed ? "fails" : "does not fail", told->messages[i]);
    }
    return right;
}

/* ---- Wrong adapters ---- */

/* What never gives memory back: addresses of 32 bits end before these checks find out. */
#if UINTPTR_MAX > UINT32_MAX
#define NO_ROOM_FOR_MORE ",leaks,arena-apart"
#else
#define NO_ROOM_FOR_MORE ""
#endif

typedef struct Row {
    Wrong wrong;
    const char *what;
    const char *target;     /* the check that this is for */
    const char *collateral; /* what else must notice */
} Row;

/* Sound adapters, in whose way nothing is. */
typedef struct SoundRow {
    Wrong kind;
    const char *what;
    const char *skipped; /* what they cannot take part in, in any case */
} SoundRow;

/* What grows in place, and what arenas grow by, is in the way of many checks where it is wrong. */
#define LARGER "alignment,ahead,contents,extend-refused,trim-growth,trim-prefault,contexts,threads,hand-over,fork,rest"
#define GROWING LARGER ",reserve-in-place"
#define ARENAS "arena-contents,arena-limit,arena-growth,arena-reserve,arena-zero,arena-trim"

static const SoundRow sound_rows[] = {
    {NOTHING_WRONG, "a sound adapter", "plugin-symbols,largest"},
    {TRIMS_TO_THE_BYTE, "one that trims to the byte", "plugin-symbols,largest"},
    {TRIMS_BY_UNMAPPING, "one that trims by unmapping", "plugin-symbols,largest,trim-growth"},
    {TRIMS_IN_PLACE, "one that trims, and keeps the addresses", "plugin-symbols,largest"},
    {SHARES, "one that shares with children, and says so", "plugin-symbols,largest,fork"},
    {TELLS_LARGEST, "one with a largest region and no ceiling", "plugin-symbols,ceiling"},
    {EXTENDS_BY_REMAPPING, "one that has no room of its own to grow", "plugin-symbols,largest"},
    {IS_COARSE, "one in steps of 2 MiB", "plugin-symbols,largest"},
    {IS_VERY_COARSE, "one in steps of 64 MiB", "plugin-symbols,largest"},
};

static const Row rows[] = {
    {UNKNOWN_CAPABILITY, "a capability that is not defined", "descriptor", ""},
    {EMPTY_OPTION_KEY, "an empty option key", "descriptor", ""},
    {LONG_SUMMARY, "a summary of two lines", "descriptor", ""},
    {DESTROY_BLOCKS_CREATE, "destroy() of an empty context blocks create()", "lifecycle", ""},
    {MISALIGNED, "a region is not aligned", "sizes", ""},
    {TOO_SMALL, "a region is too small", "sizes", ""},
    {WRAPPING_SIZE, "a region wraps the address space", "sizes", "reserve-extra"},
    {REFUSES_SMALL, "16 bytes are refused", "sizes", ""},
    {REFUSES_UNSUPPORTED, "acquire() fails with UNSUPPORTED", "refusal", "ceiling"},
    {ALIGNMENT_TAKES_ROOM, "a large alignment is taken from what is required", "alignment", ""},
    {ALIGNMENT_REFUSED, "a large alignment is refused with INVALID_PARAMETER", "alignment", ""},
    {AHEAD_TOO_LITTLE, "what is asked for ahead of need is half of it", "ahead", ""},
    {AHEAD_DIRTY, "what is asked for ahead of need is dirty and called zero", "ahead", ""},
    {DESIRED_COUNTS, "a refused desired size is held against the context", "desired", ""},
    {DIRTY_MEMORY, "used memory is called zero", "zeros", ""},
    {ZERO_FROM_BEHIND_END, "zero_from is larger than the region", "zeros", ""},
    {CLEARS_OTHERS, "a new region clears the one before", "contents", "alignment,ahead,extend-refused"},
    {OVERLAPS, "regions overlap", "overlap", "alignment,ahead,trim-others" NO_ROOM_FOR_MORE},
    {NO_REUSE, "released regions still count", "reuse", ""},
    {NO_CEILING, "more than the ceiling is given", "ceiling", ""},
    {LARGEST_PASSED, "a wish beyond the largest region is granted", "largest", ""},
    {LARGEST_EXTENDED, "a region grows beyond the largest", "largest", ""},
    {LARGEST_ABOVE_CEILING, "the largest region is told to be above the ceiling", "largest", ""},
    {GRANTS_ANYTHING, "a size that nobody has is granted", "refusal", "ceiling"},
    {WRITES_THEN_REFUSES, "acquire() writes and refuses", "refusal", ""},
    {CREATE_WRITES_THEN_REFUSES, "create() writes and refuses", "refusal", ""},
    {EXTEND_WRITES_THEN_REFUSES, "extend() writes and refuses", "refusal", ""},
    {EXTEND_MOVES, "extend() moves the region", "extend", GROWING ",sharing,struct-size,context-size," ARENAS},
    {EXTEND_TOO_LITTLE, "extend() grows by nothing", "extend", GROWING ",sharing,struct-size,context-size," ARENAS},
    {EXTEND_LOSES_CONTENTS, "extend() loses the contents", "extend", GROWING ",arena-contents,arena-trim"},
    {EXTEND_DIRTY, "extend() calls dirty bytes zero", "extend", GROWING ",arena-zero,arena-trim"},
    {EXTEND_REFUSAL_STICKS, "after a refused extend() there is no other region", "extend-refused", ""},
    {EXTEND_REFUSES_FOR_GOOD, "extend() says UNSUPPORTED of what can grow by less", "extend-refused", ""},
    {COARSE_EXTEND_DIRTY, "extend() by more than a step of 16 MiB is dirty", "extend", LARGER},
    {RESERVE_TOO_LITTLE, "reserve() gives half", "reserve-extra", "alignment,ahead,contents,sharing,struct-size"},
    {RESERVE_DOES_NOTHING, "reserve() of the newest region does nothing", "reserve-in-place",
     "refusal,trim-growth,struct-size,arena-reserve"},
    {RESERVE_FILLS_BOTH, "reserve() fills in the extra region as well", "reserve-in-place", "trim-growth,struct-size"},
    {PREFAULT_SCRIBBLES, "prefault() leaves ones", "prefault", "trim-prefault,rest"},
    {PREFAULT_COUNTS_TOO_MUCH, "prefault() counts more than was asked for", "prefault",
     "prefault-edges,resident,trim-prefault,rest"},
    {PREFAULT_SAYS_OK, "prefault() populates half and says OK", "prefault",
     "prefault-edges,resident,trim-prefault,rest"},
    {PREFAULT_ROUNDS_DOWN, "prefault() clears what lies before its range", "prefault-edges", "prefault,trim-prefault"},
    {PREFAULT_LIES, "prefault() does nothing", "resident", "trim-prefault"},
    {CONCURRENT_SCRIBBLES, "prefault_concurrently() leaves ones", "concurrent", "concurrent-resident"},
    {CONCURRENT_ROUNDS_DOWN, "prefault_concurrently() clears what lies before its range", "concurrent", ""},
    {CONCURRENT_COUNTS_TOO_MUCH, "prefault_concurrently() counts more than was asked for", "concurrent",
     "concurrent-resident,concurrent-writes"},
    {CONCURRENT_SAYS_OK, "prefault_concurrently() populates half and says OK", "concurrent",
     "concurrent-resident,concurrent-writes"},
    {CONCURRENT_SAYS_LIMIT, "prefault_concurrently() fails with LIMIT_EXCEEDED", "concurrent",
     "concurrent-resident,concurrent-writes"},
    {CONCURRENT_LIES, "prefault_concurrently() does nothing", "concurrent-resident", ""},
    {CONCURRENT_TOUCHES, "prefault_concurrently() touches pages itself", "concurrent-writes", ""},
    {TRIM_LOSES_CONTENTS, "trim() loses the page that it keeps in part", "trim", ""},
    {TRIM_BELOW_KEEP, "trim() keeps less than it is told", "trim", ""},
    {TRIM_MOVES, "trim() moves the region", "trim", ""},
    {TRIM_GROWS, "trim() makes the region larger", "trim", ""},
    {TRIM_DIRTIES_KEPT, "trim() leaves a one where zeros were kept", "trim", ""},
    {TRIM_REFUSES_AND_WRITES, "trim() writes and refuses", "trim-refusal", ""},
    {TRIM_SAYS_OUT_OF_MEMORY, "trim() refuses with OUT_OF_MEMORY", "trim-refusal", "trim"},
    {TRIM_OF_NEWEST, "trim() of any region takes the newest one's pages", "trim-others", ""},
    {TRIM_KEEPS_COUNTING, "what trim() gave back still counts after release()", "trim-reuse", ""},
    {TRIM_DIRTY, "extend() after trim() calls old bytes zero", "trim-growth", "arena-trim"},
    {TRIM_FORGOTTEN, "prefault() takes what trim() gave back for populated", "trim-prefault", ""},
    {TRIM_LIES, "trim() clears pages and keeps them", "trim-resident", ""},
    /* Arenas show it where the library is told what is resident. */
    {TRIM_DOES_NOTHING, "trim() gives nothing back and says OK", "trim-resident", RESIDENT_IS_TOLD ? "arena-trim" : ""},
    {COARSE_TRIM_LIES, "trim() clears pages and keeps them, in steps of 16 MiB", "trim-resident", ""},
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
    {REST_LOSES_CONTENTS, "rest() lets the first region go", "rest", ""},
    {REST_STOPS_GROWING, "after rest() nothing grows", "rest", ""},
    {SHARED_UNSAID, "memory is shared, and nobody told", "sharing", "arena-fork"},
    {SHARED_SAID, "memory is told to be shared, and is not", "sharing", ""},
    {SHARED_IN_PART, "what is reserved is shared, and nobody told", "sharing", ""},
    {LEAKS_MEMORY, "release() does nothing", "leaks", ""},
    {LEAKS_FILES, "each context leaves a file open", "leaks", ""},
    {ARENA_LOSES_CONTENTS, "extend() loses an arena's contents", "arena-contents", "arena-trim"},
    {ARENA_SAYS_LIMIT, "an arena is refused with LIMIT_EXCEEDED", "arena-limit",
     "arena-contents,arena-growth,arena-reserve,arena-zero,arena-trim"},
    {ARENA_STOPS_GROWING, "an arena is refused with INVALID_PARAMETER", "arena-growth", "arena-contents,arena-trim"},
    {ARENA_HAS_ONE_REGION, "an arena has one region, and no way past it", "arena-apart", ""},
    {ARENA_RESERVES_NOTHING, "reserve() gives an arena nothing", "arena-reserve", ""},
    {ARENA_GETS_DIRT, "an arena's dirty bytes are called zero", "arena-zero", "arena-trim"},
    {ARENA_TRIM_LOSES_CONTENTS, "trim() loses an arena's contents", "arena-trim", ""},
    {ARENA_TRIM_REFUSES, "trim() gives back nothing of an arena's", "arena-trim", ""},
    {ARENA_SHARED_UNSAID, "an arena's memory is shared, and nobody told", "arena-fork", ""},
};

static void test_row(const Row *row) {
    char expected[512];
    char line[1024];
    const char *obstacle = NULL;
    snprintf(expected, sizeof(expected), "%s,%s", row->target, row->collateral);
    bool right = failed_precisely(run_suite(&(Subject){.wrong = row->wrong}), expected);
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(conformance_name(i), row->target) == 0)
            obstacle = obstacle_of(i);
    snprintf(line, sizeof(line), "%s: %s%s%s", row->target, row->what, obstacle ? " # SKIP " : "",
             obstacle ? obstacle : "");
    tap_report(right, "%s", line);
}

/* What is skipped without need is not checked. */
static bool skipped_precisely(const char *expected) {
    bool right = true;
    for (size_t i = 0; i < told->count; i++) {
        const char *name = conformance_name(i);
        bool passed = told->outcomes[i] == CONFORMANCE_PASSED;
        if (passed != is_named(expected, name) || obstacle_of(i) || strstr(told->messages[i], "cannot tell"))
            continue;
        right = false;
        tap_note("%s %s: %s", name, passed ? "is not skipped" : "is skipped", told->messages[i]);
    }
    return right;
}

static void test_sound(const SoundRow *row) {
    char line[200];
    snprintf(line, sizeof(line), "all that can pass passes: %s", row->what);
    bool right = failed_precisely(run_suite(&(Subject){.wrong = row->kind}), "");
    tap_report(skipped_precisely(row->skipped) && right, "%s", line);
}

/* Checks that could not be held are told apart from those that the adapter has no part in. */
static void test_refusing(Wrong wrong, const char *prefix, const char *what) {
    char line[200];
    snprintf(line, sizeof(line), "nothing was tested: %s", what);
    bool right = failed_precisely(run_suite(&(Subject){.wrong = wrong}), "");
    for (size_t i = 0; i < told->count; i++) {
        bool expected = conformance_needs_context(i) && strncmp(conformance_name(i), prefix, strlen(prefix)) == 0;
        bool untested = told->outcomes[i] == CONFORMANCE_UNTESTED && strstr(told->messages[i], "the pool is empty");
        if (untested == expected || obstacle_of(i))
            continue;
        right = false;
        tap_note("%s: outcome %d, %s", conformance_name(i), (int)told->outcomes[i], told->messages[i]);
    }
    tap_report(right, "%s", line);
}

static void test_small(uint64_t size) {
    char line[100];
    snprintf(line, sizeof(line), "nothing fails: a buffer of %" PRIu64 " bytes", size);
    tap_report(failed_precisely(run_suite(&(Subject){.buffer = size}), ""), "%s", line);
}

/* ---- Wrong plugin files ---- */

static void test_plugin(const char *folder, const char *name, const char *expected) {
    Subject subject = {.wrong = NOTHING_WRONG};
    snprintf(subject.plugin, sizeof(subject.plugin), "%s/%s%s", folder, name, SHARED_OBJECT_SUFFIX);
    tap_report(failed_precisely(run_suite(&subject), expected), "%s: plugin %s", expected, name);
}

static bool every_check_has_a_row(void) {
    bool all = true;
    for (size_t check = 0; check < conformance_count(); check++) {
        const char *name = conformance_name(check);
        bool has = strcmp(name, "plugin-symbols") == 0; /* has plugin files of its own */
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !has; i++)
            has = strcmp(rows[i].target, name) == 0;
        if (!has)
            tap_note("no adapter is wrong for %s", name);
        all = all && has;
    }
    return all;
}

int main(int argc, char **argv) {
    told = shared_with_children(sizeof(*told));
    child_starts_here();
    for (size_t i = 0; i < sizeof(sound_rows) / sizeof(sound_rows[0]); i++)
        test_sound(&sound_rows[i]);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&rows[i]);
    test_refusing(CREATE_REFUSES, "", "create() has no memory");
    test_refusing(CREATE_UNSUPPORTED, "", "create() is not for this system");
    test_refusing(ARENA_CREATE_REFUSES, "arena-", "create() has no memory for an arena");
    test_small(1024 * 1024);
    test_small(64 * 1024);
    test_small(48);
    if (argc > 1) {
        test_plugin(argv[1], "extra_symbol", "plugin-symbols");
        test_plugin(argv[1], "uses_library", "plugin-symbols");
    }
    tap_report(every_check_has_a_row(), "every check has an adapter that fails it");
    return tap_end();
}
