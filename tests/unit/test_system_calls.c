// SPDX-License-Identifier: MIT
// The promises of reservation under a seccomp filter: the kernel itself says whether they are kept.
//
// A filter cannot be taken off again, so each test runs in a child.
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define POPULATE_WRITE 23 /* MADV_POPULATE_WRITE; older headers do not name it */

/* Any call for memory ends the process. */
static bool forbid_memory_calls(void) {
    static const int forbidden[] = {SCMP_SYS(mmap),   SCMP_SYS(munmap),  SCMP_SYS(mprotect),
                                    SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool loaded = filter != NULL;
    for (size_t i = 0; i < COUNT_OF(forbidden) && loaded; i++)
        loaded = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, forbidden[i], 0) == 0;
    return loaded && seccomp_load(filter) == 0;
}

static bool refuse_populate(int error) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    return filter &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), SCMP_SYS(madvise), 1,
                            SCMP_A2(SCMP_CMP_EQ, POPULATE_WRITE)) == 0 &&
           seccomp_load(filter) == 0;
}

static int status_of(int (*body)(const char *adapter), const char *adapter) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body(adapter));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static Samrena *real_time_arena(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.growth = SAMRENA_GROWTH_NONE;
    return samrena_create(&config);
}

/* Until the reserved bytes are gone, and a while longer: out of memory is an answer, a system call is none. */
static int push_what_was_reserved(const char *adapter) {
    Samrena *arena = real_time_arena(adapter);
    if (!arena || samrena_reserve(arena, 16 * MIB) != SAMRENA_OK || !forbid_memory_calls())
        return 10;
    for (int round = 0; round < 2; round++) {
        for (uint64_t size = 1; samrena_allocated(arena) + size + 15 <= 16 * MIB; size = size * 7 % 9001 + 1) {
            unsigned char *block = samrena_push(arena, size);
            if (!block)
                return 11;
            block[0] = block[size - 1] = 1;
        }
        for (int i = 0; i < 100; i++)
            if (samrena_push(arena, MIB) || samrena_last_error() != SAMRENA_ERROR_OUT_OF_MEMORY)
                return 12;
        samrena_reset(arena);
    }
    return 0;
}

static int push_what_was_not_reserved(const char *adapter) {
    Samrena *arena = samrena_create_named(adapter);
    if (!arena || !forbid_memory_calls())
        return 10;
    for (int i = 0; i < 16000; i++)
        *(char *)samrena_push(arena, KIB) = 1;
    return 0;
}

static void test_real_time_pushes_never_enter_the_kernel(void **state) {
    assert_int_equal(status_of(push_what_was_reserved, *state), 0);
    int status = status_of(push_what_was_not_reserved, *state);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS); /* the filter does bite */
}

static long faults_so_far(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* As on an older kernel: prefaulted by touching, and not a fault later. */
static int fill_without_populate(const char *adapter) {
    static const int errors[] = {EINVAL, ENOSYS, EPERM, EAGAIN};
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        pid_t child = fork();
        if (child == 0) {
            Samrena *arena = samrena_create(&config);
            samrena_reset(arena);
            if (!arena || !refuse_populate(errors[i]) || samrena_reserve(arena, 8 * MIB) != SAMRENA_OK)
                _exit(20);
            SamrenaInfo info = {.struct_size = sizeof(info)};
            samrena_get_info(arena, &info);
            if (info.reserve.reason != SAMRENA_RESERVE_COMPLETE || info.reserve.prefaulted < 8 * MIB - 4 * KIB)
                _exit(21);
            samrena_push(arena, 100);
            long before = faults_so_far();
            while (samrena_allocated(arena) + 1024 <= 8 * MIB)
                *(char *)samrena_push(arena, 1000) = 1;
            _exit(faults_so_far() == before ? 0 : 22);
        }
        int status;
        if (waitpid(child, &status, 0) != child || status != 0)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 23;
    }
    return 0;
}

static void test_without_the_populate_call(void **state) {
    assert_int_equal(status_of(fill_without_populate, *state), 0);
}

int main(void) {
    /* The plugins are loaded before any child: a filter must meet the arena's calls, not the loader's. */
    samrena_destroy(samrena_create_named("chained"));
    samrena_destroy(samrena_create_named("virtual"));
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_real_time_pushes_never_enter_the_kernel),
        OVER_ADAPTERS(test_without_the_populate_call),
    };
    return cmocka_run_group_tests_name("system calls", tests, NULL, NULL);
}
