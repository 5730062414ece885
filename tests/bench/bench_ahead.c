// SPDX-License-Identifier: MIT
// Memory made resident ahead of the cursor, and with several threads: what a program waits for, with idle processors
// and with busy ones.
//
// 128 MiB are pushed in blocks of 64 bytes, with one store and some work for each. The work takes the same time on any
// processor, so that where nothing is reserved, and pages are cleared at 2.5 GB/s, it is about 1.3 GB/s. Latencies are
// taken in runs of their own: two readings of the clock for each push are work, too.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "measure.h"
#include "report.h"
#include "samrena.h"

#define MIB (UINT64_C(1) << 20)

enum { BLOCK = 64, WORK_NS = 25, MOST_PROCESSORS = 64, FILL = 128, RESERVE = 256 };

typedef struct Way {
    const char *adapter;
    int32_t huge_pages;
    int32_t prefault;
    bool reserves;
    bool busy; /* every processor has something else to do */
} Way;

/* ---- Other programs ---- */

static pid_t others[MOST_PROCESSORS];
static long other_count;

static void start_others(const Way *way) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    for (other_count = 0; way->busy && other_count < processors && other_count < MOST_PROCESSORS; other_count++) {
        others[other_count] = fork();
        if (others[other_count] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (volatile uint64_t turns = 0;;)
                turns = turns + 1;
        }
    }
    if (way->busy)
        usleep(50000); /* they are on their processors */
}

static void end_others(void) {
    for (long i = 0; i < other_count; i++) {
        kill(others[i], SIGKILL);
        waitpid(others[i], NULL, 0);
    }
}

/* ---- One fill ---- */

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "bench_ahead: %s: %s\n", what, samrena_last_error_message());
    exit(1);
}

static Samrena *begin(const Way *way, uint64_t bytes) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = way->adapter;
    config.huge_pages = way->huge_pages;
    config.prefault = way->prefault;
    Samrena *arena = samrena_create(&config);
    if (!arena || (way->reserves && samrena_reserve(arena, bytes) != SAMRENA_OK))
        fail(way->adapter);
    return arena;
}

static long thread_faults(void) {
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

/* Each multiplication waits for the one before, also for that of the last block. */
static inline uint64_t work(uint64_t seed, int turns) {
    for (int i = 0; i < turns; i++) {
        seed *= UINT64_C(0x9e3779b97f4a7c15);
        __asm__ volatile("" : "+r"(seed));
    }
    return seed;
}

/* Turns that take as long as the work for a block is to take. */
static int turns_of_work(void) {
    enum { TURNS = 1000000, TRIES = 9 };
    double least = 1;
    for (int i = 0; i < TRIES; i++) {
        double start = now_seconds();
        (void)work(1, TURNS);
        double seconds = now_seconds() - start;
        least = seconds < least ? seconds : least;
    }
    return (int)(WORK_NS * 1e-9 * TURNS / least);
}

static inline void push_one(Samrena *arena, uint64_t value) {
    volatile uint64_t *block = samrena_push(arena, BLOCK);
    if (!block)
        fail("push");
    *block = value;
}

/* What the machine gave back to its host is not to be charged to whoever comes first. */
static void prepare(const Way *way, uint64_t bytes) {
    samrena_destroy(begin(&(Way){.adapter = way->adapter}, 0)); /* code and plugin are there */
    warm_up_memory(bytes + 32 * MIB, way->huge_pages != SAMRENA_HUGE_PAGES_NEVER);
    start_others(way);
}

/* Milliseconds in all and to the first push, and per cent of the pages that the pushing thread took faults for. */
static void turn_wall(const void *what, uint64_t mib, double *answers) {
    const Way *way = what;
    uint64_t bytes = mib * MIB, seed = 1;
    int turns = turns_of_work();
    prepare(way, bytes);
    double start = now_seconds();
    Samrena *arena = begin(way, bytes);
    long faults = thread_faults();
    push_one(arena, 0);
    double first = now_seconds();
    for (uint64_t i = 1; i < bytes / BLOCK; i++) {
        push_one(arena, i);
        seed = work(seed, turns);
    }
    double end = now_seconds();
    answers[0] = (end - start) * 1e3;
    answers[1] = (first - start) * 1e3;
    answers[2] = (double)(thread_faults() - faults) * 100 / ((double)bytes / 4096);
    samrena_destroy(arena);
    end_others();
}

static void turn_latency(const void *what, uint64_t mib, double *answers) {
    static Histogram histogram;
    const Way *way = what;
    uint64_t bytes = mib * MIB, seed = 1;
    double nanoseconds = seconds_per_tick() * 1e9;
    int turns = turns_of_work();
    prepare(way, bytes);
    Samrena *arena = begin(way, bytes);
    for (uint64_t i = 0; i < bytes / BLOCK; i++) {
        uint64_t before = ticks();
        push_one(arena, i);
        histogram_add(&histogram, ticks() - before);
        seed = work(seed, turns);
    }
    answers[0] = (double)histogram_quantile(&histogram, 0.99) * nanoseconds;
    answers[1] = (double)histogram_quantile(&histogram, 0.9999) * nanoseconds;
    samrena_destroy(arena);
    end_others();
}

static double turn_reserve(const void *what, uint64_t mib) {
    const Way *way = what;
    prepare(way, mib * MIB);
    double start = now_seconds();
    Samrena *arena = begin(way, mib * MIB);
    double milliseconds = (now_seconds() - start) * 1e3;
    samrena_destroy(arena);
    end_others();
    return milliseconds;
}

/* ---- The questions ---- */

#define NEVER SAMRENA_HUGE_PAGES_NEVER
#define HUGE SAMRENA_HUGE_PAGES_AUTO
#define AHEAD SAMRENA_PREFAULT_AHEAD
#define PARALLEL SAMRENA_PREFAULT_PARALLEL

static const Way idle[] = {{"virtual", NEVER, 0, false, false},    {"virtual", NEVER, 0, true, false},
                           {"virtual", NEVER, AHEAD, true, false}, {"chained", NEVER, 0, false, false},
                           {"chained", NEVER, 0, true, false},     {"chained", NEVER, AHEAD, true, false},
                           {"virtual", HUGE, 0, true, false},      {"virtual", HUGE, AHEAD, true, false},
                           {"chained", HUGE, 0, true, false},      {"chained", HUGE, AHEAD, true, false}};
static const Way busy[] = {{"virtual", NEVER, 0, false, true},
                           {"virtual", NEVER, AHEAD, true, true},
                           {"chained", NEVER, 0, false, true},
                           {"chained", NEVER, AHEAD, true, true}};
static const Way reserves[] = {{"virtual", NEVER, 0, true, false}, {"virtual", NEVER, PARALLEL, true, false},
                               {"chained", NEVER, 0, true, false}, {"chained", NEVER, PARALLEL, true, false},
                               {"virtual", HUGE, 0, true, false},  {"virtual", HUGE, PARALLEL, true, false},
                               {"chained", HUGE, 0, true, false},  {"chained", HUGE, PARALLEL, true, false}};
static const Way busy_reserves[] = {{"virtual", NEVER, 0, true, true},
                                    {"virtual", NEVER, PARALLEL, true, true},
                                    {"chained", NEVER, 0, true, true},
                                    {"chained", NEVER, PARALLEL, true, true}};

static const Candidate idle_candidates[] = {
    {"virtual, not reserved", &idle[0], NULL},   {"virtual, reserved", &idle[1], NULL},
    {"virtual, ahead", &idle[2], NULL},          {"chained, not reserved", &idle[3], NULL},
    {"chained, reserved", &idle[4], NULL},       {"chained, ahead", &idle[5], NULL},
    {"virtual, reserved, huge", &idle[6], NULL}, {"virtual, ahead, huge", &idle[7], NULL},
    {"chained, reserved, huge", &idle[8], NULL}, {"chained, ahead, huge", &idle[9], NULL},
};
static const Candidate busy_candidates[] = {
    {"virtual, not reserved", &busy[0], NULL},
    {"virtual, ahead", &busy[1], NULL},
    {"chained, not reserved", &busy[2], NULL},
    {"chained, ahead", &busy[3], NULL},
};
static const Candidate reserve_candidates[] = {
    {"virtual", &reserves[0], NULL},       {"virtual, parallel", &reserves[1], NULL},
    {"chained", &reserves[2], NULL},       {"chained, parallel", &reserves[3], NULL},
    {"virtual, huge", &reserves[4], NULL}, {"virtual, parallel, huge", &reserves[5], NULL},
    {"chained, huge", &reserves[6], NULL}, {"chained, parallel, huge", &reserves[7], NULL},
};
static const Candidate busy_reserve_candidates[] = {
    {"virtual", &busy_reserves[0], NULL},
    {"virtual, parallel", &busy_reserves[1], NULL},
    {"chained", &busy_reserves[2], NULL},
    {"chained, parallel", &busy_reserves[3], NULL},
};

#define CANDIDATES(array) .candidates = array, .candidate_count = sizeof(array) / sizeof(array[0])
#define IDLE CANDIDATES(idle_candidates), .reference = "virtual, not reserved", .size = FILL
#define BUSY CANDIDATES(busy_candidates), .reference = "virtual, not reserved", .size = FILL

enum {
    WALL,
    FIRST,
    FAULTS,
    P99,
    P9999,
    BUSY_WALL,
    BUSY_FIRST,
    BUSY_FAULTS,
    BUSY_P99,
    BUSY_P9999,
    RESERVING,
    BUSY_RESERVING
};

static Question questions[] = {
    [WALL] = {"128 MiB with work", "ms", IDLE, .turn_for_all = turn_wall, .answer_count = 3},
    [FIRST] = {"The same, to the first push", "ms", IDLE},
    [FAULTS] = {"The same, pages that the pushing thread faulted for", "%", IDLE},
    [P99] = {"One push and its store, 99th percentile", "ns", IDLE, .turn_for_all = turn_latency, .answer_count = 2},
    [P9999] = {"The same, 99.99th percentile", "ns", IDLE},
    [BUSY_WALL] = {"128 MiB with work, processors busy", "ms", BUSY, .turn_for_all = turn_wall, .answer_count = 3},
    [BUSY_FIRST] = {"The same, processors busy, to the first push", "ms", BUSY},
    [BUSY_FAULTS] = {"The same, processors busy, pages that the pushing thread faulted for", "%", BUSY},
    [BUSY_P99] = {"One push and its store, 99th percentile, processors busy", "ns", BUSY, .turn_for_all = turn_latency,
                  .answer_count = 2},
    [BUSY_P9999] = {"The same, processors busy, 99.99th percentile", "ns", BUSY},
    [RESERVING] = {"Reserving 256 MiB", "ms", CANDIDATES(reserve_candidates), .reference = "virtual",
                   .turn = turn_reserve, .size = RESERVE},
    [BUSY_RESERVING] = {"Reserving 256 MiB, processors busy", "ms", CANDIDATES(busy_reserve_candidates),
                        .reference = "virtual", .turn = turn_reserve, .size = RESERVE},
};

static void judge_ahead(Bench *bench, const char *adapter) {
    char plain[64], ahead[64];
    snprintf(plain, sizeof(plain), "%s, not reserved", adapter);
    snprintf(ahead, sizeof(ahead), "%s, ahead", adapter);
    bench_judge(bench, ratio_of(bench, &questions[WALL], ahead, plain), true, 0.55, "%s, ahead: time over not reserved",
                adapter);
    bench_judge(bench, spread_of(bench, &questions[FIRST], ahead), true, 0.5, "the same: ms to the first push");
    bench_judge(bench, spread_of(bench, &questions[FAULTS], ahead), true, 3, "the same: %% of pages faulted for");
    bench_judge(bench, spread_of(bench, &questions[P99], ahead), true, 35, "the same: p99, ns");
    bench_judge(bench, ratio_of(bench, &questions[BUSY_WALL], ahead, plain), true, 1.05,
                "the same, processors busy: time over not reserved");
    bench_judge(bench, ratio_of(bench, &questions[BUSY_P9999], ahead, plain), true, 1.05,
                "the same, processors busy: p99.99 over not reserved");
}

static void judge_parallel(Bench *bench, const char *adapter) {
    char parallel[64];
    snprintf(parallel, sizeof(parallel), "%s, parallel", adapter);
    bench_judge(bench, ratio_of(bench, &questions[RESERVING], parallel, adapter), true, 0.70,
                "%s, parallel: reserve over one thread's", adapter);
    bench_judge(bench, ratio_of(bench, &questions[BUSY_RESERVING], parallel, adapter), true, 1.05,
                "the same, processors busy");
}

int main(int argc, char **argv) {
    Bench bench;
    bench_start(&bench, "bench_ahead", argc, argv, questions);
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        if (questions[i].turn || questions[i].turn_for_all)
            bench_measure(&bench, &questions[i]);
        report_question(&bench, &questions[i]);
    }
    judge_ahead(&bench, "virtual");
    judge_ahead(&bench, "chained");
    judge_parallel(&bench, "virtual");
    judge_parallel(&bench, "chained");
    bench_end(&bench);
    return 0;
}
