// SPDX-License-Identifier: MIT
// The window, as the inline functions of programs that were compiled earlier see it: pushes through a frozen copy of
// them, made by another compiler, through today's, and through the slow path must all come to the same places.
#include <stddef.h>

#include "frozen.h"
#include "support.h"

static void test_layout(void **state) {
    (void)state;
    assert_int_equal(offsetof(SamrenaWindow, cursor), 0);
    assert_int_equal(offsetof(SamrenaWindow, end), sizeof(void *));
    assert_int_equal(offsetof(SamrenaWindow, packed), 2 * sizeof(void *));
    assert_int_equal(sizeof(SamrenaWindow), 3 * sizeof(void *));
}

static SamrenaWindow window_of(const Samrena *arena) {
    SamrenaWindow window;
    memcpy(&window, arena, sizeof(window));
    return window;
}

/* What each of them relies on. */
static void assert_sound(const Samrena *arena) {
    SamrenaWindow window = window_of(arena);
    assert_int_equal(!window.cursor, !window.end);
    assert_int_equal((uintptr_t)window.cursor % SAMRENA_GRANULE, 0);
    assert_int_equal((uintptr_t)window.end % SAMRENA_DEFAULT_ALIGNMENT, 0);
    assert_true(window.cursor <= window.end && (uintptr_t)window.end <= INT64_MAX);
    assert_true(!window.end || window.packed <= window.cursor);
}

/* ---- The same pushes into three arenas, each in its way ---- */

typedef void *Push(Samrena *arena, uint64_t size, uint64_t alignment);

static void *push_inline(Samrena *arena, uint64_t size, uint64_t alignment) {
    return samrena_push_aligned(arena, size, alignment);
}

static Push *const ways[] = {samrena_push_slow, push_inline, frozen_push};

enum { WAYS = COUNT_OF(ways), OPERATIONS = 200000 };

static uint32_t draw(uint32_t *random, uint32_t bound) {
    *random = *random * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(*random >> 8) * bound >> 24);
}

static uint64_t draw_size(uint32_t *random) {
    static const uint64_t common[] = {1, 4, 8, 12, 24, 64};
    return draw(random, 2) ? common[draw(random, COUNT_OF(common))] : draw(random, draw(random, 20) ? 80 : 3000);
}

/* Where a block lies in the region that it is in: regions begin at a multiple of 16, whatever the adapter. */
static uint64_t offset_of(const unsigned char *block, const unsigned char *base) {
    return (uint64_t)(block - base);
}

/* To 16 at most: where a larger multiple lies depends on the region's base. */
static void test_every_way_comes_to_the_same_places(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = config.growth_size = 64 * KIB;
    Samrena *arenas[WAYS];
    unsigned char *blocks[WAYS], *bases[WAYS];
    uint32_t random = 1;
    for (int way = 0; way < WAYS; way++) {
        arenas[way] = create(&config);
        bases[way] = window_of(arenas[way]).cursor;
    }
    for (int i = 0; i < OPERATIONS; i++) {
        uint64_t size = draw_size(&random), alignment = UINT64_C(1) << draw(&random, 5);
        bool begins_anew = samrena_allocated(arenas[0]) > 60 * KIB;
        for (int way = 0; way < WAYS; way++) {
            if (begins_anew)
                samrena_reset(arenas[way]);
            blocks[way] = ways[way](arenas[way], size, alignment);
            assert_non_null(blocks[way]);
            memset(blocks[way], i, (size_t)size);
            assert_sound(arenas[way]);
            assert_int_equal(offset_of(blocks[way], bases[way]), offset_of(blocks[0], bases[0]));
            assert_int_equal(samrena_allocated(arenas[way]), samrena_allocated(arenas[0]));
        }
    }
    for (int way = 0; way < WAYS; way++)
        samrena_destroy(arenas[way]);
}

/* ---- All ways into one arena, with all that moves its cursor back ---- */

typedef struct Live {
    unsigned char *bytes;
    uint64_t size;
    unsigned char byte;
} Live;

static void test_the_ways_mix(void **state) {
    enum { MOST = 64 };
    Live live[MOST];
    size_t count = 0, marked = 0;
    uint32_t random = 7;
    Samrena *arena = create_for(state);
    SamrenaMark mark = samrena_mark(arena);
    for (int i = 0; i < OPERATIONS; i++) {
        switch (count == MOST ? 9 : draw(&random, 10)) {
        case 9: /* taken back, as far as the mark */
            assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
            count = marked;
            if (count == MOST) {
                assert_int_equal(samrena_reset(arena), SAMRENA_OK);
                count = marked = 0;
            }
            if (draw(&random, 2) || count == 0) {
                mark = samrena_mark(arena);
                marked = count;
            }
            break;
        case 8: /* the last one shrinks, or grows */
            if (count > marked) {
                Live *last = &live[count - 1];
                uint64_t size = draw_size(&random), kept = size < last->size ? size : last->size;
                unsigned char *bytes = samrena_resize_aligned(arena, last->bytes, last->size, size, 1);
                assert_non_null(bytes);
                assert_filled_with(bytes, kept, last->byte);
                memset(bytes, last->byte, (size_t)size);
                *last = (Live){bytes, size, last->byte};
            }
            break;
        default: {
            Live *block = &live[count++];
            uint64_t alignment = UINT64_C(1) << draw(&random, 14);
            block->size = draw_size(&random);
            block->bytes = ways[draw(&random, WAYS)](arena, block->size, alignment);
            assert_non_null(block->bytes);
            assert_true(is_aligned(block->bytes, alignment));
            block->byte = (unsigned char)i;
            memset(block->bytes, block->byte, (size_t)block->size);
        }
        }
        assert_sound(arena);
        for (size_t j = count < 6 ? 0 : count - 6; j < count; j++)
            assert_filled_with(live[j].bytes, live[j].size, live[j].byte);
    }
    for (size_t j = 0; j < count; j++)
        assert_filled_with(live[j].bytes, live[j].size, live[j].byte);
    samrena_destroy(arena);
}

/* Sizes and alignments that would wrap, or are none, in code that is compiled in. */
static void test_nonsense_is_refused_in_every_way(void **state) {
    static const uint64_t sizes[] = {
        PTRDIFF_MAX,    (uint64_t)PTRDIFF_MAX - 7, (uint64_t)1 << 62, (uint64_t)1 << 63, UINT64_MAX,
        UINT64_MAX - 7, UINT64_MAX - 4096};
    static const uint64_t alignments[] = {1, 2, 4, 8, 16, 32, 4096, 8192, (uint64_t)1 << 62, (uint64_t)1 << 63,
                                          0, 3, 5, 6, 7,  9,  24,   4097, UINT64_MAX};
    Samrena *arena = create_for(state);
    samrena_push(arena, 40);
    for (int way = 0; way < WAYS; way++) {
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            for (size_t j = 0; j < COUNT_OF(alignments); j++)
                assert_null(ways[way](arena, sizes[i], alignments[j]));
        assert_null(ways[way](arena, 8, (uint64_t)1 << 62));
        assert_null(ways[way](arena, 8, (uint64_t)1 << 63));
        for (size_t j = 10; j < COUNT_OF(alignments); j++)
            assert_fails(ways[way](arena, 8, alignments[j]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(samrena_allocated(arena), 40);
        assert_sound(arena);
    }
    samrena_destroy(arena);
}

/* ---- Memory in the upper half of all addresses, or with tags in their upper bits: never touched here ---- */

static SamrenaError high_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host, (void)params, (void)context;
    return SAMRENA_OK;
}

static void high_destroy(void *context) {
    (void)context;
}

static SamrenaError high_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    region->base = (unsigned char *)(UINTPTR_MAX / 2 + 1 - 4 * KIB); /* over the border */
    region->size = want->desired;
    region->zero_from = region->size;
    return SAMRENA_OK;
}

static void high_release(void *context, const SamrenaRegion *region) {
    (void)context, (void)region;
}

SAMRENA_ADAPTER_DEFINE(
    high, "high", .version = "1",
    .operations = {.create = high_create, .destroy = high_destroy, .acquire = high_acquire, .release = high_release});

/* Sums could wrap in the inline code: it is shown nothing, and pushes come to the places that they come to anywhere. */
static void test_high_memory_is_handed_out_push_by_push(void **state) {
    (void)state;
    if (sizeof(void *) != 8)
        skip_because("no address of 32 bits is so high");
    assert_int_equal(samrena_adapter_register(&samrena_adapter_high), SAMRENA_OK);
    SamrenaConfig config = config_named("high");
    config.initial_size = 64 * KIB;
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    unsigned char *first = samrena_push(arena, 24);
    for (int way = 0; way < WAYS; way++) {
        assert_null(window_of(arena).end);
        assert_int_equal((unsigned char *)ways[way](arena, 3, 1) - first, 24 + 32 * way);
        assert_int_equal((unsigned char *)ways[way](arena, 5, 8) - first, 32 + 32 * way);
        assert_int_equal((unsigned char *)ways[way](arena, 16, 8) - first, 40 + 32 * way);
        assert_null(ways[way](arena, PTRDIFF_MAX, 1));
    }
    samrena_destroy(arena);
}

/* An arena that wants to see each push is not to be passed by, not even with nothing. */
static void test_a_closed_window_admits_nothing(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 8;
    Samrena *arena = create(&config);
    assert_null(window_of(arena).end);
    for (int way = 0; way < WAYS; way++) {
        assert_non_null(ways[way](arena, 0, 1));
        assert_non_null(ways[way](arena, 0, 16));
        assert_non_null(ways[way](arena, 8, 8));
        assert_fails(ways[way](arena, 1, 1), SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        OVER_ADAPTERS(test_every_way_comes_to_the_same_places),
        OVER_ARENAS(test_the_ways_mix),
        OVER_ARENAS(test_nonsense_is_refused_in_every_way),
        OVER_ADAPTERS(test_a_closed_window_admits_nothing),
        cmocka_unit_test(test_high_memory_is_handed_out_push_by_push),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
