// SPDX-License-Identifier: MIT
// The promises of reservation under a seccomp filter: the kernel itself says whether they are kept.
//
// A filter cannot be taken off again, so each test runs in a child.
#include <errno.h>
#include <seccomp.h>
#include <signal.h>

#include "child.h"
#include "faults.h"
#include "support.h"

/* Older headers do not name these. */
#define POPULATE_WRITE 23 /* MADV_POPULATE_WRITE */
#define COLLAPSE 25       /* MADV_COLLAPSE */

/* Any call for memory ends the process. */
static void forbid_memory_calls(void) {
    static const int forbidden[] = {SCMP_SYS(mmap),   SCMP_SYS(munmap),  SCMP_SYS(mprotect),
                                    SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    assert_non_null(filter);
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, forbidden[i], 0), 0);
    assert_int_equal(seccomp_load(filter), 0);
}

static void refuse_advice(int advice, int error) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    assert_non_null(filter);
    assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), SCMP_SYS(madvise), 1,
                                      SCMP_A2(SCMP_CMP_EQ, (uint64_t)advice)),
                     0);
    assert_int_equal(seccomp_load(filter), 0);
}

/* ---- No call for memory ---- */

/* Until the reserved bytes are gone, and a while longer: out of memory is an answer, a system call is none. */
static void push_what_was_reserved(const void *adapter) {
    SamrenaConfig config = config_named(adapter);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    forbid_memory_calls();
    for (int round = 0; round < 2; round++) {
        for (uint64_t size = 1; samrena_allocated(arena) + size + 15 <= 16 * MIB; size = size * 7 % 9001 + 1) {
            unsigned char *block = samrena_push(arena, size);
            assert_non_null(block);
            block[0] = block[size - 1] = 1;
        }
        for (int i = 0; i < 100; i++)
            assert_fails(samrena_push(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
}

static void push_what_was_not_reserved(const void *adapter) {
    Samrena *arena = create_named(adapter);
    forbid_memory_calls();
    for (int i = 0; i < 16000; i++)
        *(char *)samrena_push(arena, KIB) = 1;
}

static void test_real_time_pushes_never_enter_the_kernel(void **state) {
    assert_child_passes(push_what_was_reserved, *state, strlen(*state) + 1);
    int status = status_of_child(push_what_was_not_reserved, *state, strlen(*state) + 1);
    assert_true(status == CHILD_KILLED(SIGSYS)); /* the filter does bite */
}

/* An arena in storage asks for nothing at all, from its creation to its end. */
static void live_in_storage(const void *adapter) {
    static unsigned char storage[64 * KIB];
    SamrenaConfig config = config_named(adapter);
    forbid_memory_calls();
    Samrena *arena = samrena_create_in(storage, sizeof(storage), &config);
    for (int i = 0; i < 1000; i++) {
        *(char *)samrena_push(arena, 60 * KIB) = 1;
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_trim(arena, 0);
    samrena_destroy(arena);
}

static void test_storage_never_enters_the_kernel(void **state) {
    assert_child_passes(live_in_storage, *state, strlen(*state) + 1);
}

/* ---- No call that populates, or that makes huge pages ---- */

typedef struct Refused {
    const char *adapter;
    int advice, error;
} Refused;

/* As on an older kernel: prefaulted in another way, and not a fault later. */
static void fill_without_the_call(const void *argument) {
    const Refused *refused = argument;
    SamrenaConfig config = config_named(refused->adapter);
    config.recycle = SAMRENA_RECYCLE_NEVER;
    refuse_advice(refused->advice, refused->error);
    for (uint64_t total = MIB / 2; total <= 32 * MIB; total *= 8) { /* the first one for the code, see faults.h */
        Samrena *arena = create(&config);
        assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
        SamrenaInfo info = info_of(arena);
        if (info.reserve.reason == SAMRENA_RESERVE_PRESSURE)
            return; /* the machine has nothing to spare now */
        assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_COMPLETE);
        assert_true(info.reserve.prefaulted >= total - 4 * KIB);
        samrena_push(arena, 100);
        long faults = faults_of_pushes(arena, total);
        if (total > MIB && faults != 0)
            fail_msg("advice %d, errno %d: %ld faults", refused->advice, refused->error, faults);
        samrena_destroy(arena);
    }
}

static void test_without_the_populate_call(void **state) {
    static const int errors[] = {EINVAL, ENOSYS, EPERM, EAGAIN};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const Refused refused = {*state, POPULATE_WRITE, errors[i]};
        assert_child_passes(fill_without_the_call, &refused, sizeof(refused));
    }
}

static void test_without_the_collapse_call(void **state) {
    static const int errors[] = {EINVAL, ENOMEM, EPERM, EAGAIN};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const Refused refused = {*state, COLLAPSE, errors[i]};
        assert_child_passes(fill_without_the_call, &refused, sizeof(refused));
    }
}

/* The thread's calls, and those of several, come to nothing: the arena is as without, and as by touching. */
static void prefault_by_threads(const void *argument) {
    static const struct {
        int32_t prefault, reason;
    } policies[] = {{SAMRENA_PREFAULT_AHEAD, SAMRENA_RESERVE_AHEAD},
                    {SAMRENA_PREFAULT_PARALLEL, SAMRENA_RESERVE_COMPLETE}};
    const Refused *refused = argument;
    SamrenaConfig config = config_named(refused->adapter);
    refuse_advice(refused->advice, refused->error);
    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        config.prefault = policies[i].prefault;
        Samrena *arena = create(&config);
        assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
        SamrenaInfo info = info_of(arena);
        assert_true(info.reserve.reason == policies[i].reason || info.reserve.reason == SAMRENA_RESERVE_PRESSURE);
        samrena_push(arena, 10000);
        for (int block = 0; block < 60; block++) {
            unsigned char *bytes = samrena_push_zero(arena, MIB);
            assert_filled_with(bytes, MIB, 0);
            memset(bytes, block, MIB);
        }
        samrena_destroy(arena);
    }
}

static void test_threads_without_the_call(void **state) {
    static const int advices[] = {POPULATE_WRITE, COLLAPSE};
    for (size_t i = 0; i < COUNT_OF(advices); i++) {
        const Refused refused = {*state, advices[i], EINVAL};
        assert_child_passes(prefault_by_threads, &refused, sizeof(refused));
    }
}

int main(void) {
    /* The plugins are loaded before any child: a filter must meet the arena's calls, not the loader's. */
    samrena_destroy(create_named("chained"));
    samrena_destroy(create_named("virtual"));
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_real_time_pushes_never_enter_the_kernel),
        OVER_ADAPTERS(test_storage_never_enters_the_kernel),
        OVER_ADAPTERS(test_without_the_populate_call),
        OVER_ADAPTERS(test_without_the_collapse_call),
        OVER_ADAPTERS(test_threads_without_the_call),
    };
    return cmocka_run_group_tests_name("system calls", tests, NULL, NULL);
}
