// SPDX-License-Identifier: MIT
// What a reserve prefaults: how much, of what, and by which policy.
#include "residence.h"
#include "support.h"
#include "test_adapters.h"

static void test_prefault_policy(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(info_of(arena).reserve.prefaulted, 0);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_POLICY);
    samrena_destroy(arena);

    config.prefault = SAMRENA_PREFAULT_AUTO;
    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 8000), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_POLICY);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_true(test_adapter.prefaulted >= 64 * KIB);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    samrena_destroy(arena);

    test_adapter.prefaulted = 0;
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 8000), SAMRENA_OK);
    assert_true(test_adapter.prefaulted >= 8000);
    samrena_destroy(arena);
}

/* Each byte is prefaulted once, and what was used already not at all. */
static void test_nothing_is_prefaulted_twice(void **state) {
    (void)state;
    Samrena *arena = create_named("growing");
    samrena_push(arena, 40000);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, MIB - 40000);
    assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 2 * MIB - 40000);
    samrena_push(arena, 1500000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 2 * MIB - 40000);
    samrena_destroy(arena);
}

/* The window may be skipped by the first push that is too large for it: window and reserved region, all of both. */
static void test_window_and_region_are_both_prefaulted(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, MIB + 4 * KIB);
    samrena_destroy(arena);
}

static void test_refused_prefault_is_told_and_harmless(void **state) {
    (void)state;
    test_adapter.prefault_most = 100 * KIB;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.reserve.prefaulted, 104 * KIB);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_REFUSED);
    assert_int_equal(info.reserve.error, SAMRENA_OK);
    assert_true(info.capacity >= MIB);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

/* ---- What exactly is prefaulted ---- */

static Samrena *create_with_first(const char *adapter, uint64_t initial_size) {
    SamrenaConfig config = config_named(adapter);
    config.initial_size = initial_size;
    return create(&config);
}

/* Of capacity that is there already, what pushes up to the reserved total will touch and no more. */
static void test_prefault_ends_at_the_reserved_total(void **state) {
    (void)state;
    Samrena *arena = create_with_first("growing", MIB);
    samrena_push(arena, 1000);
    assert_int_equal(samrena_reserve(arena, 500), SAMRENA_OK); /* less than is allocated */
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 64 * KIB - 1000);
    assert_int_equal(samrena_reserve(arena, 128 * KIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 128 * KIB - 1000);
    assert_int_equal(info_of(arena).adapter_calls, 1);
    samrena_destroy(arena);
}

/* What an adapter claims beyond what it was asked for does not count. */
static void test_no_more_is_prefaulted_than_was_asked_for(void **state) {
    (void)state;
    test_adapter.prefault_excess = GIB;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.prefaulted, MIB + 4 * KIB);
    samrena_destroy(arena);
}

static void test_smallest_automatic_prefault_is_16_kib(void **state) {
    (void)state;
    Samrena *arena = create_with_first("growing", MIB);
    assert_int_equal(samrena_reserve(arena, 16 * KIB - 1), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_POLICY);
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(samrena_reserve(arena, 16 * KIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(test_adapter.prefaulted, 16 * KIB);
    samrena_destroy(arena);
}

static void test_adapter_without_prefault_is_graceful(void **state) {
    (void)state;
    Samrena *arena = create_with_first("plain", MIB);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_UNSUPPORTED);
    assert_int_equal(info_of(arena).reserve.prefaulted, 0);
    samrena_destroy(arena);
}

/* What was used is resident, in the region the cursor is in and in those behind it. */
static void test_used_memory_is_not_prefaulted(void **state) {
    (void)state;
    Samrena *arena = create_with_first("growing", 64 * KIB);
    samrena_push(arena, 40000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 64 * KIB - 40000);
    samrena_destroy(arena);

    test_adapter.prefaulted = 0;
    arena = create_with_first("separate", 64 * KIB);
    samrena_push(arena, 64 * KIB - 100); /* pushed inline, left for the next region */
    samrena_push(arena, 64 * KIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_POLICY); /* 100 bytes */
    samrena_destroy(arena);
}

/* Where the current region holds the whole need, a spare one is left alone. */
static void test_spare_regions_are_not_prefaulted_without_need(void **state) {
    (void)state;
    Samrena *arena = create_with_first("separate", MIB);
    samrena_push(arena, MIB);
    samrena_push(arena, 1);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    samrena_destroy(arena);
}

/* Spare regions share the need: what is prefaulted in one is not in the next, and the last one only as far as needed.
 */
static void test_spare_regions_share_the_need(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 3 * MIB;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_true(info_of(arena).regions > 3);
    assert_in_range(test_adapter.prefaulted, 8 * MIB, 8 * MIB + 4 * KIB);
    assert_int_equal(info_of(arena).reserve.prefaulted, test_adapter.prefaulted);
    samrena_destroy(arena);
}

/* Nor the storage of an arena's owner: it is not the adapter's. */
static void test_storage_is_not_prefaulted(void **state) {
    (void)state;
    static unsigned char storage[64 * KIB];
    SamrenaConfig config = config_named("separate");
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(samrena_reserve(arena, 60 * KIB), SAMRENA_OK); /* it is there */
    assert_int_equal(test_adapter.calls, 0);
    assert_int_equal(test_adapter.prefaulted, 0);
    assert_int_equal(samrena_reserve(arena, 100 * KIB), SAMRENA_OK);
    assert_in_range(test_adapter.prefaulted, 100 * KIB, 100 * KIB + 15); /* the new region alone */
    assert_int_equal(info_of(arena).reserve.prefaulted, test_adapter.prefaulted);
    samrena_destroy(arena);
}

/* A tail that a large push skipped is in reach again after a reset, and was never touched. */
static void test_skipped_tail_is_prefaulted_after_a_reset(void **state) {
    (void)state;
    Samrena *arena = create_with_first("separate", 64 * KIB);
    samrena_push(arena, 1000);
    samrena_push(arena, 100 * KIB);
    uint64_t total = samrena_capacity(arena) + MIB;
    assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
    uint64_t prefaulted = test_adapter.prefaulted;
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted - prefaulted, 64 * KIB - 1000);
    samrena_destroy(arena);
}

/* With a hint the immediate size is made resident, and the headroom only when it is reserved itself. */
static void test_headroom_is_not_prefaulted(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 64 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 16 * MIB);
    assert_in_range(info_of(arena).reserve.prefaulted, MIB, MIB + 4 * KIB); /* chained: a rest of its first region */
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    assert_in_range(info_of(arena).reserve.prefaulted, 15 * MIB - 64 * KIB, 15 * MIB + 64 * KIB);
    samrena_destroy(arena);
}

/* Nor does it become resident by the way: huge pages reach over the immediate size by less than one. */
static void test_headroom_is_not_resident(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve_with_growth(arena, 9 * MIB, 128 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 32 * MIB);
    if (residence_is_told())
        assert_in_range(samrena_resident(arena), 9 * MIB, 9 * MIB + 2 * MIB + 8 * KIB);
    samrena_destroy(arena);
}

/* What is prefaulted and never used stays resident through a reset, until it is trimmed. */
static void test_prefaulted_memory_stays_until_it_is_trimmed(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    samrena_push(arena, 100);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    if (residence_is_told())
        assert_true(samrena_resident(arena) >= 4 * MIB);
    samrena_trim(arena, 0);
    if (residence_is_told() && pages_can_be_discarded())
        assert_in_range(samrena_resident(arena), 0, 16 * KIB);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_headroom_is_not_prefaulted),
        OVER_ADAPTERS(test_headroom_is_not_resident),
        OVER_ADAPTERS(test_prefaulted_memory_stays_until_it_is_trimmed),
        cmocka_unit_test_setup(test_prefault_policy, set_up_test_adapters),
        cmocka_unit_test_setup(test_nothing_is_prefaulted_twice, set_up_test_adapters),
        cmocka_unit_test_setup(test_window_and_region_are_both_prefaulted, set_up_test_adapters),
        cmocka_unit_test_setup(test_refused_prefault_is_told_and_harmless, set_up_test_adapters),
        cmocka_unit_test_setup(test_prefault_ends_at_the_reserved_total, set_up_test_adapters),
        cmocka_unit_test_setup(test_no_more_is_prefaulted_than_was_asked_for, set_up_test_adapters),
        cmocka_unit_test_setup(test_smallest_automatic_prefault_is_16_kib, set_up_test_adapters),
        cmocka_unit_test_setup(test_adapter_without_prefault_is_graceful, set_up_test_adapters),
        cmocka_unit_test_setup(test_used_memory_is_not_prefaulted, set_up_test_adapters),
        cmocka_unit_test_setup(test_spare_regions_are_not_prefaulted_without_need, set_up_test_adapters),
        cmocka_unit_test_setup(test_spare_regions_share_the_need, set_up_test_adapters),
        cmocka_unit_test_setup(test_storage_is_not_prefaulted, set_up_test_adapters),
        cmocka_unit_test_setup(test_skipped_tail_is_prefaulted_after_a_reset, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("prefault", tests, NULL, NULL);
}
