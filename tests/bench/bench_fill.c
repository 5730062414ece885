// SPDX-License-Identifier: MIT
// Filling reserved arenas, from 1 MiB to a quarter of what the machine can spare: blocks of 64 bytes with one store
// each. The limit is a cursor over memory that was got and populated in the same way, pages of the same size included.
// Getting the memory is not timed here; bench_reserve does that.
#define _GNU_SOURCE
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "measure.h"
#include "peers/by_hand.h"
#include "samrena.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define MIB (UINT64_C(1) << 20)

enum { BLOCK = 64, MOST_SIZES = 16, HUGE_PAGE = 2 << 20 };

/* From here on `virtual` asks for huge pages by itself. */
#define SMALLEST_HUGE (8 * MIB)

typedef struct Block {
    struct Block *next;
} Block;

#define FILL(push)                                                                                                     \
    Block *newest = NULL;                                                                                              \
    for (uint64_t i = 0; i < blocks; i++) {                                                                            \
        Block *block = (push);                                                                                         \
        block->next = newest;                                                                                          \
        newest = block;                                                                                                \
        __asm__ volatile("" : : "r"(block) : "memory");                                                                \
    }

static __attribute__((noinline)) void fill_arena(Samrena *arena, uint64_t blocks) {
    FILL(samrena_push(arena, BLOCK))
}

static __attribute__((noinline)) void fill_by_hand(Bump *bump, uint64_t blocks) {
    FILL(bump_push_exact(bump, BLOCK, 16))
}

/* ---- One fill ---- */

typedef double Fill(uint64_t size);

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "bench_fill: %s: %s\n", what, samrena_last_error_message());
    exit(1);
}

/* A fault in the fill means that the machine had too little to spare: the figure is not what it says. */
static void tell_faults(const char *who, uint64_t size, long faults) {
    if (faults > 4)
        fprintf(stderr, "bench_fill: %s: %ld page faults in a fill of %" PRIu64 " bytes\n", who, faults, size);
}

static double time_arena(const char *adapter, uint64_t size) {
    Samrena *arena = samrena_create_named(adapter);
    if (!arena || samrena_reserve(arena, size) != SAMRENA_OK)
        fail(adapter);
    long faults = page_faults();
    double start = now_seconds();
    fill_arena(arena, size / BLOCK);
    double seconds = now_seconds() - start;
    tell_faults(adapter, size, page_faults() - faults);
    samrena_destroy(arena);
    return seconds;
}

static double time_chained(uint64_t size) {
    return time_arena("chained", size);
}

static double time_virtual(uint64_t size) {
    return time_arena("virtual", size);
}

static double time_bump(unsigned char *memory, uint64_t size) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char *first = memory - (uintptr_t)memory % page;
    Bump *bump = malloc(sizeof(Bump));
    if (!bump || madvise(first, (size_t)(memory + size - first), MADV_POPULATE_WRITE) != 0)
        fail("populate");
    *bump = (Bump){memory, memory + size, memory};
    double start = now_seconds();
    fill_by_hand(bump, size / BLOCK);
    double seconds = now_seconds() - start;
    free(bump);
    return seconds;
}

/* As `chained` gets its memory: a block of the heap. */
static double time_heap(uint64_t size) {
    unsigned char *memory = malloc(size);
    if (!memory)
        fail("malloc");
    double seconds = time_bump(memory, size);
    free(memory);
    return seconds;
}

/* As `virtual` gets its memory: a mapping, aligned to huge pages and with advice on them where they are worth it. */
static double time_mapping(uint64_t size) {
    unsigned char *mapping =
        mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        fail("mmap");
    unsigned char *memory = mapping + (HUGE_PAGE - (uintptr_t)mapping % HUGE_PAGE) % HUGE_PAGE;
    if (size >= SMALLEST_HUGE)
        madvise(memory, size, MADV_HUGEPAGE);
    double seconds = time_bump(memory, size);
    munmap(mapping, size + HUGE_PAGE);
    return seconds;
}

/* Small fills are over in microseconds: some of them, one after the other, and their median. Each gets its memory from
   the system, as the first does: the heap is not to keep it. */
static double turn(const void *what, uint64_t size) {
    enum { MOST_FILLS = 33 };
    Fill *const *fill = what;
    double seconds[MOST_FILLS];
    size_t fills = size < 8 * MIB ? MOST_FILLS : size < 128 * MIB ? 5 : 1;
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    (*fill)(size < 64 * MIB ? size : MIB); /* code and plugin are there before the clock starts */
    for (size_t i = 0; i < fills; i++)
        seconds[i] = (*fill)(size);
    return median(seconds, fills) * 1e9 / (double)(size / BLOCK);
}

/* ---- All sizes ---- */

static Fill *const fills[] = {time_heap, time_chained, time_mapping, time_virtual};

static const Candidate candidates[] = {
    {"by hand on the heap", &fills[0], NULL},
    {"samrena chained", &fills[1], NULL},
    {"by hand in a mapping", &fills[2], NULL},
    {"samrena virtual", &fills[3], NULL},
};

/* In a turn the sizes are not known, but those come with it. */
static Question questions[MOST_SIZES];
static char titles[MOST_SIZES][48];

static uint64_t quarter_of_available(void) {
    char line[128];
    uint64_t kib = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib / 4 * 1024 / HUGE_PAGE * HUGE_PAGE;
}

/* In steps of four, and the quarter itself last. */
static int choose_sizes(uint64_t largest) {
    int count = 0;
    for (uint64_t size = MIB; size <= largest / 2 && count < MOST_SIZES - 1; size *= 4)
        questions[count++].size = size;
    questions[count++].size = largest > MIB ? largest : MIB;
    return count;
}

static void judge(Bench *bench, const Question *question) {
    bench_judge(bench, ratio_of(bench, question, "samrena chained", "by hand on the heap"), true, 1.10,
                "%s: chained over by hand", question->title);
    bench_judge(bench, ratio_of(bench, question, "samrena virtual", "by hand in a mapping"), true, 1.10,
                "%s: virtual over by hand", question->title);
}

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < MOST_SIZES; i++) {
        questions[i] = (Question){.title = titles[i], .unit = "ns a block", .reference = "by hand on the heap"};
        questions[i].candidates = candidates;
        questions[i].candidate_count = sizeof(candidates) / sizeof(candidates[0]);
        questions[i].turn = turn;
    }
    bench_start(&bench, "bench_fill", argc, argv, questions);

    int count = choose_sizes(quarter_of_available());
    for (int i = 0; i < count; i++) {
        snprintf(titles[i], sizeof(titles[i]), "Filling %" PRIu64 " MiB that are reserved", questions[i].size / MIB);
        bench_run(&bench, &questions[i]);
        judge(&bench, &questions[i]);
    }
    bench_end(&bench);
    return 0;
}
