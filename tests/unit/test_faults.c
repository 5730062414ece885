// SPDX-License-Identifier: MIT
// Page faults, counted: none are left after a prefaulted reserve, and there were some without.
//
// MALLOC_PERTURB_, which `meson test` sets, makes the C library touch every heap block: it has to be 0 here.
#include "faults.h"
#include "pages.h"
#include "support.h"

#define PAGE UINT64_C(4096)

/* Every way that the measured parts take, in each adapter's code too. */
static int warm_up(void **state) {
    (void)state;
    static const char *const names[] = {"chained", "virtual"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Samrena *arena = create_named(names[i]);
        faults_of_pushes(arena, MIB);
        assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
        faults_of_pushes(arena, 2 * MIB);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        assert_non_null(samrena_push_zero(arena, 3 * MIB));
        samrena_destroy(arena);
    }
    return 0;
}

static void assert_reserve_saves_faults(void **state, SamrenaHugePages huge_pages, uint64_t total) {
    SamrenaConfig config = config_of(state);
    config.huge_pages = huge_pages;
    trim_heap(); /* what was given back to the heap before is resident still */
    Samrena *arena = create(&config);
    long without = faults_of_pushes(arena, total);
    samrena_destroy(arena);

    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    long with = faults_of_pushes(arena, total);
    samrena_destroy(arena);

    assert_true(without > 0);
    if (with != 0)
        fail_msg("%ld faults in the fill of %llu reserved bytes, %ld without", with, (unsigned long long)total,
                 without);
}

static void test_no_fault_after_a_reserve(void **state) {
    for (uint64_t total = 64 * KIB; total <= 64 * MIB; total *= 4)
        assert_reserve_saves_faults(state, SAMRENA_HUGE_PAGES_AUTO, total);
    assert_reserve_saves_faults(state, SAMRENA_HUGE_PAGES_NEVER, 16 * MIB);
}

static void test_unreserved_fill_faults_once_a_page(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create(&config);
    long faults = faults_of_pushes(arena, 64 * MIB);
    assert_in_range(faults, 64 * MIB / PAGE / 2, 64 * MIB / PAGE * 2);
    samrena_destroy(arena);
}

static void test_never_prefault_leaves_the_faults_to_the_fill(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    Samrena *arena = create(&config);
    long before = faults_so_far();
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_in_range(faults_so_far() - before, 0, 8);
    assert_true(faults_of_pushes(arena, 64 * MIB) > 1000);
    samrena_destroy(arena);
}

/* A frame: reset and the same work again, on memory that is there. */
static void test_no_fault_after_a_reset(void **state) {
    Samrena *arena = create_for(state);
    faults_of_pushes(arena, 8 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(faults_of_pushes(arena, 8 * MIB), 0);
    samrena_destroy(arena);
}

/* A cleared gigabyte of fresh address space costs no page. */
static void test_zeroed_fresh_memory_is_not_touched(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = GIB + MIB;
    Samrena *arena = create(&config);
    long before = faults_so_far();
    unsigned char *bytes = samrena_push_zero(arena, GIB);
    assert_non_null(bytes);
    assert_in_range(faults_so_far() - before, 0, 8);
    assert_int_equal(bytes[GIB / 2], 0);
    samrena_destroy(arena);
}

/* What is prefaulted is what is to come, also behind memory in use, from the first byte to the last. */
static void test_no_fault_after_a_reserve_half_way(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 4 * MIB;
    trim_heap(); /* what earlier tests gave back to the heap is resident still */
    Samrena *arena = create(&config);
    assert_non_null(samrena_push_aligned(arena, 2 * MIB + 100, 1)); /* not touched */
    uint64_t total = 3 * MIB + 200;
    assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
    assert_int_equal(info_of(arena).adapter_calls, 1);
    uint64_t size = total - samrena_allocated(arena);
    unsigned char *bytes = samrena_push_aligned(arena, size, 1);
    assert_int_equal(faults_of_touching(bytes, size), 0);
    samrena_destroy(arena);
}

/* Of a large zeroed push only the bytes used before are cleared: the rest costs no page. */
static void test_zeroed_push_touches_only_what_was_used(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = 256 * MIB;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 64 * MIB));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 64 * MIB - 4 * KIB));
    long before = faults_so_far();
    assert_non_null(samrena_push_zero(arena, 64 * MIB));
    assert_in_range(faults_so_far() - before, 0, 8);
    samrena_destroy(arena);
}

int main(void) {
    common_recycle = SAMRENA_RECYCLE_NEVER; /* each arena is made and ended in full */
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_no_fault_after_a_reserve),
        OVER_ADAPTERS(test_unreserved_fill_faults_once_a_page),
        OVER_ADAPTERS(test_never_prefault_leaves_the_faults_to_the_fill),
        OVER_ADAPTERS(test_no_fault_after_a_reset),
        cmocka_unit_test(test_zeroed_fresh_memory_is_not_touched),
        OVER_ADAPTERS(test_no_fault_after_a_reserve_half_way),
        cmocka_unit_test(test_zeroed_push_touches_only_what_was_used),
    };
    return cmocka_run_group_tests_name("faults", tests, warm_up, NULL);
}
