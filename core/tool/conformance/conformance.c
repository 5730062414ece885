// SPDX-License-Identifier: MIT
// The table of checks, and running them.
#include "conformance.h"

#include "checks.h"

typedef struct Check {
    const char *name;
    void (*run)(Trial *trial);
    const char *about;
} Check;

static const Check checks[] = {
    /* These read only: */
    {"descriptor", check_descriptor, "the descriptor says what it may say, and nothing else"},
    {"plugin-symbols", check_plugin_symbols, "the file exports samrena_adapter alone, and needs no libsamrena"},
    /* These call the adapter: */
    {"lifecycle", check_lifecycle, "contexts begin and end, also without a region"},
    {"sizes", check_sizes, "regions of every size are aligned, large enough and do not wrap"},
    {"desired", check_desired, "a larger desired size is never in the way of the required one"},
    {"alignment", check_alignment, "regions asked for with any alignment are sound"},
    {"ahead", check_ahead, "what is asked for ahead of need is as sound"},
    {"zeros", check_zeros, "what zero_from calls zero is zero, also in memory used before"},
    {"contents", check_contents, "every byte can be written and stays, whatever is called later"},
    {"overlap", check_overlap, "regions do not overlap"},
    {"reuse", check_reuse, "what was released can be had again"},
    {"ceiling", check_ceiling, "the ceiling that create() told is kept"},
    {"largest", check_largest, "no region is larger than create() told"},
    {"refusal", check_refusal, "what cannot be had is refused, and nothing is written"},
    {"extend", check_extend, "extend() grows in place and keeps what was known"},
    {"extend-refused", check_extend_refused, "after an extend() that is refused another region can be had"},
    {"reserve-extra", check_reserve_extra, "reserve() without a region fills in an extra one"},
    {"reserve-in-place", check_reserve_in_place, "reserve() with the newest region grows it in place"},
    {"prefault", check_prefault, "prefault() changes no byte and tells how far it came"},
    {"prefault-edges", check_prefault_edges, "prefault() takes any range, and stays inside it"},
    {"resident", check_resident, "what prefault() calls populated is resident"},
    {"concurrent", check_concurrent,
     "prefault_concurrently() changes no byte, takes any range, and tells how far it came"},
    {"concurrent-resident", check_concurrent_resident, "what prefault_concurrently() calls populated is resident"},
    {"concurrent-writes", check_concurrent_writes, "while threads prefault concurrently, what is written there stays"},
    {"trim", check_trim, "trim() keeps what it is told to keep, and no more than there was"},
    {"trim-refusal", check_trim_refusal, "where trim() can give nothing back, nothing has changed"},
    {"trim-others", check_trim_others, "trim() takes any region, and leaves the others alone"},
    {"trim-reuse", check_trim_reuse, "what was trimmed and released can be had again"},
    {"trim-growth", check_trim_growth, "a trimmed region grows in place again, by bytes that are known or zero"},
    {"trim-prefault", check_trim_prefault, "memory can be prefaulted, trimmed and prefaulted again"},
    {"trim-resident", check_trim_resident, "what trim() gave back is not resident any more"},
    {"struct-size", check_struct_size, "nothing is written beyond struct_size"},
    {"context-size", check_context_size, "nothing is written beyond context_size"},
    {"contexts", check_contexts, "two contexts are independent"},
    {"rest", check_rest, "after rest() the first region is as before, and all goes on"},
    {"threads", check_threads, "two threads can use a context each"},
    {"hand-over", check_hand_over, "a context can go from thread to thread"},
    {"fork", check_fork, "a forked child can go on using its context"},
    {"sharing", check_sharing, "memory is shared with forked children where the descriptor says so, and only there"},
    {"leaks", check_leaks, "release and destroy give everything back"},
    {"arena-contents", check_arena_contents, "an arena's pushes keep their contents, also after a reset"},
    {"arena-limit", check_arena_limit, "an arena reaches its limit exactly"},
    {"arena-growth", check_arena_growth, "an arena grows, and only where it may"},
    {"arena-apart", check_arena_apart, "an arena grows past an extend() that is refused"},
    {"arena-reserve", check_arena_reserve, "after a reserve pushes ask the adapter for nothing"},
    {"arena-zero", check_arena_zero, "push_zero gives zeros, in fresh and in used memory"},
    {"arena-trim", check_arena_trim, "a trimmed arena keeps its contents and goes on"},
    {"arena-fork", check_arena_fork, "what a forked child does to an arena takes nothing from its parent"},
};

enum { READING_CHECKS = 2 };

size_t conformance_count(void) {
    return sizeof(checks) / sizeof(checks[0]);
}

const char *conformance_name(size_t check) {
    return checks[check].name;
}

const char *conformance_about(size_t check) {
    return checks[check].about;
}

bool conformance_needs_context(size_t check) {
    return check >= READING_CHECKS;
}

static void run_check(Trial *trial, void *user) {
    const Check *check = user;
    check->run(trial);
}

void conformance_run_one(const ConformanceSubject *subject, size_t check, ConformanceReport report, void *user) {
    Trial trial;
    Check chosen = checks[check];
    trial_init(&trial, subject);
    trial_run(&trial, run_check, &chosen);
    trial_end(&trial);
    ConformanceResult result = {chosen.name, chosen.about, trial.outcome, trial.message};
    report(&result, user);
}

typedef struct Count {
    ConformanceReport report;
    void *user;
    int failed;
} Count;

static void count(const ConformanceResult *result, void *user) {
    Count *counted = user;
    counted->failed += result->outcome == CONFORMANCE_FAILED;
    counted->report(result, counted->user);
}

int conformance_run(const ConformanceSubject *subject, ConformanceReport report, void *user) {
    Count counted = {report, user, 0};
    for (size_t check = 0; check < conformance_count(); check++)
        conformance_run_one(subject, check, count, &counted);
    return counted.failed;
}
