// SPDX-License-Identifier: MIT
// The border to the adapter: out of memory at every call, and adapters that break their contract.
#include "support.h"
#include "test_adapters.h"

/* ---- Out of memory at every adapter call ---- */

enum { STEPS = 12 };

/* Adapter calls of each kind, from create to the largest reserve. */
static bool take_step(Samrena *arena, int step) {
    switch (step) {
    case 0: return samrena_push(arena, 4000);
    case 1: return samrena_push(arena, 4000);
    case 2: return samrena_push_aligned(arena, 5000, 4096);
    case 3: return samrena_push_zero(arena, 100000);
    case 4: return samrena_reserve(arena, 300000) == SAMRENA_OK;
    case 5: return samrena_push(arena, 150000);
    case 6: return samrena_reserve_with_growth(arena, 500000, 4000000) == SAMRENA_OK;
    case 7: return samrena_push(arena, 700000);
    case 8: return samrena_push_with_reserve(arena, 2000000);
    case 9: return samrena_push_array(arena, 1000, 3000);
    case 10: return samrena_reserve_more(arena, 1000000) == SAMRENA_OK;
    default: return samrena_push(arena, 1000000);
    }
}

static void assert_step_changed_nothing(const SamrenaInfo *before, const Samrena *arena) {
    SamrenaInfo after = info_of(arena);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("failing as planned");
    assert_int_equal(after.allocated, before->allocated);
    assert_int_equal(after.growth_hint, before->growth_hint);
    assert_true(after.capacity >= before->capacity);
}

/* The nth call for memory fails, and all after it until the step that met it has failed; then it is tried again. */
static bool live_with_failure(const char *adapter, int n, int *failed_steps) {
    set_up_test_adapters(NULL);
    test_adapter.fail_at = n;
    test_adapter.fail_from_there = true;
    Samrena *arena = samrena_create_named(adapter);
    if (!arena) {
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_message_has("failing as planned");
        assert_int_equal(test_adapter.live_contexts, 0);
        assert_int_equal(test_adapter.live_regions, 0);
        return true;
    }
    unsigned char *sentinel = samrena_push(arena, 50);
    memset(sentinel, 0x33, 50);
    bool failed = false;
    for (int step = 0; step < STEPS; step++) {
        SamrenaInfo before = info_of(arena);
        if (!take_step(arena, step)) {
            assert_false(failed);
            assert_step_changed_nothing(&before, arena);
            failed = true;
            (*failed_steps)++;
            test_adapter.fail_at = 0;
            assert_true(take_step(arena, step));
        }
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(sentinel[i], 0x33);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
    return failed;
}

static void test_out_of_memory_at_every_call(void **state) {
    int failed_steps = 0;
    int n = 1;
    while (live_with_failure(*state, n, &failed_steps))
        n++;
    assert_true(n > 6);
    assert_true(failed_steps > 4);
}

/* Where only the wish is refused, what the push needs is asked for alone, and the push succeeds. */
static void test_refused_desire_settles_for_what_is_needed(void **state) {
    Samrena *arena = samrena_create_named(*state);
    samrena_push(arena, MIB);
    test_adapter.largest = 100000;
    assert_non_null(samrena_push(arena, samrena_capacity(arena) - samrena_allocated(arena) + 1000));
    assert_true(test_adapter.last_desired <= 100000);
    assert_int_equal(test_adapter.last_desired, test_adapter.last_required);
    samrena_destroy(arena);
}

static void test_other_errors_are_passed_on_and_not_repeated(void **state) {
    Samrena *arena = samrena_create_named(*state);
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    test_adapter.fail_at = test_adapter.calls + 1;
    int calls = test_adapter.calls;
    assert_null(samrena_push(arena, MIB));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(test_adapter.calls, calls + 1);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

static void test_failed_creation_leaves_nothing(void **state) {
    for (int n = 1; n <= 2; n++) {
        set_up_test_adapters(NULL);
        test_adapter.fail_at = n;
        test_adapter.fail_from_there = true;
        assert_null(samrena_create_named(*state));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_message_has(*state);
        assert_int_equal(test_adapter.live_contexts, 0);
    }
}

/* ---- Adapters that break their contract: told, refused, and nothing crashes ---- */

static void give_nothing(SamrenaRegion *region) {
    free(region->base);
    test_adapter.live_regions--;
    region->base = NULL;
}

static void misalign(SamrenaRegion *region) {
    region->base += 8;
}

static void give_too_little(SamrenaRegion *region) {
    region->size = 1;
}

static void wrap(SamrenaRegion *region) {
    region->size = UINT64_MAX - 100;
}

static void test_bad_regions_are_refused(void **state) {
    (void)state;
    static const struct {
        void (*spoil)(SamrenaRegion *region);
        const char *text;
    } cases[] = {
        {give_nothing, "without memory"}, {misalign, "not aligned"}, {give_too_little, "less than"}, {wrap, "wraps"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Samrena *arena = samrena_create_named("separate");
        test_adapter.spoil = cases[i].spoil;
        assert_null(samrena_push(arena, MIB));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("adapter separate broke its contract: acquire()");
        assert_message_has(cases[i].text);
        assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("reserve()");
        test_adapter.spoil = NULL;
        assert_non_null(samrena_push(arena, MIB));
        samrena_destroy(arena);
        assert_int_equal(test_adapter.live_regions, 0); /* what was refused was given back */
    }
}

#define OVER_TEST_ADAPTERS(test)                                                                                       \
    {#test " [separate]", test, set_up_named, NULL, (void *)(uintptr_t) "separate"},                                   \
        {#test " [growing]", test, set_up_named, NULL, (void *)(uintptr_t) "growing"}, {                               \
#test " [plain]", test, set_up_named, NULL, (void *)(uintptr_t) "plain"                                        \
    }

static int set_up_named(void **state) {
    return set_up_test_adapters(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_TEST_ADAPTERS(test_out_of_memory_at_every_call),
        OVER_TEST_ADAPTERS(test_refused_desire_settles_for_what_is_needed),
        OVER_TEST_ADAPTERS(test_other_errors_are_passed_on_and_not_repeated),
        OVER_TEST_ADAPTERS(test_failed_creation_leaves_nothing),
        cmocka_unit_test_setup(test_bad_regions_are_refused, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("regions", tests, NULL, NULL);
}
