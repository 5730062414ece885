// SPDX-License-Identifier: MIT
// What the clients of docs/examples cost, whole jobs: on the C heap, on other heaps, and in arenas, reserved or not.
//
// Other heaps are preloaded, as their users do it: the library then runs as it comes, as on the C heap.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "client.h"
#include "measure.h"
#include "report.h"

#define CLIENT(name) extern const Client name##_client;
CLIENTS
#undef CLIENT
#define CLIENT(name) &name##_client,
static const Client *const clients[] = {CLIENTS};
enum { CLIENT_COUNT = sizeof(clients) / sizeof(clients[0]) };

/* ---- The candidates ---- */

typedef struct Way {
    const char *adapter; /* NULL: no arena */
    bool reserved;
    const char *library; /* a heap to be preloaded; NULL: none */
    const char *symbol;  /* that only this one has */
} Way;

static const Way mimalloc = {.library = "libmimalloc.so.2", .symbol = "mi_malloc"};
static const Way jemalloc = {.library = "libjemalloc.so.2", .symbol = "mallocx"};

static const char *missing_library(const char *file) {
    return dlopen(file, RTLD_NOW | RTLD_LOCAL) ? NULL : strdup(dlerror());
}

static const char *missing_mimalloc(void) {
    return missing_library(mimalloc.library);
}

static const char *missing_jemalloc(void) {
    return missing_library(jemalloc.library);
}

static void preload(const void *what) {
    const Way *way = what;
    if (way->library)
        setenv("LD_PRELOAD", way->library, 1);
}

static const Candidate candidates[] = {
    {"C heap", &(Way){0}, NULL},
    {"mimalloc", &mimalloc, missing_mimalloc},
    {"jemalloc", &jemalloc, missing_jemalloc},
    {"chained", &(Way){.adapter = "chained"}, NULL},
    {"virtual", &(Way){.adapter = "virtual"}, NULL},
    {"chained, reserved", &(Way){.adapter = "chained", .reserved = true}, NULL},
    {"virtual, reserved", &(Way){.adapter = "virtual", .reserved = true}, NULL},
};
enum { CANDIDATES = sizeof(candidates) / sizeof(candidates[0]) };

static const char *const unreserved[] = {"chained", "virtual", NULL};
static const char *const reserved[] = {"chained, reserved", "virtual, reserved", NULL};
static const char *const arenas[] = {"chained", "virtual", "chained, reserved", "virtual, reserved", NULL};

/* ---- A turn ---- */

enum { TIME, FAULTS, PEAK, DIGEST, ANSWERS };

static Result run_job(const Client *client, const Way *way, Text text) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = way->adapter;
    if (!way->adapter)
        return client->job(NULL, text);
    Samrena *arena = samrena_create(&config);
    if (!arena || (way->reserved && samrena_reserve(arena, client_need(client, text)) != SAMRENA_OK))
        client_fail(samrena_last_error_message());
    Result result = client->job(arena, text);
    samrena_destroy(arena);
    return result;
}

static bool next_adapter(const SamrenaAdapterInfo *info, void *user) {
    (void)info;
    (void)user;
    return true;
}

/* `which` is the client. */
static void turn(const void *what, uint64_t which, double *answers) {
    const Client *client = clients[which];
    const Way *way = what;
    Text text = client_text(client, NULL, false);
    if (way->symbol && !dlsym(RTLD_DEFAULT, way->symbol))
        client_fail("the heap was not preloaded");
    samrena_adapter_each(next_adapter, NULL); /* loads them: what a process does once is no part of a job */
    forget_peak();
    double before = resident_mib();
    long faults = page_faults();
    double start = processor_seconds();
    Result result = run_job(client, way, text);
    answers[TIME] = (processor_seconds() - start) * 1e3;
    answers[FAULTS] = (double)(page_faults() - faults);
    answers[PEAK] = peak_mib() - before;
    answers[DIGEST] = (double)(uint32_t)(result.digest ^ result.digest >> 32 ^ result.count);
}

/* ---- The tables ---- */

static Question questions[CLIENT_COUNT][ANSWERS];

static void ask(uint64_t which) {
    static const char *const titles[ANSWERS] = {"CPU time", "page faults", "peak memory", "digest"};
    static const char *const units[ANSWERS] = {"ms", "faults", "MiB", ""};
    for (int i = 0; i < ANSWERS; i++) {
        char *title = malloc(64);
        snprintf(title, 64, "%s: %s", clients[which]->name, titles[i]);
        questions[which][i] = (Question){.title = title,
                                         .unit = units[i],
                                         .reference = "C heap",
                                         .candidates = candidates,
                                         .candidate_count = CANDIDATES,
                                         .prepare = preload,
                                         .turn_for_all = turn,
                                         .answer_count = ANSWERS,
                                         .size = which};
    }
}

static void check_results(const Bench *bench, const Question *digests) {
    for (int candidate = 0; candidate < CANDIDATES; candidate++)
        for (int round = 0; round < bench->rounds && !digests->skipped[candidate]; round++)
            if (digests->values[candidate][round] != digests->values[0][0])
                client_fail("the results differ from those on the C heap");
}

/* The C heap as it is, the others over it. */
static void print_row(Bench *bench, const Question *question, const char *name) {
    printf("| %-10s | %9.2f |", name, spread_of(bench, question, "C heap").median);
    for (int i = 0; i < CANDIDATES; i++) {
        const char *candidate = candidates[i].name;
        Spread ratio = ratio_of(bench, question, candidate, "C heap");
        if (i > 0)
            printf(" %17.2f |", ratio.median);
        report_csv_row(bench, question->title, candidate, question->unit, spread_of(bench, question, candidate), ratio);
    }
    printf("\n");
}

static void print_table(Bench *bench, int answer, const char *title) {
    printf("\n## %s\n\n| %-10s | %9s |", title, "", "C heap");
    for (int i = 1; i < CANDIDATES; i++)
        printf(" %17s |", candidates[i].name);
    printf("\n| :--------- | --------: |");
    for (int i = 1; i < CANDIDATES; i++)
        printf(" ----------------: |");
    printf("\n");
    for (int i = 0; i < CLIENT_COUNT; i++)
        print_row(bench, &questions[i][answer], clients[i]->name);
}

static void print_skipped(const Question *asked) {
    printf("\n");
    for (int i = 0; i < CANDIDATES; i++)
        if (asked->skipped[i])
            printf("skipped: %s (%s)\n", candidates[i].name, asked->skipped[i]);
}

/* ---- The figures ---- */

/* With the adapter that fits best. */
static const char *judge_time(Bench *bench, int which, const char *const *names) {
    const Question *asked = &questions[which][TIME];
    const char *best = best_of(bench, asked, names);
    bench_judge(bench, ratio_of(bench, asked, best, "C heap"), true, 1.0, "%s: CPU time over the C heap, %s",
                clients[which]->name, best);
    return best;
}

static void judge_peak(Bench *bench, int which, const char *best) {
    bench_judge(bench, ratio_of(bench, &questions[which][PEAK], best, "C heap"), true, 1.15,
                "%s: peak memory over the C heap, %s", clients[which]->name, best);
}

/* The ratio. */
static double judge_over_mimalloc(Bench *bench, int which) {
    const Question *asked = &questions[which][TIME];
    const char *best = best_of(bench, asked, arenas);
    Spread ratio = ratio_of(bench, asked, best, "mimalloc");
    bench_judge(bench, ratio, true, 1.05, "%s: CPU time over mimalloc, %s", clients[which]->name, best);
    return ratio.median;
}

static void judge(Bench *bench) {
    double faster = 0;
    for (int i = 0; i < CLIENT_COUNT; i++) {
        judge_peak(bench, i, judge_time(bench, i, unreserved));
        judge_time(bench, i, reserved);
        double ratio = judge_over_mimalloc(bench, i);
        faster += isnan(ratio) ? NAN : ratio <= 1;
    }
    bench_judge(bench, exactly(faster / CLIENT_COUNT), false, 0.5,
                "Share of the clients that take no more CPU time than with mimalloc");
}

int main(int argc, char **argv) {
    Bench bench;
    for (uint64_t i = 0; i < CLIENT_COUNT; i++)
        ask(i);
    bench_start(&bench, "bench_clients", argc, argv, questions[0]);
    for (int i = 0; i < CLIENT_COUNT; i++) {
        bench_measure(&bench, questions[i]);
        check_results(&bench, &questions[i][DIGEST]);
    }
    print_table(&bench, TIME, "CPU time of the job: milliseconds on the C heap, and the others over it");
    print_table(&bench, FAULTS, "Page faults: on the C heap, and the others over it");
    print_table(&bench, PEAK, "Peak memory: MiB on the C heap, and the others over it");
    print_skipped(questions[0]);
    judge(&bench);
    bench_end(&bench);
    return 0;
}
