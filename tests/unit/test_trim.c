// SPDX-License-Identifier: MIT
// Giving unused memory back: trim, and what a reset retains.
#include "support.h"
#include "test_adapters.h"

enum { SLACK = 2 * 4096 }; /* pages that an end of a region, or the first one, may stand in */

static uint64_t unused(const Samrena *arena) {
    return samrena_capacity(arena) - samrena_allocated(arena);
}

/* Portable builds have no call for giving back pages inside a heap block, nor one that tells what is resident. */
static bool discards(const Samrena *arena) {
    return info_of(arena).resident != UINT64_MAX;
}

static void fill(Samrena *arena, uint64_t total) {
    while (samrena_allocated(arena) < total)
        memset(samrena_push(arena, 1000), 0xff, 1000);
}

static void test_trim_keeps_what_it_is_told(void **state) {
    Samrena *arena = create_for(state);
    fill(arena, 8 * MIB);
    samrena_reset(arena);
    assert_true(unused(arena) >= 8 * MIB);
    const uint64_t keeps[] = {UINT64_MAX, 5 * MIB, MIB, 64 * KIB, 0};
    for (size_t i = 0; i < COUNT_OF(keeps); i++) {
        samrena_trim(arena, keeps[i]);
        assert_true(unused(arena) <= keeps[i] || unused(arena) <= keeps[i] + SLACK);
        assert_true(info_of(arena).committed <= unused(arena) + SLACK);
    }
    fill(arena, 8 * MIB);
    samrena_destroy(arena);
}

/* What was pushed stays, wherever it is; what comes after is as clean and as whole as ever. */
static void test_trim_leaves_contents(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *blocks[100];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i] = samrena_push(arena, 5000);
        memset(blocks[i], (int)i, 5000);
        if (i % 10 == 0) {
            assert_int_equal(samrena_reserve_more(arena, MIB), SAMRENA_OK);
            samrena_trim(arena, i * 100);
            assert_true(unused(arena) <= i * 100 + SLACK || !discards(arena));
        }
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        for (int j = 0; j < 5000; j += 99)
            assert_int_equal(blocks[i][j], (int)i);
    unsigned char *zeros = samrena_push_zero(arena, 2 * MIB);
    for (uint64_t i = 0; i < 2 * MIB; i++)
        assert_int_equal(zeros[i], 0);
    samrena_destroy(arena);
}

/* Memory that was used, given back and got again is cleared where it has to be. */
static void test_zeros_after_a_trim(void **state) {
    Samrena *arena = create_for(state);
    for (int round = 0; round < 4; round++) {
        fill(arena, MIB);
        samrena_reset(arena);
        samrena_trim(arena, round % 2 ? 0 : 100 * KIB);
        unsigned char *zeros = samrena_push_zero(arena, MIB);
        for (uint64_t i = 0; i < MIB; i++)
            assert_int_equal(zeros[i], 0);
        memset(zeros, 1, MIB);
        samrena_reset(arena);
    }
    samrena_destroy(arena);
}

static void test_trim_gives_pages_back(void **state) {
    Samrena *arena = create_for(state);
    if (info_of(arena).resident == UINT64_MAX) {
        samrena_destroy(arena);
        return; /* the system does not tell */
    }
    fill(arena, 16 * MIB);
    samrena_reset(arena);
    assert_true(info_of(arena).resident >= 16 * MIB);
    samrena_trim(arena, MIB);
    assert_true(info_of(arena).resident <= MIB + SLACK);
    samrena_destroy(arena);
}

/* Reserved memory is unused memory: trim lowers it, and the next reserve gets it again. */
static void test_trim_lowers_what_is_reserved(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    samrena_trim(arena, MIB);
    assert_true(samrena_capacity(arena) <= MIB + SLACK);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 4 * MIB);
    assert_true(info_of(arena).adapter_calls > calls);
    assert_true(info_of(arena).reserve.prefaulted >= 2 * MIB);
    samrena_destroy(arena);
}

static void test_trim_of_what_is_little_enough(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 100);
    SamrenaInfo before = info_of(arena);
    samrena_trim(arena, unused(arena));
    samrena_trim(arena, UINT64_MAX);
    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.capacity, before.capacity);
    assert_int_equal(after.committed, before.committed);
    assert_int_equal(after.regions, before.regions);
    samrena_destroy(arena);
    samrena_trim(NULL, 0);
    assert_message_has("samrena_trim: the arena is NULL");
}

/* Marks and the hint outlive a trim. */
static void test_trim_between_mark_and_rewind(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve_with_growth(arena, 100, 10 * MIB), SAMRENA_OK);
    SamrenaMark mark = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    fill(arena, 6 * MIB);
    samrena_trim(arena, 0);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_true(unused(arena) >= 5 * MIB);
    samrena_trim(arena, 0);
    assert_true(unused(arena) <= SLACK);
    assert_int_equal(info_of(arena).growth_hint, 10 * MIB);
    fill(arena, MIB);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    samrena_destroy(arena);
}

/* One huge request does not pin its peak for ever; small ones cost no call to the adapter. */
static void test_a_reset_retains_what_the_config_says(void **state) {
    SamrenaConfig config = config_of(state);
    config.retain = 256 * KIB;
    Samrena *arena = create(&config);
    fill(arena, 200 * KIB);
    samrena_reset(arena);
    for (int i = 0; i < 5; i++) {
        fill(arena, 100 * KIB);
        samrena_reset(arena);
    }
    uint64_t calls = info_of(arena).adapter_calls;
    for (int i = 0; i < 5; i++) {
        fill(arena, 100 * KIB);
        samrena_reset(arena);
    }
    assert_int_equal(info_of(arena).adapter_calls, calls);
    fill(arena, 20 * MIB);
    assert_true(samrena_capacity(arena) >= 20 * MIB);
    samrena_reset(arena);
    assert_true(samrena_capacity(arena) <= config.retain + SLACK);
    assert_int_equal(info_of(arena).high_water / MIB, 20);
    samrena_destroy(arena);

    config.retain = 1; /* as little as there can be */
    arena = create(&config);
    fill(arena, MIB);
    samrena_reset(arena);
    assert_true(samrena_capacity(arena) <= SLACK);
    fill(arena, MIB);
    samrena_destroy(arena);
}

static void test_trim_under_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 100001;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 100001), SAMRENA_OK);
    fill(arena, 90000);
    samrena_trim(arena, 0);
    while (samrena_push_aligned(arena, 1, 1)) {
    }
    assert_int_equal(samrena_allocated(arena), 100001);
    samrena_destroy(arena);
}

/* Adapters without the operation: spare regions alone are given back, the newest first. */
static void test_adapters_without_trim(void **state) {
    (void)state;
    Samrena *arena = samrena_create_named("separate");
    for (int i = 0; i < 6; i++)
        samrena_push(arena, 4000 << i);
    samrena_reset(arena);
    int regions = test_adapter.live_regions;
    samrena_trim(arena, 30000);
    assert_true(test_adapter.live_regions < regions);
    assert_true(unused(arena) <= 30000 && unused(arena) > 4096);
    samrena_trim(arena, 0);
    assert_int_equal(test_adapter.live_regions, 1);
    assert_int_equal(info_of(arena).regions, 1);
    assert_int_equal(samrena_capacity(arena), 4096);
    samrena_push(arena, 10000);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

/* A region that could grow and is given back is not asked to grow any more. */
static void test_the_newest_is_given_back(void **state) {
    (void)state;
    Samrena *arena = samrena_create_named("stacked");
    test_adapter.rigid = true;
    samrena_push(arena, 4000);
    samrena_push(arena, 8000);
    samrena_push(arena, 16000);
    samrena_reset(arena);
    samrena_trim(arena, 0);
    assert_int_equal(info_of(arena).regions, 1);
    test_adapter.rigid = false; /* it aborts where it is to extend what is not its newest region */
    assert_non_null(samrena_push(arena, 50000));
    assert_int_equal(info_of(arena).regions, 2);
    assert_int_equal(samrena_reserve_more(arena, 100000), SAMRENA_OK);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_trim_keeps_what_it_is_told),
        OVER_ARENAS(test_trim_leaves_contents),
        OVER_ARENAS(test_zeros_after_a_trim),
        OVER_ARENAS(test_trim_gives_pages_back),
        OVER_ARENAS(test_trim_lowers_what_is_reserved),
        OVER_ARENAS(test_trim_of_what_is_little_enough),
        OVER_ARENAS(test_trim_between_mark_and_rewind),
        OVER_ARENAS(test_a_reset_retains_what_the_config_says),
        OVER_ARENAS(test_trim_under_a_limit),
        cmocka_unit_test_setup(test_adapters_without_trim, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_newest_is_given_back, set_up_test_adapters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
