// SPDX-License-Identifier: MIT
// Resizing blocks: in place where they came last, else as a copy.
#include "support.h"
#include "test_adapters.h"

static void fill(unsigned char *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 7 + 1);
}

static void assert_filled(const unsigned char *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], (unsigned char)(i * 7 + 1));
}

static void test_the_last_block_grows_in_place(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 5);
    unsigned char *block = samrena_push(arena, 10);
    uint64_t before = samrena_allocated(arena) - 10;
    fill(block, 10);
    for (uint64_t size = 10; size < 1000; size += 33) {
        assert_ptr_equal(samrena_resize(arena, block, size, size + 33), block);
        assert_int_equal(samrena_allocated(arena), before + size + 33);
        assert_filled(block, 10);
    }
    samrena_destroy(arena);
}

static void test_shrinking_the_last_gives_the_bytes_back(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 1000);
    fill(block, 1000);
    assert_ptr_equal(samrena_resize(arena, block, 1000, 100), block);
    assert_int_equal(samrena_allocated(arena), 100);
    assert_int_equal(info_of(arena).high_water, 1000);
    assert_filled(block, 100);
    unsigned char *zeros = samrena_push_zero(arena, 500); /* where the tail was */
    assert_ptr_equal(zeros, block + 112);
    for (int i = 0; i < 500; i++)
        assert_int_equal(zeros[i], 0);
    samrena_destroy(arena);

    arena = create_for(state);
    block = samrena_push(arena, 64);
    assert_ptr_equal(samrena_resize(arena, block, 64, 64), block);
    assert_ptr_equal(samrena_resize(arena, block, 64, 0), block);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_ptr_equal(samrena_push(arena, 1), block);
    samrena_destroy(arena);
}

static void test_other_blocks_are_copied(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    unsigned char *behind = samrena_push(arena, 100);
    memset(behind, 0xee, 100);
    unsigned char *larger = samrena_resize(arena, block, 100, 5000);
    assert_ptr_not_equal(larger, block);
    assert_true(is_aligned(larger, 16));
    assert_filled(larger, 100);
    memset(larger, 1, 5000);
    assert_filled(block, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(behind[i], 0xee);
    samrena_destroy(arena);
}

static void test_shrinking_others_moves_nothing(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    samrena_push(arena, 100);
    uint64_t allocated = samrena_allocated(arena);
    assert_ptr_equal(samrena_resize(arena, block, 100, 10), block);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_filled(block, 10);
    samrena_destroy(arena);
}

/* Past the end of a region: in place where that grows, else as a copy in the next one. */
static void test_growing_past_a_region(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 1000);
    fill(block, 1000);
    uint64_t size = 1000;
    for (; size < MIB; size *= 2) {
        unsigned char *larger = samrena_resize(arena, block, size, size * 2);
        assert_non_null(larger);
        assert_filled(larger, 1000);
        if (strcmp(*state, "virtual") == 0)
            assert_ptr_equal(larger, block);
        memset(larger + 1000, 3, size * 2 - 1000);
        block = larger;
    }
    if (strcmp(*state, "virtual") == 0)
        assert_int_equal(samrena_allocated(arena), size);
    assert_true(samrena_contains(arena, block + size - 1));
    samrena_destroy(arena);
}

static void test_null_is_a_push(void **state) {
    Samrena *arena = create_for(state);
    void *block = samrena_resize(arena, NULL, 0, 50);
    assert_non_null(block);
    assert_int_equal(samrena_allocated(arena), 50);
    assert_non_null(samrena_resize(arena, NULL, 0, 0));
    samrena_destroy(arena);
}

/* A block of no bytes can become one of some. */
static void test_growing_an_empty_block(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 0);
    assert_ptr_equal(samrena_resize(arena, block, 0, 100), block);
    fill(block, 100);
    samrena_push(arena, 1);
    assert_filled(samrena_resize(arena, block, 100, 200), 100);
    samrena_destroy(arena);
}

/* What a mark keeps must not be grown past it. */
static void test_a_block_before_a_mark_is_not_the_last(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 16);
    fill(block, 16);
    SamrenaMark mark = samrena_mark(arena);
    unsigned char *copy = samrena_resize(arena, block, 16, 32);
    assert_ptr_not_equal(copy, block);
    fill(copy, 32);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    memset(samrena_push(arena, 100), 0, 100);
    assert_filled(block, 16);
    samrena_destroy(arena);
}

static void assert_no_block(Samrena *arena, void *ptr, uint64_t size, uint64_t new_size) {
    uint64_t allocated = samrena_allocated(arena);
    assert_null(samrena_resize(arena, ptr, size, new_size));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("no block of this arena");
    assert_int_equal(samrena_allocated(arena), allocated);
}

static void test_what_is_no_block_is_refused(void **state) {
    unsigned char other[100];
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    assert_no_block(arena, other, 100, 200);
    assert_no_block(arena, other, 100, 10);
    assert_no_block(arena, NULL, 100, 200);
    assert_no_block(arena, block, 101, 200);
    assert_no_block(arena, block, UINT64_MAX, 200);
    assert_no_block(arena, block, UINT64_MAX, UINT64_MAX);
    assert_no_block(arena, block + 101, 0, 10);
    assert_no_block(arena, block - 1, 101, 200);
    assert_no_block(arena, block + 50, 51, 1);
    samrena_reset(arena);
    assert_no_block(arena, block, 100, 200);
    samrena_destroy(arena);
    assert_null(samrena_resize(NULL, other, 1, 2));
    assert_message_has("samrena_resize: the arena is NULL");
}

static void test_sizes_that_cannot_be_had(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    assert_null(samrena_resize(arena, block, 100, UINT64_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_null(samrena_resize(arena, block, 100, PTRDIFF_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 100);
    assert_filled(block, 100);
    assert_ptr_equal(samrena_resize(arena, block, 100, 200), block);
    samrena_destroy(arena);
}

/* Growing in place is charged what it adds; where only a copy would not fit, it still succeeds. */
static void test_the_limit_counts_what_is_added(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 1001;
    Samrena *arena = create(&config);
    unsigned char *block = samrena_push(arena, 600);
    assert_ptr_equal(samrena_resize(arena, block, 600, 1001), block);
    assert_null(samrena_resize(arena, block, 1001, 1002));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_allocated(arena), 1001);
    assert_ptr_equal(samrena_resize(arena, block, 1001, 10), block);
    assert_non_null(samrena_push_aligned(arena, 991, 1));
    assert_null(samrena_push_aligned(arena, 1, 1));
    samrena_destroy(arena);
}

static void test_growth_none_grows_into_what_is_reserved_alone(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    uint64_t capacity = samrena_capacity(arena);
    unsigned char *block = samrena_push(arena, 16);
    assert_ptr_equal(samrena_resize(arena, block, 16, capacity), block);
    assert_null(samrena_resize(arena, block, capacity, capacity + 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_capacity(arena), capacity);
    samrena_destroy(arena);
}

/* A region that cannot grow, or whose adapter fails: the block is copied, or left as it was. */
static void test_adapters_that_refuse(void **state) {
    (void)state;
    Samrena *arena = samrena_create_named("stacked");
    unsigned char *block = samrena_push(arena, 4000);
    fill(block, 4000);
    test_adapter.rigid = true;
    unsigned char *copy = samrena_resize(arena, block, 4000, 8000);
    assert_ptr_not_equal(copy, block);
    assert_filled(copy, 4000);
    test_adapter.rigid = false;
    fill(copy, 8000);
    assert_ptr_equal(samrena_resize(arena, copy, 8000, 100000), copy);
    assert_filled(copy, 8000);
    test_adapter.fail_at = test_adapter.calls + 1;
    test_adapter.fail_from_there = true;
    assert_null(samrena_resize(arena, copy, 100000, 1000000));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_filled(copy, 8000);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_the_last_block_grows_in_place),
        OVER_ARENAS(test_shrinking_the_last_gives_the_bytes_back),
        OVER_ARENAS(test_other_blocks_are_copied),
        OVER_ARENAS(test_shrinking_others_moves_nothing),
        OVER_ARENAS(test_growing_past_a_region),
        OVER_ARENAS(test_null_is_a_push),
        OVER_ARENAS(test_growing_an_empty_block),
        OVER_ARENAS(test_a_block_before_a_mark_is_not_the_last),
        OVER_ARENAS(test_what_is_no_block_is_refused),
        OVER_ARENAS(test_sizes_that_cannot_be_had),
        OVER_ARENAS(test_the_limit_counts_what_is_added),
        OVER_ARENAS(test_growth_none_grows_into_what_is_reserved_alone),
        cmocka_unit_test_setup(test_adapters_that_refuse, set_up_test_adapters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
