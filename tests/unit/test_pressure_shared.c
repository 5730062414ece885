// SPDX-License-Identifier: MIT
// What the machine can spare is read once for some milliseconds, and promised once.
#include <pthread.h>

#include "config.h"
#include "pressure.h"
#include "readings.h"
#include "support.h"

#define SHARED_FOR UINT64_C(5000000) /* nanoseconds */

/* The next admission reads afresh, and no time passes after it. */
static void read_and_stop_the_clock(void) {
    clock_step = SHARED_FOR;
    pressure_settle(pressure_admit(&samrena_config_defaults, 0));
    clock_step = 0;
}

static uint64_t prefaulted_by(Samrena *arena, uint64_t size) {
    assert_int_equal(samrena_reserve(arena, size), SAMRENA_OK);
    return info_of(arena).reserve.prefaulted;
}

static void test_two_arenas_share_a_half(void **state) {
    Samrena *arenas[] = {create_for(state), create_for(state), create_for(state)};
    pressure_reading.spare = 32 * MIB;
    read_and_stop_the_clock();
    uint64_t first = prefaulted_by(arenas[0], 12 * MIB);
    assert_in_range(first, 12 * MIB, 12 * MIB + 64 * KIB);
    assert_int_equal(prefaulted_by(arenas[1], 12 * MIB), 16 * MIB - first);
    assert_int_equal(info_of(arenas[1]).reserve.reason, SAMRENA_RESERVE_PRESSURE);
    assert_int_equal(prefaulted_by(arenas[2], 12 * MIB), 0);
    for (size_t i = 0; i < COUNT_OF(arenas); i++)
        samrena_destroy(arenas[i]);
}

static void test_many_reserves_read_once(void **state) {
    read_and_stop_the_clock();
    pressure_readings = 0;
    for (int i = 0; i < 50; i++) {
        Samrena *arena = create_for(state);
        assert_true(prefaulted_by(arena, 2 * MIB) >= 2 * MIB);
        samrena_destroy(arena);
    }
    assert_int_equal(pressure_readings, 0);
    clock_step = SHARED_FOR - 1;
    Samrena *arena = create_for(state);
    assert_true(prefaulted_by(arena, 2 * MIB) >= 2 * MIB);
    assert_int_equal(pressure_readings, 0);
    clock_step = 1;
    assert_true(prefaulted_by(arena, 4 * MIB) > 0);
    assert_int_equal(pressure_readings, 1); /* it is too old now */
    samrena_destroy(arena);
}

/* What the region in use has left is prefaulted as well, and counts for nothing there. */
static void test_nothing_is_read_below_a_megabyte(void **state) {
    static const uint64_t little[] = {16 * KIB, MIB / 2, MIB - 4 * KIB, MIB - 1};
    pressure_readings = 0;
    for (size_t i = 0; i < COUNT_OF(little); i++) {
        Samrena *arena = create_for(state);
        assert_in_range(prefaulted_by(arena, little[i]), little[i] - 4 * KIB, little[i] + 64 * KIB);
        assert_int_equal(pressure_readings, 0);
        samrena_destroy(arena);
    }
    Samrena *arena = create_for(state);
    assert_true(prefaulted_by(arena, MIB + 64 * KIB) >= MIB);
    assert_int_equal(pressure_readings, 1);
    samrena_destroy(arena);
}

/* It is still free as far as a reading goes, and promised all the same. */
static void test_what_is_not_resident_yet_counts(void **state) {
    (void)state;
    pressure_reading.spare = 32 * MIB;
    clock_step = SHARED_FOR;
    uint64_t first = pressure_admit(&samrena_config_defaults, 10 * MIB);
    assert_int_equal(first, 10 * MIB);
    uint64_t second = pressure_admit(&samrena_config_defaults, GIB);
    assert_int_equal(second, 11 * MIB);
    pressure_reading.spare = 15 * MIB;
    assert_int_equal(pressure_admit(&samrena_config_defaults, GIB), 0);
    pressure_settle(first);
    pressure_settle(second);
    assert_int_equal(pressure_admit(&samrena_config_defaults, GIB), 15 * MIB / 2);
    pressure_settle(15 * MIB / 2);
}

/* ---- Threads at once ---- */

enum { THREADS = 8, ROUNDS = 20 };

static void *reserve_4_mib(void *adapter) {
    SamrenaConfig config = config_named(adapter);
    Samrena *arena = samrena_create(&config);
    SamrenaInfo info = {.struct_size = sizeof(info)};
    bool had = arena && samrena_reserve(arena, 4 * MIB) == SAMRENA_OK && samrena_get_info(arena, &info) == SAMRENA_OK;
    samrena_destroy(arena);
    return (void *)(uintptr_t)(had ? info.reserve.prefaulted : GIB);
}

static uint64_t prefaulted_by_threads(const char *adapter) {
    pthread_t threads[THREADS];
    uint64_t total = 0;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reserve_4_mib, (void *)(uintptr_t)adapter), 0);
    for (int i = 0; i < THREADS; i++) {
        void *prefaulted;
        assert_int_equal(pthread_join(threads[i], &prefaulted), 0);
        total += (uintptr_t)prefaulted;
    }
    return total;
}

/* Not a byte of the half is promised twice, and none is lost. */
static void test_threads_share_a_half(void **state) {
    pressure_reading.spare = 32 * MIB;
    for (int round = 0; round < ROUNDS; round++) {
        read_and_stop_the_clock();
        assert_int_equal(prefaulted_by_threads(*state), 16 * MIB);
    }
}

static void test_threads_that_all_read(void **state) {
    pressure_reading.spare = 32 * MIB;
    clock_step = SHARED_FOR;
    uint64_t total = prefaulted_by_threads(*state);
    assert_in_range(total, 16 * MIB, THREADS * (4 * MIB + 64 * KIB));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS_WITH(test_two_arenas_share_a_half, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_many_reserves_read_once, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_nothing_is_read_below_a_megabyte, start_calm, start_calm),
        cmocka_unit_test_setup_teardown(test_what_is_not_resident_yet_counts, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_threads_share_a_half, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_threads_that_all_read, start_calm, start_calm),
    };
    return cmocka_run_group_tests_name("pressure shared", tests, NULL, NULL);
}
