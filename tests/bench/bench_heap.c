// SPDX-License-Identifier: MIT
// What a heap over an arena costs beside other heaps, a scratch arena, and taking in another arena.
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "measure.h"
#include "peers/late_library.h"
#include "samrena/heap.h"

static _Noreturn void fail(void) {
    fprintf(stderr, "bench_heap: %s\n", samrena_last_error_message());
    exit(1);
}

static void *must(void *made) {
    if (!made)
        fail();
    return made;
}

/* ---- Blocks that come and go ---- */

enum { SLOTS = 1000, STEPS = 1 << 16 };

typedef struct Step {
    uint32_t slot;
    uint32_t size;
} Step;

static Step steps[STEPS];
static void *blocks[SLOTS];
static uint32_t sizes[SLOTS];

static void draw_steps(void) {
    uint64_t random = 88172645463325252;
    for (int i = 0; i < STEPS; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        steps[i] = (Step){(uint32_t)(random % SLOTS), 16 + (uint32_t)(random >> 32) % 241};
    }
}

/* All are called through pointers that the compiler does not know: as functions of a shared library are, and alike. */
static void *(*volatile arena_malloc)(Samrena *arena, uint64_t size) = samrena_malloc;
static void (*volatile arena_free)(Samrena *arena, void *block) = samrena_free;
static void *(*volatile arena_allocator)(void *arena, void *block, size_t old_size,
                                         size_t new_size) = samrena_allocator;
static void *(*late_malloc)(size_t size);
static void (*late_free)(void *block);

/* A block is freed and one of another size takes its slot. `make` and `release` are what READY declares. */
#define DEFINE_LOOP(name, READY, MAKE, FREE)                                                                           \
    static void name(void *state, uint64_t turns) {                                                                    \
        Samrena *arena = state;                                                                                        \
        (void)arena;                                                                                                   \
        READY;                                                                                                         \
        for (uint64_t turn = 0; turn < turns; turn++)                                                                  \
            for (const Step *step = steps; step < steps + STEPS; step++) {                                             \
                uint32_t slot = step->slot;                                                                            \
                FREE;                                                                                                  \
                blocks[slot] = MAKE;                                                                                   \
                *(volatile char *)blocks[slot] = 1;                                                                    \
                sizes[slot] = step->size;                                                                              \
            }                                                                                                          \
    }

DEFINE_LOOP(loop_heap, void *(*make)(Samrena *, uint64_t) = arena_malloc;
            void (*release)(Samrena *, void *) = arena_free, make(arena, step->size), release(arena, blocks[slot]))
DEFINE_LOOP(loop_allocator, void *(*make)(void *, void *, size_t, size_t) = arena_allocator,
            make(arena, NULL, 0, step->size), if (blocks[slot]) make(arena, blocks[slot], sizes[slot], 0))
DEFINE_LOOP(loop_late, void *(*make)(size_t) = late_malloc;
            void (*release)(void *) = late_free, make(step->size), release(blocks[slot]))

static const char *load_mimalloc(void) {
    static const LateFunction functions[] = {{"mi_malloc", &late_malloc}, {"mi_free", &late_free}, {NULL, NULL}};
    return late_library_open("libmimalloc.so.2", functions);
}

static const char *load_jemalloc(void) {
    static const LateFunction functions[] = {{"malloc", &late_malloc}, {"free", &late_free}, {NULL, NULL}};
    return late_library_open("libjemalloc.so.2", functions);
}

typedef struct Way {
    const char *adapter; /* NULL: no arena */
    void (*loop)(void *state, uint64_t turns);
} Way;

static double turn_blocks(const void *what, uint64_t size) {
    const Way *way = what;
    (void)size;
    draw_steps();
    Samrena *arena = way->adapter ? must(samrena_create_named(way->adapter)) : NULL;
    double each = time_operations(way->loop, arena, STEPS);
    samrena_destroy(arena);
    return each;
}

static const char *take_glibc(void) {
    late_malloc = malloc;
    late_free = free;
    return NULL;
}

static const Candidate heaps[] = {
    {"samrena_malloc, chained", &(Way){"chained", loop_heap}, NULL},
    {"samrena_malloc, virtual", &(Way){"virtual", loop_heap}, NULL},
    {"samrena_allocator, chained", &(Way){"chained", loop_allocator}, NULL},
    {"mimalloc", &(Way){NULL, loop_late}, load_mimalloc},
    {"jemalloc", &(Way){NULL, loop_late}, load_jemalloc},
    {"malloc of the C library", &(Way){NULL, loop_late}, take_glibc},
};

/* ---- Scratch ---- */

static void loop_scratch(void *state, uint64_t turns) {
    (void)state;
    for (uint64_t turn = 0; turn < turns; turn++) {
        Samrena *scratch = samrena_scratch(NULL, 0);
        SAMRENA_SCOPE(scratch);
        *(volatile char *)samrena_push(scratch, 64) = 1;
    }
}

static double turn_scratch(const void *what, uint64_t size) {
    (void)what;
    (void)size;
    must(samrena_scratch(NULL, 0));
    return time_operations(loop_scratch, NULL, 1);
}

static const Candidate scratches[] = {{"scratch, scope, push, end", "", NULL}};

/* ---- Splicing ---- */

enum { SPLICED_REGIONS = 1000, SPLICES = 15 };

/* Each push needs a region of its own. */
static Samrena *with_regions(void) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = "chained";
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = must(samrena_create(&config));
    for (int i = 0; i < SPLICED_REGIONS; i++)
        *(char *)must(samrena_push(arena, 4096)) = 1;
    SamrenaInfo info = {.struct_size = sizeof(info)};
    if (samrena_get_info(arena, &info) != SAMRENA_OK || info.regions != SPLICED_REGIONS)
        exit(1);
    return arena;
}

static double turn_splice(const void *what, uint64_t size) {
    double values[SPLICES];
    (void)size;
    for (int i = 0; i < SPLICES; i++) {
        Samrena *into = must(samrena_create_named(what)), *from = with_regions();
        double start = now_seconds();
        SamrenaError error = samrena_splice(into, from);
        values[i] = (now_seconds() - start) * 1e6;
        if (error)
            fail();
        samrena_destroy(into);
    }
    return median(values, SPLICES);
}

static const Candidate splices[] = {{"into chained", "chained", NULL}, {"into virtual", "virtual", NULL}};

/* ---- Arrays that grow in turns ---- */

static double committed_over_live(const char *adapter) {
    Samrena *arena = must(samrena_create_named(adapter));
    char *one = NULL, *two = NULL;
    SamrenaInfo info = {.struct_size = sizeof(info)};
    for (uint64_t size = 64; size <= 64 << 10; size *= 2) {
        one = must(samrena_realloc(arena, one, size));
        two = must(samrena_realloc(arena, two, size));
    }
    if (samrena_get_info(arena, &info) != SAMRENA_OK)
        fail();
    samrena_destroy(arena);
    return (double)info.committed / (128 << 10);
}

/* ---- All of it ---- */

#define COUNT_OF(array) (int)(sizeof(array) / sizeof((array)[0]))

enum { BLOCKS, SCRATCH, SPLICE, QUESTIONS };

static Question questions[QUESTIONS] = {
    [BLOCKS] = {.title = "Blocks of 16 to 256 bytes, one freed and one made in random order, warm",
                .unit = "ns a pair",
                .reference = "mimalloc",
                .candidates = heaps,
                .candidate_count = COUNT_OF(heaps),
                .turn = turn_blocks},
    [SCRATCH] = {.title = "A scratch arena: found, a scope, a push of 64 bytes, the end",
                 .unit = "ns",
                 .reference = "scratch, scope, push, end",
                 .candidates = scratches,
                 .candidate_count = COUNT_OF(scratches),
                 .turn = turn_scratch},
    [SPLICE] = {.title = "An arena of 1,000 regions spliced",
                .unit = "us",
                .reference = "into chained",
                .candidates = splices,
                .candidate_count = COUNT_OF(splices),
                .turn = turn_splice},
};

int main(int argc, char **argv) {
    static const char *const adapters[] = {"chained", "virtual"};
    Bench bench;
    bench_start(&bench, "bench_heap", argc, argv, questions);
    for (int i = 0; i < QUESTIONS; i++)
        bench_run(&bench, &questions[i]);
    for (int i = 0; i < 2; i++) {
        bench_judge(&bench, ratio_of(&bench, &questions[BLOCKS], heaps[i].name, "mimalloc"), true, 1.0,
                    "A block freed and one made: %s over mimalloc", heaps[i].name);
        bench_judge(&bench, spread_of(&bench, &questions[SPLICE], splices[i].name), true, 20,
                    "An arena of 1,000 regions spliced %s: microseconds", splices[i].name);
        bench_count(&bench, "Two arrays doubled in turns to 64 KiB", adapters[i], "committed over live",
                    committed_over_live(adapters[i]));
        bench_judge(&bench, exactly(committed_over_live(adapters[i])), true, 2.5,
                    "Two arrays doubled in turns to 64 KiB, %s: committed over live", adapters[i]);
    }
    bench_judge(&bench, spread_of(&bench, &questions[SCRATCH], scratches[0].name), true, 15,
                "A scratch arena, a scope and a push: nanoseconds");
    bench_end(&bench);
    return 0;
}
