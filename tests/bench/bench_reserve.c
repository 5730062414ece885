// SPDX-License-Identifier: MIT
// What reserving costs and what it saves, against the same work by hand.
//
//     bench_reserve [--rounds N] [--largest BYTES] [--csv FILE]
//
// Fills memory with blocks of 64 bytes and one store each. Every run is a process of its own, started afresh after the
// same warm-up; the ways to get the memory take turns within a round; figures are medians over the rounds. Time and
// latency come from separate runs, because looking at the clock after each push costs more than the push.
#define _GNU_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "samrena.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum { BLOCK = 64, MOST_ROUNDS = 99 };

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)

/* ---- The ways to get memory ---- */

typedef enum How { NONE, RESERVE, GROWTH, BY_HAND } How;

typedef struct Way {
    const char *name;
    const char *adapter; /* NULL: by hand */
    How how;
    int32_t huge_pages;
    int32_t prefault;    /* by hand: whether to populate */
    const char *warm_up; /* sizes of the pages that it will use: 's'mall, 'h'uge */
} Way;

static const Way ways[] = {
    {"chained", "chained", NONE, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "s"},
    {"chained reserve", "chained", RESERVE, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "sh"},
    {"chained reserve small", "chained", RESERVE, SAMRENA_HUGE_PAGES_NEVER, SAMRENA_PREFAULT_AUTO, "s"},
    {"chained growth", "chained", GROWTH, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "s"},
    {"virtual", "virtual", NONE, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "s"},
    {"virtual reserve", "virtual", RESERVE, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "h"},
    {"virtual growth", "virtual", GROWTH, SAMRENA_HUGE_PAGES_AUTO, SAMRENA_PREFAULT_AUTO, "sh"},
    {"virtual reserve small", "virtual", RESERVE, SAMRENA_HUGE_PAGES_NEVER, SAMRENA_PREFAULT_AUTO, "s"},
    {"virtual reserve untouched", "virtual", RESERVE, SAMRENA_HUGE_PAGES_ALWAYS, SAMRENA_PREFAULT_NEVER, "h"},
    {"by hand touch", NULL, BY_HAND, SAMRENA_HUGE_PAGES_NEVER, SAMRENA_PREFAULT_NEVER, "s"},
    {"by hand touch huge", NULL, BY_HAND, SAMRENA_HUGE_PAGES_ALWAYS, SAMRENA_PREFAULT_NEVER, "h"},
    {"by hand populate huge", NULL, BY_HAND, SAMRENA_HUGE_PAGES_ALWAYS, SAMRENA_PREFAULT_ALWAYS, "h"},
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static const Way *way_named(const char *name) {
    for (int i = 0; i < WAYS; i++)
        if (strcmp(ways[i].name, name) == 0)
            return &ways[i];
    fprintf(stderr, "bench_reserve: no way \"%s\"\n", name);
    exit(2);
}

/* ---- One run, in a process of its own ---- */

typedef struct Run {
    double prepare; /* seconds: create and reserve */
    double fill;    /* seconds */
    double prepare_faults;
    double fill_faults;
    double median, p99, p9999, largest; /* nanoseconds a push with its store; latency runs alone */
} Run;

static void fail(const char *what) {
    fprintf(stderr, "bench_reserve: %s: %s\n", what, samrena_last_error_message());
    exit(1);
}

static Samrena *prepare_arena(const Way *way, uint64_t size) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = way->adapter;
    config.huge_pages = way->huge_pages;
    config.prefault = way->prefault;
    Samrena *arena = samrena_create(&config);
    if (!arena)
        fail("create");
    if (way->how == RESERVE && samrena_reserve(arena, size) != SAMRENA_OK)
        fail("reserve");
    if (way->how == GROWTH && samrena_reserve_with_growth(arena, size / 8, size) != SAMRENA_OK)
        fail("reserve with growth");
    return arena;
}

/* The limit: what a program would write that knows its system and its size. */
static SamrenaWindow prepare_by_hand(const Way *way, uint64_t size) {
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    if (way->huge_pages == SAMRENA_HUGE_PAGES_ALWAYS)
        madvise(memory, size, MADV_HUGEPAGE);
    if (way->prefault == SAMRENA_PREFAULT_ALWAYS && madvise(memory, size, MADV_POPULATE_WRITE) != 0)
        fail("populate");
    return (SamrenaWindow){.cursor = memory, .end = memory + size};
}

static inline unsigned char *push_by_hand(SamrenaWindow *window) {
    if ((uintptr_t)(window->end - window->cursor) < BLOCK)
        return NULL;
    unsigned char *block = window->cursor;
    window->cursor += BLOCK;
    return block;
}

/* A store of a byte may change the cursor, as far as the compiler knows: it stays in memory, by hand and in an arena.
 */
#define FILL(push)                                                                                                     \
    for (uint64_t i = 0; i < blocks; i++) {                                                                            \
        unsigned char *block = (push);                                                                                 \
        if (!block)                                                                                                    \
            fail("fill");                                                                                              \
        *block = (unsigned char)i;                                                                                     \
    }

#define FILL_AND_WATCH(push)                                                                                           \
    for (uint64_t i = 0; i < blocks; i++) {                                                                            \
        uint64_t start = ticks();                                                                                      \
        unsigned char *block = (push);                                                                                 \
        if (!block)                                                                                                    \
            fail("fill");                                                                                              \
        *block = (unsigned char)i;                                                                                     \
        histogram_add(&histogram, ticks() - start);                                                                    \
    }

static __attribute__((noinline)) void fill_arena(Samrena *arena, uint64_t blocks) {
    FILL(samrena_push(arena, BLOCK))
}

static __attribute__((noinline)) void fill_by_hand(SamrenaWindow *window, uint64_t blocks) {
    FILL(push_by_hand(window))
}

static Histogram histogram;

static __attribute__((noinline)) void watch_arena(Samrena *arena, uint64_t blocks) {
    FILL_AND_WATCH(samrena_push(arena, BLOCK))
}

static __attribute__((noinline)) void watch_by_hand(SamrenaWindow *window, uint64_t blocks) {
    FILL_AND_WATCH(push_by_hand(window))
}

/* Code, plugin and counters are there before the clock starts. */
static void warm_up_code(const Way *way) {
    SamrenaWindow small = prepare_by_hand(&ways[WAYS - 1], 64 * KIB);
    watch_by_hand(&small, 16);
    fill_by_hand(&small, 16);
    munmap(small.end - 64 * KIB, 64 * KIB);
    if (way->adapter) {
        Samrena *arena = samrena_create_named(way->adapter);
        if (!arena)
            fail("create");
        watch_arena(arena, 16);
        fill_arena(arena, 16);
        samrena_destroy(arena);
    }
    memset(&histogram, 0, sizeof(histogram));
    page_faults();
    now_seconds();
}

static Run take_run(const Way *way, uint64_t size, bool watch) {
    Run run = {0};
    Samrena *arena = NULL;
    SamrenaWindow window = {.cursor = NULL};
    double tick = seconds_per_tick();
    warm_up_code(way);
    for (const char *page = way->warm_up; *page; page++)
        warm_up_memory(size, *page == 'h');

    long faults = page_faults();
    double start = now_seconds();
    if (way->adapter)
        arena = prepare_arena(way, size);
    else
        window = prepare_by_hand(way, size);
    run.prepare = now_seconds() - start;
    run.prepare_faults = (double)(page_faults() - faults);

    uint64_t blocks = size / BLOCK;
    faults = page_faults();
    start = now_seconds();
    if (way->adapter)
        watch ? watch_arena(arena, blocks) : fill_arena(arena, blocks);
    else
        watch ? watch_by_hand(&window, blocks) : fill_by_hand(&window, blocks);
    run.fill = now_seconds() - start;
    run.fill_faults = (double)(page_faults() - faults);

    if (watch) {
        run.median = (double)histogram_quantile(&histogram, 0.5) * tick * 1e9;
        run.p99 = (double)histogram_quantile(&histogram, 0.99) * tick * 1e9;
        run.p9999 = (double)histogram_quantile(&histogram, 0.9999) * tick * 1e9;
        run.largest = (double)histogram.largest * tick * 1e9;
    }
    return run; /* the process ends here, and with it the arena */
}

/* This program once more, afresh, for one run; the run comes back through a pipe. */
static Run run_afresh(const Way *way, uint64_t size, bool watch) {
    int ends[2];
    Run run;
    char size_text[32];
    snprintf(size_text, sizeof(size_text), "%" PRIu64, size);
    if (pipe(ends) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/proc/self/exe", "bench_reserve", "--run", way->name, size_text, watch ? "watch" : "time", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &run, sizeof(run));
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (got != (ssize_t)sizeof(run) || status != 0) {
        fprintf(stderr, "bench_reserve: the run \"%s\" of %" PRIu64 " bytes failed\n", way->name, size);
        exit(1);
    }
    return run;
}

static int one_run(char **arguments) {
    Run run = take_run(way_named(arguments[0]), strtoull(arguments[1], NULL, 10), strcmp(arguments[2], "watch") == 0);
    return write(STDOUT_FILENO, &run, sizeof(run)) == (ssize_t)sizeof(run) ? 0 : 1;
}

/* ---- All runs ---- */

static const uint64_t sizes[] = {64 * KIB, MIB, 64 * MIB, GIB};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static Run results[SIZES][WAYS]; /* medians */

static double median_of(const Run *timed, const Run *watched, int rounds, size_t offset, bool from_watched) {
    double values[MOST_ROUNDS];
    for (int i = 0; i < rounds; i++)
        memcpy(&values[i], (const char *)(from_watched ? &watched[i] : &timed[i]) + offset, sizeof(double));
    return median(values, (size_t)rounds);
}

static void run_size(int index, int rounds) {
    static Run timed[WAYS][MOST_ROUNDS], watched[WAYS][MOST_ROUNDS];
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < WAYS; i++) {
            int way = (i + round) % WAYS; /* nobody always follows the same neighbour */
            timed[way][round] = run_afresh(&ways[way], sizes[index], false);
            watched[way][round] = run_afresh(&ways[way], sizes[index], true);
        }
    for (int i = 0; i < WAYS; i++) {
#define MEDIAN(field, watch)                                                                                           \
    results[index][i].field = median_of(timed[i], watched[i], rounds, offsetof(Run, field), watch)
        MEDIAN(prepare, false);
        MEDIAN(fill, false);
        MEDIAN(prepare_faults, false);
        MEDIAN(fill_faults, false);
        MEDIAN(median, true);
        MEDIAN(p99, true);
        MEDIAN(p9999, true);
        MEDIAN(largest, true);
#undef MEDIAN
    }
}

static const char *size_name(uint64_t size) {
    return size == 64 * KIB ? "64 KiB" : size == MIB ? "1 MiB" : size == 64 * MIB ? "64 MiB" : "1 GiB";
}

static void print_size(int index) {
    printf("\n%s\n%-26s %11s %11s %11s %9s | %9s %9s %9s %11s\n", size_name(sizes[index]), "way", "prepare us",
           "fill us", "total us", "faults", "push ns", "p99", "p99.99", "max");
    for (int i = 0; i < WAYS; i++) {
        const Run *run = &results[index][i];
        printf("%-26s %11.1f %11.1f %11.1f %9.0f | %9.0f %9.0f %9.0f %11.0f\n", ways[i].name, run->prepare * 1e6,
               run->fill * 1e6, (run->prepare + run->fill) * 1e6, run->fill_faults, run->median, run->p99, run->p9999,
               run->largest);
    }
    fflush(stdout);
}

static void write_csv(const char *path, int size_count, int rounds) {
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
    fprintf(file, "# medians of %d rounds; blocks of %d bytes\n", rounds, BLOCK);
    fprintf(file, "size,way,prepare_us,fill_us,total_us,prepare_faults,fill_faults,push_ns,p99_ns,p9999_ns,max_ns\n");
    for (int s = 0; s < size_count; s++)
        for (int i = 0; i < WAYS; i++) {
            const Run *run = &results[s][i];
            fprintf(file, "%" PRIu64 ",%s,%.1f,%.1f,%.1f,%.0f,%.0f,%.1f,%.1f,%.1f,%.1f\n", sizes[s], ways[i].name,
                    run->prepare * 1e6, run->fill * 1e6, (run->prepare + run->fill) * 1e6, run->prepare_faults,
                    run->fill_faults, run->median, run->p99, run->p9999, run->largest);
        }
    if (fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* ---- The figures that the project promises ---- */

static const Run *result(uint64_t size, const char *name) {
    for (int i = 0; i < SIZES; i++)
        if (sizes[i] == size)
            return &results[i][way_named(name) - ways];
    return NULL;
}

static double total(const Run *run) {
    return run->prepare + run->fill;
}

static void judge(const char *what, double value, bool at_most, double bound) {
    bool reached = at_most ? value <= bound : value >= bound;
    printf("%-82s %8.2f  %s %5.2f  %s\n", what, value, at_most ? "at most " : "at least", bound,
           reached ? "reached" : "MISSED");
}

static void judge_figures(int size_count) {
    static const char *const prefaulted[] = {"chained reserve", "chained reserve small", "virtual reserve",
                                             "virtual reserve small"};
    double faults = 0;
    printf("\nFigures\n");
    for (int s = 0; s < size_count; s++)
        for (size_t i = 0; i < sizeof(prefaulted) / sizeof(prefaulted[0]); i++)
            faults += results[s][way_named(prefaulted[i]) - ways].fill_faults;
    judge("faults during a prefaulted fill, both adapters, all sizes", faults, true, 0);
    if (size_count == SIZES) {
        const Run *none = result(GIB, "virtual"), *reserve = result(GIB, "virtual reserve");
        judge("virtual, 1 GiB: reserve + fill, over populated huge pages by hand",
              total(reserve) / total(result(GIB, "by hand populate huge")), true, 1.10);
        judge("chained, 1 GiB: reserve + fill, over populated huge pages by hand",
              total(result(GIB, "chained reserve")) / total(result(GIB, "by hand populate huge")), true, 1.15);
        judge("virtual, 1 GiB: without reserve, over mmap and touch by hand",
              total(none) / total(result(GIB, "by hand touch")), true, 1.05);
        judge("virtual, 1 GiB: fill alone, no reserve over reserve", none->fill / reserve->fill, false, 2.2);
        judge("virtual, 1 GiB: reserve with huge pages, prefault NEVER, over huge pages touched by hand",
              total(result(GIB, "virtual reserve untouched")) / total(result(GIB, "by hand touch huge")), true, 1.10);
        judge("virtual, 1 GiB: total, no reserve over reserve", total(none) / total(reserve), false, 1.2);
    }
    if (size_count >= 3) {
        judge("chained, 64 MiB, fresh process each: total, no reserve over reserve",
              total(result(64 * MIB, "chained")) / total(result(64 * MIB, "chained reserve")), false, 1.0);
        judge("chained, 64 MiB: reserve + fill, huge pages AUTO over NEVER",
              total(result(64 * MIB, "chained reserve")) / total(result(64 * MIB, "chained reserve small")), true,
              0.40);
        static const char *const pairs[][2] = {{"chained", "chained reserve small"},
                                               {"virtual", "virtual reserve small"}};
        for (int i = 0; i < 2; i++) {
            const Run *none = result(64 * MIB, pairs[i][0]), *reserve = result(64 * MIB, pairs[i][1]);
            char what[100];
            snprintf(what, sizeof(what), "%s, 64 MiB, huge pages NEVER: a push's p99, no reserve over reserve",
                     pairs[i][0]);
            judge(what, none->p99 / reserve->p99, false, 10);
            snprintf(what, sizeof(what), "%s, 64 MiB, huge pages NEVER: a push's p99.99, no reserve over reserve",
                     pairs[i][0]);
            judge(what, none->p9999 / reserve->p9999, false, 3);
        }
    }
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                            {"largest", required_argument, NULL, 'l'},
                                            {"csv", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int rounds = 7;
    uint64_t largest = GIB;
    const char *csv = "reserve.csv";
    if (argc == 5 && strcmp(argv[1], "--run") == 0)
        return one_run(argv + 2);
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;)
        switch (option) {
        case 'r': rounds = atoi(optarg); break;
        case 'l': largest = strtoull(optarg, NULL, 10); break;
        case 'c': csv = optarg; break;
        default:
            fprintf(option == 'h' ? stdout : stderr,
                    "usage: bench_reserve [--rounds N] [--largest BYTES] [--csv FILE]\n");
            return option == 'h' ? 0 : 2;
        }
    if (rounds < 1 || rounds > MOST_ROUNDS || largest < sizes[0]) {
        fprintf(stderr, "bench_reserve: expected 1 to %d rounds and a largest size of %" PRIu64 " or more\n",
                MOST_ROUNDS, sizes[0]);
        return 2;
    }

    int size_count = 0;
    printf("medians of %d rounds, blocks of %d bytes with a store each, every run in a fresh process\n", rounds, BLOCK);
    while (size_count < SIZES && sizes[size_count] <= largest) {
        run_size(size_count, rounds);
        print_size(size_count++);
    }
    judge_figures(size_count);
    write_csv(csv, size_count, rounds);
    printf("\nwritten: %s\n", csv);
    return 0;
}
