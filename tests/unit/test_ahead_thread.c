// SPDX-License-Identifier: MIT
// Prefault AHEAD: the life of the one thread, who waits for it, and when it stops.
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "ahead_idle.h"
#include "child.h"
#include "more_tests.h"

/* LeakSanitizer, in children that end by exit(), finds what only a thread of their parent's points to. */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void) {
    return "detect_leaks=0";
}

/* ---- How many there are ---- */

static void test_nobody_has_one_who_did_not_ask(void **state) {
    static const int32_t policies[] = {SAMRENA_PREFAULT_AUTO, SAMRENA_PREFAULT_NEVER, SAMRENA_PREFAULT_ALWAYS,
                                       SAMRENA_PREFAULT_PARALLEL, SAMRENA_PREFAULT_AHEAD};
    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        SamrenaConfig config = ahead_config(*state, 0);
        config.prefault = policies[i];
        Samrena *arena = create(&config);
        push_to(arena, MIB);
        if (policies[i] != SAMRENA_PREFAULT_AHEAD)
            assert_int_equal(samrena_reserve(arena, 32 * MIB), SAMRENA_OK);
        samrena_destroy(arena);
    }
    assert_int_equal(threads.started, 0);
}

/* Not for a reserve below 256 KiB either. */
static void test_small_reserves_start_none(void **state) {
    SamrenaConfig config = ahead_config(*state, 0);
    for (int i = 0; i < 10; i++) {
        Samrena *arena = create(&config);
        assert_int_equal(samrena_reserve(arena, 200 * KIB), SAMRENA_OK);
        samrena_destroy(arena);
    }
    assert_int_equal(threads.started, 0);
}

static void test_one_for_all_arenas(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    Samrena *arenas[20];
    unsigned char *starts[20];
    const int count = sizeof(void *) >= 8 ? 20 : 6; /* of 32 bits there are few addresses */
    concurrent.closed = true;
    for (int i = 0; i < count; i++)
        arenas[i] = reserved(&config, 4 * MIB, &starts[i]);
    assert_becomes(concurrent.begun == 1);
    assert_int_equal(threads.started, 1);
    concurrent.closed = false;
    for (int i = 0; i < count; i++)
        assert_becomes(concurrent_asked_for(starts[i], MIB));
    for (int i = 0; i < count; i++)
        samrena_destroy(arenas[i]);
    assert_int_equal(threads.started, 1);
    assert_int_equal(concurrent.most_at_once, 1);
    for (int i = 1; i < concurrent.ended; i++)
        assert_true(pthread_equal(concurrent.calls[i].thread, concurrent.calls[0].thread));
}

/* An arena with much to do does not keep the others waiting. */
static void test_arenas_take_turns(void **state) {
    SamrenaConfig config = ahead_config(*state, 16 * MIB);
    unsigned char *large, *small;
    concurrent.closed = true;
    Samrena *one = reserved(&config, 16 * MIB, &large);
    assert_becomes(concurrent.begun == 1);
    Samrena *other = reserved(&config, 16 * MIB, &small);
    concurrent.closed = false;
    assert_becomes(concurrent_asked_for(small, MIB));
    assert_becomes(concurrent_bytes() > 24 * MIB && is_quiet());
    int first_of_other = 0;
    while (concurrent.calls[first_of_other].from < small || concurrent.calls[first_of_other].from >= small + 16 * MIB)
        first_of_other++;
    assert_in_range(first_of_other, 1, 4);
    samrena_destroy(one);
    samrena_destroy(other);
}

static void test_it_ends_and_is_started_again(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    for (int round = 1; round <= 2; round++) {
        unsigned char *start;
        Samrena *arena = reserved(&config, 8 * MIB, &start);
        assert_becomes(concurrent_asked_for(start + 64 * KIB, 64 * KIB));
        assert_int_equal(threads.started, 2 * round - 1);
        assert_becomes(threads.alive == 0); /* the arena lives on */
        push_to(arena, 4 * MIB);
        assert_becomes(concurrent_asked_for(start + 4 * MIB, MIB));
        assert_int_equal(threads.started, 2 * round);
        samrena_destroy(arena);
        assert_becomes(threads.alive == 0);
    }
}

/* A cursor that comes to what is there already wakes nobody, and starts nothing. */
static void test_none_is_started_for_nothing(void **state) {
    SamrenaConfig config = ahead_config(*state, 32 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 24 * MIB, &start);
    assert_becomes(concurrent_end(start) + 64 * KIB >= 24 * MIB);
    assert_becomes(threads.alive == 0);
    push_to(arena, 24 * MIB);
    assert_int_equal(threads.started, 1);
    samrena_destroy(arena);
}

static void test_none_to_be_had(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    threads.refuse = -1;
    Samrena *arena = reserved(&config, 32 * MIB, &start);
    push_to(arena, 16 * MIB);
    assert_int_equal(concurrent.begun, 0);
    assert_int_equal(samrena_last_error(), SAMRENA_OK);
    threads.refuse = 0; /* there is one again */
    push_to(arena, 20 * MIB);
    assert_becomes(concurrent.begun > 0);
    samrena_destroy(arena);
}

/* ---- When it stops ---- */

/* Whatever was lacking: nothing is done while it is, and all goes on when it is there again. */
static void assert_stops(const char *adapter, void (*lack)(void), uint64_t ahead) {
    SamrenaConfig config = ahead_config(adapter, ahead);
    unsigned char *start;
    lack();
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    for (uint64_t total = MIB; total <= 8 * MIB; total += MIB) {
        push_to(arena, total);
        usleep(10000); /* longer than the first pause */
    }
    assert_int_equal(concurrent.begun, 0);
    (void)start_calm(NULL);
    for (int waits = 0; concurrent.begun == 0 && waits < 10000; waits++) {
        if (samrena_allocated(arena) < 15 * MIB)
            push_to(arena, samrena_allocated(arena) + 128 * KIB);
        usleep(10000);
    }
    assert_becomes(concurrent.begun > 0);
    samrena_destroy(arena);
}

static void lack_idle_processors(void) {
    running_reading = processors_reading + 1;
}

static void lack_processors(void) {
    processors_reading = 1;
}

static void lack_memory(void) {
    set_pressure(1000, false);
}

static void lack_calm(void) {
    set_pressure(UINT64_MAX, true);
}

static void test_no_processor_is_idle(void **state) {
    assert_stops(*state, lack_idle_processors, MIB);
}

static void test_there_is_one_processor(void **state) {
    usleep(200000); /* what was read before is forgotten */
    lack_processors();
    assert_stops(*state, lack_processors, MIB);
    usleep(200000);
}

static void test_memory_is_short(void **state) {
    usleep(200000);
    assert_stops(*state, lack_memory, 4 * MIB);
}

static void test_tasks_are_stalled(void **state) {
    usleep(200000);
    assert_stops(*state, lack_calm, MIB);
}

/* Whoever finds no processor idle waits to be asked again, and takes none himself. */
static void test_it_does_not_insist(void **state) {
    SamrenaConfig config = ahead_config(*state, 4 * MIB);
    unsigned char *start;
    lack_idle_processors();
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    assert_becomes(running_readings > 0);
    usleep(100000);
    assert_in_range(running_readings, 1, 12);
    assert_int_equal(concurrent.begun, 0);
    samrena_destroy(arena);
}

/* The same where all that was reserved was asked for at once. */
static void test_all_that_is_left_is_asked_for_again(void **state) {
    assert_stops(*state, lack_idle_processors, 64 * MIB);
}

/* The chunks that are under way when a processor is lacking are the last ones. */
static void test_it_stops_in_the_middle(void **state) {
    SamrenaConfig config = ahead_config(*state, 32 * MIB);
    unsigned char *start;
    concurrent.closed = true;
    Samrena *arena = reserved(&config, 32 * MIB, &start);
    assert_becomes(concurrent.begun == 1);
    lack_idle_processors();
    concurrent.closed = false;
    assert_becomes(concurrent.ended == 1);
    push_to(arena, 16 * MIB);
    usleep(100000);
    assert_int_equal(concurrent.begun, 1);
    samrena_destroy(arena);
}

/* What was to spare a while ago says nothing about now. */
static void test_memory_is_looked_at_anew(void **state) {
    SamrenaConfig config = ahead_config(*state, MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 64 * MIB, &start);
    push_to(arena, 2 * MIB);
    assert_becomes(concurrent.begun > 0 && is_quiet());
    usleep(300000);
    lack_calm();
    int begun = concurrent.begun;
    for (uint64_t total = 3 * MIB; total <= 12 * MIB; total += MIB) {
        push_to(arena, total);
        usleep(10000);
    }
    assert_int_equal(concurrent.begun, begun);
    samrena_destroy(arena);
}

/* Of 40 chunks not each has a reading of its own. */
static void test_memory_is_read_every_few_chunks(void **state) {
    SamrenaConfig config = ahead_config(*state, 80 * MIB);
    unsigned char *start;
    usleep(300000);
    concurrent.delay = 0;
    Samrena *arena = reserved(&config, 80 * MIB, &start);
    assert_becomes(concurrent_bytes() > 79 * MIB);
    assert_in_range(pressure_readings, 5, 45);
    samrena_destroy(arena);
}

/* ---- Who waits for it ---- */

static void trim_all(Samrena *arena) {
    samrena_trim(arena, 0);
}

static void reset_and_trim(Samrena *arena) {
    samrena_reset(arena);
    samrena_trim(arena, 0);
}

static void splice_into_another(Samrena *arena) {
    SamrenaConfig config = ahead_config("concurrent", 0);
    Samrena *into = create(&config);
    assert_int_equal(samrena_splice(into, arena), SAMRENA_OK);
    samrena_destroy(into);
}

static void test_destroy_waits_for_a_chunk(void **state) {
    assert_waits(*state, samrena_destroy, true);
}

static void test_trim_waits_for_a_chunk(void **state) {
    assert_waits(*state, trim_all, false);
    (void)start_idle(state);
    assert_waits(*state, reset_and_trim, false);
}

static void test_the_end_of_a_part_waits_for_a_chunk(void **state) {
    assert_waits(*state, splice_into_another, true);
}

/* A chunk of one arena is no other arena's business. */
static void test_others_do_not_wait(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    concurrent.closed = true;
    Samrena *busy = reserved(&config, 16 * MIB, &start);
    assert_becomes(concurrent.begun == 1);
    Samrena *other = reserved(&config, 16 * MIB, &start);
    push_to(other, 3 * MIB);
    samrena_trim(other, 0);
    samrena_destroy(other);
    push_to(busy, 8 * MIB); /* nor is it the pushes' */
    assert_int_equal(samrena_reserve(busy, 64 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reset(busy), SAMRENA_OK);
    push_to(busy, 8 * MIB);
    assert_int_equal(concurrent.ended, 0);
    concurrent.closed = false;
    samrena_destroy(busy);
}

/* Arenas come and go while the thread is at work: the adapter sees to it that nothing goes too early. */
static void test_many_short_lives(void **state) {
    concurrent.delay = 50;
    for (int i = 0; i < 400; i++) {
        SamrenaConfig config = ahead_config(*state, (uint64_t)(1 + i % 5) * MIB);
        config.retain = i % 3 ? 0 : MIB;
        unsigned char *start;
        Samrena *arena = reserved(&config, (uint64_t)(1 + i % 9) * MIB, &start);
        push_to(arena, (uint64_t)(i % 9) * MIB);
        if (i % 4 == 0)
            samrena_trim(arena, (uint64_t)(i % 3) * MIB);
        if (i % 7 == 0)
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        push_to(arena, (uint64_t)(i % 11) * MIB);
        if (i % 16 == 0)
            wait_a_moment();
        samrena_destroy(arena);
    }
    assert_int_equal(concurrent.live_regions, 0);
}

/* ---- Threads ---- */

typedef struct Handed {
    const SamrenaConfig *config;
    Samrena *arena;
    unsigned char *start;
} Handed;

static void *make_one(void *given) {
    Handed *handed = given;
    handed->arena = reserved(handed->config, 16 * MIB, &handed->start);
    return NULL;
}

static void test_arena_of_a_thread_that_is_gone(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    Handed handed = {.config = &config};
    pthread_t maker;
    assert_int_equal(pthread_create(&maker, NULL, make_one, &handed), 0);
    pthread_join(maker, NULL);
    push_to(handed.arena, 8 * MIB);
    assert_becomes(concurrent_asked_for(handed.start + 8 * MIB, MIB));
    samrena_destroy(handed.arena);
}

static void *live_and_die(void *given) {
    unsigned seed = *(unsigned *)given;
    for (unsigned i = 0; i < 60; i++) {
        SamrenaConfig config = ahead_config((seed + i) % 2 ? "virtual" : "chained", (1 + i % 3) * MIB);
        unsigned char *start;
        Samrena *arena = reserved(&config, (1 + (i * seed) % 7) * MIB, &start);
        push_to(arena, (i % 8) * MIB);
        if (i % 3 == 0)
            samrena_trim(arena, MIB);
        samrena_destroy(arena);
    }
    return NULL;
}

static void test_arenas_of_many_threads(void **state) {
    pthread_t workers[4];
    unsigned seeds[4] = {1, 2, 3, 4};
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&workers[i], NULL, live_and_die, &seeds[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(workers[i], NULL);
}

/* ---- The program's end ---- */

#if CHILDREN_HAVE_THREADS
static Samrena *left; /* for what runs after the library's end, */
static int started;   /* and as many threads had been started before */

__attribute__((destructor(101))) static void end_what_is_left(void) {
    if (!left)
        return;
    if (!is_quiet() || threads.alive > 0)
        _exit(16);
    for (int i = 0; i < 4000; i++)
        if (!samrena_push(left, 4000))
            _exit(17);
    samrena_destroy(left);
    SamrenaConfig config = ahead_config("concurrent", 0);
    Samrena *late = samrena_create(&config);
    if (!late || samrena_reserve(late, 8 * MIB) != SAMRENA_OK || !samrena_push(late, 7 * MIB))
        _exit(18);
    samrena_destroy(late);
    if (threads.started != started)
        _exit(19);
}

static void exit_with_work(const void *adapter) {
    SamrenaConfig config = ahead_config(adapter, 64 * MIB);
    unsigned char *start;
    (void)set_up_ahead(NULL);
    concurrent.delay = 2000;
    Samrena *arena = reserved(&config, 64 * MIB, &start);
    assert_becomes(concurrent.begun >= 2);
    left = arena;
    started = threads.started;
    exit(0);
}

static void test_exit_with_work_to_do(void **state) {
    assert_child_passes(exit_with_work, *state, strlen(*state) + 1);
}

static void exit_without_work(const void *adapter) {
    SamrenaConfig config = ahead_config(adapter, MIB);
    unsigned char *start;
    (void)set_up_ahead(NULL);
    samrena_destroy(reserved(&config, 8 * MIB, &start));
    exit(0);
}

static void test_exit_while_it_sleeps(void **state) {
    assert_child_passes(exit_without_work, *state, strlen(*state) + 1);
}
#endif

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_IDLE(test_nobody_has_one_who_did_not_ask),
        OVER_IDLE(test_small_reserves_start_none),
        OVER_IDLE(test_one_for_all_arenas),
        OVER_IDLE(test_arenas_take_turns),
        OVER_IDLE(test_it_ends_and_is_started_again),
        OVER_IDLE(test_none_is_started_for_nothing),
        OVER_IDLE(test_none_to_be_had),
        OVER_IDLE(test_no_processor_is_idle),
        OVER_IDLE(test_there_is_one_processor),
        OVER_IDLE(test_memory_is_short),
        OVER_IDLE(test_tasks_are_stalled),
        OVER_IDLE(test_it_does_not_insist),
        OVER_IDLE(test_all_that_is_left_is_asked_for_again),
        OVER_IDLE(test_it_stops_in_the_middle),
        OVER_IDLE(test_memory_is_looked_at_anew),
        OVER_IDLE(test_memory_is_read_every_few_chunks),
        OVER_IDLE(test_destroy_waits_for_a_chunk),
        OVER_IDLE(test_trim_waits_for_a_chunk),
        OVER_IDLE(test_the_end_of_a_part_waits_for_a_chunk),
        OVER_IDLE(test_others_do_not_wait),
        OVER_IDLE(test_many_short_lives),
        OVER_IDLE(test_arena_of_a_thread_that_is_gone),
        cmocka_unit_test_setup(test_arenas_of_many_threads, start_idle),
#if CHILDREN_HAVE_THREADS
        OVER_IDLE(test_exit_with_work_to_do),
        OVER_IDLE(test_exit_while_it_sleeps),
#endif
    };
    return run_all_tests("ahead thread", tests, COUNT_OF(tests));
}
