// SPDX-License-Identifier: MIT
// fill: what a reservation does to the slowest pushes. usage: fill [MIB]
//
// Some hundred MiB of blocks are pushed and written, by an arena that learns of them one by one, and by one that was
// told. The work is the same; what was reserved has its memory before the first push.
#include <inttypes.h>
#include <samrena.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCK = 256, ROUNDS = 5, USUAL_MIB = 256, MOST_MIB = 16384 };

/* Microseconds, but for reserve and fill. */
typedef struct Run {
    double reserve_ms, fill_ms;
    double rare; /* one push in ten thousand takes longer */
    double worst;
} Run;

static void give_up(const char *what) {
    fprintf(stderr, "fill: %s: %s\n", what, samrena_last_error_message());
    exit(EXIT_FAILURE);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* ---- How long pushes take ---- */

enum { STEP = 10, STEPS = 100000 }; /* nanoseconds, up to a millisecond */

static uint32_t times[STEPS]; /* pushes of so many steps; the last: and more */

static double rarest(uint64_t pushes) {
    uint64_t longer = pushes / 10000;
    size_t at = STEPS - 1;
    for (uint64_t seen = times[at]; seen <= longer && at > 0; seen += times[at])
        at--;
    return (double)(at + 1) * STEP / 1e3;
}

/* ---- A fill ---- */

static void fill(Samrena *arena, uint64_t bytes, Run *run) {
    uint64_t longest = 0, pushes = bytes / BLOCK;
    memset(times, 0, sizeof(times));
    for (uint64_t i = 0; i < pushes; i++) {
        uint64_t start = now();
        unsigned char *block = samrena_push(arena, BLOCK);
        if (!block)
            give_up("a push");
        memset(block, 1, BLOCK);
        uint64_t took = now() - start;
        longest = took > longest ? took : longest;
        times[took / STEP < STEPS ? took / STEP : STEPS - 1]++;
    }
    run->rare = rarest(pushes);
    run->worst = (double)longest / 1e3;
}

static Run run_once(const char *adapter, uint64_t bytes, bool reserve) {
    SamrenaConfig config = samrena_default_config();
    Run run = {.reserve_ms = 0};
    config.adapter = adapter;
    uint64_t start = now();
    Samrena *arena = samrena_create(&config);
    if (!arena || (reserve && samrena_reserve(arena, bytes) != SAMRENA_OK))
        give_up(adapter);
    uint64_t reserved = now();
    fill(arena, bytes, &run);
    run.reserve_ms = (double)(reserved - start) / 1e6;
    run.fill_ms = (double)(now() - reserved) / 1e6;
    samrena_destroy(arena);
    return run;
}

/* ---- The table ---- */

static void lower(double *least, double value) {
    *least = value < *least ? value : *least;
}

/* What else the machine does only adds. */
static void keep_least(Run *least, const Run *run) {
    lower(&least->reserve_ms, run->reserve_ms);
    lower(&least->fill_ms, run->fill_ms);
    lower(&least->rare, run->rare);
    lower(&least->worst, run->worst);
}

static uint64_t mib_of(int argc, char **argv) {
    if (argc < 2)
        return USUAL_MIB;
    char *end;
    unsigned long long mib = strtoull(argv[1], &end, 10);
    bool help = strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0;
    if (help || argc > 2 || *argv[1] < '0' || *argv[1] > '9' || *end || mib < 1 || mib > MOST_MIB) {
        fprintf(
            help ? stdout : stderr,
            "usage: fill [MIB]\n\nFills arenas of so many MiB, 1 to %d, usually %d: without a reserve and with one.\n",
            MOST_MIB, USUAL_MIB);
        exit(help ? 0 : 2);
    }
    return mib;
}

static void print_row(const char *adapter, bool reserve, const Run *run) {
    printf("%-10s %-8s %8.1f ms %6.0f ms %12.2f us %11.0f us\n", adapter, reserve ? "reserved" : "", run->reserve_ms,
           run->fill_ms, run->rare, run->worst);
}

int main(int argc, char **argv) {
    static const char *const adapters[] = {"chained", "virtual"};
    Run least[2][2];
    uint64_t bytes = mib_of(argc, argv) << 20;
    for (int round = 0; round < ROUNDS; round++)
        for (int adapter = 0; adapter < 2; adapter++)
            for (int reserve = 0; reserve < 2; reserve++) {
                Run run = run_once(adapters[adapter], bytes, reserve);
                if (round == 0)
                    least[adapter][reserve] = run;
                keep_least(&least[adapter][reserve], &run);
            }
    printf("%" PRIu64 " MiB in blocks of %d bytes, the least of %d rounds:\n\n"
           "                                             one push of          the worst\n"
           "adapter                reserve      fill      10,000 takes         push takes\n",
           bytes >> 20, BLOCK, ROUNDS);
    for (int adapter = 0; adapter < 2; adapter++)
        for (int reserve = 0; reserve < 2; reserve++)
            print_row(adapters[adapter], reserve, &least[adapter][reserve]);
    if (!ferror(stdout) && fflush(stdout) == 0)
        return EXIT_SUCCESS;
    perror("fill: cannot write to standard output");
    return EXIT_FAILURE;
}
