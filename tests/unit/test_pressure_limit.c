// SPDX-License-Identifier: MIT
// Pressure, from the limit of a process to the pages that a reserve makes resident: the real library, and real
// readings.
#define _DEFAULT_SOURCE
#include <sys/resource.h>

#include "child.h"
#include "memory_limits.h"
#include "status.h"
#include "support.h"

typedef struct Case {
    const char *adapter;
    uint64_t size;
    uint64_t spare;
    uint64_t least, most;
    SamrenaReserveReason reason;
} Case;

static void note_stalls(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    *(bool *)user = *(bool *)user || strstr(message, "stalled");
}

/* In a child: the limit stays. */
static void reserve_under_a_limit(const void *argument) {
    const Case *each = argument;
    bool stalled = false;
    SamrenaConfig config = config_named(each->adapter);
    config.initial_size = each->size;
    config.log = note_stalls;
    config.log_user = &stalled;
    Samrena *arena = create(&config);
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_DATA, &limit), 0);
    limit.rlim_cur = status_bytes("VmData:") + each->spare;
    assert_int_equal(setrlimit(RLIMIT_DATA, &limit), 0);
    assert_int_equal(samrena_reserve(arena, each->size), SAMRENA_OK);
    SamrenaReserveInfo reserve = info_of(arena).reserve;
    if (stalled) { /* the machine is short of memory just now: then nothing is prefaulted */
        assert_int_equal(reserve.prefaulted, 0);
        assert_int_equal(reserve.reason, SAMRENA_RESERVE_PRESSURE);
        return;
    }
    assert_in_range(reserve.prefaulted, each->least, each->most);
    assert_int_equal(reserve.reason, each->reason);
}

static void test_half_of_what_can_be_spared_is_prefaulted(void **state) {
    const Case cases[] = {
        {*state, 32 * MIB, 16 * MIB, 7 * MIB, 8 * MIB, SAMRENA_RESERVE_PRESSURE},
        {*state, 4 * MIB, 16 * MIB, 4 * MIB, 4 * MIB, SAMRENA_RESERVE_COMPLETE},
        {*state, MIB - 4 * KIB, MIB, MIB - 4 * KIB, MIB - 4 * KIB, SAMRENA_RESERVE_COMPLETE},
    };
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_child_passes(reserve_under_a_limit, &cases[i], sizeof(cases[i]));
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_half_of_what_can_be_spared_is_prefaulted),
    };
    return cmocka_run_group_tests_name("pressure limit", tests, NULL, NULL);
}
