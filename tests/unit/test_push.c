// SPDX-License-Identifier: MIT
// Every push: sizes, alignments, zeros, arrays, limits, and that nothing overlaps or changes.
#include "support.h"
#include "test_adapters.h"

/* A block and the byte that it was filled with. */
typedef struct Block {
    unsigned char *bytes;
    uint64_t size;
    unsigned char fill;
} Block;

static Block fill_block(void *bytes, uint64_t size, size_t number) {
    Block block = {bytes, size, (unsigned char)(number * 37 + 11)};
    assert_non_null(bytes);
    memset(bytes, block.fill, (size_t)size);
    return block;
}

/* With every block filled when it was got, an overlap shows as a changed byte. */
static void assert_blocks_unchanged(const Block *blocks, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (uint64_t j = 0; j < blocks[i].size; j++)
            if (blocks[i].bytes[j] != blocks[i].fill)
                fail_msg("block %llu of %llu bytes changed at %llu", (unsigned long long)i,
                         (unsigned long long)blocks[i].size, (unsigned long long)j);
}

static void test_edge_sizes(void **state) {
    static const uint64_t sizes[] = {0,    1,    2,    15,   16,   17,   31,    32,    4079,  4080,    4081,
                                     4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536, 65537, 1048576, 3000001};
    Block blocks[COUNT_OF(sizes) * 3];
    size_t count = 0;
    Samrena *arena = create_for(state);
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++, count++) {
            uint64_t before = samrena_allocated(arena);
            void *bytes = samrena_push(arena, sizes[i]);
            assert_true(is_aligned(bytes, 16));
            assert_in_range(samrena_allocated(arena) - before, sizes[i], sizes[i] + 15);
            blocks[count] = fill_block(bytes, sizes[i], count);
        }
    assert_blocks_unchanged(blocks, count);
    assert_true(samrena_capacity(arena) >= samrena_allocated(arena));
    samrena_destroy(arena);
}

/* Every size around the end of the first page, so that each way to leave a region is taken. */
static void test_every_size_at_a_page_edge(void **state) {
    for (uint64_t left = 0; left <= 40; left++)
        for (uint64_t size = 0; size <= 48; size++) {
            Samrena *arena = create_for(state);
            Block blocks[3];
            uint64_t first = samrena_capacity(arena) - left;
            blocks[0] = fill_block(samrena_push_aligned(arena, first, 1), first, 0);
            blocks[1] = fill_block(samrena_push_aligned(arena, size, 8), size, 1);
            blocks[2] = fill_block(samrena_push(arena, 64), 64, 2);
            assert_blocks_unchanged(blocks, 3);
            samrena_destroy(arena);
        }
}

static void test_impossible_sizes_are_refused_and_change_nothing(void **state) {
    static const uint64_t sizes[] = {(uint64_t)PTRDIFF_MAX + 1, UINT64_MAX - 16, UINT64_MAX - 15, UINT64_MAX - 1,
                                     UINT64_MAX};
    Samrena *arena = create_for(state);
    samrena_push(arena, 100);
    SamrenaInfo before = info_of(arena);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_null(samrena_push(arena, sizes[i]));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_null(samrena_push_zero(arena, sizes[i]));
        assert_null(samrena_push_aligned(arena, sizes[i], 1));
        assert_null(samrena_push_with_reserve(arena, sizes[i]));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    }
    SamrenaInfo after = info_of(arena);
    assert_memory_equal(&before, &after, sizeof(before));
    samrena_destroy(arena);
}

static void test_largest_size_is_out_of_memory(void **state) {
    Samrena *arena = create_for(state);
    assert_null(samrena_push(arena, PTRDIFF_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_null(samrena_push_aligned(arena, 1, UINT64_C(1) << 63));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_null(samrena_push_aligned(arena, PTRDIFF_MAX, UINT64_C(1) << 62));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_non_null(samrena_push(arena, 1000));
    samrena_destroy(arena);
}

static void test_all_alignments(void **state) {
    enum { PER_ALIGNMENT = 20 };
    Samrena *arena = create_for(state);
    Block blocks[17 * PER_ALIGNMENT];
    size_t count = 0;
    for (uint64_t alignment = 1; alignment <= 64 * KIB; alignment *= 2)
        for (size_t i = 0; i < PER_ALIGNMENT; i++, count++) {
            uint64_t size = (i * 61) % 200;
            void *bytes = samrena_push_aligned(arena, size, alignment);
            assert_true(is_aligned(bytes, alignment));
            blocks[count] = fill_block(bytes, size, count);
        }
    assert_blocks_unchanged(blocks, count);
    samrena_destroy(arena);
}

static void test_alignment_is_exact(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *first = samrena_push_aligned(arena, 1, 1);
    assert_ptr_equal(samrena_push_aligned(arena, 3, 1), first + 1);
    assert_ptr_equal(samrena_push_aligned(arena, 4, 4), first + 4);
    assert_int_equal(samrena_allocated(arena), 8);
    assert_ptr_equal(samrena_push(arena, 1), first + 16);
    assert_int_equal(samrena_allocated(arena), 24); /* what is aligned to 8 or more takes a multiple of 8 */
    samrena_destroy(arena);
}

static void test_bad_alignments_are_refused(void **state) {
    static const uint64_t alignments[] = {0, 3, 5, 6, 12, 24, 100, UINT64_MAX, (UINT64_C(1) << 63) + 1};
    Samrena *arena = create_for(state);
    for (size_t i = 0; i < COUNT_OF(alignments); i++) {
        assert_null(samrena_push_aligned(arena, 8, alignments[i]));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("power of two");
    }
    assert_int_equal(samrena_allocated(arena), 0);
    samrena_destroy(arena);
}

/* The mistake that a window limit of no multiple of 16 invites: 1,000,000 pushes "succeed" out of 1,001 bytes. */
static void test_odd_limit_is_never_passed(void **state) {
    for (uint64_t limit = 990; limit <= 1010; limit++) {
        SamrenaConfig config = config_of(state);
        config.limit = limit;
        Samrena *arena = create(&config);
        uint64_t got = 0;
        while (got < 2000 && samrena_push_aligned(arena, 1, 1))
            got++;
        assert_int_equal(got, limit);
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_non_null(samrena_push_aligned(arena, 0, 1));
        for (int i = 0; i < 100; i++)
            assert_null(samrena_push(arena, 1));
        assert_int_equal(samrena_allocated(arena), limit);

        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        for (got = 0; samrena_push(arena, 7);)
            got++;
        assert_int_equal(got, (limit + 9) / 16);
        samrena_destroy(arena);
    }
}

static void test_limit_leaves_the_arena_as_it_was(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 100 * KIB;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 60 * KIB));
    SamrenaInfo before = info_of(arena);
    assert_null(samrena_push(arena, 40 * KIB + 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("102400");
    assert_null(samrena_push_with_reserve(arena, 40 * KIB + 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    SamrenaInfo after = info_of(arena);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_non_null(samrena_push(arena, 40 * KIB));
    assert_int_equal(samrena_allocated(arena), 100 * KIB);
    assert_true(samrena_capacity(arena) <= 100 * KIB);
    samrena_destroy(arena);
}

/* Padding that only shows in a new region must not break the limit either; how much it is, is the adapter's matter. */
static void test_limit_counts_padding(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 6000;
    for (uint64_t alignment = 32; alignment <= 64 * KIB; alignment *= 2) {
        Samrena *arena = create(&config);
        samrena_push_aligned(arena, 1, 1);
        if (samrena_push_aligned(arena, 5900, alignment)) {
            assert_in_range(samrena_allocated(arena), 5901, 6000);
        } else {
            assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
            assert_int_equal(samrena_allocated(arena), 1);
            assert_non_null(samrena_push_aligned(arena, 5999, 1));
        }
        samrena_destroy(arena);
    }
}

/* Neither is the arena made larger for a push that the limit forbids. */
static void test_forbidden_push_grows_nothing(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = MIB;
    Samrena *arena = create(&config);
    samrena_push_aligned(arena, 1, 1);
    SamrenaInfo before = info_of(arena);
    assert_null(samrena_push_aligned(arena, 16, UINT64_C(1) << 30));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    SamrenaInfo after = info_of(arena);
    assert_memory_equal(&before, &after, sizeof(before));
    samrena_destroy(arena);
}

static void test_zero_is_zero_after_reuse(void **state) {
    Samrena *arena = create_for(state);
    for (int round = 0; round < 3; round++) {
        for (uint64_t size = 1; size < 200 * KIB; size = size * 3 + 1) {
            unsigned char *bytes = samrena_push_zero(arena, size);
            for (uint64_t i = 0; i < size; i++)
                assert_int_equal(bytes[i], 0);
            memset(bytes, 0xff, (size_t)size);
            memset(samrena_push(arena, size), 0xee, (size_t)size);
        }
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_destroy(arena);
}

/* Memory that the adapter does not know to be zero, all of it and beside what was used. */
static void test_zero_clears_what_the_adapter_left(void **state) {
    (void)state;
    test_adapter.fill = 0xa5;
    Samrena *arena = create_named("separate");
    for (int i = 0; i < 2000; i++) {
        unsigned char *bytes = samrena_push_zero(arena, 33);
        for (int j = 0; j < 33; j++)
            assert_int_equal(bytes[j], 0);
    }
    samrena_destroy(arena);
}

static void test_arrays(void **state) {
    Samrena *arena = create_for(state);
    assert_non_null(samrena_push_array(arena, 10, 10));
    assert_int_equal(samrena_allocated(arena), 104);
    assert_non_null(samrena_push_array(arena, 0, 10));
    assert_non_null(samrena_push_array(arena, 10, 0));
    assert_non_null(samrena_push_array(arena, UINT64_MAX, 0));
    uint64_t before = samrena_allocated(arena);

    static const uint64_t overflowing[][2] = {{UINT64_MAX, 2},
                                              {2, UINT64_MAX},
                                              {UINT64_C(1) << 32, UINT64_C(1) << 32},
                                              {UINT64_MAX / 3 + 1, 3},
                                              {UINT64_MAX, UINT64_MAX}};
    for (size_t i = 0; i < COUNT_OF(overflowing); i++) {
        assert_null(samrena_push_array(arena, overflowing[i][0], overflowing[i][1]));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("elements");
        assert_null(samrena_push_array_zero(arena, overflowing[i][0], overflowing[i][1], 8));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    }
    assert_int_equal(samrena_allocated(arena), before);
    samrena_destroy(arena);
}

typedef struct Odd {
    char letter;
    double number;
} Odd;

typedef struct Wide {
    _Alignas(128) char bytes[3];
} Wide;

static void test_typed_macros(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_aligned(arena, 1, 1);
    Odd *odd = SAMRENA_PUSH_TYPE(arena, Odd);
    Wide *wide = SAMRENA_PUSH_TYPE(arena, Wide);
    Wide *wides = SAMRENA_PUSH_ARRAY(arena, Wide, 3);
    int *zeros = SAMRENA_PUSH_ARRAY_ZERO(arena, int, 1000);
    Wide *zero = SAMRENA_PUSH_TYPE_ZERO(arena, Wide);
    assert_true(is_aligned(odd, _Alignof(Odd)));
    assert_true(is_aligned(wide, 128) && is_aligned(wides, 128) && is_aligned(zero, 128));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(zeros[i], 0);
    assert_null(SAMRENA_PUSH_ARRAY(arena, int, UINT64_MAX / 4 + 1));
    samrena_destroy(arena);
}

/* 0 bytes: a pointer as good as any, and no adapter call for it while a region is there. */
static void test_empty_pushes(void **state) {
    Samrena *arena = create_for(state);
    for (int i = 0; i < 100; i++)
        assert_true(is_aligned(samrena_push(arena, 0), 16));
    assert_int_equal(samrena_allocated(arena), 0);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push_aligned(arena, samrena_capacity(arena), 1));
    assert_non_null(samrena_push(arena, 0));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);
}

static void test_growth_policies(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *none = create(&config);
    uint64_t capacity = samrena_capacity(none);
    assert_non_null(samrena_push(none, capacity));
    assert_null(samrena_push(none, 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("growth is NONE");
    assert_int_equal(info_of(none).adapter_calls, 1);
    samrena_destroy(none);

    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 128 * KIB;
    Samrena *fixed = create(&config);
    uint64_t before = samrena_capacity(fixed);
    while (samrena_allocated(fixed) < 2 * MIB)
        assert_non_null(samrena_push(fixed, 1024));
    assert_in_range(info_of(fixed).adapter_calls, (2 * MIB - before) / (128 * KIB), 2 * MIB / (128 * KIB) + 2);
    samrena_destroy(fixed);

    config.growth = SAMRENA_GROWTH_GEOMETRIC;
    config.growth_size = 0;
    Samrena *geometric = create(&config);
    while (samrena_allocated(geometric) < 64 * MIB)
        assert_non_null(samrena_push(geometric, 1024));
    assert_in_range(info_of(geometric).adapter_calls, 5, 20);
    samrena_destroy(geometric);
}

/* Memory: at no time does an arena hold more than twice what it handed out, and its smallest step. */
static void test_geometric_growth_holds_at_most_twice(void **state) {
    uint64_t step = strcmp(*state, "virtual") == 0 ? 64 * KIB : 4 * KIB; /* commit_size, growth_size */
    static const uint64_t sizes[] = {1, 64, 200, 3000, 100000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        Samrena *arena = create_for(state);
        uint64_t random = 1;
        while (samrena_allocated(arena) < 4000 * sizes[i] && samrena_allocated(arena) < 64 * MIB) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            assert_non_null(samrena_push(arena, 1 + (random >> 33) % sizes[i]));
            assert_true(samrena_capacity(arena) <= 2 * samrena_allocated(arena) + step);
        }
        samrena_destroy(arena);
    }
}

/* The limit bounds growth itself, not only the pushes: memory that no push may use is not taken. */
static void test_growth_stops_at_the_limit(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.limit = 4 * KIB + 1001;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 4 * KIB));
    assert_non_null(samrena_push(arena, 1));
    assert_int_equal(test_adapter.last_desired, 1008);
    samrena_destroy(arena);
}

/* And bounds pushes that fit the window, also in regions after the first. */
static void test_limit_holds_in_every_region(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_FIXED;
    config.limit = 10001;
    Samrena *arena = create(&config);
    uint64_t got = 0;
    while (got < 20000 && samrena_push_aligned(arena, 1, 1))
        got++;
    assert_int_equal(got, 10001);
    samrena_destroy(arena);
}

/* What is asked for as `required` is what is missing, to the byte rounded up to 16. */
static void test_no_more_is_required_than_is_missing(void **state) {
    (void)state;
    Samrena *arena = create_named("growing");
    samrena_push(arena, 1000);
    assert_non_null(samrena_push(arena, 4000));
    assert_int_equal(test_adapter.last_required, (1008 + 4000 - 4 * KIB + 15) / 16 * 16);
    samrena_destroy(arena);

    arena = create_named("separate");
    assert_non_null(samrena_push_aligned(arena, 5000, 4 * KIB));
    assert_int_equal(test_adapter.last_required, (5000 + 4 * KIB - 16 + 15) / 16 * 16);
    samrena_destroy(arena);
}

/* No adapter is asked for a size that no region can have. */
static void test_impossible_sizes_reach_no_adapter(void **state) {
    (void)state;
    static const char *const names[] = {"separate", "growing"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Samrena *arena = create_named(names[i]);
        samrena_push(arena, 1);
        int calls = test_adapter.calls;
        assert_null(samrena_push_aligned(arena, PTRDIFF_MAX, UINT64_C(1) << 62));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_int_equal(test_adapter.calls, calls);
        samrena_destroy(arena);
    }
}

/* What is left behind in the current region does not count towards the hint. */
static void test_hint_counts_what_can_be_reached(void **state) {
    (void)state;
    Samrena *arena = create_named("plain");
    assert_int_equal(samrena_reserve_with_growth(arena, 0, 6000), SAMRENA_OK);
    samrena_push(arena, 1000);
    assert_non_null(samrena_push(arena, 3100));
    assert_int_equal(test_adapter.last_desired, 4 * KIB);
    samrena_destroy(arena);
}

/* A cleared push touches no byte that is zero already, and none behind it. */
static void test_zero_clears_only_what_was_used(void **state) {
    (void)state;
    Samrena *arena = create_named("virtual");
    unsigned char *used = samrena_push(arena, 1000);
    memset(used, 0xff, 1000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_ptr_equal(samrena_push_zero(arena, 100), used);
    assert_int_equal(used[99], 0);
    assert_int_equal(used[100], 0xff);
    samrena_destroy(arena);
}

/* Bytes that were used and given back by a reset are cleared, however the cursor left them. */
static void test_zero_after_inline_pushes(void **state) {
    Samrena *arena = create_for(state);
    memset(samrena_push(arena, 1000), 0xff, 1000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_push(arena, 10);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    unsigned char *bytes = samrena_push_zero(arena, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(bytes[i], 0);
    samrena_destroy(arena);
}

static void know_zeros(SamrenaRegion *region) {
    region->zero_from = 0;
}

/* The same for a region that the cursor left for another one. */
static void test_zero_in_regions_that_were_left(void **state) {
    (void)state;
    test_adapter.spoil = know_zeros;
    Samrena *arena = create_named("separate");
    for (int i = 0; i < 2; i++)
        memset(samrena_push(arena, 4000), 0xff, 4000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    for (int i = 0; i < 2; i++) {
        unsigned char *bytes = samrena_push_zero(arena, 4000);
        for (int j = 0; j < 4000; j++)
            assert_int_equal(bytes[j], 0);
    }
    samrena_destroy(arena);
}

static void test_zeroed_pushes_are_aligned(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_aligned(arena, 1, 1);
    assert_true(is_aligned(samrena_push_zero(arena, 10), 16));
    samrena_destroy(arena);
}

/* 32 is more than a window's limit is aligned to. */
static void test_alignment_at_the_end_of_the_window(void **state) {
    for (uint64_t first = 4 * KIB; first <= 4 * KIB + 16; first += 16)
        for (uint64_t alignment = 16; alignment <= 64; alignment *= 2)
            for (uint64_t left = 0; left < 64; left++) {
                SamrenaConfig config = config_of(state);
                config.initial_size = first;
                Samrena *arena = create(&config);
                samrena_push_aligned(arena, samrena_capacity(arena) - left, 1);
                assert_true(is_aligned(samrena_push_aligned(arena, 100, alignment), alignment));
                assert_true(samrena_allocated(arena) <= samrena_capacity(arena));
                samrena_destroy(arena);
            }
}

static void test_arrays_are_aligned_and_named(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_aligned(arena, 1, 1);
    assert_true(is_aligned(samrena_push_array(arena, 3, 5), 16));
    assert_null(samrena_push_array(arena, UINT64_MAX, 2));
    assert_message_has("an array of 18446744073709551615 elements of 2 bytes");
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_edge_sizes),
        OVER_ADAPTERS(test_every_size_at_a_page_edge),
        OVER_ADAPTERS(test_impossible_sizes_are_refused_and_change_nothing),
        OVER_ADAPTERS(test_largest_size_is_out_of_memory),
        OVER_ADAPTERS(test_all_alignments),
        OVER_ADAPTERS(test_alignment_is_exact),
        OVER_ADAPTERS(test_bad_alignments_are_refused),
        OVER_ADAPTERS(test_odd_limit_is_never_passed),
        OVER_ADAPTERS(test_limit_leaves_the_arena_as_it_was),
        OVER_ADAPTERS(test_limit_counts_padding),
        OVER_ADAPTERS(test_forbidden_push_grows_nothing),
        OVER_ADAPTERS(test_zero_is_zero_after_reuse),
        cmocka_unit_test_setup(test_zero_clears_what_the_adapter_left, set_up_test_adapters),
        OVER_ADAPTERS(test_arrays),
        OVER_ADAPTERS(test_typed_macros),
        OVER_ADAPTERS(test_empty_pushes),
        OVER_ADAPTERS(test_growth_policies),
        OVER_ADAPTERS(test_geometric_growth_holds_at_most_twice),
        cmocka_unit_test_setup(test_growth_stops_at_the_limit, set_up_test_adapters),
        OVER_ADAPTERS(test_limit_holds_in_every_region),
        cmocka_unit_test_setup(test_no_more_is_required_than_is_missing, set_up_test_adapters),
        cmocka_unit_test_setup(test_impossible_sizes_reach_no_adapter, set_up_test_adapters),
        cmocka_unit_test_setup(test_hint_counts_what_can_be_reached, set_up_test_adapters),
        cmocka_unit_test_setup(test_zero_clears_only_what_was_used, set_up_test_adapters),
        OVER_ADAPTERS(test_zero_after_inline_pushes),
        cmocka_unit_test_setup(test_zero_in_regions_that_were_left, set_up_test_adapters),
        OVER_ADAPTERS(test_zeroed_pushes_are_aligned),
        OVER_ADAPTERS(test_alignment_at_the_end_of_the_window),
        OVER_ADAPTERS(test_arrays_are_aligned_and_named),
    };
    return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
