// SPDX-License-Identifier: MIT
// Whether a push stays as cheap in an arena of many pages: pushes of 64 bytes that go on to fill new pages of 4096, in
// an arena that has grown page by page to so many already, against a page list that is searched from its head.
// Before the clock starts the caches are filled with something else: a small arena would be in them, a large one not.
#include <stdlib.h>

#include "bench.h"
#include "measure.h"
#include "page_list.h"
#include "samrena.h"

enum { BLOCK = 64, NEW_PAGES = 128, PUSHES = NEW_PAGES * PAGE_LIST_PAGE / BLOCK, MOST_PAGES = 16 << 10 };

static void use(void *block) {
    *(uint64_t *)block = 1;
    __asm__ volatile("" : : "r"(block) : "memory");
}

static double time_pushes(void *arena, void *(*push)(void *arena, size_t size)) {
    empty_caches();
    double start = now_seconds();
    for (int i = 0; i < PUSHES; i++)
        use(push(arena, BLOCK));
    return (now_seconds() - start) * 1e9 / PUSHES;
}

/* ---- The arenas ---- */

typedef struct Way {
    const char *adapter; /* NULL: the page list */
    bool again;          /* the second time through pages that a reset kept */
} Way;

static void *push_arena(void *arena, size_t size) {
    return samrena_push(arena, size);
}

static void *push_page_list(void *arena, size_t size) {
    return page_list_push(arena, size);
}

static Samrena *make_arena(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.initial_size = PAGE_LIST_PAGE;
    config.growth_size = PAGE_LIST_PAGE;
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = samrena_create(&config);
    if (!arena) {
        fprintf(stderr, "bench_growth: %s\n", samrena_last_error_message());
        exit(1);
    }
    return arena;
}

static void fill_pages(void *arena, void *(*push)(void *arena, size_t size), uint64_t pages) {
    for (uint64_t i = 0; i < pages; i++)
        use(push(arena, PAGE_LIST_PAGE));
}

static double turn(const void *what, uint64_t pages) {
    const Way *way = what;
    PageList list = {NULL};
    warm_up_heap(MOST_PAGES + MOST_PAGES / 8);
    if (!way->adapter) {
        fill_pages(&list, push_page_list, pages);
        double value = time_pushes(&list, push_page_list);
        page_list_free(&list);
        return value;
    }
    Samrena *arena = make_arena(way->adapter);
    if (way->again) {
        fill_pages(arena, push_arena, pages + NEW_PAGES);
        samrena_reset(arena);
    }
    fill_pages(arena, push_arena, pages);
    double value = time_pushes(arena, push_arena);
    samrena_destroy(arena);
    return value;
}

/* ---- All sizes ---- */

static const Way ways[] = {{NULL, false}, {"chained", false}, {"chained", true}, {"virtual", false}, {"virtual", true}};

static const Candidate candidates[] = {
    {"page list", &ways[0], NULL},
    {"samrena chained", &ways[1], NULL},
    {"chained after a reset", &ways[2], NULL},
    {"samrena virtual", &ways[3], NULL},
    {"virtual after a reset", &ways[4], NULL},
};

enum { CANDIDATES = sizeof(candidates) / sizeof(candidates[0]), SIZES = 4 };

/* No powers of two: there the records of a chained arena's pages double, which is rare, and paid for by all pushes. */
static Question questions[SIZES] = {
    {.title = "A push of 64 bytes at 16 pages", .size = 16},
    {.title = "A push of 64 bytes at 160 pages", .size = 160},
    {.title = "A push of 64 bytes at 1,600 pages", .size = 1600},
    {.title = "A push of 64 bytes at 16,000 pages", .size = 16000},
};

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < SIZES; i++) {
        questions[i].unit = "ns a push";
        questions[i].reference = "samrena chained";
        questions[i].candidates = candidates;
        questions[i].candidate_count = CANDIDATES;
        questions[i].turn = turn;
    }
    bench_start(&bench, "bench_growth", argc, argv, questions);
    for (int i = 0; i < SIZES; i++)
        bench_run(&bench, &questions[i]);
    /* What is promised is a constant cost. The bound is this program's own: how much two such measurements may differ.
     */
    for (int i = 1; i < CANDIDATES; i++)
        bench_judge(&bench, ratio_between(&bench, &questions[SIZES - 1], &questions[0], candidates[i].name), true, 1.25,
                    "%s: a push at 16,000 pages over one at 16", candidates[i].name);
    bench_end(&bench);
    return 0;
}
