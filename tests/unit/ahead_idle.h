// SPDX-License-Identifier: MIT
// What the tests of the one thread share: a start without it, and something that has to wait for it.
#ifndef SAMRENA_TESTS_AHEAD_IDLE_H
#define SAMRENA_TESTS_AHEAD_IDLE_H

#include <pthread.h>
#include <unistd.h>

#include "ahead.h"
#include "thread_starts.h"

/* No thread of an earlier test. */
static inline int start_idle(void **state) {
    assert_becomes(threads.alive == 0);
    threads.started = threads.refuse = 0;
    return set_up_ahead(state);
}

#define OVER_IDLE(test)                                                                                                \
    {#test " [one region]", test, start_idle, NULL, (void *)(uintptr_t) "concurrent"}, {                               \
#test " [pieces]", test, start_idle, NULL, (void *)(uintptr_t) "concurrent_pieces"                             \
    }

static inline bool is_quiet(void) {
    return concurrent.begun == concurrent.ended;
}

typedef struct Opener {
    int waits_before;
    int ended_before;
    atomic_bool over;
} Opener;

/* Once somebody waits: on a loaded machine that can be long after this thread began. */
static inline void *open_for_who_waits(void *given) {
    Opener *opener = given;
    while (threads.waits == opener->waits_before && !opener->over)
        wait_a_moment();
    opener->ended_before = concurrent.ended;
    concurrent.closed = false;
    return NULL;
}

/* Starts a chunk, and does something that has to wait for it: exactly for that one. */
static inline void assert_waits(const char *adapter, void (*act)(Samrena *arena), bool ends) {
    SamrenaConfig config = ahead_config(adapter, 32 * MIB);
    unsigned char *start;
    pthread_t thread;
    Samrena *arena = create(&config);
    samrena_push(arena, 2 * MIB);
    concurrent.closed = true;
    assert_int_equal(samrena_reserve_more(arena, 32 * MIB), SAMRENA_OK);
    start = samrena_push(arena, MIB);
    assert_non_null(start);
    assert_becomes(concurrent.begun == 1);
    Opener opener = {.waits_before = threads.waits}; /* the library's own thread is at the chunk */
    pthread_create(&thread, NULL, open_for_who_waits, &opener);
    act(arena);
    int begun = concurrent.begun, ended = concurrent.ended;
    opener.over = true;
    pthread_join(thread, NULL);
    assert_int_equal(opener.ended_before, 0);
    assert_int_equal(begun, 1);
    assert_int_equal(ended, 1);
    usleep(20000);
    assert_int_equal(concurrent.begun, 1);
    if (!ends)
        samrena_destroy(arena);
    assert_int_equal(concurrent.live_contexts, 0);
    assert_int_equal(concurrent.live_regions, 0);
}

#endif
