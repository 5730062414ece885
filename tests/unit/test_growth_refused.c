// SPDX-License-Identifier: MIT
// Growth that cannot have what it wishes: steps become smaller, and neither calls nor regions become many.
//
// MALLOC_PERTURB_ has to be 0: a hint that is had in part is a heap block of gigabytes, which nobody touches.
#include "pages.h"
#include "support.h"
#include "test_adapters.h"

static void push_many(Samrena *arena, int count, uint64_t size) {
    for (int i = 0; i < count; i++)
        if (!samrena_push(arena, size))
            fail_msg("push %d of %d: %s", i, count, samrena_last_error_message());
}

/* ---- Adapters that refuse above a size ---- */

typedef struct Refusal {
    const char *adapter;
    uint64_t above; /* what the adapter refuses */
    uint64_t step;  /* what can be had of it in halves of a large wish, or of the smallest step */
    int calls;      /* for one step: the smallest one that growth likes is tried each time, also where it is refused */
} Refusal;

/* `stacked` and `growing` grow in place, within their one and 64 MiB. */
static const Refusal refusals[] = {
    {"separate", 100000, 32 * KIB, 2}, {"separate", 5000, 2500, 2},   {"separate", 4 * KIB, 4 * KIB, 2},
    {"separate", 1000, 500, 4},        {"separate", MIB, MIB / 2, 2}, {"plain", 100000, 32 * KIB, 2},
    {"plain", 5000, 2500, 2},          {"growing", 100000, 32000, 2}, {"growing", 4 * KIB, 4 * KIB, 2},
    {"trimming", 20000, 10000, 2},     {"stacked", 20000, 10000, 2},  {"shared", 30000, 15000, 2},
};

static void test_a_refused_wish_is_not_repeated_at_each_push(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const Refusal *refusal = &refusals[i];
        set_up_test_adapters(NULL);
        Samrena *arena = create_named(refusal->adapter);
        bool is_small = strcmp(refusal->adapter, "stacked") == 0;
        assert_non_null(samrena_push(arena, is_small ? 200 * KIB : MIB)); /* which growth would double */
        push_many(arena, (int)((samrena_capacity(arena) - samrena_allocated(arena)) / 64), 64);
        test_adapter.refuse_above = refusal->above;
        test_adapter.calls = 0;
        uint64_t regions = info_of(arena).regions;
        int count = is_small ? 5000 : 50000;
        push_many(arena, count, 64);
        uint64_t needed = (uint64_t)count * 64 / refusal->step + 1;
        if ((uint64_t)test_adapter.calls > (uint64_t)refusal->calls * needed + 60)
            fail_msg("%s above %llu: %d calls, %llu steps were enough", refusal->adapter,
                     (unsigned long long)refusal->above, test_adapter.calls, (unsigned long long)needed);
        assert_in_range(info_of(arena).regions - regions, 0, needed);
        samrena_destroy(arena);
    }
}

/* What was refused once may be had later: large steps come back. */
static void test_a_refusal_is_not_for_ever(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    assert_non_null(samrena_push(arena, MIB));
    test_adapter.refuse_above = 5000;
    push_many(arena, 1000, 64);
    test_adapter.refuse_above = 0;
    test_adapter.calls = 0;
    push_many(arena, 200000, 100); /* 22 MB: 5,500 steps of 4 KiB */
    assert_true(test_adapter.calls < 1000);
    samrena_destroy(arena);
}

/* The smallest step that growth likes is had as soon as it can be. */
static void test_the_smallest_step_is_always_tried(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    push_many(arena, 64, 64);
    test_adapter.refuse_above = 1000;
    push_many(arena, 100, 64);
    assert_true(test_adapter.last_desired <= 1000);
    test_adapter.refuse_above = 0;
    test_adapter.calls = 0;
    while (test_adapter.calls == 0)
        assert_non_null(samrena_push(arena, 64));
    assert_true(test_adapter.last_desired >= 4 * KIB);
    samrena_destroy(arena);
}

/* Mixed sizes: a large push that needs more than is given fails by itself, and spoils nothing for the small ones. */
static void test_large_pushes_that_fail_between_small_ones(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 64 * KIB;
    test_adapter.calls = 0;
    int failed = 0;
    for (int i = 0; i < 20000; i++) {
        assert_non_null(samrena_push(arena, 64));
        if (i % 200 == 0)
            failed += !samrena_push(arena, 70000);
    }
    assert_int_equal(failed, 100);
    assert_true(test_adapter.calls < 1000);
    assert_true(info_of(arena).regions < 200);
    samrena_destroy(arena);
}

/* Up to an adapter's ceiling the steps become smaller, and nearly all of it is used. */
static void test_steps_end_at_a_ceiling(void **state) {
    (void)state;
    test_adapter.ceiling = 10 * MIB;
    Samrena *arena = create_named("separate");
    test_adapter.calls = 0;
    for (uint64_t i = 0; i <= 10 * MIB / 64 && samrena_push(arena, 64); i++) {
    }
    assert_null(samrena_push(arena, 64));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_in_range(samrena_allocated(arena), 10 * MIB - 4 * KIB, 10 * MIB);
    assert_in_range(info_of(arena).committed, samrena_allocated(arena), 10 * MIB);
    assert_true(test_adapter.calls < 100);
    test_adapter.calls = 0;
    for (int i = 0; i < 1000; i++)
        assert_null(samrena_push(arena, 64));
    assert_true(test_adapter.calls <= 10 * 1000);
    samrena_destroy(arena);
}

/* A reserve that is refused as a whole is had in pieces, and then is there. */
static void test_reserves_that_are_refused_in_part(void **state) {
    (void)state;
    static const char *const names[] = {"separate", "trimming", "shared"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        set_up_test_adapters(NULL);
        Samrena *arena = create_named(names[i]);
        test_adapter.refuse_above = 300 * KIB;
        assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
        assert_true(samrena_capacity(arena) >= 2 * MIB);
        assert_true(info_of(arena).adapter_calls < 40);
        uint64_t calls = info_of(arena).adapter_calls;
        while (samrena_capacity(arena) - samrena_allocated(arena) >= 64)
            assert_non_null(samrena_push(arena, 64));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

/* ---- Hints that no machine can satisfy ---- */

static void test_senseless_hints_cost_no_more_than_none(void **state) {
    static const uint64_t hints[] = {UINT64_C(1) << 50, UINT64_MAX, PTRDIFF_MAX, UINT64_C(1) << 62};
    for (size_t i = 0; i < COUNT_OF(hints); i++) {
        SamrenaConfig config = config_of(state);
        config.prefault = SAMRENA_PREFAULT_NEVER;
        Samrena *arena = create(&config);
        uint64_t hint = hints[i] < most_to_reserve() ? hints[i] : most_to_reserve();
        assert_int_equal(samrena_reserve_with_growth(arena, 0, hint), SAMRENA_OK);
        assert_int_equal(info_of(arena).growth_hint, hint);
        push_many(arena, 200000, 64);
        assert_true(info_of(arena).adapter_calls < 1000);
        assert_true(info_of(arena).regions < 100);
        samrena_destroy(arena);
    }
}

/* The same where memory is short: the hint's step is refused again and again. */
static void test_hints_that_an_adapter_refuses(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 100000;
    assert_int_equal(samrena_reserve_with_growth(arena, 0, UINT64_C(1) << 50), SAMRENA_OK);
    test_adapter.calls = 0;
    push_many(arena, 50000, 64);
    assert_true(test_adapter.calls < 500);
    assert_true(info_of(arena).regions < 200);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_refused_wish_is_not_repeated_at_each_push),
        cmocka_unit_test_setup(test_a_refusal_is_not_for_ever, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_smallest_step_is_always_tried, set_up_test_adapters),
        cmocka_unit_test_setup(test_large_pushes_that_fail_between_small_ones, set_up_test_adapters),
        cmocka_unit_test_setup(test_steps_end_at_a_ceiling, set_up_test_adapters),
        cmocka_unit_test(test_reserves_that_are_refused_in_part),
        OVER_ADAPTERS(test_senseless_hints_cost_no_more_than_none),
        cmocka_unit_test_setup(test_hints_that_an_adapter_refuses, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("growth refused", tests, NULL, NULL);
}
