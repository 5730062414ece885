// SPDX-License-Identifier: MIT
// Prefault AHEAD where there are forks, signals and cancelled threads: whose the thread is, and what it does not get.
#define _GNU_SOURCE
#include <signal.h>

#include "ahead_idle.h"
#include "child.h"
#include "more_tests.h"

/* ---- Cancelled threads ---- */

static void *destroy_while_cancelled(void *arena) {
    pthread_cancel(pthread_self());
    samrena_destroy(arena);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    return arena;
}

static void destroy_in_a_cancelled_thread(Samrena *arena) {
    pthread_t cancelled;
    void *result = NULL;
    assert_int_equal(pthread_create(&cancelled, NULL, destroy_while_cancelled, arena), 0);
    pthread_join(cancelled, &result);
    assert_ptr_equal(result, arena); /* it came through */
}

/* The chunk is waited for all the same, and nobody else has to wait for good. */
static void test_a_thread_is_cancelled(void **state) {
    assert_waits(*state, destroy_in_a_cancelled_thread, true);
}

/* ---- Forks ---- */

#if CHILDREN_HAVE_THREADS
typedef struct Born {
    Samrena *arena;
    unsigned char *start;
} Born;

static void go_on_in_child(const void *argument) {
    const Born *born = argument;
    int started = threads.started;
    (void)set_up_ahead(NULL);
    push_to(born->arena, 6 * MIB);
    for (int waits = 0; concurrent.begun == 0 && waits < 10000; waits++) { /* a pause of the parent's is its copy */
        push_to(born->arena, samrena_allocated(born->arena) + 20000);
        usleep(5000);
    }
    assert_becomes(concurrent.begun > 0);
    assert_int_equal(threads.started, started + 1);
    samrena_destroy(born->arena);
    SamrenaConfig config = ahead_config("concurrent", 2 * MIB);
    unsigned char *start;
    Samrena *own = reserved(&config, 8 * MIB, &start);
    assert_becomes(concurrent_asked_for(start, MIB));
    samrena_destroy(own);
    exit(0); /* the library's end is part of it */
}

/* While the thread sleeps, and while it is at a chunk. */
static void assert_a_child_gets_its_own(const char *adapter, uint64_t ahead, bool busy) {
    SamrenaConfig config = ahead_config(adapter, ahead);
    Born born;
    concurrent.closed = busy;
    born.arena = reserved(&config, 16 * MIB, &born.start);
    assert_becomes(busy ? concurrent.begun == 1 : concurrent.begun > 0 && is_quiet());
    assert_child_passes(go_on_in_child, &born, sizeof(born));
    concurrent.closed = false;
    push_to(born.arena, 8 * MIB);
    assert_becomes(concurrent_asked_for(born.start + 8 * MIB, MIB));
    samrena_destroy(born.arena);
}

static void test_a_child_gets_its_own(void **state) {
    assert_a_child_gets_its_own(*state, 2 * MIB, false);
}

static void test_fork_during_a_chunk(void **state) {
    assert_a_child_gets_its_own(*state, 2 * MIB, true);
}

/* What was asked for in the parent is not done in the child: it is asked for there again. */
static void test_fork_with_all_asked_for(void **state) {
    assert_a_child_gets_its_own(*state, 32 * MIB, true);
}

static void end_at_once(const void *argument) {
    const Born *born = argument;
    (void)set_up_ahead(NULL);
    samrena_trim(born->arena, 0);
    samrena_destroy(born->arena);
    exit(0);
}

static void test_a_child_waits_for_nobody(void **state) {
    SamrenaConfig config = ahead_config(*state, 16 * MIB);
    Born born;
    concurrent.closed = true;
    born.arena = reserved(&config, 16 * MIB, &born.start);
    assert_becomes(concurrent.begun == 1);
    assert_child_passes(end_at_once, &born, sizeof(born));
    concurrent.closed = false;
    samrena_destroy(born.arena);
}

/* Forks at any moment, from a thread that is not the arena's either. */
static void *fork_often(void *arena) {
    Born born = {.arena = arena};
    for (int i = 0; i < 30; i++)
        if (status_of_child(end_at_once, &born, sizeof(born)) != 0)
            return arena;
    return NULL;
}

static void test_forks_at_any_moment(void **state) {
    pthread_t forker;
    void *failed;
    SamrenaConfig config = ahead_config(*state, 4 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    assert_int_equal(pthread_create(&forker, NULL, fork_often, arena), 0);
    for (int i = 0; i < 200; i++) {
        Samrena *other = reserved(&config, 4 * MIB, &start);
        push_to(other, 3 * MIB);
        samrena_destroy(other);
    }
    pthread_join(forker, &failed);
    assert_null(failed);
    samrena_destroy(arena);
}

/* The parent's memory is nothing that a child prepares. */
static void push_on_in_child(const void *argument) {
    const Born *born = argument;
    (void)set_up_ahead(NULL);
    push_to(born->arena, 12 * MIB);
    usleep(20000);
    assert_int_equal(concurrent.begun, 0);
    samrena_destroy(born->arena);
}

static void test_a_child_leaves_shared_memory_alone(void **state) {
    (void)state;
    SamrenaConfig config = ahead_config("concurrent_shared", 2 * MIB);
    Born born;
    born.arena = reserved(&config, 16 * MIB, &born.start);
    assert_becomes(concurrent.begun > 0 && is_quiet());
    assert_child_passes(push_on_in_child, &born, sizeof(born));
    samrena_destroy(born.arena);
}
#endif

/* ---- Signals ---- */

static void test_signals_are_not_its(void **state) {
    static const int signals[] = {SIGUSR1, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM};
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    sigset_t all, before, pending;
    concurrent.closed = true;
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    assert_becomes(concurrent.begun == 1);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        siginfo_t told;
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, signals[i]);
        kill(getpid(), signals[i]);
        usleep(5000);
        sigpending(&pending);
        assert_true(sigismember(&pending, signals[i])); /* another thread would have taken it, and died */
        assert_int_equal(sigwaitinfo(&one, &told), signals[i]);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    concurrent.closed = false;
    samrena_destroy(arena);
}

/* The program's own mask is as it was, also where no thread could be had. */
static void test_the_mask_is_left_as_it_is(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    sigset_t own, before, after;
    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &own, &before);
    for (int refuse = 0; refuse < 2; refuse++) {
        threads.refuse = refuse;
        assert_becomes(threads.alive == 0);
        samrena_destroy(reserved(&config, 8 * MIB, &start));
        pthread_sigmask(SIG_SETMASK, NULL, &after);
        for (int number = 1; number < 32; number++)
            assert_int_equal(sigismember(&own, number), sigismember(&after, number));
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static const struct CMUnitTest tests[] = {
    OVER_IDLE(test_a_thread_is_cancelled),
#if CHILDREN_HAVE_THREADS
    OVER_IDLE(test_a_child_gets_its_own),
    OVER_IDLE(test_fork_during_a_chunk),
    OVER_IDLE(test_fork_with_all_asked_for),
    OVER_IDLE(test_a_child_waits_for_nobody),
    OVER_IDLE(test_forks_at_any_moment),
    cmocka_unit_test_setup(test_a_child_leaves_shared_memory_alone, start_idle),
#endif
    OVER_IDLE(test_signals_are_not_its),
    OVER_IDLE(test_the_mask_is_left_as_it_is),
};

const MoreTests more_tests = {tests, COUNT_OF(tests)};
