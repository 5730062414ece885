// SPDX-License-Identifier: MIT
// The growth policy, as a pure function and as arenas show it.
#include "growth.h"
#include "support.h"
#include "test_adapters.h"

static void test_geometric_adds_what_is_allocated(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_GEOMETRIC, .step = 4096, .most = UINT64_MAX, .hint = 0};
    assert_int_equal(growth_step(&policy, 0, 4096), 4096);
    assert_int_equal(growth_step(&policy, 4000, 4096), 4096);
    assert_int_equal(growth_step(&policy, 8200, 8300), 8192);
    assert_int_equal(growth_step(&policy, MIB, MIB), MIB);
    assert_int_equal(growth_step(&policy, UINT64_C(1) << 62, UINT64_C(1) << 62), UINT64_C(1) << 62);
}

static void test_fixed_adds_its_step(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_FIXED, .step = 12288, .most = UINT64_MAX, .hint = 0};
    assert_int_equal(growth_step(&policy, 0, 0), 12288);
    assert_int_equal(growth_step(&policy, GIB, GIB), 12288);
}

static void test_towards_a_hint_in_quarters(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_FIXED, .step = 4096, .most = UINT64_MAX, .hint = 100 * MIB};
    assert_int_equal(growth_step(&policy, 0, 0), 25 * MIB);
    assert_int_equal(growth_step(&policy, 25 * MIB, 25 * MIB), 25 * MIB);
    assert_int_equal(growth_step(&policy, 80 * MIB, 80 * MIB), 20 * MIB);
    assert_int_equal(growth_step(&policy, 99 * MIB, 100 * MIB - 16), 16);
}

static void test_past_a_hint_in_eighths_then_as_the_policy_says(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_GEOMETRIC, .step = 4096, .most = UINT64_MAX, .hint = 80 * MIB};
    assert_int_equal(growth_step(&policy, 80 * MIB, 80 * MIB), 10 * MIB);
    assert_int_equal(growth_step(&policy, 110 * MIB, 120 * MIB - 1), 10 * MIB);
    assert_int_equal(growth_step(&policy, 120 * MIB, 120 * MIB), 120 * MIB);
    policy.kind = SAMRENA_GROWTH_FIXED;
    assert_int_equal(growth_step(&policy, 120 * MIB, 120 * MIB), 4096);
}

static void test_small_hints_do_not_make_tiny_steps(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_GEOMETRIC, .step = 4096, .most = UINT64_MAX, .hint = 8192};
    assert_int_equal(growth_step(&policy, 0, 0), 4096);
    assert_int_equal(growth_step(&policy, 8192, 8192), 4096);
    policy.hint = 100;
    assert_int_equal(growth_step(&policy, 0, 0), 100);
}

static void test_headroom_is_the_least(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_FIXED, .step = 4096, .most = UINT64_MAX, .headroom = 100000};
    assert_int_equal(growth_step(&policy, 0, 0), 100000);
    policy.kind = SAMRENA_GROWTH_GEOMETRIC;
    assert_int_equal(growth_step(&policy, MIB, MIB), MIB);
}

static void test_no_step_is_larger_than_the_largest(void **state) {
    (void)state;
    GrowthPolicy policy = {.kind = SAMRENA_GROWTH_GEOMETRIC, .step = 4096, .most = 64 * KIB, .hint = 0};
    assert_int_equal(growth_step(&policy, 32 * KIB, 32 * KIB), 32 * KIB);
    assert_int_equal(growth_step(&policy, MIB, MIB), 64 * KIB);
    policy.headroom = 100 * MIB;
    assert_int_equal(growth_step(&policy, MIB, MIB), 64 * KIB);
    policy.hint = 100 * MIB;
    assert_int_equal(growth_step(&policy, MIB, MIB), 64 * KIB);
    assert_int_equal(growth_step(&policy, 100 * MIB, 100 * MIB), 64 * KIB);
}

/* In an arena too, but for a push that needs more. */
static void test_the_largest_step_in_an_arena(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth_most = 64 * KIB;
    Samrena *arena = create(&config);
    for (int i = 0; i < 4000; i++) {
        assert_non_null(samrena_push(arena, 1000));
        assert_true(test_adapter.last_desired <= 64 * KIB);
    }
    assert_in_range(info_of(arena).regions, 4000 * 1000 / (64 * KIB), 100);
    assert_non_null(samrena_push(arena, MIB));
    assert_in_range(test_adapter.last_desired, MIB, MIB + 64 * KIB);
    for (int i = 0; i < 1000; i++)
        assert_non_null(samrena_push(arena, 1000));
    assert_true(test_adapter.last_desired <= 64 * KIB);
    assert_int_equal(samrena_reserve_more(arena, 3 * MIB), SAMRENA_OK); /* what is asked for is no step */
    assert_true(test_adapter.last_desired >= 3 * MIB);
    samrena_destroy(arena);
}

static void test_the_smallest_step_in_an_arena(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 10000;
    Samrena *arena = create(&config);
    samrena_push(arena, 4 * KIB);
    for (int i = 0; i < 100; i++) {
        assert_non_null(samrena_push(arena, 1000));
        assert_in_range(test_adapter.last_desired, 10000, 10015);
    }
    samrena_destroy(arena);
}

/* What the hint promises, at any size: within 2 % of it at 98 %, few calls on the way, and no doubling beyond. */
static void test_hint_in_an_arena(void **state) {
    static const uint64_t hints[] = {MIB, MIB + 4 * KIB, MIB + 60 * KIB, 3 * MIB + 12345, 10 * MIB + 1, 100 * MIB};
    for (size_t i = 0; i < COUNT_OF(hints); i++)
        for (uint64_t size = 24; size <= 1000; size += 976) {
            uint64_t hint = hints[i];
            Samrena *arena = create_for(state);
            assert_int_equal(samrena_reserve_with_growth(arena, 1, hint), SAMRENA_OK);
            while (samrena_allocated(arena) + size <= hint / 4)
                assert_non_null(samrena_push(arena, size));
            uint64_t calls = info_of(arena).adapter_calls;
            while (samrena_allocated(arena) + size <= hint / 100 * 98)
                assert_non_null(samrena_push(arena, size));
            assert_in_range(samrena_capacity(arena), hint / 100 * 98, hint / 100 * 102);
            while (samrena_allocated(arena) + size <= hint - 64)
                assert_non_null(samrena_push(arena, size));
            assert_in_range(info_of(arena).adapter_calls - calls, 1, 4);

            while (samrena_allocated(arena) <= hint)
                assert_non_null(samrena_push(arena, size));
            assert_true(samrena_capacity(arena) <= hint + hint / 8 + 64 * KIB);
            samrena_destroy(arena);
        }
}

static void test_hint_outlives_reset_and_is_replaced(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 8 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, 8 * MIB);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 4 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, 4 * MIB);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 10), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, 0);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geometric_adds_what_is_allocated),
        cmocka_unit_test(test_fixed_adds_its_step),
        cmocka_unit_test(test_towards_a_hint_in_quarters),
        cmocka_unit_test(test_past_a_hint_in_eighths_then_as_the_policy_says),
        cmocka_unit_test(test_small_hints_do_not_make_tiny_steps),
        cmocka_unit_test(test_headroom_is_the_least),
        cmocka_unit_test(test_no_step_is_larger_than_the_largest),
        cmocka_unit_test_setup(test_the_largest_step_in_an_arena, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_smallest_step_in_an_arena, set_up_test_adapters),
        OVER_ADAPTERS(test_hint_in_an_arena),
        OVER_ADAPTERS(test_hint_outlives_reset_and_is_replaced),
    };
    return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
