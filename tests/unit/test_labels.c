// SPDX-License-Identifier: MIT
// Arenas of one label learn from one another.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "child.h"
#include "support.h"
#include "test_adapters.h"

/* virtual's first region has 64 KiB whatever is asked. */
#define VIRTUAL_STEP (64 * KIB)

static bool is_virtual(void **state) {
    return strcmp(*state, "virtual") == 0;
}

/* A config with a label of its own: those of other tests say nothing about it. */
static SamrenaConfig labelled(void **state, SamrenaLabel *label) {
    static const SamrenaLabel fresh = SAMRENA_LABEL("test.label");
    SamrenaConfig config = config_of(state);
    SamrenaLabel *next = label->next; /* once in the list it stays there */
    size_t listed = label->listed;
    *label = fresh;
    label->next = next;
    label->listed = listed;
    config.label = label;
    return config;
}

static void fill(Samrena *arena, uint64_t size) {
    for (uint64_t pushed = 0; pushed < size; pushed += 64)
        assert_non_null(samrena_push(arena, 64));
}

/* An arena that comes to `size`. */
static SamrenaInfo live(const SamrenaConfig *config, uint64_t size) {
    Samrena *arena = create(config);
    fill(arena, size);
    SamrenaInfo info = info_of(arena);
    samrena_destroy(arena);
    return info;
}

static void repeat(const SamrenaConfig *config, uint64_t size, int times) {
    for (int i = 0; i < times; i++)
        (void)live(config, size);
}

/* What the next arena has before anything is pushed. */
static SamrenaInfo next(const SamrenaConfig *config) {
    Samrena *arena = create(config);
    SamrenaInfo info = info_of(arena);
    samrena_destroy(arena);
    return info;
}

static bool copy_info(const SamrenaLabelInfo *info, void *user) {
    SamrenaLabelInfo *copy = user;
    if (strcmp(info->name, copy->name) == 0)
        *copy = *info;
    return true;
}

/* Of the label used last under that name; zero where there is none. */
static SamrenaLabelInfo told(const char *name) {
    SamrenaLabelInfo info = {.name = name};
    assert_int_equal(samrena_labels_each(copy_info, &info), SAMRENA_OK);
    return info;
}

/* ---- The rule ---- */

static void test_a_narrow_label_takes_one_region(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    SamrenaInfo first = live(&config, 300 * KIB);
    repeat(&config, 300 * KIB, 3);
    SamrenaInfo learnt = live(&config, 300 * KIB);
    assert_int_equal(learnt.regions, 1);
    assert_true(learnt.adapter_calls <= (is_virtual(state) ? 2 : 1));
    assert_true(learnt.adapter_calls < first.adapter_calls);
    assert_true(learnt.committed >= 300 * KIB && learnt.committed <= 340 * KIB);
}

/* Huge pages begin with the first byte of a region: it is new, and got at once. */
static void test_a_large_plan_is_got_at_once(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    repeat(&config, 3 * MIB, 5);
    SamrenaInfo info = live(&config, 3 * MIB);
    assert_int_equal(info.regions, 1);
    assert_int_equal(info.adapter_calls, 1);
    assert_in_range(info.committed, 3 * MIB, 4 * MIB);
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    assert_in_range(live(&config, 3 * MIB).committed, 3 * MIB, 3 * MIB + 512 * KIB);
}

/* A narrow one hints at what the few come to that are a little larger; where sizes differ nothing is known of that. */
static void test_a_wide_label_gives_no_hint(void **state) {
    static SamrenaLabel narrow = SAMRENA_LABEL(""), wide = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &narrow);
    repeat(&config, 700 * KIB, 20);
    assert_true(next(&config).growth_hint >= 700 * KIB);
    config = labelled(state, &wide);
    for (int i = 0; i < 65; i++)
        (void)live(&config, 150 * KIB << i % 5);
    SamrenaInfo info = next(&config);
    assert_true(info.committed >= 500 * KIB);
    assert_int_equal(info.growth_hint, 0);
}

static void test_few_say_nothing(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    SamrenaInfo fresh = next(&config);
    repeat(&config, 300 * KIB, 3);
    assert_int_equal(next(&config).committed, fresh.committed);
    repeat(&config, 300 * KIB, 1);
    assert_true(next(&config).committed >= 300 * KIB);
}

static void test_outliers_change_nothing(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    for (int i = 0; i < 60; i++)
        (void)live(&config, i % 20 == 7 ? 4 * MIB : 20 * KIB);
    assert_true(next(&config).committed <= VIRTUAL_STEP);
}

static void test_two_humps_begin_with_the_small_one(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    for (int i = 0; i < 100; i++)
        (void)live(&config, i % 5 < 2 ? 400 * KIB : 5 * KIB);
    uint64_t committed = next(&config).committed;
    assert_true(is_virtual(state) ? committed == VIRTUAL_STEP : committed >= 5 * KIB && committed <= 12 * KIB);
}

/* What outgrows the small hump gets what the large one needs, and no more calls. */
static void test_two_humps_get_the_rest_at_once(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    for (int i = 0; i < 100; i++)
        (void)live(&config, i % 10 == 3 ? 400 * KIB : 7 * KIB);
    SamrenaInfo large = live(&config, 400 * KIB);
    assert_int_equal(large.regions, is_virtual(state) ? 1 : 2);
    assert_true(large.adapter_calls <= 2);
    assert_in_range(large.committed, 400 * KIB, 460 * KIB);
    assert_int_equal(live(&config, 7 * KIB).regions, 1);
    config.learn = SAMRENA_LEARN_NEVER;
    assert_true(live(&config, 400 * KIB).adapter_calls > 3);
}

/* Though what the small one needs is hardly less than before; also where that was so for long. */
static void test_a_large_hump_that_grows(void **state) {
    static SamrenaLabel labels[] = {SAMRENA_LABEL(""), SAMRENA_LABEL("")};
    for (int old = 0; old < 2; old++) {
        SamrenaConfig config = labelled(state, &labels[old]);
        for (int i = 0; i < (old ? 600 : 60); i++)
            (void)live(&config, i % 5 == 0 ? 906 * KIB : 151 * KIB);
        for (int i = 0; i < (old ? 300 : 240); i++)
            (void)live(&config, i % 5 == 0 ? 3252 * KIB : 137 * KIB);
        SamrenaInfo large = live(&config, 3252 * KIB);
        assert_true(large.adapter_calls <= (is_virtual(state) ? 3 : 2));
        assert_in_range(large.committed, 3252 * KIB, 3800 * KIB);
    }
}

/* A reserve of its own says more. */
static void test_a_hint_is_not_the_labels(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    for (int i = 0; i < 100; i++)
        (void)live(&config, i % 10 == 3 ? 400 * KIB : 7 * KIB);
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve_with_growth(arena, 16 * KIB, 8 * MIB), SAMRENA_OK);
    uint64_t capacity = samrena_capacity(arena);
    while (samrena_capacity(arena) == capacity)
        assert_non_null(samrena_push(arena, 1024));
    assert_true(samrena_capacity(arena) <= 4 * MIB + 512 * KIB);
    samrena_destroy(arena);
}

/* Of what a usual first region has: 4 KiB. */
static void test_more_than_twice_the_usual_is_a_new_phase(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    for (uint64_t size = 8 * KIB; size <= 9 * KIB; size += KIB) {
        SamrenaConfig config = labelled(state, &label);
        repeat(&config, KIB, 99);
        repeat(&config, size, 8);
        assert_int_equal(next(&config).committed >= size, size > 8 * KIB || is_virtual(state));
    }
}

static void test_a_new_phase_is_seen_at_once(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    repeat(&config, 20 * KIB, 200);
    repeat(&config, 600 * KIB, 10);
    SamrenaInfo large = live(&config, 600 * KIB);
    assert_int_equal(large.regions, 1);
    assert_true(large.adapter_calls <= 2);
    assert_true(large.committed <= 680 * KIB);
    repeat(&config, 20 * KIB, 40);
    assert_true(next(&config).committed <= VIRTUAL_STEP);
}

/* Capacity over use, and calls, of many sizes that differ by a thousand: not worse than doubling. */
static void test_wide_labels_waste_no_more(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label), plain = config_of(state);
    uint64_t with[2] = {0, 0}, without[2] = {0, 0};
    unsigned random = 1;
    for (int i = 0; i < 400; i++) {
        random = random * 1103515245 + 12345;
        uint64_t size = (KIB << (random >> 16) % 8) + (random >> 8) % KIB;
        SamrenaInfo one = live(&config, size), other = live(&plain, size);
        with[0] += one.committed, with[1] += one.adapter_calls;
        without[0] += other.committed, without[1] += other.adapter_calls;
    }
    assert_true(with[0] * 100 <= without[0] * 110);
    assert_in_range(with[1], 400, is_virtual(state) ? without[1] * 110 / 100 : without[1] * 75 / 100);
}

/* ---- What comes before it ---- */

static void test_the_config_comes_first(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label), other;
    repeat(&config, 3 * MIB, 8);
    assert_true(next(&config).committed >= 3 * MIB);
    other = config;
    other.initial_size = 100 * KIB;
    assert_true(next(&other).committed <= 128 * KIB);
    other = config;
    other.limit = 200 * KIB + 1;
    SamrenaInfo limited = next(&other);
    assert_true(limited.capacity > 190 * KIB && limited.capacity <= other.limit);
    assert_true(limited.committed <= 256 * KIB);
    other = config;
    other.growth_most = 100 * KIB;
    assert_true(next(&other).committed <= 128 * KIB);
    other = config;
    other.growth = SAMRENA_GROWTH_NONE;
    assert_true(next(&other).committed <= VIRTUAL_STEP);
    other = config;
    other.learn = SAMRENA_LEARN_NEVER;
    assert_true(next(&other).committed <= VIRTUAL_STEP);
    assert_true(next(&config).committed >= 3 * MIB);
}

static void test_an_adapters_ceiling_is_no_error(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    repeat(&config, 3 * MIB, 8);
    config.max_reserve = MIB;
    assert_true(is_virtual(state) ? next(&config).committed <= MIB : next(&config).committed >= 3 * MIB);
}

static void test_a_refused_wish_is_no_failure(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("refused");
    (void)state;
    for (int grows = 0; grows < 2; grows++) {
        set_up_test_adapters(NULL);
        SamrenaConfig config = config_named(grows ? "growing" : "separate");
        config.label = &label;
        repeat(&config, 300 * KIB, 8);
        test_adapter.refuse_above = 20 * KIB;
        Samrena *arena = create(&config);
        assert_in_range(info_of(arena).committed, 4 * KIB, (4 + 20) * KIB);
        fill(arena, 100 * KIB);
        samrena_destroy(arena);
        test_adapter.refuse_above = 0;
        test_adapter.fail_at = 1;
        arena = samrena_create(&config); /* may fail where the required bytes are refused too, and names the label */
        if (!arena)
            assert_message_has("refused: ");
        samrena_destroy(arena);
    }
}

/* ---- What is told ---- */

static void test_learn_never_tells_nothing(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("never");
    SamrenaConfig config = config_of(state);
    config.label = &label;
    config.learn = SAMRENA_LEARN_NEVER;
    repeat(&config, 300 * KIB, 8);
    assert_int_equal(told("never").arenas, 0);
    assert_int_equal(told("never").rounds, 0);
}

static void test_resets_tell(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    Samrena *arena = create(&config);
    for (int i = 0; i < 6; i++) {
        fill(arena, i == 0 ? 900 * KIB : 100 * KIB);
        SamrenaMark mark = samrena_mark(arena);
        fill(arena, 20 * KIB); /* the most of the round, not what is left of it */
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    assert_int_equal(told("test.label").rounds, 6);
    assert_in_range(told("test.label").median, 120 * KIB, 140 * KIB);
    assert_in_range(told("test.label").most, 920 * KIB, 930 * KIB);
    assert_in_range(info_of(arena).high_water, 920 * KIB, 930 * KIB); /* since creation, whatever was reset */
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_destroy(arena);
    assert_int_equal(told("test.label").rounds, 6); /* nothing was pushed since */
    assert_int_equal(told("test.label").arenas, 1);
    assert_int_equal(told("test.label").alive, 0);
}

static void release(void *arena) {
    assert_in_range(info_of(arena).high_water, 64 * KIB, 66 * KIB);
}

static void test_release_functions_see_the_highest_total(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    Samrena *arena = create(&config);
    fill(arena, 64 * KIB);
    samrena_reset(arena);
    assert_int_equal(samrena_on_release(arena, release, arena), SAMRENA_OK);
    samrena_destroy(arena);
}

static void test_spliced_arenas_tell(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL(""), of_parts = SAMRENA_LABEL("parts");
    SamrenaConfig config = labelled(state, &label), part_config = config;
    part_config.label = &of_parts;
    SamrenaLabelInfo before = told("parts");
    Samrena *into = create(&config), *part = create(&part_config);
    fill(into, 20 * KIB);
    fill(part, 500 * KIB);
    assert_int_equal(samrena_splice(into, part), SAMRENA_OK);
    assert_int_equal(told("parts").rounds, before.rounds + 1);
    assert_int_equal(told("parts").alive, 0);
    assert_in_range(told("parts").most, 500 * KIB, 520 * KIB);
    samrena_destroy(into);
    assert_in_range(told("test.label").most, 20 * KIB, 24 * KIB); /* its own memory alone */
    assert_int_equal(told("parts").rounds, before.rounds + 1);
}

static void test_arenas_in_storage_tell(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    static unsigned char storage[8192];
    SamrenaConfig config = labelled(state, &label);
    for (int i = 0; i < 5; i++) {
        Samrena *arena = samrena_create_in(storage, sizeof(storage), &config);
        assert_non_null(arena);
        assert_int_equal(told("test.label").alive, 1);
        fill(arena, 40 * KIB);
        samrena_destroy(arena);
    }
    assert_int_equal(told("test.label").rounds, 5);
    assert_in_range(told("test.label").median, 40 * KIB, 45 * KIB);
}

static void test_children_tell(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("");
    SamrenaConfig config = labelled(state, &label);
    config.parent = create_for(state);
    fill(create(&config), 10 * KIB);
    assert_int_equal(told("test.label").alive, 1);
    samrena_destroy(config.parent);
    assert_int_equal(told("test.label").alive, 0);
    assert_int_equal(told("test.label").rounds, 1);
}

/* ---- Prefaulting ---- */

static uint64_t prefaulted_by(int32_t policy) {
    static SamrenaLabel label = SAMRENA_LABEL("prefault");
    set_up_test_adapters(NULL);
    SamrenaConfig config = config_named("growing");
    config.label = &label;
    config.prefault = policy;
    repeat(&config, 500 * KIB, 8);
    uint64_t before = test_adapter.prefaulted;
    repeat(&config, 500 * KIB, 1);
    return test_adapter.prefaulted - before;
}

static void test_what_will_surely_be_used_is_prefaulted(void **state) {
    (void)state;
    assert_int_equal(prefaulted_by(SAMRENA_PREFAULT_NEVER), 0);
    assert_in_range(prefaulted_by(SAMRENA_PREFAULT_AUTO), 500 * KIB, 570 * KIB);
    assert_true(told("prefault").faults_avoided > 0);
}

static void test_warm_memory_is_not_prefaulted(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("warm");
    (void)state;
    set_up_test_adapters(NULL);
    SamrenaConfig config = config_named("separate"); /* whose memory was written to */
    config.label = &label;
    repeat(&config, 500 * KIB, 9);
    assert_int_equal(test_adapter.prefaulted, 0);
}

/* ---- A size that is known ---- */

static void test_a_known_size_is_one_region(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 3 * MIB;
    SamrenaInfo info = live(&config, 3 * MIB);
    assert_int_equal(info.regions, 1);
    assert_int_equal(info.adapter_calls, 1);
    assert_int_equal(info.committed, 3 * MIB);
}

/* ---- Names ---- */

static void test_a_label_has_a_name(void **state) {
    static SamrenaLabel nameless, named = SAMRENA_LABEL("named");
    static unsigned char storage[8192];
    SamrenaConfig config = config_of(state);
    config.label = &nameless;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("SamrenaConfig.label has no name");
    assert_fails(samrena_create_in(storage, sizeof(storage), &config), SAMRENA_ERROR_INVALID_PARAMETER);
    config.label = &named;
    config.adapter = "none-of-that-name";
    assert_fails(samrena_create(&config), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_message_has("named: ");
    config.adapter = NULL;
    config.growth = 7;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("named: ");
}

/* ---- Threads ---- */

enum { THREADS = 4, LIVES = 10000 };

static atomic_int waiting;

/* All at once, or the first has ended before the last begins. */
static void *live_in_a_thread(void *user) {
    const SamrenaConfig *config = user;
    for (atomic_fetch_sub(&waiting, 1); atomic_load(&waiting) > 0;)
        sched_yield();
    for (unsigned i = 0; i < LIVES; i++) {
        Samrena *arena = samrena_create(config);
        samrena_push(arena, 100 + i % 7 * 3000);
        if (i % 3 == 0)
            samrena_reset(arena);
        samrena_destroy(arena);
    }
    return NULL;
}

static void test_threads_lose_no_arena(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("threads");
    SamrenaLabelInfo before = told("threads");
    SamrenaConfig config = config_of(state);
    config.label = &label;
    pthread_t threads[THREADS];
    Samrena *alive = create(&config);
    atomic_store(&waiting, THREADS);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, live_in_a_thread, &config), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    SamrenaLabelInfo after = told("threads");
    assert_int_equal(after.arenas - before.arenas, THREADS * LIVES + 1);
    assert_int_equal(after.alive, 1);
    assert_in_range(after.rounds, 1, 2 * THREADS * LIVES); /* some may be lost */
    assert_in_range(after.median, 100, 25000);
    samrena_destroy(alive);
    assert_int_equal(told("threads").alive, 0);
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_a_narrow_label_takes_one_region),
        OVER_ADAPTERS(test_a_large_plan_is_got_at_once),
        OVER_ADAPTERS(test_a_wide_label_gives_no_hint),
        OVER_ADAPTERS(test_few_say_nothing),
        OVER_ADAPTERS(test_outliers_change_nothing),
        OVER_ADAPTERS(test_two_humps_begin_with_the_small_one),
        OVER_ADAPTERS(test_two_humps_get_the_rest_at_once),
        OVER_ADAPTERS(test_a_large_hump_that_grows),
        OVER_ADAPTERS(test_a_hint_is_not_the_labels),
        OVER_ADAPTERS(test_more_than_twice_the_usual_is_a_new_phase),
        OVER_ADAPTERS(test_a_new_phase_is_seen_at_once),
        OVER_ADAPTERS(test_wide_labels_waste_no_more),
        OVER_ADAPTERS(test_the_config_comes_first),
        OVER_ADAPTERS(test_an_adapters_ceiling_is_no_error),
        IN_A_PROCESS(test_a_refused_wish_is_no_failure),
        OVER_ADAPTERS(test_learn_never_tells_nothing),
        OVER_ADAPTERS(test_resets_tell),
        OVER_ADAPTERS(test_release_functions_see_the_highest_total),
        OVER_ADAPTERS(test_spliced_arenas_tell),
        OVER_ADAPTERS(test_arenas_in_storage_tell),
        OVER_ADAPTERS(test_children_tell),
        IN_A_PROCESS(test_what_will_surely_be_used_is_prefaulted),
        IN_A_PROCESS(test_warm_memory_is_not_prefaulted),
        OVER_ADAPTERS(test_a_known_size_is_one_region),
        OVER_ADAPTERS(test_a_label_has_a_name),
        OVER_ADAPTERS(test_threads_lose_no_arena),
    };
    return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
