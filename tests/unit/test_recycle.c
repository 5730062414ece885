// SPDX-License-Identifier: MIT
// Arenas that ended and became the next one: nobody must be able to tell them from new ones.
#include <pthread.h>

#include "child.h"
#include "support.h"
#include "test_adapters.h"

static int failures;

static void count_failure(SamrenaError error, const char *message, void *user) {
    (void)error, (void)message, (void)user;
    failures++;
}

static int lines;

static void count_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)level, (void)message, (void)user;
    lines++;
}

static void count_release(void *argument) {
    ++*(int *)argument;
}

/* Everything that an arena can be made to remember. */
static SamrenaMark use(Samrena *arena) {
    memset(samrena_push(arena, 3000), 0xff, 3000);
    samrena_push_string(arena, "text");
    SamrenaMark mark = samrena_mark(arena);
    for (int i = 0; i < 100; i++)
        memset(samrena_push(arena, 1000), 0xff, 1000);
    return mark;
}

static void test_a_recycled_arena_is_as_new(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("of the first");
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
    assert_memory_equal(&info, &fresh, sizeof(info));
    assert_int_equal(samrena_rewind(next, mark), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_filled_with(samrena_push_zero(next, 4000), 4000, 0);
    assert_non_null(samrena_push(next, 300000));
    assert_null(samrena_push(next, UINT64_MAX));
    assert_null(strstr(samrena_last_error_message(), label.name));
    assert_int_equal(samrena_reset(next), SAMRENA_OK);
    assert_true(samrena_capacity(next) >= 300000);
    samrena_destroy(next);
    assert_int_equal(failures + lines + releases, 2);
}

/* ---- What is not recycled ---- */

static void test_recycle_never(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    SamrenaConfig config = config_named("separate");
    config.recycle = SAMRENA_RECYCLE_NEVER;
    samrena_destroy(create(&config));
    assert_int_equal(test_adapter.live_contexts, 0); /* each went where it came from at once */
    assert_int_equal(test_adapter.live_regions, 0);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    samrena_destroy(create(&config));
    assert_int_equal(test_adapter.live_contexts, 1);
    config.recycle = SAMRENA_RECYCLE_NEVER; /* takes none either that was kept */
    Samrena *arena = create(&config);
    assert_int_equal(test_adapter.live_contexts, 2);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 1);
}

/* Each in its own way not of the kind. */
static void test_other_kinds_are_not_given(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("another purpose");
    SamrenaConfig config = config_of(state);
    Samrena *kept = create(&config);
    SamrenaConfig others[] = {config, config, config, config, config, config, config};
    others[0].initial_size = 8 * KIB;
    others[1].growth_size = 28 * KIB;
    others[2].max_reserve = GIB;
    others[3].commit_size = 4 * KIB;
    others[4].huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    others[5].label = &label;
    others[6].recycle = SAMRENA_RECYCLE_NEVER;
    samrena_destroy(kept);
    Samrena *made[COUNT_OF(others)];
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        made[i] = create(&others[i]);
        assert_ptr_not_equal(made[i], kept); /* which waits all the while */
    }
    assert_ptr_equal(create(&config), kept);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        samrena_destroy(made[i]);
    samrena_destroy(kept);
}

static void test_what_is_large_comes_back_small(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    samrena_destroy(arena); /* its memory may be huge pages */
    arena = create(&config);
    assert_true(info_of(arena).committed < MIB);
    samrena_destroy(arena);

    config.initial_size = 400 * KIB; /* more than is kept */
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 400 * KIB);
    samrena_destroy(arena);
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 400 * KIB);
    samrena_destroy(arena);
}

static void test_trimmed_arenas_come_back_whole(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 32 * KIB;
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

/* ---- Labels ---- */

static uint64_t live(const SamrenaConfig *config, uint64_t size, int times) {
    uint64_t regions = 0;
    for (int i = 0; i < times; i++) {
        Samrena *arena = create(config);
        for (uint64_t pushed = 0; pushed < size; pushed += 64)
            assert_non_null(samrena_push(arena, 64));
        regions = info_of(arena).regions;
        samrena_destroy(arena);
    }
    return regions;
}

static void test_kept_arenas_serve_the_plan(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("kept");
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    SamrenaConfig config = config_named("separate");
    config.label = &label;
    live(&config, 20 * KIB, 100);
    assert_int_equal(test_adapter.live_contexts, 1); /* those with too small a region have ended */
    int calls = test_adapter.calls;
    assert_int_equal(live(&config, 20 * KIB, 10), 1);
    assert_int_equal(test_adapter.calls, calls); /* nobody was asked for anything */
    live(&config, 6 * KIB, 100);
    assert_int_equal(test_adapter.live_contexts, 1);
    Samrena *arena = create(&config);
    assert_true(info_of(arena).committed <= 8 * KIB); /* one much too large is not kept on */
    samrena_destroy(arena);
}

/* Nor is one that the config allows less: it begins with what is right for it. */
static void test_kept_arenas_of_a_plan_that_is_not_allowed(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("allowed");
    SamrenaConfig config = config_named("chained");
    (void)state;
    config.label = &label;
    live(&config, 40 * KIB, 100);
    Samrena *kept = create(&config);
    assert_true(info_of(kept).committed >= 40 * KIB);
    samrena_destroy(kept);
    SamrenaConfig within_limit = config, in_small_steps = config;
    within_limit.limit = in_small_steps.growth_most = 8 * KIB;
    const SamrenaConfig *narrower[] = {&within_limit, &in_small_steps};
    for (size_t i = 0; i < COUNT_OF(narrower); i++) {
        Samrena *arena = create(narrower[i]);
        assert_true(info_of(arena).committed <= 10 * KIB);
        samrena_destroy(arena);
        live(&config, 40 * KIB, 2);
    }
}

/* What those that outgrow their first region come to is no hint where the owner said how much there is. */
static void test_kept_arenas_that_do_not_grow(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("humps");
    SamrenaConfig config = config_named("chained");
    (void)state;
    config.label = &label;
    for (int i = 0; i < 20; i++) {
        live(&config, 7 * KIB, 9);
        live(&config, 400 * KIB, 1);
    }
    live(&config, 7 * KIB, 2);
    for (int i = 0; i < 2; i++) {
        Samrena *arena = create(&config);
        assert_int_equal(info_of(arena).growth_hint > 0, config.growth != SAMRENA_GROWTH_NONE);
        samrena_destroy(arena);
        config.growth = SAMRENA_GROWTH_NONE;
    }
}

/* In a first region that grows any kept one does, and comes back as small as it was. */
static void test_kept_arenas_grow_to_the_plan(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("grown");
    SamrenaConfig config = config_named("virtual");
    (void)state;
    config.label = &label;
    live(&config, 300 * KIB, 8);
    Samrena *arena = create(&config);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.regions, 1);
    assert_true(info.committed >= 300 * KIB);
    samrena_destroy(arena);
    for (int i = 0; i < 10; i++) {
        assert_ptr_equal(create(&config), arena);
        samrena_destroy(arena);
    }
    config.learn = SAMRENA_LEARN_NEVER;
    assert_ptr_equal(create(&config), arena);
    assert_true(info_of(arena).committed < 300 * KIB);
    samrena_destroy(arena);
}

/* ---- Adapters ---- */

/* An adapter that did not agree sees the end of each of its arenas. */
static void test_adapters_that_did_not_agree(void **state) {
    set_up_test_adapters(state);
    samrena_destroy(samrena_create_named("separate"));
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
}

static void test_large_arenas_keep_their_first_region(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    Samrena *arena = samrena_create_named("separate");
    samrena_push(arena, 500 * KIB);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 1);
    assert_int_equal(test_adapter.live_regions, 1);
    arena = samrena_create_named("separate");
    samrena_push(arena, 2 * MIB); /* its owner does other things than short requests */
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
    samrena_destroy(samrena_create_named("separate"));
    test_adapter.recyclable = 4 * KIB - 1; /* of another kind: the first region has more */
    SamrenaConfig config = config_named("plain");
    samrena_destroy(create(&config));
    assert_int_equal(test_adapter.live_contexts, 1);
    assert_int_equal(test_adapter.live_regions, 1);
}

/* A first region that grew in place and cannot be trimmed to what it was: the arena is not kept. */
static void test_first_regions_that_grew(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    Samrena *arena = create_named("stacked");
    SamrenaInfo fresh = info_of(arena);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 1); /* it did not grow */
    arena = create_named("stacked");
    assert_non_null(samrena_push(arena, 300 * KIB));
    assert_int_equal(info_of(arena).regions, 1);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 0);
    arena = create_named("stacked");
    SamrenaInfo info = info_of(arena);
    assert_memory_equal(&info, &fresh, sizeof(info));
    samrena_destroy(arena);
}

/* A first region that another one came after cannot grow any more: as such it is not the next arena's. */
static void test_first_regions_that_were_not_the_last(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_push(arena, 4000);
    samrena_push(arena, 5000);
    assert_int_equal(info_of(arena).regions, 2);
    samrena_destroy(arena);
    test_adapter.extend_error = SAMRENA_OK;
    arena = create_named("stacked");
    samrena_push(arena, 4000);
    samrena_push(arena, 5000);
    assert_int_equal(info_of(arena).regions, 1); /* as in a new one */
    samrena_destroy(arena);
}

/* What stays of a trimmed region keeps its size, and says nothing about what it holds. */
static void test_first_regions_that_keep_their_size(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    test_adapter.trim_keeps_size = true;
    test_adapter.fill = 0xaa;
    SamrenaConfig config = config_named("trimming");
    config.initial_size = 32 * KIB;
    for (int round = 0; round < 4; round++) {
        Samrena *arena = create(&config);
        assert_int_equal(samrena_capacity(arena), 32 * KIB);
        assert_filled_with(samrena_push_zero(arena, 32 * KIB), 32 * KIB, 0);
        samrena_destroy(arena);
    }
}

/* What cannot be had for good is not had by ending what waits. */
static void test_refusals_for_good_end_nothing(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    test_adapter.largest = 64 * KIB;
    SamrenaConfig config = config_named("separate");
    Samrena *waiting = create(&config), *arena = create(&config);
    samrena_destroy(waiting);
    assert_null(samrena_push(arena, MIB));
    assert_message_has("gives no region above 65536 bytes");
    assert_int_equal(samrena_reserve_with_growth(arena, 100, MIB), SAMRENA_OK);
    for (int i = 0; i < 100; i++)
        assert_non_null(samrena_push(arena, 3000)); /* growth towards a hint whose steps are too large */
    assert_ptr_equal(create(&config), waiting);
}

/* ---- Whose it is ---- */

/* What waits belongs to nobody: neither who ended it twice nor the old owner's callback hears of it. */
static void test_nobody_owns_what_waits(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    SamrenaConfig config = config_named("separate");
    config.log = count_line;
    Samrena *arena = create(&config);
    samrena_destroy(arena);
    int before = test_adapter.live_contexts;
    Samrena *one = create(&config), *two = create(&config);
    assert_ptr_equal(one, arena);
    assert_ptr_not_equal(two, arena);

    Samrena *many[20];
    config.log = NULL;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = create(&config);
    samrena_destroy(one);
    samrena_destroy(two);
    int told = lines;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        samrena_destroy(many[i]); /* some of them put the first two out of their slots */
    assert_true(before >= 1);
    assert_int_equal(test_adapter.live_contexts, 8);
    assert_int_equal(lines, told);
}

static void assert_ended(const char *function) {
    char text[100];
    snprintf(text, sizeof(text), "%s: the arena has ended", function);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has(text);
}

/* Each function that is not inlined says so, and the arena that waits is none the worse for it. */
static void test_calls_after_the_end_are_refused(void **state) {
    SamrenaConfig config = config_of(state);
    config.failure = count_failure;
    failures = 0;
    Samrena *arena = create(&config);
    SamrenaInfo fresh = info_of(arena);
    SamrenaMark mark = samrena_mark(arena);
    assert_int_equal(samrena_reserve(arena, 1000), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 0), SAMRENA_OK); /* nothing was reserved last: it is kept */
    samrena_destroy(arena);

    samrena_destroy(arena);
    assert_ended("samrena_destroy");
    assert_null(samrena_push_slow(arena, 8, 8));
    assert_ended("samrena_push");
    assert_null(samrena_push(arena, 8)); /* the window is closed: it comes to the same, and so do texts */
    assert_ended("samrena_push");
    assert_null(samrena_push_zero(arena, 8));
    assert_ended("samrena_push_zero");
    assert_null(samrena_push_string(arena, "lost"));
    assert_ended("samrena_push");
    assert_null(samrena_push_format(arena, "%d", 1));
    assert_ended("samrena_push");
    assert_null(samrena_push_copy(arena, "lost", 4));
    assert_ended("samrena_push");
    assert_null(samrena_push_with_reserve(arena, 8));
    assert_ended("samrena_push_with_reserve");
    assert_null(samrena_resize(arena, NULL, 0, 8));
    assert_ended("samrena_resize");
    assert_int_equal(samrena_mark(arena).serial, 0);
    assert_ended("samrena_mark");
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_rewind");
    assert_int_equal(samrena_reset(arena), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_reset");
    samrena_trim(arena, 0);
    assert_ended("samrena_trim");
    assert_int_equal(samrena_on_release(arena, count_release, &failures), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_on_release");
    assert_int_equal(samrena_reserve(arena, 8), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_reserve");
    assert_int_equal(samrena_reserve_more(arena, 8), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_reserve_more");
    assert_int_equal(samrena_reserve_with_growth(arena, 8, 16), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_reserve_with_growth");
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_get_info(arena, &info), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ended("samrena_get_info");
    assert_int_equal(failures, 0); /* what waits has no owner to tell */

    Samrena *next = create(&config), *other = create(&config);
    assert_ptr_equal(next, arena);
    assert_ptr_not_equal(other, arena);
    info = info_of(next);
    assert_memory_equal(&info, &fresh, sizeof(info));
    samrena_destroy(other);
    samrena_destroy(next);
}

/* ---- Threads ---- */

static void *make_and_end(void *user) {
    SamrenaConfig config = samrena_default_config();
    for (int i = 0; i < 2000; i++) {
        config.adapter = (i & 1) ? "chained" : user;
        config.initial_size = (i & 2) ? 4 * KIB : 8 * KIB;
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

/* Junk is for what is taken back at the end as well, where the memory is kept; asked anew where the next owner chose
   otherwise. */
static void test_junk_in_what_is_kept(void **state) {
    SamrenaConfig config = config_of(state), junk = config;
    junk.debug = SAMRENA_DEBUG_JUNK;
    for (int round = 0; round < 2; round++) {
        Samrena *arena = create(&junk);
        unsigned char *block = samrena_push(arena, 100);
        memset(block, 1, 100);
        samrena_destroy(arena);
        assert_ptr_equal(create(&config), arena);
        assert_ptr_equal(samrena_push(arena, 100), block);
        assert_filled_with(block, 100, 0xdd);
        memset(block, 1, 100);
        samrena_destroy(arena);
        assert_ptr_equal(create(&config), arena);
        assert_ptr_equal(samrena_push(arena, 100), block);
        assert_filled_with(block, 100, 1);
        samrena_destroy(arena);
    }
}

/* What was made with options is not given to who names none. */
static void test_options_make_another_kind(void **state) {
    set_up_test_adapters(state);
    test_adapter.recyclable = 64 * KIB;
    SamrenaConfig config = config_named("stacked");
    SamrenaConfig with = config;
    with.adapter_options = "size=1";
    samrena_destroy(create(&with));
    assert_int_equal(test_adapter.live_contexts, 1);
    Samrena *arena = create(&config);
    assert_int_equal(test_adapter.live_contexts, 2);
    samrena_destroy(arena);
    samrena_destroy(create(&with));
    assert_int_equal(test_adapter.live_contexts, 2);
    with.adapter_options = "colour=the-longest-name-of-a-colour"; /* too long to be noted: not kept */
    samrena_destroy(create(&with));
    assert_int_equal(test_adapter.live_contexts, 2);
}

/* Also where the first owner chose nothing, the next one hears what its adapter does. */
static void test_the_next_owner_hears_of_the_adapter(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *kept = must_be_made(samrena_create_named(*state));
    samrena_destroy(kept);
    config.log = count_line;
    Samrena *arena = create(&config);
    assert_ptr_equal(arena, kept);
    lines = 0;
    assert_non_null(samrena_push(arena, 100 * KIB));
    assert_int_equal(lines, 1);
    samrena_destroy(arena);
}

/* Who names no adapter gets the default one, whatever waits. */
static void test_no_name_is_the_default_adapter(void **state) {
    static const char *const names[] = {"virtual", "chained"};
    Samrena *made[1 + COUNT_OF(names)] = {must_be_made(samrena_create(NULL))};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        samrena_destroy(create_named(names[i]));
        made[1 + i] = must_be_made(samrena_create(NULL));
        assert_string_equal(info_of(made[1 + i]).adapter, info_of(made[0]).adapter);
    }
    for (size_t i = 0; i < COUNT_OF(made); i++)
        samrena_destroy(made[i]);
}

/* ---- At exit ---- */

static int *left_at_exit;

/* After every other one. */
__attribute__((destructor(101))) static void tell_what_is_left(void) {
    if (left_at_exit)
        *left_at_exit = test_adapter.live_contexts;
}

static void exit_with_one_that_is_kept(const void *left) {
    set_up_test_adapters(NULL);
    test_adapter.recyclable = 64 * KIB;
    SamrenaConfig config = config_named("separate");
    samrena_destroy(create(&config));
    assert_int_equal(test_adapter.live_contexts, 1);
    memcpy(&left_at_exit, left, sizeof(left_at_exit));
    exit(0);
}

/* Also in a program that has the library inside, and only what it uses of it. */
static void test_nothing_is_left_at_exit(void **state) {
    (void)state;
    int *left = shared_with_children(sizeof(int));
    *left = -1;
    assert_child_passes(exit_with_one_that_is_kept, &left, sizeof(left));
    assert_int_equal(*left, 0);
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_the_next_owner_hears_of_the_adapter), /* first: nothing is kept yet */
        OVER_ADAPTERS(test_a_recycled_arena_is_as_new),
        OVER_ADAPTERS(test_junk_in_what_is_kept),
        IN_A_PROCESS(test_adapters_that_did_not_agree),
        IN_A_PROCESS(test_options_make_another_kind),
        IN_A_PROCESS(test_no_name_is_the_default_adapter),
        IN_A_PROCESS(test_recycle_never),
        IN_A_PROCESS(test_large_arenas_keep_their_first_region),
        IN_A_PROCESS(test_kept_arenas_serve_the_plan),
        IN_A_PROCESS(test_kept_arenas_of_a_plan_that_is_not_allowed),
        IN_A_PROCESS(test_kept_arenas_that_do_not_grow),
        IN_A_PROCESS(test_kept_arenas_grow_to_the_plan),
        OVER_ADAPTERS(test_other_kinds_are_not_given),
        OVER_ADAPTERS(test_what_is_large_comes_back_small),
        OVER_ADAPTERS(test_trimmed_arenas_come_back_whole),
        IN_A_PROCESS(test_first_regions_that_grew),
        IN_A_PROCESS(test_first_regions_that_were_not_the_last),
        IN_A_PROCESS(test_first_regions_that_keep_their_size),
        OVER_ADAPTERS(test_calls_after_the_end_are_refused),
        IN_A_PROCESS(test_refusals_for_good_end_nothing),
        OVER_ADAPTERS(test_threads),
        IN_A_PROCESS(test_nobody_owns_what_waits),
        cmocka_unit_test(test_nothing_is_left_at_exit),
    };
    return cmocka_run_group_tests_name("recycle", tests, NULL, NULL);
}
