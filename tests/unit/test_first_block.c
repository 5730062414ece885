// SPDX-License-Identifier: MIT
// Arenas that start in a block of the caller's own.
#include "support.h"
#include "test_adapters.h"

static unsigned char block[4096 + 16];

static SamrenaConfig config_in(void **state, void *first, uint64_t size) {
    SamrenaConfig config = config_of(state);
    config.first_block = first;
    config.first_block_size = size;
    return config;
}

static bool inside(const void *pointer, uint64_t size) {
    uintptr_t from = (uintptr_t)block, at = (uintptr_t)pointer;
    return at >= from && at + size <= from + sizeof(block);
}

/* Nothing is asked of the adapter while the block is enough. */
static void test_the_block_is_used_first(void **state) {
    SamrenaConfig config = config_in(state, block, 4096);
    Samrena *arena = create(&config);
    uint64_t capacity = samrena_capacity(arena);
    assert_in_range(capacity, 4096 - 16, 4096);
    assert_int_equal(info_of(arena).regions, 1);
    assert_int_equal(info_of(arena).committed, capacity);
    for (int i = 0; i < 1000; i++) {
        for (uint64_t used = 0; used + 64 <= capacity; used += 64) {
            unsigned char *bytes = samrena_push(arena, 64);
            assert_true(inside(bytes, 64));
            bytes[63] = 1;
        }
        samrena_reset(arena);
    }
    assert_int_equal(info_of(arena).adapter_calls, 0);
    samrena_push(arena, capacity);
    assert_false(inside(samrena_push(arena, 64), 64));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    samrena_destroy(arena);
}

/* Every address and size: what lies outside stays as it was. */
static void test_blocks_of_any_place_and_size(void **state) {
    for (uint64_t skipped = 0; skipped < 16; skipped++)
        for (uint64_t size = 32; size < 100; size += 5) {
            memset(block, 0xa5, sizeof(block));
            SamrenaConfig config = config_in(state, block + skipped, size);
            config.growth = SAMRENA_GROWTH_NONE;
            Samrena *arena = create(&config);
            uint64_t capacity = samrena_capacity(arena);
            assert_in_range(capacity, size - 31, size);
            unsigned char *bytes = samrena_push_aligned(arena, capacity, 1);
            assert_true(is_aligned(bytes, 16));
            memset(bytes, 0, capacity);
            assert_null(samrena_push_aligned(arena, 1, 1));
            assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
            samrena_destroy(arena);
            for (uint64_t i = 0; i < sizeof(block); i++)
                assert_true(block[i] == 0xa5 || (i >= skipped && i < skipped + size));
        }
}

/* The block's bytes are the caller's: nothing is known about them. */
static void test_zeros_in_a_used_block(void **state) {
    memset(block, 0xff, sizeof(block));
    SamrenaConfig config = config_in(state, block, sizeof(block));
    Samrena *arena = create(&config);
    unsigned char *zeros = samrena_push_zero(arena, 2000);
    assert_true(inside(zeros, 2000));
    for (int i = 0; i < 2000; i++)
        assert_int_equal(zeros[i], 0);
    samrena_destroy(arena);
}

/* Beyond the block the adapter's memory works as ever: it grows, is reserved, rewound to and given back. */
static void test_beyond_the_block(void **state) {
    SamrenaConfig config = config_in(state, block, 1024);
    Samrena *arena = create(&config);
    assert_false(samrena_has_capability(arena, SAMRENA_CAPABILITY_CONTIGUOUS));
    memset(samrena_push(arena, 500), 1, 500);
    SamrenaMark mark = samrena_mark(arena);
    for (int i = 0; i < 3000; i++)
        memset(samrena_push(arena, 1000), 2, 1000);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    assert_true(inside(samrena_push(arena, 100), 100));
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);

    uint64_t calls = info_of(arena).adapter_calls;
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, capacity - 1000), SAMRENA_OK);
    assert_int_equal(info_of(arena).adapter_calls, calls);
    assert_int_equal(samrena_reserve(arena, capacity + 2 * MIB), SAMRENA_OK);
    calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, capacity + 2 * MIB - samrena_allocated(arena) - 16)); /* as one piece */
    assert_int_equal(info_of(arena).adapter_calls, calls);

    samrena_reset(arena);
    samrena_trim(arena, 0);
    assert_int_equal(info_of(arena).regions, 1);
    assert_in_range(samrena_capacity(arena), 1024 - 16, 1024);
    assert_non_null(samrena_push(arena, 100000));
    samrena_destroy(arena);
}

static void test_pages_asked_for_beside_the_block(void **state) {
    SamrenaConfig config = config_in(state, block, 1024);
    config.initial_pages = 16;
    Samrena *arena = create(&config);
    assert_in_range(samrena_capacity(arena), 64 * KIB + 1008, 64 * KIB + 1024);
    assert_int_equal(info_of(arena).adapter_calls, 1);
    assert_true(inside(samrena_push(arena, 1000), 1000));
    assert_non_null(samrena_push(arena, 64 * KIB));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    samrena_destroy(arena);
}

static void test_the_ceiling_counts_the_block(void **state) {
    SamrenaConfig config = config_in(state, block, 4096);
    config.max_reserve = 64 * KIB;
    config.adapter = "virtual";
    Samrena *arena = create(&config);
    assert_int_equal(info_of(arena).ceiling, 64 * KIB + 4096);
    assert_int_equal(samrena_reserve(arena, 64 * KIB + 4097), SAMRENA_ERROR_INVALID_PARAMETER);
    uint64_t most = samrena_capacity(arena) + 64 * KIB;
    assert_int_equal(samrena_reserve(arena, most), SAMRENA_OK); /* though no region can hold as much */
    assert_int_equal(samrena_capacity(arena), most);
    samrena_destroy(arena);

    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, most), SAMRENA_OK);
    assert_int_equal(samrena_capacity(arena), most);
    samrena_destroy(arena);
}

static void assert_refused(const SamrenaConfig *config, const char *message) {
    assert_null(samrena_create(config));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has(message);
}

static void test_blocks_that_are_none(void **state) {
    SamrenaConfig config = config_in(state, NULL, 100);
    assert_refused(&config, "first_block_size is 100, but first_block is NULL");
    config = config_in(state, block, 0);
    assert_refused(&config, "first_block_size is 0, expected 32 to");
    config = config_in(state, block, 31);
    assert_refused(&config, "first_block_size is 31");
    config = config_in(state, block, UINT64_MAX);
    assert_refused(&config, "first_block_size is 18446744073709551615");
    config = config_in(state, (void *)(UINTPTR_MAX - 50), 60);
    assert_refused(&config, "first_block_size is 60, expected 32 to 50");
}

/* The adapter fails at creation, when it is asked for the first time, and later; the block is never its to release. */
static void test_adapters_that_fail(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "separate";
    config.first_block = block;
    config.first_block_size = 1024;
    test_adapter.fail_at = 1;
    assert_null(samrena_create(&config));
    assert_int_equal(test_adapter.live_contexts, 0);

    config.initial_pages = 1;
    test_adapter.calls = 0;
    test_adapter.fail_at = 2;
    assert_null(samrena_create(&config));
    assert_int_equal(test_adapter.live_contexts, 0);

    config.initial_pages = 0;
    test_adapter.calls = 0;
    Samrena *arena = create(&config);
    test_adapter.fail_from_there = true;
    void *first = samrena_push(arena, 1000);
    assert_null(samrena_push(arena, 1000));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 1000);
    test_adapter.fail_at = 0;
    assert_non_null(samrena_push(arena, 1000));
    assert_int_equal(test_adapter.live_regions, 1);
    samrena_reset(arena);
    assert_ptr_equal(samrena_push(arena, 1000), first);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_the_block_is_used_first),
        OVER_ADAPTERS(test_blocks_of_any_place_and_size),
        OVER_ADAPTERS(test_zeros_in_a_used_block),
        OVER_ADAPTERS(test_beyond_the_block),
        OVER_ADAPTERS(test_pages_asked_for_beside_the_block),
        OVER_ADAPTERS(test_the_ceiling_counts_the_block),
        OVER_ADAPTERS(test_blocks_that_are_none),
        cmocka_unit_test_setup(test_adapters_that_fail, set_up_test_adapters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
