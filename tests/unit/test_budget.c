// SPDX-License-Identifier: MIT
// What arenas hold together: charged, cut, refused, given back.
#include <pthread.h>

#include "pages.h"
#include "support.h"
#include "test_adapters.h"

static SamrenaBudget budget;

static SamrenaConfig config_within(void **state, uint64_t bytes) {
    SamrenaConfig config = config_of(state);
    budget = (SamrenaBudget)SAMRENA_BUDGET(bytes);
    config.budget = &budget;
    return config;
}

static uint64_t used(void) {
    return samrena_budget_used(&budget);
}

/* ---- Edges ---- */

static void test_exactly_the_budget(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    config.initial_size = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(used(), MIB);
    assert_non_null(samrena_push(arena, MIB));
    assert_fails(samrena_push(arena, 1), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("a budget of 1048576, of which 1048576 are used");
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

static void test_a_byte_beyond_the_budget(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    config.initial_size = MIB + 1;
    assert_fails(samrena_create(&config) != NULL, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(used(), 0);
}

static void test_a_budget_of_nothing(void **state) {
    SamrenaConfig config = config_within(state, 0);
    assert_fails(samrena_create(&config) != NULL, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("by nobody");
    assert_int_equal(used(), 0);
    assert_int_equal(samrena_budget_used(NULL), 0);
}

/* ---- Wishes are cut, needs are not ---- */

static void test_growth_takes_what_is_left(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    Samrena *arena = create_as(state, &config);
    uint64_t blocks = 0;
    while (samrena_push(arena, 1024))
        blocks++;
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(used(), MIB); /* doubling alone would have ended before */
    assert_in_range(blocks, 1000, 1024 + 4);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    for (uint64_t i = 0; i < blocks; i++)
        assert_non_null(samrena_push(arena, 1024));
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

/* With a hint that the budget does not allow as a whole. */
static void test_a_hint_beyond_the_budget(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    Samrena *arena = create_as(state, &config);
    assert_int_equal(samrena_reserve_with_growth(arena, 300 * KIB, 8 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 300 * KIB);
    uint64_t blocks = 0;
    while (samrena_push(arena, 1024))
        blocks++;
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_in_range(blocks, 900, 1024 + 4);
    assert_true(used() <= MIB);
    samrena_destroy(arena);
}

static void test_a_reserve_is_refused_at_once(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    Samrena *arena = create_as(state, &config);
    uint64_t before = used(), capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_LIMIT);
    assert_int_equal(info_of(arena).reserve.error, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(used(), before);
    assert_int_equal(samrena_capacity(arena), capacity);
    assert_int_equal(samrena_reserve(arena, 900 * KIB), SAMRENA_OK);
    assert_in_range(used(), 890 * KIB, MIB);
    samrena_destroy(arena);
}

/* What is there in pieces, and what is left, come to as much. */
static void test_a_reserve_in_pieces(void **state) {
    SamrenaConfig config = config_within(state, MIB);
    Samrena *arena = create(&config);
    for (int i = 0; i < 30; i++)
        assert_non_null(samrena_push(arena, 20 * KIB));
    samrena_trim(arena, 0);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    uint64_t total = samrena_capacity(arena) + (MIB - used());
    assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= total);
    assert_int_equal(used(), MIB);
    samrena_destroy(arena);
}

/* ---- Giving back ---- */

static void test_trim_gives_back(void **state) {
    SamrenaConfig config = config_within(state, 8 * MIB);
    Samrena *arena = create_as(state, &config);
    samrena_push(arena, 100);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_true(used() >= 4 * MIB - 8 * KIB);
    samrena_trim(arena, 0);
    assert_in_range(used(), 0, 64 * KIB);
    assert_true(info_of(arena).committed >= used());
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

static void test_a_part_holds_until_it_ends(void **state) {
    SamrenaConfig config = config_within(state, 8 * MIB);
    Samrena *into = create(&config), *from = create(&config);
    assert_int_equal(samrena_reset(into), SAMRENA_OK);
    uint64_t alone = used();
    for (int i = 0; i < 100; i++)
        assert_non_null(samrena_push(from, 10000));
    uint64_t both = used();
    assert_int_equal(samrena_splice(into, from), SAMRENA_OK);
    assert_in_range(used(), alone - 64 * KIB + 1000000, both);
    assert_int_equal(samrena_reset(into), SAMRENA_OK);
    assert_true(used() <= alone);
    samrena_destroy(into);
    assert_int_equal(used(), 0);
}

/* Nobody would hold what is kept, and what was kept before was charged to nobody. */
static void test_nothing_is_recycled(void **state) {
    SamrenaConfig plain = config_of(state), config = config_within(state, MIB);
    samrena_destroy(create(&plain));
    Samrena *arena = create(&config);
    assert_int_equal(used(), info_of(arena).committed);
    assert_true(used() > 0);
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

static void test_storage_is_not_counted(void **state) {
    SAMRENA_STORAGE(storage, 8192);
    SamrenaConfig config = config_within(state, MIB);
    Samrena *arena = samrena_create_in(storage, sizeof(storage), &config);
    assert_non_null(samrena_push(arena, 4096));
    assert_int_equal(used(), 0);
    assert_non_null(samrena_push(arena, 100000));
    assert_in_range(used(), 100000, MIB);
    assert_fails(samrena_push(arena, MIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

/* ---- Adapters that fail ---- */

static void take_too_little(SamrenaRegion *region) {
    region->size = 1;
}

static void test_what_failed_is_not_held(void **state) {
    (void)state;
    static const char *const names[] = {"separate", "growing", "plain", "stacked"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        void *name = (void *)(uintptr_t)names[i];
        set_up_test_adapters(NULL);
        SamrenaConfig config = config_within(&name, MIB);
        Samrena *arena = create(&config);
        uint64_t before = used();
        test_adapter.fail_at = 1;
        test_adapter.fail_from_there = true;
        test_adapter.error = SAMRENA_ERROR_OUT_OF_MEMORY;
        assert_fails(samrena_push(arena, 100000), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_int_equal(used(), before);
        test_adapter.fail_at = 0;
        assert_non_null(samrena_push(arena, 100000));
        samrena_destroy(arena);
        assert_int_equal(used(), 0);
        if (strcmp(names[i], "growing") == 0)
            continue; /* which spoils nothing */
        test_adapter.spoil = take_too_little;
        arena = samrena_create(&config);
        before = used();
        assert_fails(arena && samrena_push(arena, 100000), SAMRENA_ERROR_ADAPTER_INVALID); /* stacked spoils this one */
        assert_int_equal(used(), before);
        samrena_destroy(arena);
        assert_int_equal(used(), 0);
    }
    set_up_test_adapters(NULL);
}

/* The first region of virtual is a commit_size, whatever was wished for. */
static void test_more_than_was_asked_for(void **state) {
    (void)state;
    void *name = (void *)(uintptr_t) "virtual";
    SamrenaConfig config = config_within(&name, 64 * KIB - 1);
    assert_fails(samrena_create(&config) != NULL, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("65536 more bytes");
    assert_message_has("of which 0 are used");
    assert_int_equal(used(), 0);
    config = config_within(&name, 64 * KIB);
    Samrena *arena = create(&config);
    assert_int_equal(used(), 64 * KIB);
    samrena_destroy(arena);
}

/* Extends by 64 KiB more than is wished for, which cannot be given back. */
enum { MORE = 64 << 10 };

static SamrenaError generous_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host, (void)params, (void)context;
    return SAMRENA_OK;
}

static void generous_destroy(void *context) {
    (void)context;
}

static SamrenaError generous_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    static unsigned char bytes[4 << 20] __attribute__((aligned(16)));
    (void)context;
    region->base = bytes;
    region->size = region->zero_from = want->desired;
    return SAMRENA_OK;
}

static void generous_release(void *context, const SamrenaRegion *region) {
    (void)context, (void)region;
}

static SamrenaError generous_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    newest->size = newest->zero_from = newest->size + want->desired + MORE;
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(generous, "generous", .version = "1.0.0", .context_size = 16,
                       .operations = {.create = generous_create,
                                      .destroy = generous_destroy,
                                      .acquire = generous_acquire,
                                      .release = generous_release,
                                      .extend = generous_extend});

static void test_more_than_was_wished_for(void **state) {
    (void)state;
    void *name = (void *)(uintptr_t) "generous";
    SamrenaConfig config = config_within(&name, 512 * KIB);
    config.growth = SAMRENA_GROWTH_FIXED;
    config.initial_size = 4 * KIB;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 200 * KIB)); /* with room for what came as well */
    assert_int_equal(used(), info_of(arena).committed);
    assert_non_null(samrena_push(arena, 300 * KIB));
    assert_int_equal(used(), info_of(arena).committed);
    assert_in_range(used(), 512 * KIB + 1, 512 * KIB + MORE);
    assert_fails(samrena_push(arena, 100 * KIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

/* Gives 64 KiB more than is wished for in a region of its own, and extends none. */
static unsigned char *got_last;
static int extends, wrong_extends; /* of another than the region got last */

static SamrenaError overfull_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    region->size = region->zero_from = want->desired + MORE;
    region->base = got_last = get_block((size_t)region->size);
    return region->base ? SAMRENA_OK : SAMRENA_ERROR_OUT_OF_MEMORY;
}

static void overfull_release(void *context, const SamrenaRegion *region) {
    (void)context;
    got_last = got_last == region->base ? NULL : got_last;
    free_block(region->base);
}

static SamrenaError overfull_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context, (void)want;
    extends++;
    wrong_extends += newest->base != got_last;
    return SAMRENA_ERROR_OUT_OF_MEMORY;
}

SAMRENA_ADAPTER_DEFINE(overfull, "overfull", .version = "1.0.0", .context_size = 16,
                       .operations = {.create = generous_create,
                                      .destroy = generous_destroy,
                                      .acquire = overfull_acquire,
                                      .release = overfull_release,
                                      .extend = overfull_extend});

/* The region got last is then none that there is. */
static void test_what_went_back_at_once_was_the_newest(void **state) {
    (void)state;
    void *name = (void *)(uintptr_t) "overfull";
    SamrenaConfig config = config_within(&name, 256 * KIB);
    config.initial_size = 4 * KIB;
    Samrena *arena = create(&config);
    assert_fails(samrena_push(arena, 150 * KIB), SAMRENA_ERROR_LIMIT_EXCEEDED); /* extended, acquired, released */
    assert_true(extends > 0);
    assert_fails(samrena_push(arena, 150 * KIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(wrong_extends, 0);
    assert_non_null(samrena_push(arena, 60 * KIB)); /* what was there before still is */
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

/* ---- Who is told, and what ---- */

static void note(SamrenaError error, const char *message, void *user) {
    if (error == SAMRENA_ERROR_LIMIT_EXCEEDED)
        snprintf(user, 1000, "%s", message);
}

static void test_the_message_says_who_holds_how_much(void **state) {
    static SamrenaLabel labels[] = {SAMRENA_LABEL("small"), SAMRENA_LABEL("json.parse"), SAMRENA_LABEL("index"),
                                    SAMRENA_LABEL("cache"), SAMRENA_LABEL("tiny"),       SAMRENA_LABEL("json.parse")};
    static const uint64_t sizes[] = {64 * KIB, 3 * MIB, 2 * MIB, MIB, 64 * KIB, 64 * KIB};
    char message[1000] = "";
    Samrena *arenas[COUNT_OF(labels)];
    SamrenaConfig config = config_within(state, 8 * MIB);
    config.failure = note;
    config.failure_user = message;
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        config.label = &labels[i];
        config.initial_size = sizes[i];
        arenas[i] = create(&config);
    }
    assert_null(samrena_push(arenas[0], 4 * MIB));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has(" more bytes pass a budget of 8388608, of which 6488064 are used: json.parse "
                       "3211264 bytes in 2 arenas, index 2097152 bytes in 1 arena, cache 1048576 bytes in 1 arena, ");
    assert_message_has(", 1 others");
    assert_int_equal(strncmp(message, "small: ", 7), 0);
    assert_string_equal(message, samrena_last_error_message());
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        samrena_destroy(arenas[i]);
    assert_int_equal(used(), 0);
    assert_int_equal(budget.own[1], 0); /* nothing is left of the heap's */
}

enum { MANY = 3000 };

static void test_thousands_of_arenas(void **state) {
    static Samrena *arenas[MANY];
    SamrenaConfig config = config_within(state, MANY * 64 * KIB);
    config.initial_size = 64 * KIB;
    config.max_reserve = MIB;
    for (int i = 0; i < MANY; i++)
        arenas[i] = create(&config);
    assert_int_equal(used(), MANY * 64 * KIB);
    assert_fails(samrena_create(&config) != NULL, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("no label 196608000 bytes in 3001 arenas"); /* with the one that asks */
    for (int i = 0; i < MANY; i++)
        samrena_destroy(arenas[i]);
    assert_int_equal(used(), 0);
}

/* ---- Threads at once ---- */

enum { THREADS = 6, LIVES = 100 };

static void *live(void *adapter) {
    static SamrenaLabel labels[] = {SAMRENA_LABEL("one"), SAMRENA_LABEL("other")};
    uintptr_t refusals = 0;
    for (int i = 0; i < LIVES; i++) {
        SamrenaConfig config = config_named(adapter);
        config.budget = &budget;
        config.label = &labels[i % 2];
        Samrena *arena = samrena_create(&config);
        while (arena && samrena_push(arena, 5000) && samrena_allocated(arena) < 400 * KIB)
            if (used() > MIB)
                return (void *)UINTPTR_MAX;
        refusals += !arena || samrena_allocated(arena) < 400 * KIB;
        if (!arena || samrena_allocated(arena) < 400 * KIB)
            if (samrena_last_error() != SAMRENA_ERROR_LIMIT_EXCEEDED)
                return (void *)UINTPTR_MAX;
        samrena_destroy(arena);
    }
    return (void *)refusals;
}

static void test_threads_stay_below_it_together(void **state) {
    pthread_t threads[THREADS];
    SamrenaConfig config = config_within(state, MIB);
    config.initial_size = 512 * KIB;
    Samrena *arena = create(&config); /* so that no two others find all they want */
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, live, *state), 0);
    for (int i = 0; i < THREADS; i++) {
        void *refusals;
        assert_int_equal(pthread_join(threads[i], &refusals), 0);
        assert_true((uintptr_t)refusals != UINTPTR_MAX);
    }
    assert_int_equal(used(), info_of(arena).committed);
    samrena_destroy(arena);
    assert_int_equal(used(), 0);
}

int main(void) {
    set_up_test_adapters(NULL);
    if (samrena_adapter_register(&samrena_adapter_generous) || samrena_adapter_register(&samrena_adapter_overfull))
        return 1;
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_exactly_the_budget),
        OVER_ADAPTERS(test_a_byte_beyond_the_budget),
        OVER_ADAPTERS(test_a_budget_of_nothing),
        OVER_ARENAS(test_growth_takes_what_is_left),
        OVER_ARENAS(test_a_hint_beyond_the_budget),
        OVER_ARENAS(test_a_reserve_is_refused_at_once),
        OVER_ADAPTERS(test_a_reserve_in_pieces),
        OVER_ARENAS(test_trim_gives_back),
        OVER_ADAPTERS(test_a_part_holds_until_it_ends),
        OVER_ADAPTERS(test_nothing_is_recycled),
        OVER_ADAPTERS(test_storage_is_not_counted),
        cmocka_unit_test(test_what_failed_is_not_held),
        cmocka_unit_test(test_more_than_was_asked_for),
        cmocka_unit_test(test_more_than_was_wished_for),
        cmocka_unit_test(test_what_went_back_at_once_was_the_newest),
        OVER_ADAPTERS(test_the_message_says_who_holds_how_much),
        OVER_ADAPTERS(test_thousands_of_arenas),
        OVER_ADAPTERS(test_threads_stay_below_it_together),
    };
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
