// SPDX-License-Identifier: MIT
// What a label costs and saves: arenas of sizes/, a number a line in the order of their making, filled with blocks of
// 48 and 208 bytes, with a label, without one, and with each size known; and in one arena that has enough for any of
// them, reset for each: the pushes alone, below which no way can get. Before the clock starts all of them were made
// once in the same way: the heap is as a program's that has run for a while. What is learnt is learnt on the clock,
// anew.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "measure.h"
#include "report.h"
#include "samrena.h"

typedef enum Manner {
    DOUBLES, /* from what is usual */
    LEARNS,  /* by a label */
    KNOWS,   /* each size: what nobody does */
    FILLS    /* what there is: one arena for all */
} Manner;

typedef struct Way {
    const char *adapter;
    Manner manner;
    bool unkept; /* each arena is made anew; else small ones are kept for the next */
} Way;

typedef struct Workload {
    const char *name;
    const char *what;
    double most; /* time over no label that is to be reached with chained */
} Workload;

static const Workload workloads[] = {
    {"headers", "C headers, read whole", 0.85},
    {"python", "Python files, read whole", 0.85},
    {"requests", "requests, narrow to wide", 0.70},
    {"wide", "sizes that differ by a thousand", 0.65},
    {"bimodal", "one of ten is sixty times as large", 0.65},
    {"phase", "a thousand large ones between small ones", 0.20},
    {"frames", "frames of 3 MB", 0.10},
};

enum { WORKLOADS = sizeof(workloads) / sizeof(workloads[0]), MOST_SIZES = 8192, ANSWERS = 4 };
enum { TIME, CAPACITY, CALLS, FAULTS };

static uint64_t sizes[MOST_SIZES];
static int size_count;

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "bench_labels: %s: %s\n", what, samrena_last_error_message());
    exit(1);
}

static void read_sizes(const char *name) {
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", SIZES_FOLDER, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    while (size_count < MOST_SIZES && fscanf(file, "%" SCNu64, &sizes[size_count]) == 1)
        size_count++;
    fclose(file);
}

/* ---- One pass over all arenas ---- */

typedef struct Pass {
    double capacity, used, calls, faults;
} Pass;

static void fill(Samrena *arena, uint64_t size) {
    uint64_t filled = 0;
    for (uint64_t i = 0; filled < size; i++) {
        uint64_t block = i % 8 == 7 ? 208 : 48;
        if (block > size - filled)
            block = (size - filled + 15) & ~UINT64_C(15);
        volatile uint64_t *pushed = samrena_push(arena, block);
        if (!pushed)
            fail("push");
        *pushed = i;
        filled += block;
    }
}

static Samrena *create(const SamrenaConfig *config) {
    Samrena *arena = samrena_create(config);
    if (!arena)
        fail("create");
    return arena;
}

static void fill_and_count(Samrena *arena, uint64_t size, Pass *pass) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    fill(arena, size);
    (void)samrena_get_info(arena, &info);
    pass->capacity += (double)info.committed;
    pass->used += (double)info.allocated;
    pass->calls += (double)info.adapter_calls;
}

static void live(const SamrenaConfig *config, uint64_t size, Pass *pass) {
    Samrena *arena = create(config);
    fill_and_count(arena, size, pass);
    samrena_destroy(arena);
}

static Samrena *create_for_all(SamrenaConfig config) {
    for (int i = 0; i < size_count; i++)
        config.initial_size = config.initial_size > sizes[i] ? config.initial_size : sizes[i] + 16;
    return create(&config);
}

/* `one`: for FILLS. */
static Pass pass_over_all(SamrenaConfig config, Manner manner, Samrena *one) {
    Pass pass = {0};
    long before = page_faults();
    for (int i = 0; i < size_count; i++) {
        if (manner == KNOWS)
            config.initial_size = sizes[i] + 16;
        if (manner == FILLS) {
            fill_and_count(one, sizes[i], &pass);
            (void)samrena_reset(one);
        } else {
            live(&config, sizes[i], &pass);
        }
    }
    pass.faults = (double)(page_faults() - before);
    return pass;
}

/* Seconds of one, the median of some: one alone is over in milliseconds. *pass: the first one's counts, that learns. */
static double time_passes(SamrenaConfig config, Manner manner, Samrena *one, Pass *pass) {
    enum { MOST_PASSES = 15 };
    double seconds[MOST_PASSES], all = 0;
    size_t passes = 0;
    while (passes == 0 || (passes < MOST_PASSES && all < 0.25)) {
        double start = processor_seconds();
        Pass newest = pass_over_all(config, manner, one);
        seconds[passes] = processor_seconds() - start;
        if (passes == 0)
            *pass = newest;
        all += seconds[passes++];
    }
    return median(seconds, passes);
}

static void turn_workload(const void *what, uint64_t workload, double *answers) {
    static SamrenaLabel earlier = SAMRENA_LABEL("earlier"), label = SAMRENA_LABEL("bench");
    const Way *way = what;
    SamrenaConfig config = samrena_default_config();
    config.adapter = way->adapter;
    read_sizes(workloads[workload].name);
    config.recycle = SAMRENA_RECYCLE_NEVER; /* nothing is kept that is of another kind */
    config.label = way->manner == LEARNS ? &earlier : NULL;
    Samrena *one = way->manner == FILLS ? create_for_all(config) : NULL;
    (void)pass_over_all(config, way->manner, one);
    config.recycle = way->unkept ? SAMRENA_RECYCLE_NEVER : SAMRENA_RECYCLE_AUTO;
    config.label = way->manner == LEARNS ? &label : NULL;
    Pass pass = {0};
    answers[TIME] = time_passes(config, way->manner, one, &pass) * 1e6 / size_count;
    samrena_destroy(one);
    answers[CAPACITY] = pass.capacity / pass.used;
    answers[CALLS] = pass.calls / size_count;
    answers[FAULTS] = pass.faults / size_count;
}

/* ---- What a label costs ---- */

static void loop_lives(void *state, uint64_t turns) {
    for (uint64_t i = 0; i < turns; i++) {
        Samrena *arena = samrena_create(state);
        for (int k = 0; k < 20; k++)
            *(volatile unsigned char *)samrena_push(arena, 64) = 1;
        samrena_destroy(arena);
    }
}

static double turn_cost(const void *what, uint64_t size) {
    static SamrenaLabel label = SAMRENA_LABEL("bench");
    const Way *way = what;
    SamrenaConfig config = samrena_default_config();
    config.adapter = way->adapter;
    config.label = way->manner == LEARNS ? &label : NULL;
    (void)size;
    return time_operations(loop_lives, &config, 1);
}

/* ---- A program that is run twice ---- */

/* As a compiler has them: one arena as long as the process, and some for parts of its work. */
static Pass compile(SamrenaLabel *unit, SamrenaLabel *function, const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    Pass pass = {0};
    config.adapter = adapter;
    config.label = unit;
    SamrenaInfo info = {.struct_size = sizeof(info)};
    Samrena *arena = create(&config);
    long before = page_faults();
    fill(arena, 24 << 20);
    pass.faults = (double)(page_faults() - before);
    (void)samrena_get_info(arena, &info);
    pass.calls = (double)info.adapter_calls;
    config.label = function;
    for (int i = 0; i < 3; i++)
        live(&config, 300 << 10, &pass);
    samrena_destroy(arena);
    return pass;
}

static void turn_run(const void *what, uint64_t size, double *answers) {
    static SamrenaLabel unit = SAMRENA_LABEL("unit"), function = SAMRENA_LABEL("function");
    const Way *way = what;
    char profile[] = "/tmp/bench_labels.XXXXXX";
    (void)size;
    int file = mkstemp(profile);
    if (file < 0)
        fail("a temporary file");
    if (way->manner == LEARNS) { /* an earlier run left it */
        static SamrenaLabel earlier_unit = SAMRENA_LABEL("unit"), earlier_function = SAMRENA_LABEL("function");
        (void)compile(&earlier_unit, &earlier_function, way->adapter);
        if (samrena_labels_save(profile) || samrena_labels_load(profile))
            fail("the profile");
    }
    Pass pass = compile(&unit, &function, way->adapter);
    (void)remove(profile);
    answers[0] = pass.calls;
    answers[1] = pass.faults;
}

/* ---- All of it ---- */

static const Way ways[] = {
    {"chained", DOUBLES, false}, {"chained", LEARNS, false}, {"chained", KNOWS, false}, {"chained", FILLS, false},
    {"virtual", DOUBLES, false}, {"virtual", LEARNS, false}, {"virtual", KNOWS, false}, {"virtual", FILLS, false},
    {"chained", DOUBLES, true},  {"chained", LEARNS, true},  {"chained", KNOWS, true},
};
static const Candidate candidates[] = {
    {"chained", &ways[0], NULL},
    {"chained, label", &ways[1], NULL},
    {"chained, size known", &ways[2], NULL},
    {"chained, pushes alone", &ways[3], NULL},
    {"virtual", &ways[4], NULL},
    {"virtual, label", &ways[5], NULL},
    {"virtual, size known", &ways[6], NULL},
    {"virtual, pushes alone", &ways[7], NULL},
    {"chained, not kept", &ways[8], NULL},
    {"chained, not kept, label", &ways[9], NULL},
    {"chained, not kept, size known", &ways[10], NULL},
};
static const Candidate without_known[] = {
    {"chained", &ways[0], NULL},
    {"chained, label", &ways[1], NULL},
    {"virtual", &ways[4], NULL},
    {"virtual, label", &ways[5], NULL},
};

enum { COST = WORKLOADS * ANSWERS, RUN_CALLS, RUN_FAULTS, QUESTIONS };

static Question questions[QUESTIONS] = {
    [COST] = {.title = "A life: create, 20 pushes of 64 bytes, destroy",
              .unit = "ns a life",
              .reference = "chained",
              .candidates = without_known,
              .candidate_count = 4,
              .turn = turn_cost},
    [RUN_CALLS] = {.title = "A compiler that runs again with the profile of its last run: adapter calls",
                   .unit = "calls",
                   .reference = "chained",
                   .candidates = without_known,
                   .candidate_count = 4,
                   .turn_for_all = turn_run,
                   .answer_count = 2},
    [RUN_FAULTS] = {.title = "The same: page faults while its one large arena is filled",
                    .unit = "faults",
                    .reference = "chained",
                    .candidates = without_known,
                    .candidate_count = 4},
};
static char titles[COST][96];

static void ask_about(int workload) {
    static const char *const of[ANSWERS] = {"time", "capacity over use", "adapter calls", "page faults"};
    static const char *const units[ANSWERS] = {"us an arena", "times", "calls an arena", "faults an arena"};
    for (int i = 0; i < ANSWERS; i++) {
        Question *question = &questions[workload * ANSWERS + i];
        char *title = titles[workload * ANSWERS + i];
        snprintf(title, sizeof(titles[0]), "%s, %s: %s", workloads[workload].name, workloads[workload].what, of[i]);
        *question = (Question){.title = title,
                               .unit = units[i],
                               .reference = "chained",
                               .candidates = candidates,
                               .candidate_count = sizeof(candidates) / sizeof(candidates[0]),
                               .size = (uint64_t)workload};
        question->turn_for_all = i == 0 ? turn_workload : NULL;
        question->answer_count = i == 0 ? ANSWERS : 0;
    }
}

static void judge_workload(Bench *bench, int workload) {
    const Question *first = &questions[workload * ANSWERS];
    const char *name = workloads[workload].name;
    double most_virtual = strcmp(name, "frames") == 0 ? 0.3 : 1.0;
    bench_judge(bench, ratio_of(bench, &first[TIME], "chained, label", "chained"), true, workloads[workload].most,
                "%s, chained: time with a label over none", name);
    bench_judge(bench, ratio_of(bench, &first[CAPACITY], "chained, label", "chained"), true, 1.10,
                "%s, chained: capacity over use with a label over none", name);
    bench_judge(bench, ratio_of(bench, &first[TIME], "virtual, label", "virtual"), true, most_virtual,
                "%s, virtual: time with a label over none", name);
    bench_judge(bench, ratio_of(bench, &first[CAPACITY], "virtual, label", "virtual"), true, 1.10,
                "%s, virtual: capacity over use with a label over none", name);
    bench_judge(bench, ratio_of(bench, &first[TIME], "chained, not kept, label", "chained, not kept"), true,
                workloads[workload].most, "%s, chained, not kept: time with a label over none", name);
}

static void judge(Bench *bench, const char *adapter) {
    char labelled[32];
    snprintf(labelled, sizeof(labelled), "%s, label", adapter);
    Spread with = spread_of(bench, &questions[COST], labelled), without = spread_of(bench, &questions[COST], adapter);
    Spread cost = {with.median - without.median, with.lower - without.lower, with.upper - without.upper};
    bench_judge(bench, cost, true, 10, "%s: what a label costs a life, in nanoseconds", adapter);
    bench_judge(bench, ratio_of(bench, &questions[RUN_CALLS], labelled, adapter), true, 0.5,
                "%s, a second run: adapter calls over the first", adapter);
    bench_judge(bench, ratio_of(bench, &questions[RUN_FAULTS], labelled, adapter), true, 0.5,
                "%s, a second run: page faults over the first", adapter);
}

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < WORKLOADS; i++)
        ask_about(i);
    bench_start(&bench, "bench_labels", argc, argv, questions);
    for (int i = 0; i < QUESTIONS; i++) {
        if (questions[i].turn || questions[i].turn_for_all)
            bench_measure(&bench, &questions[i]);
        report_question(&bench, &questions[i]);
    }
    for (int i = 0; i < WORKLOADS; i++)
        judge_workload(&bench, i);
    judge(&bench, "chained");
    judge(&bench, "virtual");
    bench_end(&bench);
    return 0;
}
