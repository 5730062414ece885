// SPDX-License-Identifier: MIT
// What made-up readings of Windows come to, and that the real one follows the process's affinity.
#include "system/wide_windows.h"

#include "support.h"
#include "system/processors_windows.h"
#include "system/system.h"

static const struct {
    ProcessorReading reading;
    uint64_t processors;
} judgements[] = {
    {{.affinity = 0xff, .machine = 8}, 8},
    {{.affinity = 0x5, .machine = 8}, 2},
    {{.affinity = UINT64_MAX, .machine = 64}, 64},
    {{.affinity = 0, .machine = 128}, 128}, /* several groups */
    {{.affinity = 0, .machine = 0}, 1},
    {{.affinity = 0xff, .machine = 8, .job_rate = 5000}, 4},
    {{.affinity = 0x3, .machine = 8, .job_rate = 5000}, 2},  /* what is less counts */
    {{.affinity = 0xff, .machine = 8, .job_rate = 1900}, 1}, /* a processor and a half */
    {{.affinity = 0xff, .machine = 8, .job_rate = 100}, 1},
    {{.affinity = 0xff, .machine = 8, .job_rate = 10000}, 8},
    {{.affinity = 0xf, .machine = 0, .job_rate = 5000}, 4}, /* a share of nothing that is known */
};

static void test_judgements(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(judgements); i++)
        assert_int_equal(processors_judge(&judgements[i].reading), judgements[i].processors);
}

static void test_affinity_is_followed(void **state) {
    DWORD_PTR process, machine;
    (void)state;
    assert_true(GetProcessAffinityMask(GetCurrentProcess(), &process, &machine));
    assert_true(SetProcessAffinityMask(GetCurrentProcess(), process & (0 - process)));
    assert_int_equal(system_processors(""), 1);
    assert_true(SetProcessAffinityMask(GetCurrentProcess(), process));
    assert_in_range(system_processors(""), 1, 1 << 16);
}

static void test_running_threads_are_not_told(void **state) {
    (void)state;
    assert_int_equal(system_running(""), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judgements),
        cmocka_unit_test(test_affinity_is_followed),
        cmocka_unit_test(test_running_threads_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
