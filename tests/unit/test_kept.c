// SPDX-License-Identifier: MIT
// Arenas that ended and became the next one: nobody must be able to tell them from new ones.
#include <pthread.h>

#include "support.h"
#include "test_adapters.h"

static int failures;

static void count_failure(SamrenaError error, const char *message, void *user) {
    (void)error;
    (void)message;
    (void)user;
    failures++;
}

static int lines;

static void count_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    (void)message;
    (void)user;
    lines++;
}

static void count_release(void *argument) {
    ++*(int *)argument;
}

/* Everything that an arena can be made to remember. */
static SamrenaMark use(Samrena *arena) {
    memset(samrena_push(arena, 3000), 0xff, 3000);
    SamrenaMark mark = samrena_mark(arena);
    for (int i = 0; i < 100; i++)
        memset(samrena_push(arena, 1000), 0xff, 1000);
    return mark;
}

static void test_a_kept_arena_is_as_new(void **state) {
    int releases = 0;
    failures = 0;
    SamrenaConfig config = config_of(state);
    SamrenaConfig plain = config;
    config.limit = 200000;
    config.retain = 100;
    config.growth = SAMRENA_GROWTH_FIXED;
    config.failure = count_failure;
    config.log = count_line;
    Samrena *arena = create(&plain);
    SamrenaInfo fresh = info_of(arena);
    samrena_destroy(arena);

    arena = create(&config);
    SamrenaMark mark = use(arena);
    assert_int_equal(samrena_on_release(arena, count_release, &releases), SAMRENA_OK);
    assert_null(samrena_push(arena, 300000));
    assert_int_equal(failures, 1);
    samrena_destroy(arena);
    assert_int_equal(releases, 1);
    lines = 0;

    Samrena *next = create(&plain);
    assert_ptr_equal(next, arena);
    SamrenaInfo info = info_of(next);
    info.resident = fresh.resident;
    assert_memory_equal(&info, &fresh, sizeof(info));
    assert_int_equal(samrena_rewind(next, mark), SAMRENA_ERROR_INVALID_PARAMETER);
    unsigned char *zeros = samrena_push_zero(next, 4000);
    for (int i = 0; i < 4000; i++)
        assert_int_equal(zeros[i], 0);
    assert_non_null(samrena_push(next, 300000));
    assert_null(samrena_push(next, UINT64_MAX));
    samrena_reset(next);
    assert_true(samrena_capacity(next) >= 300000);
    samrena_destroy(next);
    assert_int_equal(failures + lines + releases, 2);
}

/* Each in its own way not of the kind, or not to be kept. */
static void test_what_is_not_kept(void **state) {
    static unsigned char block[1024];
    SamrenaConfig config = config_of(state);
    config.adapter_options = "keep=no";
    Samrena *arena = create(&config);
    samrena_destroy(arena);

    config = config_of(state);
    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    samrena_destroy(arena); /* its memory may be huge pages */
    Samrena *next = create(&config);
    assert_true(info_of(next).committed < MIB);
    samrena_destroy(next);

    config.initial_pages = 100; /* more than is kept resident */
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 400 * KIB);
    samrena_destroy(arena);

    config = config_of(state);
    next = create(&config);
    SamrenaConfig others[6] = {config, config, config, config, config, config};
    others[0].page_size = 8 * KIB;
    others[1].initial_pages = 2;
    others[2].growth_pages = 7;
    others[3].max_reserve = GIB;
    others[4].commit_size = 4 * KIB;
    others[5].huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    samrena_destroy(next);
    Samrena *made[COUNT_OF(others)];
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        made[i] = create(&others[i]);
        assert_ptr_not_equal(made[i], next); /* which is kept all the while */
    }
    assert_ptr_equal(create(&config), next);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        samrena_destroy(made[i]);
    samrena_destroy(next);
    config.first_block = block;
    config.first_block_size = sizeof(block);
    arena = create(&config);
    assert_int_equal(info_of(arena).adapter_calls, 0);
    samrena_destroy(arena);
}

static void test_trimmed_arenas_come_back_whole(void **state) {
    SamrenaConfig config = config_of(state);
    config.page_size = 32 * KIB;
    Samrena *arena = create(&config);
    uint64_t capacity = samrena_capacity(arena);
    samrena_trim(arena, 0);
    samrena_destroy(arena);
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), capacity);
    samrena_push(arena, 20 * capacity);
    samrena_destroy(arena);
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), capacity);
    samrena_destroy(arena);
}

static void test_the_option(void **state) {
    SamrenaConfig config = config_of(state);
    config.adapter_options = "keep=yes";
    Samrena *arena = create(&config);
    samrena_destroy(arena);
    assert_ptr_equal(create(&config), arena);
    samrena_destroy(arena);
    static const char *const bad[] = {"keep=maybe", "keep=", "keep=ye", "keep=yess", "keep=n", "keep=yes,keep=1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        config.adapter_options = bad[i];
        assert_null(samrena_create(&config));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("expected yes or no");
    }
    config.adapter_options = "keep=yes,keep=yes,keep=yes,keep=yes,keep=no"; /* the last one counts; too long to note */
    samrena_destroy(create(&config));
}

/* An adapter that did not agree sees the end of each of its arenas. */
static void test_adapters_that_did_not_agree(void **state) {
    (void)state;
    samrena_destroy(samrena_create_named("separate"));
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
}

/* What is kept belongs to nobody: neither who ended it twice nor the old owner's callback hears of it. */
static void test_nobody_owns_what_is_kept(void **state) {
    (void)state;
    test_adapter.keep = 64 * KIB;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "separate";
    config.log = count_line;
    Samrena *arena = create(&config);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 1);
    samrena_destroy(arena);
    assert_message_has("samrena_destroy");
    Samrena *one = create(&config), *two = create(&config);
    assert_ptr_equal(one, arena);
    assert_ptr_not_equal(two, arena);

    Samrena *many[20];
    lines = 0;
    config.log = NULL;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = create(&config);
    samrena_destroy(one);
    samrena_destroy(two);
    int told = lines;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        samrena_destroy(many[i]); /* some of them put the first two out of their slots */
    assert_int_equal(test_adapter.live_contexts, 8);
    assert_int_equal(lines, told);
}

static void test_large_arenas_are_not_kept(void **state) {
    (void)state;
    test_adapter.keep = 64 * KIB;
    int contexts = test_adapter.live_contexts;
    Samrena *arena = samrena_create_named("plain");
    samrena_push(arena, 2 * MIB);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, contexts);
}

static void *make_and_end(void *user) {
    SamrenaConfig config = samrena_default_config();
    for (int i = 0; i < 2000; i++) {
        config.adapter = (i & 1) ? "chained" : user;
        config.page_size = (i & 2) ? 4 * KIB : 8 * KIB;
        Samrena *arena = samrena_create(&config);
        unsigned char *bytes = arena ? samrena_push_zero(arena, 500) : NULL;
        if (!bytes)
            return NULL;
        for (int j = 0; j < 500; j++)
            if (bytes[j])
                return NULL;
        memset(bytes, i, 500);
        samrena_destroy(arena);
    }
    return user;
}

/* Slots are shared by all threads, arenas by none. */
static void test_threads(void **state) {
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_and_end, *state), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, *state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_a_kept_arena_is_as_new),
        OVER_ADAPTERS(test_what_is_not_kept),
        OVER_ADAPTERS(test_trimmed_arenas_come_back_whole),
        OVER_ADAPTERS(test_the_option),
        cmocka_unit_test_setup(test_adapters_that_did_not_agree, set_up_test_adapters),
        cmocka_unit_test_setup(test_large_arenas_are_not_kept, set_up_test_adapters),
        OVER_ADAPTERS(test_threads),
        cmocka_unit_test_setup(test_nobody_owns_what_is_kept, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
