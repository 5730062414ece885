// SPDX-License-Identifier: MIT
// What a fill asks of the adapter, and what it leaves unused: counts, the same on any machine. Blocks of 8 to 127 bytes
// are pushed until an arena is as full as it is to become; no byte of them is touched.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bench.h"
#include "samrena.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

typedef struct Fill {
    double calls;     /* of the adapter, for memory */
    double at_end;    /* capacity over allocated */
    double worst;     /* the same, at its worst since 1 MiB was reached */
    double over_hint; /* capacity over the hint */
} Fill;

static _Noreturn void fail(void) {
    fprintf(stderr, "bench_memory: %s\n", samrena_last_error_message());
    exit(1);
}

static double capacity_over_allocated(const Samrena *arena) {
    return (double)samrena_capacity(arena) / (double)samrena_allocated(arena);
}

/* Until one more block might pass `bytes`. */
static double push_until(Samrena *arena, uint64_t bytes) {
    double worst = NAN;
    uint32_t state = 1;
    while (samrena_allocated(arena) + 128 + SAMRENA_DEFAULT_ALIGNMENT <= bytes) {
        state = state * 1664525 + 1013904223;
        if (!samrena_push(arena, 8 + (state >> 16) % 120))
            fail();
        if (samrena_allocated(arena) >= MIB)
            worst = fmax(worst, capacity_over_allocated(arena));
    }
    return worst;
}

static Fill fill(const char *adapter, uint64_t bytes, uint64_t hint) {
    SamrenaConfig config = samrena_default_config();
    SamrenaInfo info = {.struct_size = sizeof(info)};
    config.adapter = adapter;
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = samrena_create(&config);
    if (!arena || (hint && samrena_reserve_with_growth(arena, hint / 8, hint) != SAMRENA_OK))
        fail();
    double worst = push_until(arena, bytes);
    if (samrena_get_info(arena, &info) != SAMRENA_OK)
        fail();
    Fill result = {.calls = (double)info.adapter_calls,
                   .at_end = capacity_over_allocated(arena),
                   .worst = fmax(worst, capacity_over_allocated(arena)),
                   .over_hint = hint ? (double)info.capacity / (double)hint : NAN};
    samrena_destroy(arena);
    return result;
}

/* ---- All sizes ---- */

static const uint64_t sizes[] = {64 * KIB, MIB, 16 * MIB, 256 * MIB, 1024 * MIB};
static const char *const adapters[] = {"chained", "virtual"};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), ADAPTERS = 2 };

static Fill unhinted[ADAPTERS][SIZES], hinted[ADAPTERS][SIZES];

static void print_head(const char *title, const char *capacity) {
    printf("\n## %s\n\n", title);
    printf("| %-8s | %9s | %13s | %23s | %15s |\n", "", "KiB", "adapter calls", "capacity over allocated", capacity);
    printf("| %-8s | %9s | %13s | %23s | %15s |\n", ":---", "---:", "---:", "---:", "---:");
}

static void print_row(Bench *bench, int adapter, uint64_t size, const Fill *filled, double capacity, const char *hint) {
    char question[80];
    printf("| %-8s | %9" PRIu64 " | %13.0f | %23.3f | %15.3f |\n", adapters[adapter], size / KIB, filled->calls,
           filled->at_end, capacity);
    snprintf(question, sizeof(question), "A fill of %" PRIu64 " KiB %s", size / KIB, hint);
    bench_count(bench, question, adapters[adapter], "adapter calls", filled->calls);
    bench_count(bench, question, adapters[adapter], "capacity over allocated", filled->at_end);
}

static void run(Bench *bench) {
    print_head("A fill without a hint", "at the worst");
    for (int a = 0; a < ADAPTERS; a++)
        for (int s = 0; s < SIZES; s++) {
            unhinted[a][s] = fill(adapters[a], sizes[s], 0);
            print_row(bench, a, sizes[s], &unhinted[a][s], unhinted[a][s].worst, "without a hint");
        }
    print_head("A fill to 98 % of its hint", "over the hint");
    for (int a = 0; a < ADAPTERS; a++)
        for (int s = 0; s < SIZES; s++) {
            hinted[a][s] = fill(adapters[a], sizes[s] / 100 * 98, sizes[s]);
            print_row(bench, a, sizes[s], &hinted[a][s], hinted[a][s].over_hint, "to 98 % of a hint");
        }
}

/* A fixed number of calls a doubling is O(log n); which number is this program's own bound. */
static void judge(Bench *bench, int adapter) {
    double worst = 0, over_hint = 0;
    double doublings = log2((double)sizes[SIZES - 1] / (double)sizes[0]);
    double calls = unhinted[adapter][SIZES - 1].calls - unhinted[adapter][0].calls;
    for (int s = 1; s < SIZES; s++) {
        worst = fmax(worst, unhinted[adapter][s].worst);
        over_hint = fmax(over_hint, hinted[adapter][s].over_hint);
    }
    bench_judge(bench, exactly(calls / doublings), true, 2, "%s: adapter calls for each doubling of a fill, no hint",
                adapters[adapter]);
    bench_judge(bench, exactly(worst), true, 2, "%s: capacity over allocated from 1 MiB on, no hint, at worst",
                adapters[adapter]);
    bench_judge(bench, exactly(over_hint), true, 1.02, "%s: capacity over the hint, at 98 %% of it, 1 MiB and more",
                adapters[adapter]);
}

int main(int argc, char **argv) {
    Bench bench;
    bench_start(&bench, "bench_memory", argc, argv, NULL);
    run(&bench);
    for (int adapter = 0; adapter < ADAPTERS; adapter++)
        judge(&bench, adapter);
    bench_end(&bench);
    return 0;
}
