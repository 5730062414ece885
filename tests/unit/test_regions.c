// SPDX-License-Identifier: MIT
// The border to the adapter: out of memory at every call, and adapters that break their contract.
#include "address_space.h"
#include "support.h"
#include "test_adapters.h"

/* ---- Out of memory at every adapter call ---- */

enum { STEPS = 12 };

/* Adapter calls of each kind, from create to the largest reserve. */
static bool take_step(Samrena *arena, int step) {
    switch (step) {
    case 0: return samrena_push(arena, 4000);
    case 1: return samrena_push(arena, 4000);
    case 2: return samrena_push_aligned(arena, 5000, 4096);
    case 3: return samrena_push_zero(arena, 100000);
    case 4: return samrena_reserve(arena, 300000) == SAMRENA_OK;
    case 5: return samrena_push(arena, 150000);
    case 6: return samrena_reserve_with_growth(arena, 500000, 4000000) == SAMRENA_OK;
    case 7: return samrena_push(arena, 700000);
    case 8: return samrena_push_with_reserve(arena, 2000000);
    case 9: return samrena_push_array(arena, 1000, 3000);
    case 10: return samrena_reserve_more(arena, 1000000) == SAMRENA_OK;
    default: return samrena_push(arena, 1000000);
    }
}

static void assert_step_changed_nothing(const SamrenaInfo *before, const Samrena *arena) {
    SamrenaInfo after = info_of(arena);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("failing as planned");
    assert_int_equal(after.allocated, before->allocated);
    assert_int_equal(after.growth_hint, before->growth_hint);
    assert_true(after.capacity >= before->capacity);
}

/* The nth call for memory fails, and all after it until the step that met it has failed; then it is tried again. */
static bool live_with_failure(const char *adapter, int n, int *failed_steps) {
    set_up_test_adapters(NULL);
    test_adapter.fail_at = n;
    test_adapter.fail_from_there = true;
    SamrenaConfig config = config_named(adapter);
    config.initial_size = 4 * KIB; /* the wish for as much is no failure */
    Samrena *arena = samrena_create(&config);
    if (!arena) {
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_message_has("failing as planned");
        assert_int_equal(test_adapter.live_contexts, 0);
        assert_int_equal(test_adapter.live_regions, 0);
        return true;
    }
    unsigned char *sentinel = samrena_push(arena, 50);
    memset(sentinel, 0x33, 50);
    bool failed = false;
    for (int step = 0; step < STEPS; step++) {
        SamrenaInfo before = info_of(arena);
        if (!take_step(arena, step)) {
            assert_false(failed);
            assert_step_changed_nothing(&before, arena);
            failed = true;
            (*failed_steps)++;
            test_adapter.fail_at = 0;
            assert_true(take_step(arena, step));
        }
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(sentinel[i], 0x33);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
    return failed;
}

static void test_out_of_memory_at_every_call(void **state) {
    int failed_steps = 0;
    int n = 1;
    while (live_with_failure(*state, n, &failed_steps))
        n++;
    assert_true(n > 6);
    assert_true(failed_steps > 4);
}

/* Where only the wish is refused, what the push needs is asked for alone, and the push succeeds. */
static void test_refused_desire_settles_for_what_is_needed(void **state) {
    Samrena *arena = create_named(*state);
    samrena_push(arena, MIB);
    test_adapter.refuse_above = 100000;
    assert_non_null(samrena_push(arena, samrena_capacity(arena) - samrena_allocated(arena) + 1000));
    assert_true(test_adapter.last_desired <= 100000);
    assert_true(test_adapter.last_required <= test_adapter.last_desired);
    samrena_destroy(arena);
}

static void test_other_errors_are_passed_on_and_not_repeated(void **state) {
    Samrena *arena = create_named(*state);
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    test_adapter.fail_at = test_adapter.calls + 1;
    int calls = test_adapter.calls;
    assert_null(samrena_push(arena, MIB));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(test_adapter.calls, calls + 1);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

/* A push that cannot be had whatever is asked: the wish is halved down to the need, and that is the end. */
static void test_a_refused_push_asks_a_few_times(void **state) {
    Samrena *arena = create_named(*state);
    samrena_push(arena, MIB);
    test_adapter.refuse_above = 1;
    test_adapter.calls = 0;
    assert_fails(samrena_push(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_in_range(test_adapter.calls, 1, 20);
    test_adapter.refuse_above = 0;
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

static void test_failed_creation_leaves_nothing(void **state) {
    SamrenaConfig config = config_named(*state);
    config.initial_size = 4 * KIB;
    for (int n = 1; n <= 2; n++) {
        set_up_test_adapters(NULL);
        test_adapter.fail_at = n;
        test_adapter.fail_from_there = true;
        assert_fails(samrena_create(&config), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_message_has((const char *)*state);
        assert_int_equal(test_adapter.live_contexts, 0);
    }
}

/* ---- Adapters that break their contract: told, refused, and nothing crashes ---- */

static void give_nothing(SamrenaRegion *region) {
    free(region->base);
    test_adapter.live_regions--;
    region->base = NULL;
}

static void misalign(SamrenaRegion *region) {
    region->base += 8;
}

static void give_too_little(SamrenaRegion *region) {
    region->size = 1;
}

static void wrap(SamrenaRegion *region) {
    region->size = UINT64_MAX - 100;
}

static void test_bad_regions_are_refused(void **state) {
    (void)state;
    static const struct {
        void (*spoil)(SamrenaRegion *region);
        const char *text;
    } cases[] = {
        {give_nothing, "without memory"}, {misalign, "not aligned"}, {give_too_little, "less than"}, {wrap, "wraps"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Samrena *arena = create_named("separate");
        test_adapter.spoil = cases[i].spoil;
        assert_null(samrena_push(arena, MIB));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("adapter separate broke its contract: acquire()");
        assert_message_has(cases[i].text);
        assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("reserve()");
        test_adapter.spoil = NULL;
        assert_non_null(samrena_push(arena, MIB));
        samrena_destroy(arena);
        assert_int_equal(test_adapter.live_regions, 0); /* what was refused was given back */
    }
}

static unsigned char *in_use;

static void give_what_is_in_use(SamrenaRegion *region) {
    free(region->cookie);
    test_adapter.live_regions--;
    region->base = in_use;
}

static void test_memory_in_use_is_not_taken_twice(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    in_use = samrena_push(arena, 100);
    memset(in_use, 0x11, 100);
    test_adapter.spoil = give_what_is_in_use;
    assert_null(samrena_push_zero(arena, MIB));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
    assert_message_has("in use already");
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_ADAPTER_INVALID);
    test_adapter.spoil = NULL;
    assert_non_null(samrena_push_zero(arena, MIB));
    assert_int_equal(in_use[99], 0x11);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

static void note_region(SamrenaRegion *region) {
    in_use = region->base;
}

/* A spare region is in use as well: it was promised to pushes to come. */
static void test_spare_memory_is_not_taken_twice(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.spoil = note_region;
    assert_int_equal(samrena_reserve(arena, 60000), SAMRENA_OK);
    test_adapter.spoil = give_what_is_in_use;
    assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_ERROR_ADAPTER_INVALID);
    assert_message_has("in use already");
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

static void test_unknown_errors_are_the_adapters_fault(void **state) {
    (void)state;
    static const int errors[] = {99, -1, SAMRENA_ERROR_ADAPTER_INVALID + 1};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        Samrena *arena = create_named("separate");
        test_adapter.error = (SamrenaError)errors[i];
        test_adapter.fail_at = test_adapter.calls + 1;
        assert_null(samrena_push(arena, MIB));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("unknown error");
        samrena_destroy(arena);
    }
}

static void test_absurd_step_stays_a_size(void **state) {
    (void)state;
    test_adapter.step = UINT64_MAX;
    Samrena *arena = create_named("stacked");
    assert_non_null(samrena_push(arena, 10000)); /* the adapter aborts where it is asked for more than PTRDIFF_MAX */
    assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_OK); /* the step is a wish, what is missing is enough */
    samrena_destroy(arena);
}

#define OVER_TEST_ADAPTERS(test)                                                                                       \
    {#test " [separate]", test, set_up_named, NULL, (void *)(uintptr_t) "separate"},                                   \
        {#test " [growing]", test, set_up_named, NULL, (void *)(uintptr_t) "growing"}, {                               \
#test " [plain]", test, set_up_named, NULL, (void *)(uintptr_t) "plain"                                        \
    }

static int set_up_named(void **state) {
    return set_up_test_adapters(state);
}

/* With a desire above the need, so that there would be something to repeat. */
static void test_other_errors_are_not_repeated_for_less(void **state) {
    Samrena *arena = create_named(*state);
    samrena_push(arena, MIB);
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    test_adapter.fail_at = test_adapter.calls + 1;
    assert_null(samrena_push(arena, 4 * KIB));
    assert_true(test_adapter.last_desired > test_adapter.last_required);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

/* What an adapter said about one failure is not told about the next. */
static void test_an_adapters_words_are_told_once(void **state) {
    Samrena *arena = create_named(*state);
    samrena_push(arena, MIB);
    test_adapter.fail_at = test_adapter.calls + 1;
    test_adapter.fail_from_there = true;
    assert_null(samrena_push(arena, MIB));
    assert_message_has("failing as planned");
    test_adapter.fail_at = 0;
    assert_null(samrena_push(arena, PTRDIFF_MAX / 2));
    assert_message_has("out of memory");
    assert_null(strstr(samrena_last_error_message(), "failing as planned"));
    samrena_destroy(arena);
}

static void give_one_too_little(SamrenaRegion *region) {
    region->size = test_adapter.last_required - 1;
}

static void give_half_the_world(SamrenaRegion *region) {
    region->size = (UINT64_C(1) << 63) + 16;
}

static void give_the_last_page(SamrenaRegion *region) {
    region->base = (unsigned char *)(UINTPTR_MAX - 4095);
}

/* As test_bad_regions_are_refused, at the edge of each rule. */
static void test_barely_bad_regions_are_refused(void **state) {
    (void)state;
    static void (*const spoils[])(SamrenaRegion *) = {give_one_too_little, give_half_the_world, give_the_last_page};
    for (size_t i = 0; i < COUNT_OF(spoils); i++) {
        Samrena *arena = create_named("separate");
        test_adapter.spoil = spoils[i];
        assert_null(samrena_push(arena, MIB));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
        test_adapter.spoil = NULL;
        samrena_destroy(arena);
    }
}

static void give_an_odd_size(SamrenaRegion *region) {
    region->size -= 1;
}

/* Bytes behind the last multiple of 16 are of no use, and are not counted. */
static void test_odd_regions_are_counted_as_far_as_they_are_used(void **state) {
    (void)state;
    test_adapter.spoil = give_an_odd_size;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_capacity(arena), 4080);
    assert_int_equal(info_of(arena).committed, 4080);
    assert_non_null(samrena_push(arena, 4080));
    assert_non_null(samrena_push(arena, 100));
    assert_int_equal(samrena_capacity(arena), 8160);
    assert_int_equal(info_of(arena).committed, 8160);
    samrena_destroy(arena);
}

/* ---- Regions that grow in place ---- */

/* What cannot grow in place is joined by another region. The newest one grows, also where it is a spare one. */
static void test_only_the_newest_region_is_grown(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    assert_null(samrena_push_aligned(arena, 1, 3));
    assert_non_null(samrena_push(arena, 5000));
    assert_int_equal(info_of(arena).regions, 1);
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    assert_non_null(samrena_push(arena, 6000));
    assert_int_equal(info_of(arena).regions, 2);
    assert_int_equal(samrena_reserve_more(arena, 20000), SAMRENA_OK);
    assert_int_equal(info_of(arena).regions, 3);
    test_adapter.extend_error = SAMRENA_OK;
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_OK);
    assert_int_equal(info_of(arena).regions, 3);
    assert_non_null(samrena_push(arena, 100000)); /* whole, as was reserved: the window's tail is skipped */
    assert_int_equal(info_of(arena).regions, 3);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 200000));
    assert_int_equal(info_of(arena).regions, 3);
    assert_message_has("aligned to 3"); /* that growing in place was not to be had is no failure */
    samrena_destroy(arena);
}

/* Bytes of which the adapter knows nothing are cleared, also where the region grew by them. */
static void test_zero_in_what_a_region_grew_by(void **state) {
    (void)state;
    test_adapter.fill = 0xa5;
    Samrena *arena = create_named("stacked");
    for (int i = 0; i < 10; i++) {
        unsigned char *bytes = samrena_push_zero(arena, 5000);
        for (int j = 0; j < 5000; j++)
            assert_int_equal(bytes[j], 0);
    }
    assert_int_equal(info_of(arena).regions, 1);
    samrena_destroy(arena);
}

static void know_all_zero(SamrenaRegion *region) {
    region->zero_from = 0;
}

/* An adapter does not see where the cursor was: what it says about used bytes does not count. */
static void test_used_bytes_are_not_known_to_be_zero(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    memset(samrena_push(arena, 1000), 0xff, 1000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    test_adapter.spoil = know_all_zero;
    assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_OK);
    unsigned char *bytes = samrena_push_zero(arena, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(bytes[i], 0);
    samrena_destroy(arena);
}

static void move(SamrenaRegion *region) {
    region->base += 16;
}

static void grow_by_nothing(SamrenaRegion *region) {
    region->size -= test_adapter.last_desired;
}

static void grow_by_too_little(SamrenaRegion *region) {
    region->size -= test_adapter.last_desired - test_adapter.last_required + 16;
}

static void test_badly_grown_regions_are_refused(void **state) {
    (void)state;
    static const struct {
        void (*spoil)(SamrenaRegion *region);
        const char *text;
    } cases[] = {{move, "moved the region"}, {grow_by_nothing, "less than"}, {grow_by_too_little, "less than"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Samrena *arena = create_named("stacked");
        samrena_push(arena, 4 * KIB);
        SamrenaInfo before = info_of(arena);
        test_adapter.spoil = cases[i].spoil;
        assert_null(samrena_push(arena, 4 * KIB));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("adapter stacked broke its contract: extend()");
        assert_message_has(cases[i].text);
        assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_ERROR_ADAPTER_INVALID);
        assert_message_has("reserve()");
        SamrenaInfo after = info_of(arena);
        assert_int_equal(after.committed, before.committed);
        assert_int_equal(after.capacity, before.capacity);
        test_adapter.spoil = NULL;
        assert_non_null(samrena_push(arena, 4 * KIB));
        samrena_destroy(arena);
    }
}

static void test_grown_regions_are_counted_once(void **state) {
    (void)state;
    static const char *const names[] = {"growing", "stacked", "virtual"};
    for (size_t n = 0; n < COUNT_OF(names); n++) {
        Samrena *arena = create_named(names[n]);
        for (int i = 0; i < 100; i++) {
            assert_non_null(samrena_push(arena, 1000));
            assert_int_equal(info_of(arena).committed, samrena_capacity(arena));
        }
        samrena_destroy(arena);
    }
}

static void test_extend_is_called_for_the_region_got_last(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_push(arena, 4 * KIB);
    samrena_push(arena, 5000); /* the second region */
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_push(arena, 20000); /* fits neither: a third one, booked before the second */
    samrena_push(arena, 5000);  /* the second again, now last in the list */
    test_adapter.extend_error = SAMRENA_OK;
    assert_non_null(samrena_push(arena, 5000));
    samrena_destroy(arena);
}

static void write_all_of_it(SamrenaRegion *region) {
    *region = (SamrenaRegion){.base = region->base, .size = region->size, .cookie = region->cookie};
}

static void test_struct_size_is_set_before_every_call(void **state) {
    (void)state;
    test_adapter.spoil = write_all_of_it;
    Samrena *arena = create_named("separate");
    samrena_push(arena, 5000);
    samrena_destroy(arena);
}

/* ---- What an adapter tells about its regions ---- */

/* No region larger than that is asked for, by no call, and what cannot be one is refused without asking. */
static void test_the_largest_region(void **state) {
    (void)state;
    static const char *const names[] = {"separate", "plain", "trimming"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        set_up_test_adapters(NULL);
        test_adapter.largest = 100000;
        test_adapter.refuse_above = 100000;
        test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER; /* which no wish may meet */
        Samrena *arena = create_named(names[i]);
        for (int j = 0; j < 20000; j++)
            assert_non_null(samrena_push(arena, 100));
        assert_non_null(samrena_push(arena, 90000));
        assert_true(info_of(arena).regions < 100);
        uint64_t total = samrena_capacity(arena) + MIB;
        assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
        if (i != 1)
            assert_true(samrena_capacity(arena) >= total);
        int calls = test_adapter.calls;
        assert_fails(samrena_push(arena, 100001), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_fails(samrena_push_aligned(arena, 90000, UINT64_C(1) << 40), SAMRENA_ERROR_OUT_OF_MEMORY);
        assert_int_equal(test_adapter.calls, calls);
        samrena_destroy(arena);
    }
}

/* A hint, and a size known at creation: in pieces of the largest. */
static void test_the_largest_region_and_a_hint(void **state) {
    (void)state;
    test_adapter.largest = 64 * KIB;
    test_adapter.refuse_above = 64 * KIB;
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_reserve_with_growth(arena, 100 * KIB, 10 * MIB), SAMRENA_OK);
    for (int i = 0; i < 50000; i++)
        assert_non_null(samrena_push(arena, 100));
    assert_true(info_of(arena).regions < 250);
    samrena_destroy(arena);
}

/* What can be had in one region by its alignment is told. */
static void test_the_adapter_is_told_the_alignment(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    samrena_push(arena, 4 * KIB);
    assert_int_equal(test_adapter.last_alignment, 16);
    for (uint64_t alignment = 1; alignment <= 64 * KIB; alignment *= 2) {
        assert_non_null(samrena_push_aligned(arena, samrena_capacity(arena) - samrena_allocated(arena) + 1, alignment));
        assert_int_equal(test_adapter.last_alignment, alignment < 16 ? 16 : alignment);
    }
    samrena_destroy(arena);
}

/* Not now, or not this region: in either case one of its own is got, and the arena goes on. */
static void test_a_region_that_does_not_grow_is_joined_by_another(void **state) {
    (void)state;
    static const SamrenaError errors[] = {SAMRENA_ERROR_OUT_OF_MEMORY, SAMRENA_ERROR_UNSUPPORTED};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        set_up_test_adapters(NULL);
        Samrena *arena = create_named("stacked");
        unsigned char *first = samrena_push(arena, 4000);
        memset(first, 1, 4000);
        test_adapter.extend_error = errors[i];
        for (int j = 0; j < 20; j++)
            assert_non_null(samrena_push(arena, 5000));
        assert_int_equal(samrena_reserve_more(arena, 50000), SAMRENA_OK);
        assert_non_null(samrena_push(arena, 50000));
        assert_true(info_of(arena).regions > 2);
        assert_filled_with(first, 4000, 1);
        test_adapter.extend_error = SAMRENA_OK;
        uint64_t regions = info_of(arena).regions;
        assert_non_null(samrena_push(arena, 100000)); /* the newest was not asked yet, or can be asked again */
        assert_in_range(info_of(arena).regions, regions, regions + 1);
        samrena_destroy(arena);
        assert_int_equal(test_adapter.live_regions, 0);
    }
}

/* OUT_OF_MEMORY is for now: the region is asked again, and grows. */
static void test_a_region_that_could_not_grow_may_grow_later(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_OUT_OF_MEMORY;
    test_adapter.refuse_above = 1;
    assert_null(samrena_push(arena, 5000));
    assert_true(test_adapter.extends > 0);
    test_adapter.extend_error = SAMRENA_OK;
    test_adapter.refuse_above = 0;
    assert_non_null(samrena_push(arena, 5000));
    assert_int_equal(info_of(arena).regions, 1);
    samrena_destroy(arena);
}

/* Where the arena is one range, no other region is asked for. */
static void test_a_range_that_is_full_is_the_end(void **state) {
    (void)state;
    Samrena *arena = create_named("growing");
    samrena_push(arena, MIB);
    test_adapter.refuse_above = 1;
    test_adapter.extends = test_adapter.calls = 0;
    assert_fails(samrena_push(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(test_adapter.calls, test_adapter.extends);
    samrena_destroy(arena);
}

int main(void) {
    leave_no_large_gap();
    const struct CMUnitTest tests[] = {
        OVER_TEST_ADAPTERS(test_out_of_memory_at_every_call),
        OVER_TEST_ADAPTERS(test_refused_desire_settles_for_what_is_needed),
        OVER_TEST_ADAPTERS(test_other_errors_are_passed_on_and_not_repeated),
        OVER_TEST_ADAPTERS(test_a_refused_push_asks_a_few_times),
        OVER_TEST_ADAPTERS(test_failed_creation_leaves_nothing),
        cmocka_unit_test_setup(test_bad_regions_are_refused, set_up_test_adapters),
        OVER_TEST_ADAPTERS(test_other_errors_are_not_repeated_for_less),
        OVER_TEST_ADAPTERS(test_an_adapters_words_are_told_once),
        cmocka_unit_test_setup(test_barely_bad_regions_are_refused, set_up_test_adapters),
        cmocka_unit_test_setup(test_odd_regions_are_counted_as_far_as_they_are_used, set_up_test_adapters),
        cmocka_unit_test_setup(test_only_the_newest_region_is_grown, set_up_test_adapters),
        cmocka_unit_test_setup(test_zero_in_what_a_region_grew_by, set_up_test_adapters),
        cmocka_unit_test_setup(test_used_bytes_are_not_known_to_be_zero, set_up_test_adapters),
        cmocka_unit_test_setup(test_badly_grown_regions_are_refused, set_up_test_adapters),
        cmocka_unit_test_setup(test_grown_regions_are_counted_once, set_up_test_adapters),
        cmocka_unit_test_setup(test_extend_is_called_for_the_region_got_last, set_up_test_adapters),
        cmocka_unit_test_setup(test_struct_size_is_set_before_every_call, set_up_test_adapters),
        cmocka_unit_test_setup(test_memory_in_use_is_not_taken_twice, set_up_test_adapters),
        cmocka_unit_test_setup(test_spare_memory_is_not_taken_twice, set_up_test_adapters),
        cmocka_unit_test_setup(test_unknown_errors_are_the_adapters_fault, set_up_test_adapters),
        cmocka_unit_test_setup(test_absurd_step_stays_a_size, set_up_test_adapters),
        cmocka_unit_test(test_the_largest_region),
        cmocka_unit_test_setup(test_the_largest_region_and_a_hint, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_adapter_is_told_the_alignment, set_up_test_adapters),
        cmocka_unit_test(test_a_region_that_does_not_grow_is_joined_by_another),
        cmocka_unit_test_setup(test_a_region_that_could_not_grow_may_grow_later, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_range_that_is_full_is_the_end, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("regions", tests, NULL, NULL);
}
