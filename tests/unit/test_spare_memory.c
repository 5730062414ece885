// SPDX-License-Identifier: MIT
// What the core makes of memory pressure.
#include "readings.h"
#include "support.h"

static void test_small_reserves_read_nothing(void **state) {
    Samrena *arena = create_for(state);
    pressure_reading.spare = 0;
    assert_int_equal(samrena_reserve(arena, MIB - 64 * KIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 0);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 1);
    samrena_destroy(arena);
}

static void test_at_most_half_of_what_can_be_spared(void **state) {
    Samrena *arena = create_for(state);
    pressure_reading.spare = 6 * MIB + 1;
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    SamrenaInfo info = info_of(arena);
    assert_true(info.capacity >= 16 * MIB);
    assert_int_equal(info.reserve.prefaulted, 3 * MIB);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_PRESSURE);
    assert_int_equal(info.reserve.error, SAMRENA_OK);
    assert_non_null(samrena_push(arena, 15 * MIB));
    samrena_destroy(arena);
}

static void test_enough_is_enough(void **state) {
    Samrena *arena = create_for(state);
    pressure_reading.spare = 33 * MIB;
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_true(info_of(arena).reserve.prefaulted >= 16 * MIB);
    samrena_destroy(arena);
}

static void test_nothing_while_tasks_are_stalled(void **state) {
    Samrena *arena = create_for(state);
    pressure_reading.stalled = true;
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    SamrenaInfo info = info_of(arena);
    assert_true(info.capacity >= 16 * MIB);
    assert_int_equal(info.reserve.prefaulted, 0);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_PRESSURE);
    samrena_destroy(arena);
}

/* Cut once is reserved all the same: repeating the call does not read again, asking for more does. */
static void test_a_cut_reserve_is_not_repeated(void **state) {
    Samrena *arena = create_for(state);
    pressure_reading.spare = 0;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 1);
    pressure_reading.spare = UINT64_MAX;
    assert_int_equal(samrena_reserve(arena, 9 * MIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 2);
    assert_true(info_of(arena).reserve.prefaulted >= 9 * MIB);
    samrena_destroy(arena);
}

static void test_pressure_is_not_read_for_nothing(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 0);
    samrena_destroy(arena);

    arena = create_for(state);
    memset(samrena_push(arena, 8 * MIB), 1, 8 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 7 * MIB), SAMRENA_OK);
    assert_int_equal(pressure_readings, 0);
    samrena_destroy(arena);
}

static void note_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    size_t length = strlen(user);
    snprintf((char *)user + length, 4000 - length, "%s\n", message);
}

static void test_the_log_names_what_decided(void **state) {
    static char lines[4000];
    lines[0] = '\0';
    SamrenaConfig config = config_of(state);
    config.log = note_line;
    config.log_user = lines;
    Samrena *arena = create(&config);
    pressure_reading.spare = MIB;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_non_null(strstr(lines, "1048576 to spare by a test"));
    pressure_reading.stalled = true;
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    assert_non_null(strstr(lines, "tasks are stalled for memory"));
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS_WITH(test_small_reserves_read_nothing, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_at_most_half_of_what_can_be_spared, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_enough_is_enough, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_nothing_while_tasks_are_stalled, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_a_cut_reserve_is_not_repeated, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_pressure_is_not_read_for_nothing, start_calm, start_calm),
        OVER_ADAPTERS_WITH(test_the_log_names_what_decided, start_calm, start_calm),
    };
    return cmocka_run_group_tests_name("spare memory", tests, NULL, NULL);
}
