// SPDX-License-Identifier: MIT
// samrena_push_with_reserve(): a push, and where it fails for want of memory, one with growth allowed.
#include "address_space.h"
#include "support.h"
#include "test_adapters.h"

static void test_push_with_reserve_rescues(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    uint64_t capacity = samrena_capacity(arena);
    assert_non_null(samrena_push_with_reserve(arena, capacity));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    assert_null(samrena_push(arena, 1));
    assert_non_null(samrena_push_with_reserve(arena, 10000));
    assert_true(samrena_capacity(arena) >= 2 * (capacity + 10000) - 4 * KIB);
    assert_int_equal(info_of(arena).adapter_calls, 2);

    assert_int_equal(samrena_reserve(arena, PTRDIFF_MAX) == SAMRENA_OK, false);
    while (samrena_push(arena, 100)) {
    }
    assert_non_null(samrena_push_with_reserve(arena, 100));
    samrena_destroy(arena);
}

static void test_push_with_reserve_heeds_the_hint_and_settles_for_less(void **state) {
    (void)state;
    SamrenaConfig config = config_named("plain");
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve_with_growth(arena, 0, MIB), SAMRENA_OK);
    samrena_push(arena, 4 * KIB);
    assert_non_null(samrena_push_with_reserve(arena, 100));
    assert_int_equal(test_adapter.last_desired, MIB - 4 * KIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);

    samrena_destroy(arena);
    arena = create(&config);
    samrena_push(arena, 4 * KIB);
    test_adapter.refuse_above = 200;
    assert_non_null(samrena_push_with_reserve(arena, 100));
    assert_in_range(test_adapter.last_desired, 112, 200);
    test_adapter.refuse_above = 50;
    assert_null(samrena_push_with_reserve(arena, 100));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    samrena_destroy(arena);
}

/* push_with_reserve is samrena_push() first: where that works, the growth policy decides. */
static void test_push_with_reserve_grows_as_configured(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = create(&config);
    samrena_push(arena, MIB);
    assert_non_null(samrena_push_with_reserve(arena, 100));
    assert_int_equal(test_adapter.last_desired, 4 * KIB);
    samrena_destroy(arena);
}

static void test_rescued_push_is_aligned(void **state) {
    (void)state;
    SamrenaConfig config = config_named("growing");
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    samrena_push_aligned(arena, 4 * KIB - 3, 1);
    assert_true(is_aligned(samrena_push_with_reserve(arena, 100), 16));
    samrena_destroy(arena);
}

/* Only want of memory is a reason to try again. */
static void test_push_with_reserve_repeats_no_other_error(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    test_adapter.fail_at = test_adapter.calls + 1;
    assert_null(samrena_push_with_reserve(arena, MIB));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

/* More capacity than a rescue wants, and none of it fits: what the push needs is all that is asked for. */
static void test_rescue_beside_many_spare_regions(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    test_adapter.refuse_above = 4 * KIB;
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    test_adapter.refuse_above = 0;
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push_with_reserve(arena, 5000));
    assert_int_equal(test_adapter.last_desired, 5008);
    assert_int_equal(info_of(arena).adapter_calls, calls + 1);
    samrena_destroy(arena);
}

/* Not even a senseless hint makes the host ask for more than a region can be. */
static void test_rescue_desires_no_impossible_size(void **state) {
    (void)state;
    SamrenaConfig config = config_named("plain");
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve_with_growth(arena, 0, UINT64_MAX), SAMRENA_OK);
    test_adapter.error = SAMRENA_ERROR_UNSUPPORTED;
    test_adapter.fail_at = test_adapter.calls + 1;
    assert_null(samrena_push_with_reserve(arena, 5000));
    assert_true(test_adapter.last_desired <= PTRDIFF_MAX);
    samrena_destroy(arena);
}

int main(void) {
    leave_no_large_gap();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_push_with_reserve_rescues),
        cmocka_unit_test_setup(test_push_with_reserve_heeds_the_hint_and_settles_for_less, set_up_test_adapters),
        cmocka_unit_test_setup(test_push_with_reserve_grows_as_configured, set_up_test_adapters),
        cmocka_unit_test_setup(test_rescued_push_is_aligned, set_up_test_adapters),
        cmocka_unit_test_setup(test_push_with_reserve_repeats_no_other_error, set_up_test_adapters),
        cmocka_unit_test_setup(test_rescue_beside_many_spare_regions, set_up_test_adapters),
        cmocka_unit_test_setup(test_rescue_desires_no_impossible_size, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("push with reserve", tests, NULL, NULL);
}
