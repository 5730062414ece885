// SPDX-License-Identifier: MIT
// The heap over an arena: sizes, reuse, growing in place, what marks and resets do to it, and what it refuses.
#include "samrena/heap.h"
#include "address_space.h"
#include "support.h"
#include "test_adapters.h"

static void *must_have(void *block) {
    if (!block)
        fail_msg("no block: %s", samrena_last_error_message());
    assert_true(is_aligned(block, 16));
    return block;
}

static void *make(Samrena *arena, uint64_t size) {
    unsigned char *block = must_have(samrena_malloc(arena, size));
    assert_true(samrena_block_size(block) >= size);
    assert_true(samrena_contains(arena, block));
    memset(block, 0x5a, (size_t)samrena_block_size(block));
    return block;
}

/* Sizes around every border: of classes, of what is small, of pages, and beyond. */
static const uint64_t sizes[] = {0,    1,    7,    8,    9,    15,   16,    17,    24,    25,    40,     100,
                                 248,  249,  488,  489,  503,  504,  505,   511,   512,   513,   520,    528,
                                 1000, 1024, 4000, 4096, 4097, 8000, 16368, 16384, 16385, 65536, 100000, 1 << 20};

static void test_every_size(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *blocks[COUNT_OF(sizes)];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            blocks[i] = make(arena, sizes[i]);
            memset(blocks[i], (int)i, (size_t)sizes[i]);
        }
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            assert_filled_with(blocks[i], sizes[i], (unsigned char)i);
        for (size_t i = 0; i < COUNT_OF(sizes); i += 2)
            samrena_free(arena, blocks[i]);
        for (size_t i = 1; i < COUNT_OF(sizes); i += 2)
            assert_filled_with(blocks[i], sizes[i], (unsigned char)i);
        for (size_t i = 1; i < COUNT_OF(sizes); i += 2)
            samrena_free(arena, blocks[i]);
    }
    samrena_destroy(arena);
}

/* What is freed is enough for the same again, in whatever order it comes and goes, and whatever is pushed in between.
 */
static void test_freed_blocks_are_used_again(void **state) {
    enum { COUNT = 500 };
    Samrena *arena = create_for(state);
    void *blocks[COUNT];
    uint64_t settled = 0, pushed = 0;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < COUNT; i++)
            blocks[i] = make(arena, sizes[i % 30]);
        for (int i = 0; i < COUNT; i++)
            samrena_free(arena, blocks[(i * 7 + round) % COUNT]);
        samrena_push(arena, 16);
        pushed += 16;
        if (round == 1)
            settled = samrena_allocated(arena) - pushed;
    }
    assert_true(samrena_allocated(arena) - pushed <= settled + settled / 8);
    samrena_destroy(arena);
}

/* Neighbours that are free make room for what is as large as all of them. */
static void test_free_neighbours_are_joined(void **state) {
    enum { COUNT = 64 };
    static const int steps[] = {1, 3, 5, 63};
    Samrena *arena = create_for(state);
    make(arena, 600); /* the heap is there */
    for (size_t order = 0; order < COUNT_OF(steps); order++) {
        char *blocks[COUNT];
        for (int i = 0; i < COUNT; i++)
            blocks[i] = make(arena, 1008);
        uint64_t regions = info_of(arena).regions;
        samrena_push(arena, 16); /* behind them: nothing goes back to the arena */
        for (int i = 0; i < COUNT; i++)
            samrena_free(arena, blocks[i * steps[order] % COUNT]);
        uint64_t before = samrena_allocated(arena);
        if (regions == 1) {
            make(arena, COUNT * UINT64_C(1024) - 16);
            assert_int_equal(samrena_allocated(arena), before);
        }
        samrena_reset(arena);
        make(arena, 600);
        samrena_push(arena, 500000); /* all in one region the next time */
        samrena_reset(arena);
        make(arena, 600);
    }
    samrena_destroy(arena);
}

/* The last block goes back to the arena, and so do those before it that are free. */
static void test_the_last_block_goes_back(void **state) {
    Samrena *arena = create_for(state);
    SamrenaInfo info = info_of(arena);
    samrena_reserve(arena, 300000);
    samrena_push(arena, 8000); /* into what was reserved */
    make(arena, 600);
    uint64_t before = samrena_allocated(arena);
    void *one = make(arena, 1000), *two = make(arena, 50000), *three = make(arena, 70000);
    samrena_free(arena, two);
    assert_true(samrena_allocated(arena) > before + 120000);
    samrena_free(arena, three);
    assert_true(samrena_allocated(arena) < before + 1100);
    samrena_free(arena, one);
    assert_int_equal(samrena_allocated(arena), before);
    assert_true(info_of(arena).high_water >= info.high_water + 120000);
    samrena_destroy(arena);
}

static void test_zeroed_blocks(void **state) {
    Samrena *arena = create_for(state);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        samrena_free(arena, make(arena, sizes[i])); /* to be used again, and written to */
        unsigned char *block = must_have(samrena_calloc(arena, sizes[i], 1));
        assert_filled_with(block, sizes[i], 0);
        memset(block, 0xff, (size_t)sizes[i]);
        block = must_have(samrena_calloc(arena, 3, sizes[i]));
        assert_filled_with(block, 3 * sizes[i], 0);
        memset(block, 0xff, (size_t)(3 * sizes[i]));
        if (i % 3 == 0)
            samrena_free(arena, block);
    }
    assert_fails(samrena_calloc(arena, UINT64_MAX / 2, 3), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("9223372036854775807");
    samrena_destroy(arena);
}

/* From every size to every other: what fits both is kept. */
static void test_resized_blocks(void **state) {
    Samrena *arena = create_for(state);
    for (size_t from = 0; from < COUNT_OF(sizes); from++)
        for (size_t to = 1; to < COUNT_OF(sizes); to++) {
            unsigned char *block = must_have(samrena_malloc(arena, sizes[from]));
            memset(block, 0x77, (size_t)sizes[from]);
            block = must_have(samrena_realloc(arena, block, sizes[to]));
            assert_true(samrena_block_size(block) >= sizes[to]);
            assert_filled_with(block, sizes[from] < sizes[to] ? sizes[from] : sizes[to], 0x77);
            memset(block, 0, (size_t)sizes[to]);
            samrena_free(arena, block);
        }
    assert_null(samrena_realloc(arena, make(arena, 10), 0));
    samrena_free(arena, must_have(samrena_realloc(arena, NULL, 10)));
    samrena_free(arena, NULL);
    assert_int_equal(samrena_block_size(NULL), 0);
    samrena_destroy(arena);
}

/* Where the arena's memory goes on behind it, and into free neighbours. */
static void test_realloc_in_place(void **state) {
    Samrena *arena = create_for(state);
    samrena_reserve(arena, MIB);
    samrena_push(arena, 8000); /* into what was reserved */
    char *last = make(arena, 600);
    for (uint64_t size = 700; size < 500000; size += size / 3)
        assert_ptr_equal(samrena_realloc(arena, last, size), last);
    assert_true(samrena_allocated(arena) < 520000);
    assert_ptr_equal(samrena_realloc(arena, last, 600), last);
    assert_true(samrena_allocated(arena) < 13000);

    char *next = make(arena, 3000), *end = make(arena, 600);
    samrena_free(arena, next);
    assert_ptr_equal(samrena_realloc(arena, last, 3500), last);
    assert_ptr_not_equal(samrena_realloc(arena, last, 4500), last);
    assert_filled_with(end, 600, 0x5a);
    samrena_destroy(arena);
}

/* Two arrays that grow in turns leave their old places to one another. */
static void test_outgrown_arrays(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create(&config);
    char *one = NULL, *two = NULL;
    for (uint64_t size = 64; size <= 64 * KIB; size *= 2) {
        one = must_have(samrena_realloc(arena, one, size));
        two = must_have(samrena_realloc(arena, two, size));
    }
    uint64_t live = 128 * KIB;
    if (info_of(arena).committed * 2 > live * 5)
        fail_msg("%llu bytes committed for %llu", (unsigned long long)info_of(arena).committed,
                 (unsigned long long)live);
    samrena_destroy(arena);
}

/* What is made after a mark goes with a rewind, what was made before stays, and is used again after the mark. */
static void test_marks(void **state) {
    Samrena *arena = create_for(state);
    char *before = make(arena, 100), *freed = make(arena, 100), *large = make(arena, 2000);
    samrena_free(arena, freed);
    SamrenaMark mark = samrena_mark(arena);
    for (int round = 0; round < 5; round++) {
        uint64_t allocated = samrena_allocated(arena);
        char *after = make(arena, 100);
        assert_ptr_not_equal(after, freed);
        make(arena, 3000);
        samrena_free(arena, make(arena, 3000));
        samrena_free(arena, after);
        SAMRENA_SCOPE(arena);
        make(arena, 100);
        make(arena, 10000);
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
        assert_int_equal(samrena_allocated(arena), allocated);
        assert_filled_with(before, 100, 0x5a);
    }
    samrena_free(arena, large); /* older than the mark: gone for good */
    make(arena, 2000);
    assert_int_equal(samrena_rewind_and_drop(arena, mark), SAMRENA_OK);
    uint64_t allocated = samrena_allocated(arena);
    assert_ptr_equal(make(arena, 100), freed);
    make(arena, 1000);
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_reset(arena);
    assert_int_equal(samrena_allocated(arena), 0);
    make(arena, 100);
    samrena_destroy(arena);
}

/* Scopes that use a heap each leave nothing, however often and however deep. */
static void test_scopes(void **state) {
    Samrena *arena = create_for(state);
    samrena_free(arena, make(arena, 400));
    uint64_t allocated = samrena_allocated(arena);
    for (int i = 0; i < 2000; i++) {
        SAMRENA_SCOPE(arena);
        samrena_free(arena, make(arena, 400));
        char *kept = make(arena, 40);
        {
            SAMRENA_SCOPE(arena);
            make(arena, (uint64_t)i);
            samrena_free(arena, kept);
        }
        assert_ptr_equal(make(arena, 40), kept);
    }
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_destroy(arena);
}

/* samrena_rewind_to() behind the heap leaves it alone; before its end, what is left of it can be freed and resized. */
static void test_rewind_to(void **state) {
    Samrena *arena = create_for(state);
    char *one = make(arena, 100), *large = make(arena, 2000);
    char *pushed = samrena_push(arena, 100);
    make(arena, 30000);
    samrena_rewind_to(arena, pushed);
    assert_filled_with(one, 100, 0x5a);
    assert_filled_with(large, 2000, 0x5a);
    assert_non_null(large = samrena_realloc(arena, large, 9000));
    assert_filled_with(large, 2000, 0x5a);
    char *two = make(arena, 100);
    samrena_free(arena, one);
    samrena_free(arena, two);
    samrena_free(arena, large);
    pushed = samrena_push(arena, 100);
    samrena_rewind_to(arena, pushed);
    two = make(arena, 50);
    samrena_free(arena, two);
    samrena_rewind_to(arena, samrena_push(arena, 10));
    assert_ptr_equal(make(arena, 50), two);
    samrena_destroy(arena);
}

/* A heap that lost memory to samrena_rewind_to() leaves none to the one from before a mark, which lives longer. */
static void test_blocks_of_a_heap_cut_short(void **state) {
    Samrena *arena = create_for(state);
    must_have(samrena_allocator(arena, NULL, 0, 32));
    SamrenaMark mark = samrena_mark(arena);
    void *plain = must_have(samrena_allocator(arena, NULL, 0, 32));
    void *pushed = samrena_push(arena, 16);
    make(arena, 2000);
    assert_int_equal(samrena_rewind_to(arena, pushed), SAMRENA_OK);
    samrena_allocator(arena, plain, 32, 0);
    assert_int_equal(samrena_rewind_and_drop(arena, mark), SAMRENA_OK);
    for (int i = 0; i < 4; i++)
        assert_true(samrena_contains(arena, must_have(samrena_allocator(arena, NULL, 0, 32))));
    samrena_destroy(arena);
}

/* A release function may free what goes with it; the heap from before the mark gets nothing of that. */
typedef struct Plain {
    Samrena *arena;
    void *block;
} Plain;

static void free_plain(void *argument) {
    Plain *plain = argument;
    samrena_allocator(plain->arena, plain->block, 32, 0);
}

static void test_plain_blocks_freed_while_taken_back(void **state) {
    Samrena *arena = create_for(state);
    must_have(samrena_allocator(arena, NULL, 0, 32));
    SamrenaMark mark = samrena_mark(arena);
    Plain plain = {arena, NULL};
    assert_int_equal(samrena_on_release(arena, free_plain, &plain), SAMRENA_OK);
    plain.block = must_have(samrena_allocator(arena, NULL, 0, 32));
    assert_int_equal(samrena_rewind_and_drop(arena, mark), SAMRENA_OK);
    for (int i = 0; i < 4; i++)
        assert_true(samrena_contains(arena, must_have(samrena_allocator(arena, NULL, 0, 32))));
    samrena_destroy(arena);
}

/* Blocks whose memory waits for a reset are freed once, too. */
static void test_freed_twice_after_a_rewind_to(void **state) {
    Samrena *arena = create_for(state);
    void *small = make(arena, 100), *large = make(arena, 2000);
    void *pushed = samrena_push(arena, 16);
    make(arena, 30000);
    assert_int_equal(samrena_rewind_to(arena, pushed), SAMRENA_OK);
    void *blocks[] = {small, large};
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        samrena_free(arena, blocks[i]);
        assert_fails(samrena_realloc(arena, blocks[i], 50), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("freed already");
    }
    samrena_destroy(arena);
}

/* A block that cannot be had takes nothing: not the room that others can use. */
static void test_failures_take_no_room(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    config.initial_size = 50000;
    Samrena *arena = create_as(state, &config);
    char *large = make(arena, 2000);
    samrena_free(arena, make(arena, 2000));
    uint64_t allocated = samrena_allocated(arena);
    assert_fails(samrena_malloc(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_fails(samrena_realloc(arena, large, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_non_null(samrena_push(arena, 20000));
    make(arena, 2000);
    samrena_destroy(arena);
}

/* A release function may free what the arena still holds, and make more. */
typedef struct Held {
    Samrena *arena;
    void *block;
} Held;

static void free_held(void *argument) {
    Held *held = argument;
    samrena_free(held->arena, held->block);
    make(held->arena, 700);
    samrena_free(held->arena, make(held->arena, 70));
}

static void test_release_functions_may_free(void **state) {
    for (int where = 0; where < 3; where++) {
        Samrena *arena = create_for(state);
        Held *held = samrena_push(arena, sizeof(*held));
        *held = (Held){arena, where == 1 ? make(arena, 40) : NULL};
        samrena_on_release(arena, free_held, held);
        if (where == 2)
            held->block = make(arena, 5000);
        SamrenaMark mark = samrena_mark(arena);
        assert_int_equal(samrena_on_release(arena, free_held, &(Held){arena, make(arena, 2000)}), SAMRENA_OK);
        (void)mark;
        samrena_rewind(arena, mark);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        assert_int_equal(samrena_allocated(arena), 0);
        samrena_destroy(arena);
    }
}

static void test_what_is_refused(void **state) {
    Samrena *arena = create_for(state), *other = create_for(state);
    char *block = make(arena, 40), *large = make(arena, 4000);
    make(arena, 40);
    char *foreign = make(other, 40);
    uint64_t pushed[8] = {0};

    samrena_free(arena, block);
    samrena_free(arena, block);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_free");
    assert_message_has("freed already");
    assert_fails(samrena_realloc(arena, block, 50), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_realloc");
    samrena_free(arena, large);
    samrena_free(arena, large);
    assert_message_has("freed already");

    samrena_free(arena, foreign);
    assert_message_has("no block of this arena's heap");
    assert_filled_with(foreign, 40, 0x5a);
    samrena_free(other, foreign);
    samrena_free(arena, &pushed[4]);
    assert_message_has("no block of this arena's heap");
    assert_fails(samrena_realloc(arena, &pushed[4], 50), SAMRENA_ERROR_INVALID_PARAMETER);

    assert_fails(samrena_malloc(arena, UINT64_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("18446744073709551615");
    assert_fails(samrena_malloc(arena, PTRDIFF_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_realloc(arena, make(arena, 5), UINT64_MAX - 8), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_malloc(arena, PTRDIFF_MAX / 2), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_fails(samrena_malloc(NULL, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_calloc(NULL, 1, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_realloc(NULL, NULL, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_free(NULL, block);
    assert_message_has("NULL");
    samrena_destroy(other);
    samrena_destroy(arena);
}

/* Up to the limit, and no byte changes where it is reached. */
static void test_limits(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 50000;
    Samrena *arena = create_as(state, &config);
    unsigned char *blocks[400];
    int count = 0;
    while (count < 400 && (blocks[count] = samrena_malloc(arena, count % 5 == 0 ? 600 : 200)))
        memset(blocks[count], count, 200), count++;
    assert_true(count > 100);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_true(samrena_allocated(arena) <= 50000);
    assert_fails(samrena_realloc(arena, blocks[0], 60000), SAMRENA_ERROR_LIMIT_EXCEEDED);
    for (int i = 0; i < count; i++)
        assert_filled_with(blocks[i], 200, (unsigned char)i);
    for (int i = 0; i < count; i++) {
        samrena_free(arena, blocks[i]);
        assert_non_null(blocks[i] = samrena_malloc(arena, i % 5 == 0 ? 600 : 200));
    }
    for (int i = 0; i < count; i++) /* smaller does not fail */
        assert_non_null(blocks[i] = samrena_realloc(arena, blocks[i], 1));
    samrena_destroy(arena);
}

/* What is left of a region becomes a block only where the limit has enough for both. */
static void test_what_the_limit_allows_can_be_had(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 20000;
    for (uint64_t less = 64; less < 6000; less += 8) {
        Samrena *arena = create_as(state, &config);
        (void)make(arena, 600);
        (void)make(arena, config.limit - samrena_allocated(arena) - less);
        samrena_destroy(arena);
    }
}

/* Under every limit, whatever is refused leaves nothing behind: no state of a heap, no rest of a region. */
static void test_failures_leave_nothing(void **state) {
    SamrenaConfig config = config_of(state);
    for (config.limit = 16; config.limit < 9000; config.limit += 40) {
        Samrena *arena = create_as(state, &config);
        void *last = NULL;
        samrena_push_aligned(arena, 5, 1);
        for (uint64_t step = 0; step < 40; step++) {
            static const uint64_t drawn[] = {2000, 100, 600, 5, 1100, 300, 5000};
            uint64_t size = drawn[(step + config.limit) % COUNT_OF(drawn)], allocated = samrena_allocated(arena);
            void *made = step % 4 == 0   ? samrena_allocator(arena, NULL, 0, (size_t)size)
                         : step % 4 == 1 ? samrena_malloc(arena, size)
                         : step % 4 == 2 ? samrena_calloc(arena, 1, size)
                                         : samrena_realloc(arena, last, size);
            if (made && step % 4 > 0)
                last = made;
            if (!made) {
                assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
                assert_int_equal(samrena_allocated(arena), allocated);
            }
        }
        assert_true(samrena_allocated(arena) <= config.limit);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_destroy(arena);
    }
}

/* Lua's shape. The old size of a block that is made says what it is for, and nothing else. */
static void test_allocator(void **state) {
    Samrena *arena = create_for(state);
    for (size_t from = 1; from < COUNT_OF(sizes); from++)
        for (size_t to = 1; to < COUNT_OF(sizes); to++) {
            unsigned char *block = must_have(samrena_allocator(arena, NULL, to % 9, (size_t)sizes[from]));
            memset(block, 0x77, (size_t)sizes[from]);
            block = must_have(samrena_allocator(arena, block, (size_t)sizes[from], (size_t)sizes[to]));
            assert_filled_with(block, sizes[from] < sizes[to] ? sizes[from] : sizes[to], 0x77);
            memset(block, 0, (size_t)sizes[to]);
            assert_null(samrena_allocator(arena, block, (size_t)sizes[to], 0));
        }
    samrena_allocator(arena, must_have(samrena_allocator(arena, NULL, 0, 200)), 200, 0);
    uint64_t allocated = samrena_allocated(arena);
    for (int i = 0; i < 1000; i++)
        samrena_allocator(arena, must_have(samrena_allocator(arena, NULL, 0, 200)), 200, 0);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_null(samrena_allocator(arena, NULL, 5, 0));
    void *block = must_have(samrena_allocator(arena, NULL, 0, 24));
    assert_null(samrena_allocator(arena, block, 0, 0));
    assert_fails(samrena_allocator(arena, block, 0, 10), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_allocator(arena, NULL, 0, SIZE_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_allocator(NULL, NULL, 0, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

/* Blocks without tags waste none: 16 bytes of 16. */
static void test_allocator_needs_no_headers(void **state) {
    Samrena *arena = create_for(state);
    must_have(samrena_allocator(arena, NULL, 0, 16));
    uint64_t before = samrena_allocated(arena);
    for (int i = 0; i < 10000; i++)
        must_have(samrena_allocator(arena, NULL, 0, 16));
    assert_in_range(samrena_allocated(arena) - before, 10000 * 16 - 512, 10000 * 16 + 16 * KIB + 1000);
    samrena_destroy(arena);
}

/* What is freed, or cut off, holds 0xdd where that was asked for. */
static void test_junk(void **state) {
    SamrenaConfig config = config_of(state);
    config.debug = SAMRENA_DEBUG_JUNK;
    Samrena *arena = create_as(state, &config);
    char *one = samrena_push(arena, 16), *two = samrena_push(arena, 16);
    if (two - one > 16) { /* a checker watches: it is told, and what is freed is not used again */
        unsigned char *freed = make(arena, 100);
        samrena_free(arena, freed);
        assert_ptr_not_equal(make(arena, 100), freed);
        samrena_destroy(arena);
        return;
    }
    unsigned char *small = make(arena, 100), *large = make(arena, 5000),
                  *plain = samrena_allocator(arena, NULL, 0, 100);
    make(arena, 5000);
    memset(plain, 1, 100);
    samrena_free(arena, small);
    samrena_free(arena, large);
    samrena_allocator(arena, plain, 100, 0);
    assert_filled_with(small + 8, 92, 0xdd);
    assert_filled_with(large + 16, 4900, 0xdd);
    assert_filled_with(plain + 8, 92, 0xdd);
    assert_ptr_equal(make(arena, 100), small);
    assert_ptr_equal(make(arena, 4000), large);
    samrena_destroy(arena);
}

/* Large blocks are got one by one where each is much of what there is, but no less than is worth a call. */
static void test_large_blocks_take_a_step(void **state) {
    (void)state;
    test_adapter.step = 64 * KIB;
    Samrena *arena = create_named("separate");
    for (uint64_t size = 3000; size < 20000; size += 1000) {
        test_adapter.last_desired = 64 * KIB;
        assert_non_null(samrena_malloc(arena, size));
        assert_true(test_adapter.last_desired >= 64 * KIB);
    }
    samrena_destroy(arena);
}

int main(void) {
    leave_no_large_gap();
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_every_size),
        OVER_ARENAS(test_freed_blocks_are_used_again),
        OVER_ADAPTERS(test_free_neighbours_are_joined),
        OVER_ARENAS(test_the_last_block_goes_back),
        OVER_ARENAS(test_zeroed_blocks),
        OVER_ARENAS(test_resized_blocks),
        OVER_ARENAS(test_realloc_in_place),
        OVER_ADAPTERS(test_outgrown_arrays),
        cmocka_unit_test_setup(test_large_blocks_take_a_step, set_up_test_adapters),
        OVER_ARENAS(test_marks),
        OVER_ARENAS(test_scopes),
        OVER_ARENAS(test_rewind_to),
        OVER_ARENAS(test_blocks_of_a_heap_cut_short),
        OVER_ARENAS(test_plain_blocks_freed_while_taken_back),
        OVER_ARENAS(test_freed_twice_after_a_rewind_to),
        OVER_ARENAS(test_failures_take_no_room),
        OVER_ARENAS(test_release_functions_may_free),
        OVER_ARENAS(test_what_is_refused),
        OVER_ARENAS(test_limits),
        OVER_ARENAS(test_what_the_limit_allows_can_be_had),
        OVER_ARENAS(test_failures_leave_nothing),
        OVER_ARENAS(test_allocator),
        OVER_ARENAS(test_allocator_needs_no_headers),
        OVER_ARENAS(test_junk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
