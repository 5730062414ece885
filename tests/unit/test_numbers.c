// SPDX-License-Identifier: MIT
// Errors name the number that the caller wrote: what is refused in the end may be a part of it, rounded, or more.
#include <inttypes.h>

#include "samrena/heap.h"
#include "support.h"
#include "test_adapters.h"

/* No adapter of a test gives as much, and none of its parts is written with the same digits. */
#define MUCH UINT64_C(1125899906842623)

static void assert_names(uint64_t number) {
    char digits[32];
    snprintf(digits, sizeof(digits), "%" PRIu64, number);
    assert_message_has(digits);
}

/* Which refuses all above 1 MiB. */
static Samrena *create_small(void **state) {
    (void)set_up_test_adapters(state);
    test_adapter.refuse_above = MIB;
    return create_named(*state);
}

static void test_pushes(void **state) {
    Samrena *arena = create_small(state);
    assert_null(samrena_push(arena, MUCH));
    assert_names(MUCH);
    assert_null(samrena_push_aligned(arena, MUCH - 1, 4));
    assert_names(MUCH - 1);
    assert_message_has("aligned to 4");
    assert_null(samrena_push_zero(arena, MUCH));
    assert_names(MUCH);
    assert_null(samrena_push_with_reserve(arena, MUCH - 2));
    assert_names(MUCH - 2);
    assert_null(samrena_push_copy(arena, arena, (uint64_t)PTRDIFF_MAX + 1));
    assert_names((uint64_t)PTRDIFF_MAX + 1);
    assert_null(samrena_push_array(arena, UINT64_MAX, 3));
    assert_names(UINT64_MAX);
    samrena_destroy(arena);
}

static void test_pushes_above_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 1003;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 400));
    assert_null(samrena_push(arena, 701));
    assert_names(701);
    assert_names(1003);
    samrena_destroy(arena);
}

static void test_growth_that_is_not_allowed(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    assert_null(samrena_push(arena, 10000003));
    assert_names(10000003);
    assert_message_has("growth is NONE");
    samrena_destroy(arena);
}

static void test_reserves(void **state) {
    Samrena *arena = create_small(state);
    assert_non_null(samrena_push(arena, 100));
    assert_int_not_equal(samrena_reserve(arena, UINT64_C(1) << 50), SAMRENA_OK);
    assert_names(UINT64_C(1) << 50);
    assert_int_not_equal(samrena_reserve_more(arena, MUCH), SAMRENA_OK);
    assert_names(MUCH);
    assert_message_has(" more bytes");
    assert_int_not_equal(samrena_reserve_with_growth(arena, MUCH - 3, MUCH), SAMRENA_OK);
    assert_names(MUCH - 3);
    assert_names(MUCH);
    samrena_destroy(arena);
}

static void test_reserves_above_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 100001;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 64));
    assert_int_equal(samrena_reserve_more(arena, 100001), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("a reserve of 100001 more bytes: the arena's limit is 100001");
    samrena_destroy(arena);
}

static void test_initial_sizes(void **state) {
    (void)set_up_test_adapters(state);
    test_adapter.refuse_above = MIB;
    SamrenaConfig config = config_of(state);
    config.initial_size = MUCH;
    assert_null(samrena_create(&config));
    assert_message_has("initial_size");
    assert_names(MUCH);
    test_adapter.refuse_above = 1;
    assert_null(samrena_create_named(*state));
    assert_message_has("an arena's first region: adapter ");
}

static void test_blocks_that_are_resized(void **state) {
    Samrena *arena = create_small(state);
    void *block = samrena_push(arena, 101);
    assert_null(samrena_resize(arena, block, 101, MUCH));
    assert_message_has("a block of 101 bytes resized to ");
    assert_names(MUCH);
    samrena_destroy(arena);
}

static void test_blocks_of_a_heap(void **state) {
    Samrena *arena = create_small(state);
    assert_null(samrena_malloc(arena, MUCH));
    assert_message_has("samrena_malloc: 1 block of ");
    assert_names(MUCH);
    assert_null(samrena_malloc(arena, UINT64_MAX));
    assert_names(UINT64_MAX);
    assert_null(samrena_calloc(arena, 1000003, 100000007));
    assert_message_has("1000003 blocks of 100000007 bytes");
    void *block = samrena_malloc(arena, 1001);
    assert_null(samrena_realloc(arena, block, MUCH));
    assert_message_has("samrena_realloc: a block of ");
    assert_names(MUCH);
    assert_int_equal(samrena_block_size(block) >= 1001, true); /* as it was */
    assert_null(samrena_allocator(arena, NULL, 0, (size_t)PTRDIFF_MAX - 77));
    assert_names((uint64_t)PTRDIFF_MAX - 77);
    block = samrena_allocator(arena, NULL, 0, 2003);
    assert_null(samrena_allocator(arena, block, 2003, (size_t)PTRDIFF_MAX - 78));
    assert_message_has("a block of 2003 bytes resized to ");
    assert_names((uint64_t)PTRDIFF_MAX - 78);
    samrena_destroy(arena);
}

/* The adapter's own number may be a part of it. */
static void test_address_space(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = (uint64_t)PTRDIFF_MAX - 16;
    config.initial_size = config.max_reserve;
    assert_null(samrena_create(&config));
    assert_names(config.max_reserve);
}

#define OVER_TEST_ADAPTERS(test)                                                                                       \
    {#test " [separate]", test, set_up_test_adapters, NULL, (void *)(uintptr_t) "separate"}, {                         \
#test " [growing]", test, set_up_test_adapters, NULL, (void *)(uintptr_t) "growing"                            \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_TEST_ADAPTERS(test_pushes),
        OVER_ADAPTERS(test_pushes_above_a_limit),
        OVER_ADAPTERS(test_growth_that_is_not_allowed),
        OVER_TEST_ADAPTERS(test_reserves),
        OVER_ADAPTERS(test_reserves_above_a_limit),
        OVER_TEST_ADAPTERS(test_initial_sizes),
        OVER_TEST_ADAPTERS(test_blocks_that_are_resized),
        OVER_TEST_ADAPTERS(test_blocks_of_a_heap),
        cmocka_unit_test(test_address_space),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
