// SPDX-License-Identifier: MIT
// Whether one operation costs the same at 64 n as at n: refusals, trims, resets, mixed sizes and alignments, thousands
// of regions, wrong hints. Where samrena.h declares the logarithm of the number of regions, the ratio is told alone.
#include <math.h>
#include <stdlib.h>

#include "bench.h"
#include "cliffs.h"
#include "measure.h"
#include "report.h"

enum { MOST_CLIFFS = 64 };

#define AT_MOST 1.30

/* ---- One run, at n or at 64 n ---- */

typedef struct Run {
    const Cliff *cliff;
    uint64_t n;
} Run;

/* The code is there before the clock starts. */
static void warm_up_code(const Cliff *cliff) {
    Stage stage;
    cliff_open(&stage, cliff, cliff->n);
    (void)cliff_run(&stage);
    cliff_close(&stage);
}

static double turn(const void *what, uint64_t size) {
    const Run *run = what;
    Stage stage;
    (void)size;
    warm_up_code(run->cliff);
    warm_up_heap(26 << 10);
    cliff_open(&stage, run->cliff, run->n);
    empty_caches();
    double start = now_seconds();
    uint64_t operations = cliff_run(&stage);
    return (now_seconds() - start) * 1e9 / (double)operations;
}

/* ---- All of them ---- */

static Run runs[MOST_CLIFFS][2];
static Candidate candidates[MOST_CLIFFS][2];
static Question questions[MOST_CLIFFS];

static void set_up(void) {
    for (size_t i = 0; i < cliff_count; i++) {
        runs[i][0] = (Run){&cliffs[i], cliffs[i].n};
        runs[i][1] = (Run){&cliffs[i], cliffs[i].n * CLIFF_FACTOR};
        candidates[i][0] = (Candidate){"n", &runs[i][0], NULL};
        candidates[i][1] = (Candidate){"64 n", &runs[i][1], NULL};
        questions[i] = (Question){.title = cliffs[i].name, .unit = "ns an operation", .reference = "n"};
        questions[i].candidates = candidates[i];
        questions[i].candidate_count = 2;
        questions[i].turn = turn;
    }
}

static void print_head(void) {
    printf("\n## One operation at n and at 64 n\n\n");
    printf("| %-42s | %6s | %9s | %9s | %6s | %-12s | %-21s |\n", "", "n", "ns at n", "at 64 n", "ratio", "quartiles",
           "must reach");
    printf("| %-42s | %6s | %9s | %9s | %6s | %-12s | %-21s |\n", ":---",
           "---:", "---:", "---:", "---:", "---:", ":---");
}

static void print_row(Bench *bench, const Question *question, const Cliff *cliff) {
    char verdict[32] = "declared: log regions";
    Spread ratio = ratio_of(bench, question, "64 n", "n");
    if (!cliff->logarithmic)
        snprintf(verdict, sizeof(verdict), "at most %.2f: %s", AT_MOST, ratio.median <= AT_MOST ? "reached" : "MISSED");
    printf("| %-42s | %6llu | %9.1f | %9.1f | %6.2f | %.2f to %.2f | %-21s |\n", cliff->name,
           (unsigned long long)cliff->n, spread_of(bench, question, "n").median,
           spread_of(bench, question, "64 n").median, ratio.median, ratio.lower, ratio.upper, verdict);
    for (int i = 0; i < question->candidate_count; i++) {
        const char *name = question->candidates[i].name;
        report_csv_row(bench, question->title, name, question->unit, spread_of(bench, question, name),
                       ratio_of(bench, question, name, question->reference));
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    Bench bench;
    set_up();
    bench_start(&bench, "bench_cliffs", argc, argv, questions);
    print_head();
    for (size_t i = 0; i < cliff_count; i++) {
        bench_measure(&bench, &questions[i]);
        print_row(&bench, &questions[i], &cliffs[i]);
    }
    printf("\nMedians of %d rounds, a process each; ratios are taken within a round.\n", bench.rounds);
    bench_end(&bench);
    return 0;
}
