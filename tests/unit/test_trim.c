// SPDX-License-Identifier: MIT
// Giving unused memory back: what goes, and that nothing in use goes with it.
#include "address_space.h"
#include "residence.h"
#include "support.h"
#include "test_adapters.h"

enum { SLACK = 2 * 4096 }; /* pages that an end of a region, or the first one, may stand in */

static uint64_t unused(const Samrena *arena) {
    return samrena_capacity(arena) - samrena_allocated(arena);
}

static void fill(Samrena *arena, uint64_t total) {
    while (samrena_allocated(arena) < total)
        memset(samrena_push(arena, 1000), 0xff, 1000);
}

static void assert_resident_at_most(const Samrena *arena, uint64_t bytes) {
    if (residence_is_told() && pages_can_be_discarded())
        assert_in_range(samrena_resident(arena), 0, bytes);
}

/* The regions that are left are the fewest that hold as much: of geometric ones little more than twice of it. */
static void test_trim_gives_back_all_but_what_it_is_told_to_keep(void **state) {
    static const uint64_t keeps[] = {UINT64_MAX, 5 * MIB, MIB, 64 * KIB, 0};
    for (size_t i = 0; i < COUNT_OF(keeps); i++) {
        Samrena *arena = create_for(state);
        fill(arena, 8 * MIB);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        uint64_t before = unused(arena), keep = keeps[i] < before ? keeps[i] : before;
        samrena_trim(arena, keeps[i]);
        assert_in_range(unused(arena), keep, 2 * keep + 2 * SLACK);
        assert_in_range(info_of(arena).committed, keep, 2 * keep + 2 * SLACK);
        assert_in_range(info_of(arena).regions, 1, keeps[i] == UINT64_MAX ? 100 : keep == 0 ? 1 : 3);
        assert_resident_at_most(arena, 2 * keep + 2 * SLACK);
        fill(arena, 8 * MIB);
        samrena_destroy(arena);
    }
}

/* Pages inside the region in use go as well, whether its addresses stay or not. */
static void test_pages_of_the_region_in_use_go(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 16 * MIB;
    Samrena *arena = create_as(state, &config);
    fill(arena, 16 * MIB - 2000);
    if (residence_is_told())
        assert_true(samrena_resident(arena) >= 16 * MIB - 2 * SLACK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    fill(arena, MIB);
    samrena_trim(arena, MIB);
    assert_true(unused(arena) >= MIB);
    assert_resident_at_most(arena, 2 * MIB + 2 * SLACK);
    samrena_trim(arena, 0);
    assert_resident_at_most(arena, MIB + 2 * SLACK);
    fill(arena, 12 * MIB);
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
            assert_true(unused(arena) >= i * 100);
        }
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        assert_filled_with(blocks[i], 5000, (unsigned char)i);
    assert_filled_with(samrena_push_zero(arena, 2 * MIB), 2 * MIB, 0);
    samrena_destroy(arena);
}

/* Memory that was used, given back and got again is cleared where it has to be. */
static void test_zeros_after_a_trim(void **state) {
    Samrena *arena = create_for(state);
    for (int round = 0; round < 4; round++) {
        fill(arena, MIB);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_trim(arena, round % 2 ? 0 : 100 * KIB);
        unsigned char *zeros = samrena_push_zero(arena, MIB);
        assert_filled_with(zeros, MIB, 0);
        memset(zeros, 1, MIB);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_destroy(arena);
}

/* Reserved memory is unused memory: trim gives its pages back, and the next reserve gets them again. */
static void test_trim_lowers_what_is_reserved(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    samrena_trim(arena, MIB);
    assert_resident_at_most(arena, MIB + 2 * SLACK);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 4 * MIB);
    if (pages_can_be_discarded())
        assert_true(info_of(arena).reserve.prefaulted >= 2 * MIB);
    if (residence_is_told())
        assert_true(samrena_resident(arena) >= 4 * MIB - 2 * SLACK);
    samrena_destroy(arena);
}

static void test_trim_of_what_is_little_enough(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 100);
    SamrenaInfo before = info_of(arena);
    samrena_trim(arena, unused(arena));
    samrena_trim(arena, UINT64_MAX);
    SamrenaInfo after = info_of(arena);
    assert_memory_equal(&after, &before, sizeof(before));
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

static void test_trim_under_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 100001;
    Samrena *arena = create_as(state, &config);
    assert_int_equal(samrena_reserve(arena, 100001), SAMRENA_OK);
    fill(arena, 90000);
    samrena_trim(arena, 0);
    while (samrena_push_aligned(arena, 1, 1)) {
    }
    assert_int_equal(samrena_allocated(arena), 100001);
    samrena_destroy(arena);
}

/* An arena that trims after each step: neither addresses nor what is told as held become more than twice its size. */
static void test_trimming_after_each_push_wastes_no_space(void **state) {
    Samrena *arena = create_for(state);
    uint64_t before = address_space_taken();
    for (int i = 0; i < 20000; i++) {
        memset(samrena_push(arena, 4000), 1, 4000);
        samrena_trim(arena, 0);
        assert_true(info_of(arena).committed <= 2 * samrena_allocated(arena) + 64 * KIB);
    }
    if (before > 0)
        assert_in_range(address_space_taken(), before, before + 2 * samrena_allocated(arena) + 4 * MIB);
    assert_true(info_of(arena).regions <= 20000 * 4000 / (4 * KIB));
    samrena_destroy(arena);
}

/* ---- Adapters of other kinds ---- */

/* Without the operation spare regions alone are given back: all but the fewest that are enough. */
static void test_adapters_without_trim(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    for (int i = 0; i < 6; i++)
        samrena_push(arena, UINT64_C(4000) << i);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 30000);
    assert_int_equal(test_adapter.live_regions, 2);
    assert_true(unused(arena) >= 30000);
    int calls = test_adapter.calls;
    assert_non_null(samrena_push(arena, 30000));
    assert_int_equal(test_adapter.calls, calls);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_int_equal(test_adapter.live_regions, 1);
    assert_int_equal(info_of(arena).regions, 1);
    assert_int_equal(samrena_capacity(arena), 4096);
    samrena_push(arena, 10000);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

/* The smallest region that is enough, however many others there are; else as many as it takes. */
static void test_the_smallest_region_that_is_enough_is_kept(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = create(&config);
    static const uint64_t sizes[] = {4000, 400000, 4000, 300000, 4000, 350000, 4000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (int j = 0; j < (sizes[i] == 4000 ? 30 : 1); j++)
            assert_non_null(samrena_push(arena, sizes[i]));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 600000);
    assert_true(unused(arena) >= 600000);
    assert_true(info_of(arena).committed < 1200000);
    samrena_destroy(arena);

    arena = create(&config);
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (int j = 0; j < (sizes[i] == 4000 ? 30 : 1); j++)
            assert_non_null(samrena_push(arena, sizes[i]));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 250000);
    assert_int_equal(info_of(arena).regions, 2); /* with the one in use */
    assert_in_range(info_of(arena).committed, 300000, 300000 + 8 * KIB);
    samrena_destroy(arena);
}

/* Whether the size falls or stays: what was there is, what is pushed as zero is, and what is told adds up. */
static void test_regions_that_are_trimmed_in_place(void **state) {
    (void)state;
    static const char *const names[] = {"trimming", "shared"};
    for (int round = 0; round < 4; round++) {
        set_up_test_adapters(NULL);
        test_adapter.trim_keeps_size = round % 2;
        test_adapter.fill = 0xaa;
        SamrenaConfig config = config_named(names[round / 2]);
        config.initial_size = 200 * KIB;
        Samrena *arena = create(&config);
        unsigned char *block = samrena_push(arena, 10001);
        memset(block, 7, 10001);
        samrena_trim(arena, 0);
        assert_int_equal(test_adapter.trims, 1);
        if (test_adapter.trim_keeps_size)
            assert_int_equal(info_of(arena).committed, 200 * KIB);
        else
            assert_in_range(info_of(arena).committed, 10001, 10001 + 15);
        assert_filled_with(samrena_push_zero(arena, 100 * KIB), 100 * KIB, 0);
        assert_filled_with(block, 10001, 7);
        assert_true(samrena_capacity(arena) <= info_of(arena).committed);
        samrena_destroy(arena);
        assert_int_equal(test_adapter.live_regions, 0);
    }
}

/* A region that could grow and is given back is not asked to grow any more. */
static void test_the_newest_is_given_back(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_push(arena, 4000);
    samrena_push(arena, 8000);
    samrena_push(arena, 16000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_int_equal(info_of(arena).regions, 1);
    test_adapter.extend_error = SAMRENA_OK; /* it aborts where it is to extend what is not its newest region */
    assert_non_null(samrena_push(arena, 50000));
    assert_int_equal(info_of(arena).regions, 2);
    assert_int_equal(samrena_reserve_more(arena, 100000), SAMRENA_OK);
    samrena_destroy(arena);
}

/* One that stays while a region before it goes is still the one that grows. */
static void test_the_newest_outlives_one_before_it(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_push(arena, 4000);
    samrena_push(arena, 8000);
    samrena_push(arena, 16000);
    assert_int_equal(info_of(arena).regions, 3);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 16000);
    assert_int_equal(info_of(arena).regions, 2);
    test_adapter.extend_error = SAMRENA_OK;
    test_adapter.extends = 0;
    assert_non_null(samrena_push(arena, 50000));
    assert_int_equal(test_adapter.extends, 1);
    assert_int_equal(info_of(arena).regions, 2);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_trim_gives_back_all_but_what_it_is_told_to_keep),
        OVER_ARENAS(test_pages_of_the_region_in_use_go),
        OVER_ARENAS(test_trim_leaves_contents),
        OVER_ARENAS(test_zeros_after_a_trim),
        OVER_ARENAS(test_trim_lowers_what_is_reserved),
        OVER_ARENAS(test_trim_of_what_is_little_enough),
        OVER_ARENAS(test_trim_between_mark_and_rewind),
        OVER_ARENAS(test_trim_under_a_limit),
        OVER_ARENAS(test_trimming_after_each_push_wastes_no_space),
        cmocka_unit_test_setup(test_adapters_without_trim, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_smallest_region_that_is_enough_is_kept, set_up_test_adapters),
        cmocka_unit_test(test_regions_that_are_trimmed_in_place),
        cmocka_unit_test_setup(test_the_newest_is_given_back, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_newest_outlives_one_before_it, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("trim", tests, NULL, NULL);
}
