// SPDX-License-Identifier: MIT
// Prefault PARALLEL: how many threads it takes, and what becomes of pieces that fail.
#include "ahead.h"
#include "residence.h"
#include "thread_starts.h"

static int start_without_threads(void **state) {
    (void)start_calm(state);
    threads.started = threads.refuse = 0;
    return set_up_concurrent_adapters(state);
}

#define OVER_PARALLEL(test)                                                                                            \
    {#test " [one region]", test, start_without_threads, NULL, (void *)(uintptr_t) "concurrent"}, {                    \
#test " [pieces]", test, start_without_threads, NULL, (void *)(uintptr_t) "concurrent_pieces"                  \
    }

static Samrena *reserved_in_parallel(const char *adapter, uint64_t size) {
    SamrenaConfig config = config_named(adapter);
    config.prefault = SAMRENA_PREFAULT_PARALLEL;
    config.initial_size = size;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, size), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(info_of(arena).reserve.prefaulted, size);
    assert_int_equal(threads.alive, 0);
    assert_int_equal(concurrent.begun, concurrent.ended);
    return arena;
}

/* One for each idle processor, the calling one apart, and not more than one for 16 MiB. */
static void test_a_thread_for_each_idle_processor(void **state) {
    static const struct {
        uint64_t processors, running, size;
        int started;
    } cases[] = {
        {2, 1, 64 * MIB, 1},    {4, 1, 64 * MIB, 3},  {4, 3, 64 * MIB, 1},  {4, 4, 64 * MIB, 0},
        {4, 9, 64 * MIB, 0},    {1, 1, 64 * MIB, 0},  {16, 1, 64 * MIB, 4}, {16, 9, 250 * MIB, 7},
        {99, 1, 250 * MIB, 15}, {4, 0, 128 * MIB, 3}, {1, 0, 128 * MIB, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        (void)start_without_threads(state);
        processors_reading = cases[i].processors;
        running_reading = cases[i].running;
        concurrent.delay = 200;
        samrena_destroy(reserved_in_parallel(*state, cases[i].size));
        if (threads.started != cases[i].started || concurrent.most_at_once > cases[i].started + 1)
            fail_msg("case %d: %d threads, %d at once", (int)i, threads.started, concurrent.most_at_once);
        assert_int_equal(concurrent.plain, cases[i].started == 0);
    }
}

/* They are at work at once: each waits for company. */
static void test_they_work_at_once(void **state) {
    concurrent.delay = 20000;
    samrena_destroy(reserved_in_parallel(*state, 64 * MIB));
    assert_in_range(concurrent.most_at_once, 2, 4);
    assert_int_equal(threads.started, 3);
}

static void test_small_reserves_have_none(void **state) {
    static const uint64_t sizes[] = {64 * KIB, MIB, 63 * MIB, 64 * MIB - 16};
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        samrena_destroy(reserved_in_parallel(*state, sizes[i]));
    assert_int_equal(threads.started, 0);
    assert_int_equal(concurrent.begun, 0);
    assert_int_equal(concurrent.plain, COUNT_OF(sizes));
}

static void test_every_byte_once(void **state) {
    for (int delay = 0; delay < 3; delay++) {
        (void)start_without_threads(state);
        concurrent.delay = (unsigned)delay * 150;
        Samrena *arena = reserved_in_parallel(*state, 100 * MIB + 4080);
        unsigned char *start = samrena_push(arena, 16);
        assert_int_equal(concurrent_bytes(), 100 * MIB + 4080);
        for (uint64_t at = 0; at < 100 * MIB + 4080; at += MIB)
            assert_true(concurrent_asked_for(start + at, 16)); /* and the adapter saw to it that none overlap */
        assert_int_equal(concurrent.plain, 0);
        samrena_destroy(arena);
    }
}

/* In addresses, as huge pages do; but for the first one. */
static void test_pieces_begin_at_huge_pages(void **state) {
    Samrena *arena = reserved_in_parallel(*state, 100 * MIB + 4080);
    int odd = 0;
    for (int i = 0; i < concurrent.ended; i++)
        odd += !is_aligned(concurrent.calls[i].from, 2 * MIB);
    assert_in_range(odd, 0, 1);
    samrena_destroy(arena);
}

/* One that fails is no loss: all is done as ever. */
static void test_failing_pieces(void **state) {
    static const int at[] = {1, 2, 5, 8};
    for (size_t i = 0; i < COUNT_OF(at); i++) {
        (void)start_without_threads(state);
        concurrent.fails_at = at[i];
        samrena_destroy(reserved_in_parallel(*state, 64 * MIB));
        assert_int_equal(concurrent.plain, 1);
        assert_int_equal(concurrent.plain_bytes, 64 * MIB);
    }
    (void)start_without_threads(state);
    concurrent.error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_destroy(reserved_in_parallel(*state, 64 * MIB));
    assert_int_equal(concurrent.plain_bytes, 64 * MIB);
    assert_in_range(concurrent.begun, 1, 4); /* nobody goes on once it is known */
}

/* Those that can be had are enough, and none is too. */
static void test_threads_that_cannot_be_had(void **state) {
    static const int refused[] = {1, 2, -1};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        (void)start_without_threads(state);
        threads.refuse = refused[i];
        samrena_destroy(reserved_in_parallel(*state, 64 * MIB));
        assert_int_equal(concurrent_bytes(), 64 * MIB);
        assert_int_equal(threads.started, 0);
        assert_int_equal(concurrent.plain, 0);
    }
}

/* Half of what is to spare, as with the other policies. */
static void *reserve_while_cancelled(void *arena) {
    pthread_cancel(pthread_self());
    (void)samrena_reserve(arena, 64 * MIB);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    return arena;
}

/* Not before the threads have ended that work for it. */
static void test_a_thread_is_cancelled(void **state) {
    SamrenaConfig config = config_named(*state);
    config.prefault = SAMRENA_PREFAULT_PARALLEL;
    Samrena *arena = create(&config);
    pthread_t cancelled;
    void *result = NULL;
    assert_int_equal(pthread_create(&cancelled, NULL, reserve_while_cancelled, arena), 0);
    pthread_join(cancelled, &result);
    assert_ptr_equal(result, arena); /* it came through */
    assert_int_equal(info_of(arena).reserve.requested, 64 * MIB);
    samrena_destroy(arena);
}

static void test_memory_is_short(void **state) {
    SamrenaConfig config = config_named(*state);
    config.prefault = SAMRENA_PREFAULT_PARALLEL;
    config.initial_size = 200 * MIB;
    pressure_reading.spare = 160 * MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 200 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_PRESSURE);
    assert_int_equal(info_of(arena).reserve.prefaulted, 80 * MIB);
    assert_int_equal(concurrent_bytes(), 80 * MIB);
    samrena_destroy(arena);
}

/* ---- Over the adapters that ship ---- */

static void test_it_is_resident_and_zero(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_PARALLEL;
    for (int32_t huge = SAMRENA_HUGE_PAGES_AUTO; huge <= SAMRENA_HUGE_PAGES_ALWAYS; huge++) {
        config.huge_pages = huge;
        Samrena *arena = create(&config);
        assert_int_equal(samrena_reserve(arena, 72 * MIB), SAMRENA_OK);
        assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
        assert_true(samrena_resident(arena) >= 72 * MIB || !residence_is_told());
        unsigned char *bytes = samrena_push_zero(arena, 71 * MIB);
        for (uint64_t i = 0; i < 71 * MIB; i += 61)
            assert_int_equal(bytes[i], 0);
        samrena_destroy(arena);
    }
    assert_true(threads.started >= 3);
    assert_int_equal(threads.alive, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_PARALLEL(test_a_thread_for_each_idle_processor),
        OVER_PARALLEL(test_they_work_at_once),
        OVER_PARALLEL(test_small_reserves_have_none),
        OVER_PARALLEL(test_every_byte_once),
        OVER_PARALLEL(test_pieces_begin_at_huge_pages),
        OVER_PARALLEL(test_failing_pieces),
        OVER_PARALLEL(test_threads_that_cannot_be_had),
        OVER_PARALLEL(test_a_thread_is_cancelled),
        OVER_PARALLEL(test_memory_is_short),
        OVER_ADAPTERS_WITH(test_it_is_resident_and_zero, start_without_threads, NULL),
    };
    return cmocka_run_group_tests_name("prefault parallel", tests, NULL, NULL);
}
