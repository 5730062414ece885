// SPDX-License-Identifier: MIT
// The harness of the benchmarks: rounds of turns, each a process of its own, and what is computed from them.
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "report.h"

/* ---- One turn, in a process of its own ---- */

static _Noreturn void fail(const Bench *bench, const char *what) {
    fprintf(stderr, "%s: %s: %s\n", bench->name, what, strerror(errno));
    exit(1);
}

static const char *missing(const Candidate *candidate) {
    return candidate->missing ? candidate->missing() : NULL;
}

static _Noreturn void take_turn(const Bench *bench, char **arguments) {
    const Question *question = &bench->questions[atoi(arguments[0])];
    const Candidate *candidate = &question->candidates[atoi(arguments[1])];
    uint64_t size = strtoull(arguments[2], NULL, 10);
    double answers[MOST_ANSWERS] = {0};
    if (missing(candidate))
        _exit(1);
    if (question->turn_for_all)
        question->turn_for_all(candidate->what, size, answers);
    else
        answers[0] = question->turn(candidate->what, size);
    _exit(write(STDOUT_FILENO, answers, sizeof(answers)) == (ssize_t)sizeof(answers) ? 0 : 1);
}

static _Noreturn void become_turn(const Bench *bench, const Question *question, int candidate, int out) {
    char index[16], which[16], size[24];
    snprintf(index, sizeof(index), "%d", (int)(question - bench->questions));
    snprintf(which, sizeof(which), "%d", candidate);
    snprintf(size, sizeof(size), "%llu", (unsigned long long)question->size);
    dup2(out, STDOUT_FILENO);
    if (question->prepare)
        question->prepare(question->candidates[candidate].what);
    execl("/proc/self/exe", bench->name, "--turn", index, which, size, (char *)NULL);
    _exit(127);
}

static void turn_afresh(const Bench *bench, const Question *question, int candidate, double *answers) {
    int ends[2], status;
    const ssize_t size = MOST_ANSWERS * sizeof(*answers);
    if (pipe(ends) != 0)
        fail(bench, "pipe");
    pid_t child = fork();
    if (child < 0)
        fail(bench, "fork");
    if (child == 0)
        become_turn(bench, question, candidate, ends[1]);
    close(ends[1]);
    ssize_t got = read(ends[0], answers, (size_t)size);
    close(ends[0]);
    waitpid(child, &status, 0);
    if (got == size && status == 0)
        return;
    fprintf(stderr, "%s: the turn of \"%s\" at \"%s\" failed\n", bench->name, question->candidates[candidate].name,
            question->title);
    exit(1);
}

/* ---- Rounds ---- */

/* The order of a round: shuffled, so that nobody always follows the same neighbour, and the same in every run. */
static void shuffle(int *order, int count, uint64_t *state) {
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0; i--) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int other = (int)((*state >> 33) % (uint64_t)(i + 1));
        int taken = order[i];
        order[i] = order[other];
        order[other] = taken;
    }
}

static int answer_count(const Question *question) {
    return question->turn_for_all ? question->answer_count : 1;
}

/* The answers go to the question and to those behind it. */
static void measure_candidate(const Bench *bench, Question *question, int candidate, int round) {
    double answers[MOST_ANSWERS] = {NAN, NAN, NAN, NAN};
    if (!question->skipped[candidate])
        turn_afresh(bench, question, candidate, answers);
    for (int i = 0; i < answer_count(question); i++)
        question[i].values[candidate][round] = answers[i];
}

void bench_measure(Bench *bench, Question *question) {
    int order[MOST_CANDIDATES];
    uint64_t state = 1;
    for (int i = 0; i < question->candidate_count; i++) {
        const char *reason = missing(&question->candidates[i]);
        for (int answer = 0; answer < answer_count(question); answer++)
            question[answer].skipped[i] = reason;
    }
    for (int round = 0; round < bench->rounds; round++) {
        shuffle(order, question->candidate_count, &state);
        for (int i = 0; i < question->candidate_count; i++)
            measure_candidate(bench, question, order[i], round);
    }
}

void bench_run(Bench *bench, Question *question) {
    bench_measure(bench, question);
    report_question(bench, question);
}

/* ---- What the rounds come to ---- */

static int index_of(const Question *question, const char *candidate) {
    for (int i = 0; i < question->candidate_count; i++)
        if (strcmp(question->candidates[i].name, candidate) == 0)
            return i;
    fprintf(stderr, "no candidate \"%s\" at \"%s\"\n", candidate, question->title);
    exit(2);
}

static Spread spread(double *values, int count) {
    if (isnan(values[0]))
        return exactly(NAN);
    double middle = median(values, (size_t)count);
    return (Spread){middle, quantile(values, (size_t)count, 0.25), quantile(values, (size_t)count, 0.75)};
}

Spread exactly(double value) {
    return (Spread){value, value, value};
}

Spread spread_of(const Bench *bench, const Question *question, const char *candidate) {
    double values[MOST_ROUNDS];
    memcpy(values, question->values[index_of(question, candidate)], sizeof(values));
    return spread(values, bench->rounds);
}

static Spread ratio(const double *values, const double *references, int rounds) {
    double ratios[MOST_ROUNDS];
    for (int i = 0; i < rounds; i++)
        ratios[i] = values[i] / references[i];
    return spread(ratios, rounds);
}

Spread ratio_of(const Bench *bench, const Question *question, const char *candidate, const char *reference) {
    return ratio(question->values[index_of(question, candidate)], question->values[index_of(question, reference)],
                 bench->rounds);
}

Spread ratio_between(const Bench *bench, const Question *question, const Question *reference, const char *candidate) {
    return ratio(question->values[index_of(question, candidate)], reference->values[index_of(reference, candidate)],
                 bench->rounds);
}

const char *best_of(const Bench *bench, const Question *question, const char *const *names) {
    const char *best = *names;
    double lowest = INFINITY;
    for (; *names; names++) {
        double value = spread_of(bench, question, *names).median;
        if (value < lowest) {
            lowest = value;
            best = *names;
        }
    }
    return best;
}

void bench_judge(Bench *bench, Spread value, bool at_most, double bound, const char *format, ...) {
    Figure *figure = &bench->figures[bench->figure_count];
    if (bench->figure_count == MOST_FIGURES)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figure->what, sizeof(figure->what), format, arguments);
    va_end(arguments);
    figure->value = value;
    figure->at_most = at_most;
    figure->bound = bound;
    bench->figure_count++;
}

void bench_count(Bench *bench, const char *question, const char *candidate, const char *unit, double value) {
    report_csv_row(bench, question, candidate, unit, exactly(value), exactly(NAN));
}

/* ---- Start and end ---- */

/* jemalloc as Debian builds it wants more room for variables of threads than glibc leaves to libraries that come late.
   The room can only be asked for before a program starts. */
static void start_with_room_for_late_libraries(char **argv) {
    if (getenv("GLIBC_TUNABLES"))
        return;
    setenv("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=16384", 1);
    execv("/proc/self/exe", argv);
}

void bench_start(Bench *bench, const char *name, int argc, char **argv, Question *questions) {
    static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                            {"csv", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    *bench = (Bench){.name = name, .rounds = 11, .questions = questions};
    if (argc == 5 && strcmp(argv[1], "--turn") == 0)
        take_turn(bench, argv + 2);
    start_with_room_for_late_libraries(argv);
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;)
        switch (option) {
        case 'r': bench->rounds = atoi(optarg); break;
        case 'c': bench->csv_path = optarg; break;
        case 'h': printf("usage: %s [--rounds N] [--csv FILE]\n", name); exit(0);
        default: fprintf(stderr, "usage: %s [--rounds N] [--csv FILE]\n", name); exit(2);
        }
    if (bench->rounds < FEWEST_ROUNDS || bench->rounds > MOST_ROUNDS) {
        fprintf(stderr, "%s: expected %d to %d rounds\n", name, FEWEST_ROUNDS, MOST_ROUNDS);
        exit(2);
    }
    report_open_csv(bench);
    printf("# %s\n", name);
}

void bench_end(Bench *bench) {
    report_figures(bench);
    if (bench->csv && fclose(bench->csv) != 0)
        fail(bench, bench->csv_path);
}
