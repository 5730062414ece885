// SPDX-License-Identifier: MIT
// Loops in which one operation must cost the same however much came before.
#include "cliffs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tight_adapter.h"

/* A region of growth FIXED holds a SMALL block; a LARGE one needs a region of its own. */
enum { SMALL = 3000, LARGE = 5000, PAGE = 4096, NODE = 64, SOME = 2000, MANY = 20000, LARGE_SPARES = 50 };

#define TIGHT_LARGEST (UINT64_C(64) << 10)

static void need(bool holds) {
    if (holds)
        return;
    fprintf(stderr, "cliffs: %s\n", samrena_last_error_message());
    exit(1);
}

static void push_many(Samrena *arena, uint64_t count, uint64_t size) {
    for (uint64_t i = 0; i < count; i++)
        need(samrena_push(arena, size) != NULL);
}

/* ---- What comes before ---- */

static void prepare_nothing(Stage *stage) {
    (void)stage;
}

static void prepare_regions(Stage *stage) {
    for (uint64_t i = 0; i < stage->n; i++) {
        stage->blocks[i] = samrena_push(stage->arena, SMALL);
        need(stage->blocks[i] != NULL);
    }
}

static void prepare_spares(Stage *stage) {
    prepare_regions(stage);
    need(samrena_reset(stage->arena) == SAMRENA_OK);
}

/* The large ones lie behind all the small ones. */
static void prepare_large_spares(Stage *stage) {
    prepare_regions(stage);
    push_many(stage->arena, LARGE_SPARES, LARGE);
    need(samrena_reset(stage->arena) == SAMRENA_OK);
}

/* What a frame takes was there twice. */
static void prepare_frames(Stage *stage) {
    for (int i = 0; i < 2; i++) {
        push_many(stage->arena, stage->n, SMALL);
        push_many(stage->arena, stage->n / 8, LARGE);
        need(samrena_reset(stage->arena) == SAMRENA_OK);
    }
}

/* Most of what there is, in one block: the next wish, as large again, is refused. */
static void prepare_scarcity(Stage *stage) {
    tight_adapter.largest = UINT64_MAX;
    tight_adapter.budget = tight_adapter.live + stage->n * NODE * 8;
    need(samrena_push(stage->arena, stage->n * NODE * 5) != NULL);
}

static void prepare_vain_hint(Stage *stage) {
    tight_adapter.largest = UINT64_MAX;
    tight_adapter.budget = tight_adapter.live + stage->n * NODE * 8;
    need(samrena_reserve_with_growth(stage->arena, 0, UINT64_C(1) << 40) == SAMRENA_OK);
}

/* A system may need memory for addresses alone: few for each of many. */
static void prepare_others(Stage *stage) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = stage->cliff->adapter;
    config.max_reserve = UINT64_C(1) << 20; /* many of them: a thousand fit into 32 bits too */
    for (uint64_t i = 0; i < stage->n; i++) {
        stage->others[i] = samrena_create(&config);
        need(stage->others[i] && samrena_push(stage->others[i], NODE));
        stage->other_count++;
    }
}

/* ---- Pushes ---- */

static uint64_t run_large(Stage *stage) {
    push_many(stage->arena, SOME, LARGE);
    return SOME;
}

static uint64_t run_spares(Stage *stage) {
    push_many(stage->arena, LARGE_SPARES, SMALL);
    return LARGE_SPARES;
}

static uint64_t run_large_spares(Stage *stage) {
    push_many(stage->arena, LARGE_SPARES, LARGE);
    return LARGE_SPARES;
}

/* Hardly any heap block starts so near a page boundary that it fits. */
static uint64_t run_aligned(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++)
        need(samrena_push_aligned(stage->arena, PAGE - 16, PAGE) != NULL);
    return SOME;
}

static uint64_t run_in_vain(Stage *stage) {
    push_many(stage->arena, SOME, 2 * PAGE - 192);
    return SOME;
}

static uint64_t run_nodes(Stage *stage) {
    push_many(stage->arena, MANY, NODE);
    return MANY;
}

static uint64_t run_n_nodes(Stage *stage) {
    push_many(stage->arena, stage->n, NODE);
    return stage->n;
}

/* ---- Frames ---- */

enum { FRAMES = 4 };

/* Now the small ones come first, now the large ones. */
static void push_frame(Stage *stage, uint64_t turn) {
    if (turn % 2)
        push_many(stage->arena, stage->n / 8, LARGE);
    push_many(stage->arena, stage->n, SMALL);
    if (turn % 2 == 0)
        push_many(stage->arena, stage->n / 8, LARGE);
}

static uint64_t run_frames(Stage *stage) {
    for (uint64_t i = 0; i < FRAMES; i++) {
        push_frame(stage, i);
        need(samrena_reset(stage->arena) == SAMRENA_OK);
    }
    return FRAMES * (stage->n + stage->n / 8);
}

static uint64_t run_rewound_frames(Stage *stage) {
    for (uint64_t i = 0; i < FRAMES; i++) {
        SamrenaMark mark = samrena_mark(stage->arena);
        push_frame(stage, i);
        need(samrena_rewind_and_drop(stage->arena, mark) == SAMRENA_OK);
    }
    return FRAMES * (stage->n + stage->n / 8);
}

static uint64_t run_scopes(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++) {
        SamrenaMark mark = samrena_mark(stage->arena);
        need(samrena_push(stage->arena, LARGE) != NULL);
        need(samrena_rewind_and_drop(stage->arena, mark) == SAMRENA_OK);
    }
    return SOME;
}

static uint64_t run_reserved_frames(Stage *stage) {
    for (uint64_t i = 0; i < FRAMES; i++) {
        need(samrena_reserve(stage->arena, stage->cliff->retain) == SAMRENA_OK);
        push_many(stage->arena, stage->n, NODE);
        need(samrena_reset(stage->arena) == SAMRENA_OK);
    }
    return FRAMES * stage->n;
}

/* ---- Old blocks ---- */

/* Each turn through them takes one byte off each. */
static uint64_t run_resize_old(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++) {
        uint64_t size = SMALL - i / stage->n;
        void *block = stage->blocks[i * 7919 % stage->n];
        need(samrena_resize(stage->arena, block, size, size - 1) == block);
    }
    return SOME;
}

static uint64_t run_contains(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++)
        need(samrena_contains(stage->arena, stage->blocks[i * 7919 % stage->n]));
    return SOME;
}

static uint64_t run_resize_into_spares(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++) {
        void *block = samrena_push(stage->arena, NODE);
        need(block && samrena_push(stage->arena, NODE) && samrena_resize(stage->arena, block, NODE, LARGE));
    }
    return SOME;
}

static uint64_t run_grow_buffer(Stage *stage) {
    void *buffer = NULL;
    for (uint64_t i = 0; i < stage->n; i++) {
        buffer = samrena_resize(stage->arena, buffer, i * 16, (i + 1) * 16);
        need(buffer != NULL);
    }
    return stage->n;
}

/* ---- Memory ahead of need, and back ---- */

static uint64_t run_trim_loop(Stage *stage) {
    for (uint64_t i = 0; i < stage->n; i++) {
        need(samrena_push(stage->arena, 4000) != NULL);
        samrena_trim(stage->arena, 0);
    }
    return stage->n;
}

static uint64_t run_trim_spares(Stage *stage) {
    samrena_trim(stage->arena, 0);
    return stage->n;
}

static uint64_t run_reserve_more(Stage *stage) {
    for (uint64_t i = 0; i < stage->n; i++)
        need(samrena_reserve_more(stage->arena, 1000) == SAMRENA_OK && samrena_push(stage->arena, 1000));
    return stage->n;
}

static uint64_t run_reserve_among_spares(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++)
        need(samrena_reserve_more(stage->arena, LARGE) == SAMRENA_OK && samrena_push(stage->arena, LARGE));
    return SOME;
}

static uint64_t run_reserved_already(Stage *stage) {
    uint64_t capacity = samrena_capacity(stage->arena);
    for (uint64_t i = 0; i < MANY; i++)
        need(samrena_reserve(stage->arena, capacity) == SAMRENA_OK);
    return MANY;
}

/* ---- Whole arenas ---- */

static uint64_t run_arenas(Stage *stage) {
    for (uint64_t i = 0; i < SOME; i++) {
        Samrena *arena = samrena_create_named(stage->cliff->adapter);
        need(arena && samrena_push(arena, NODE));
        samrena_destroy(arena);
    }
    return SOME;
}

/* ---- All of them ---- */

#define GEOMETRIC SAMRENA_GROWTH_GEOMETRIC
#define FIXED SAMRENA_GROWTH_FIXED
#define KEPT (UINT64_C(64) << 10)
#define FRAME (UINT64_C(64) << 20)

/* Some n are no powers of two: there the records of an arena's regions double, which is rare, and paid for by all
   pushes before. */
const Cliff cliffs[] = {
    {"spare regions taken", "chained", FIXED, 0, 64, true, prepare_spares, run_spares},
    {"spare regions behind smaller ones", "chained", FIXED, 0, 64, true, prepare_large_spares, run_large_spares},
    {"spare regions too small", "chained", FIXED, 0, 64, true, prepare_spares, run_large},
    {"spare regions too small, geometric", "chained", GEOMETRIC, 0, 64, true, prepare_spares, run_large},
    {"spare regions that fit by size alone", "chained", FIXED, 0, 64, true, prepare_spares, run_aligned},
    {"spare regions searched in vain", "chained", FIXED, 0, 64, true, prepare_spares, run_in_vain},
    {"spare regions, a block outgrows its own", "chained", FIXED, 0, 64, true, prepare_spares, run_resize_into_spares},
    {"phases after resets", "chained", FIXED, 0, 256, true, prepare_frames, run_frames},
    {"phases after rewinds", "chained", FIXED, 0, 256, true, prepare_frames, run_rewound_frames},
    {"a mark, a region, a rewind", "chained", FIXED, 0, 64, true, prepare_regions, run_scopes},
    {"an old block resized", "chained", FIXED, 0, 64, true, prepare_regions, run_resize_old},
    {"an old block asked for", "chained", FIXED, 0, 64, true, prepare_regions, run_contains},
    {"pushes among many regions", "chained", FIXED, 0, 72, false, prepare_regions, run_nodes},
    {"pushes among many regions, virtual", "virtual", FIXED, 0, 64, false, prepare_regions, run_nodes},
    {"a buffer grown bit by bit", "chained", FIXED, 0, 1024, false, prepare_nothing, run_grow_buffer},
    {"growth refused, large wishes", "tight", GEOMETRIC, 0, 8192, false, prepare_nothing, run_n_nodes},
    {"growth refused, little left", "tight", GEOMETRIC, 0, 8192, false, prepare_scarcity, run_n_nodes},
    {"a hint that cannot be had", "tight", GEOMETRIC, 0, 8192, false, prepare_vain_hint, run_n_nodes},
    {"push, trim", "chained", GEOMETRIC, 0, 1024, false, prepare_nothing, run_trim_loop},
    {"push, trim, virtual", "virtual", GEOMETRIC, 0, 1024, false, prepare_nothing, run_trim_loop},
    {"a spare region trimmed", "chained", FIXED, 0, 256, false, prepare_spares, run_trim_spares},
    {"frames, some retained", "chained", FIXED, KEPT, 256, true, prepare_nothing, run_frames},
    {"frames, reserved and retained", "chained", GEOMETRIC, FRAME, 8192, false, prepare_nothing, run_reserved_frames},
    {"reserve, push", "chained", GEOMETRIC, 0, 1024, true, prepare_nothing, run_reserve_more},
    {"reserve, push among spare regions", "chained", FIXED, 0, 64, true, prepare_spares, run_reserve_among_spares},
    {"reserved already", "chained", FIXED, 0, 64, false, prepare_regions, run_reserved_already},
    {"create, destroy among others", "chained", GEOMETRIC, 0, 64, false, prepare_others, run_arenas},
    {"create, destroy among others, virtual", "virtual", GEOMETRIC, 0, 64, false, prepare_others, run_arenas},
};
const size_t cliff_count = sizeof(cliffs) / sizeof(cliffs[0]);

const Cliff *cliff_named(const char *name) {
    for (size_t i = 0; i < cliff_count; i++)
        if (strcmp(cliffs[i].name, name) == 0)
            return &cliffs[i];
    fprintf(stderr, "cliffs: none is named \"%s\"\n", name);
    exit(2);
}

void cliff_open(Stage *stage, const Cliff *cliff, uint64_t n) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = cliff->adapter;
    config.growth = (int32_t)cliff->growth;
    config.retain = cliff->retain;
    config.prefault = SAMRENA_PREFAULT_NEVER;
    need(samrena_adapter_register(&samrena_adapter_tight) == SAMRENA_OK);
    tight_adapter = (TightAdapter){.largest = TIGHT_LARGEST, .budget = UINT64_MAX};
    *stage = (Stage){.cliff = cliff, .n = n, .arena = samrena_create(&config)};
    stage->blocks = calloc((size_t)n, sizeof(void *));
    stage->others = calloc((size_t)n, sizeof(Samrena *));
    need(stage->arena && stage->blocks && stage->others);
    cliff->prepare(stage);
}

__attribute__((noinline)) uint64_t cliff_run(Stage *stage) {
    return stage->cliff->run(stage);
}

void cliff_close(Stage *stage) {
    for (uint64_t i = 0; i < stage->other_count; i++)
        samrena_destroy(stage->others[i]);
    samrena_destroy(stage->arena);
    free(stage->others);
    free(stage->blocks);
}
