// SPDX-License-Identifier: MIT
// What the tests of prefault AHEAD share: waiting for what comes by itself, and pushes towards it.
#ifndef SAMRENA_TESTS_AHEAD_H
#define SAMRENA_TESTS_AHEAD_H

#include <time.h>

#include "concurrent_adapter.h"
#include "readings.h"
#include "support.h"

#define CHUNK (2 * MIB)
/* Where a quarter of `ahead` is at least so much, that is how far apart the looks at the cursor are. */
#define SMALLEST_STEP (64 * KIB)

static inline void wait_a_moment(void) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* less may be none at all */
}

/* That it comes to hold is what matters, not when: a loaded machine has a minute. */
#define assert_becomes(condition)                                                                                      \
    do {                                                                                                               \
        int waits_ = 0;                                                                                                \
        while (!(condition) && ++waits_ < 60000)                                                                       \
            wait_a_moment();                                                                                           \
        assert_true(condition);                                                                                        \
    } while (0)

static inline SamrenaConfig ahead_config(const char *adapter, uint64_t ahead) {
    SamrenaConfig config = config_named(adapter);
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    config.ahead = ahead;
    return config;
}

/* With its cursor at the start of a region that has room for all of `size`. */
static inline Samrena *reserved(const SamrenaConfig *config, uint64_t size, unsigned char **start) {
    Samrena *arena = create(config);
    assert_int_equal(samrena_reserve(arena, size), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_AHEAD);
    assert_int_equal(info_of(arena).reserve.prefaulted, 0);
    *start = samrena_push(arena, 8 * KIB); /* more than a first region of its own holds */
    assert_non_null(*start);
    return arena;
}

/* Pushes of 4,000 bytes until that much is allocated; each page of theirs is written to. */
static inline void push_to(Samrena *arena, uint64_t total) {
    while (samrena_allocated(arena) + 4000 <= total) {
        unsigned char *block = samrena_push(arena, 4000);
        assert_non_null(block);
        block[0] = block[3999] = 1;
    }
}

/* One entry of a test table for each of the test adapters. */
#define OVER_CONCURRENT(test)                                                                                          \
    {#test " [one region]", test, set_up_ahead, NULL, (void *)(uintptr_t) "concurrent"}, {                             \
#test " [pieces]", test, set_up_ahead, NULL, (void *)(uintptr_t) "concurrent_pieces"                           \
    }

/* cmocka hands the initial state to the set-up as well, and the set-up leaves it alone. */
static inline int set_up_ahead(void **state) {
    (void)start_calm(state);
    int failed = set_up_concurrent_adapters(state);
    concurrent.most = CHUNK;
    return failed;
}

#endif
