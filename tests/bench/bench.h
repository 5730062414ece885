// SPDX-License-Identifier: MIT
// The harness of the benchmarks: questions, the candidates that answer them, and the rounds in which those take turns.
//
// Each turn is this program once more, as a process of its own: no candidate finds the heap, the caches or the address
// space as another one left them. Within a round the order is shuffled; ratios are taken within a round, so that what
// slows the whole machine for a while cancels out.
#ifndef SAMRENA_TESTS_BENCH_H
#define SAMRENA_TESTS_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MOST_CANDIDATES = 32, MOST_ROUNDS = 99, FEWEST_ROUNDS = 9, MOST_FIGURES = 64, MOST_ANSWERS = 4 };

typedef struct Candidate {
    const char *name;
    const void *what;             /* for turn(): what it measures */
    const char *(*missing)(void); /* readies it, or says why it is skipped; no function: it is ready */
} Candidate;

typedef struct Question {
    const char *title;
    const char *unit;
    const char *reference; /* the candidate that the others' ratios are over */
    const Candidate *candidates;
    int candidate_count;
    void (*prepare)(const void *what); /* called in a turn's process before its program starts; NULL: nothing to do */
    double (*turn)(const void *what, uint64_t size);                        /* one measurement, in its own process */
    void (*turn_for_all)(const void *what, uint64_t size, double *answers); /* instead of turn() */
    int answer_count; /* of turn_for_all(): this question's and those of the next ones; at most MOST_ANSWERS */
    uint64_t size;    /* handed to turn() */
    const char *skipped[MOST_CANDIDATES];        /* why; NULL: it is not */
    double values[MOST_CANDIDATES][MOST_ROUNDS]; /* NAN: skipped */
} Question;

/* The median of the rounds and their quartiles; all NAN where nothing was measured. */
typedef struct Spread {
    double median, lower, upper;
} Spread;

typedef struct Figure {
    char what[160];
    Spread value;
    bool at_most;
    double bound;
} Figure;

typedef struct Bench {
    const char *name;
    int rounds;
    const char *csv_path;
    FILE *csv; /* NULL: none wanted */
    Question *questions;
    Figure figures[MOST_FIGURES];
    int figure_count;
} Bench;

/* Reads --rounds N and --csv FILE. In the process of a turn it takes that turn and does not return. */
void bench_start(Bench *bench, const char *name, int argc, char **argv, Question *questions);

/* All rounds of one question, and of the next ones where a turn answers several. */
void bench_measure(Bench *bench, Question *question);
/* The same, then its table. */
void bench_run(Bench *bench, Question *question);

Spread spread_of(const Bench *bench, const Question *question, const char *candidate);
/* The ratio of two candidates, taken within each round. */
Spread ratio_of(const Bench *bench, const Question *question, const char *candidate, const char *reference);
/* The ratio of one candidate's answers to two questions. */
Spread ratio_between(const Bench *bench, const Question *question, const Question *reference, const char *candidate);
/* The one with the lowest median among `names`, which end in NULL; the first where none of them was measured. */
const char *best_of(const Bench *bench, const Question *question, const char *const *names);

/* A figure that the project promises. Reached or missed, the benchmark goes on and tells. */
__attribute__((format(printf, 5, 6))) void bench_judge(Bench *bench, Spread value, bool at_most, double bound,
                                                       const char *format, ...);

/* A count: the same on any machine and in every round. */
Spread exactly(double value);
void bench_count(Bench *bench, const char *question, const char *candidate, const char *unit, double value);

/* Prints the figures and closes the CSV. */
void bench_end(Bench *bench);

#endif
