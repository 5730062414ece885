// SPDX-License-Identifier: MIT
// What made-up readings of Windows come to, and that the real one is one.
#include "support.h"
#include "system/pressure_windows.h"

static const MemoryReading nothing = {UINT64_MAX, UINT64_MAX, UINT64_MAX, false};

static void judged(const MemoryReading *reading, uint64_t spare, bool stalled, const char *decided) {
    SystemPressure pressure = pressure_judge(reading);
    assert_int_equal(pressure.spare, spare);
    assert_int_equal(pressure.stalled, stalled);
    assert_string_equal(pressure.decided, decided);
}

static void test_nothing_is_told(void **state) {
    (void)state;
    judged(&nothing, UINT64_MAX, false, "nothing is known");
}

static void test_physical_memory(void **state) {
    (void)state;
    MemoryReading reading = nothing;
    reading.available = 3 * GIB;
    judged(&reading, 3 * GIB, false, "available physical memory");
    reading.available = 0;
    judged(&reading, 0, false, "available physical memory");
}

static void test_limit_of_the_working_set(void **state) {
    (void)state;
    MemoryReading reading = {.available = 8 * GIB, .working_set = 30 * MIB, .working_limit = 100 * MIB};
    judged(&reading, 70 * MIB, false, "the limit of the working set");
    reading.available = 50 * MIB;
    judged(&reading, 50 * MIB, false, "available physical memory");
}

static void test_working_set_above_its_limit(void **state) {
    (void)state;
    MemoryReading reading = {.available = GIB, .working_set = 101 * MIB, .working_limit = 100 * MIB};
    judged(&reading, 0, false, "the limit of the working set");
}

static void test_half_of_a_limit_is_none(void **state) {
    (void)state;
    MemoryReading reading = {.available = GIB, .working_set = UINT64_MAX, .working_limit = 100 * MIB};
    judged(&reading, GIB, false, "available physical memory");
    reading.working_set = MIB;
    reading.working_limit = UINT64_MAX;
    judged(&reading, GIB, false, "available physical memory");
}

static void test_memory_is_short(void **state) {
    (void)state;
    MemoryReading reading = {.available = GIB, .working_set = MIB, .working_limit = UINT64_MAX, .low = true};
    judged(&reading, GIB, true, "available physical memory");
}

static void test_real_reading(void **state) {
    (void)state;
    SystemPressure pressure = system_pressure("");
    assert_int_not_equal(pressure.spare, UINT64_MAX);
    assert_string_not_equal(pressure.decided, "nothing is known");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_told),
        cmocka_unit_test(test_physical_memory),
        cmocka_unit_test(test_limit_of_the_working_set),
        cmocka_unit_test(test_working_set_above_its_limit),
        cmocka_unit_test(test_half_of_a_limit_is_none),
        cmocka_unit_test(test_memory_is_short),
        cmocka_unit_test(test_real_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
