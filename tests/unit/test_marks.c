// SPDX-License-Identifier: MIT
// Marks, rewinding and scopes.
#include "support.h"
#include "test_adapters.h"

static bool is_mark(SamrenaMark mark) {
    return mark.serial != 0;
}

/* Refused, and nothing changed. */
static void assert_stale(Samrena *arena, SamrenaMark mark) {
    uint64_t allocated = samrena_allocated(arena);
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_rewind: the mark");
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_int_equal(samrena_capacity(arena), capacity);
}

static void assert_rewinds(Samrena *arena, SamrenaMark mark) {
    if (samrena_rewind(arena, mark) != SAMRENA_OK)
        fail_msg("%s", samrena_last_error_message());
}

/* ---- Marks ---- */

static void test_rewind_takes_back_what_came_after(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *before = samrena_push(arena, 1000);
    memset(before, 7, 1000);
    SamrenaMark mark = samrena_mark(arena);
    assert_true(is_mark(mark));
    uint64_t allocated = samrena_allocated(arena);
    void *after = samrena_push(arena, 100);
    for (int i = 0; i < 1000; i++)
        memset(samrena_push(arena, 500), 9, 500);
    uint64_t capacity = samrena_capacity(arena);

    assert_rewinds(arena, mark);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_true(samrena_capacity(arena) >= capacity);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(before[i], 7);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_ptr_equal(samrena_push(arena, 100), after);
    for (int i = 0; i < 1000; i++)
        assert_non_null(samrena_push(arena, 500));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    assert_true(info_of(arena).high_water >= allocated + 500000);
    samrena_destroy(arena);
}

/* 64 bytes, and what aligns them to 8; fewer on 32 bits. */
static void test_what_a_mark_costs(void **state) {
    for (uint64_t before = 0; before < 8; before++) {
        Samrena *arena = create_for(state);
        samrena_push_aligned(arena, 8 + before, 1);
        uint64_t allocated = samrena_allocated(arena);
        assert_true(is_mark(samrena_mark(arena)));
        uint64_t most = 64 + (8 - before) % 8, cost = samrena_allocated(arena) - allocated;
        assert_in_range(cost, sizeof(void *) == 8 ? most : 1, most);
        samrena_destroy(arena);
    }
}

static void test_an_empty_arena_can_be_marked(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark mark = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    assert_true(allocated <= 128);
    samrena_push(arena, 100000);
    assert_rewinds(arena, mark);
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_destroy(arena);
}

static void test_rewinding_makes_later_marks_stale_for_good(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark marks[5];
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        marks[i] = samrena_mark(arena);
        samrena_push(arena, 3000);
    }
    assert_rewinds(arena, marks[2]);
    assert_stale(arena, marks[3]);
    assert_stale(arena, marks[4]);
    samrena_push(arena, 3000);
    SamrenaMark again = samrena_mark(arena);
    samrena_push(arena, 10000);
    assert_stale(arena, marks[3]); /* also now that the arena has come past its place */
    assert_stale(arena, marks[4]);
    assert_rewinds(arena, again);
    assert_rewinds(arena, marks[2]); /* stays valid */
    assert_stale(arena, again);
    assert_rewinds(arena, marks[1]);
    assert_rewinds(arena, marks[0]);
    assert_stale(arena, marks[1]);
    samrena_destroy(arena);
}

/* Marks of one position are still one after the other. */
static void test_marks_at_one_position(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark first = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    SamrenaMark second = samrena_mark(arena);
    SamrenaMark third = samrena_mark(arena);
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_push(arena, 10);
    assert_rewinds(arena, second);
    assert_stale(arena, third);
    assert_rewinds(arena, second);
    assert_rewinds(arena, first);
    assert_stale(arena, second);
    SamrenaMark fourth = samrena_mark(arena);
    assert_stale(arena, second);
    assert_stale(arena, third);
    assert_rewinds(arena, fourth);
    assert_rewinds(arena, first);
    assert_stale(arena, fourth);
    samrena_destroy(arena);
}

static void test_reset_makes_all_marks_stale(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark at_start = samrena_mark(arena);
    samrena_push(arena, 100);
    SamrenaMark later = samrena_mark(arena);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_stale(arena, at_start);
    assert_stale(arena, later);
    SamrenaMark anew = samrena_mark(arena); /* at the same place, with as many made since */
    assert_stale(arena, at_start);
    assert_rewinds(arena, anew);
    samrena_destroy(arena);
}

/* Arenas that come after one another get the same memory and do the same: their marks differ all the same. */
static void test_marks_of_other_arenas_are_refused(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark foreign = samrena_mark(arena);
    samrena_destroy(arena);
    for (int i = 0; i < 10; i++) {
        arena = create_for(state);
        SamrenaMark mark = samrena_mark(arena);
        assert_stale(arena, foreign);
        assert_rewinds(arena, mark);
        foreign = mark;
        samrena_destroy(arena);
    }
    SamrenaConfig config = samrena_default_config();
    Samrena *one = create(&config), *two = create(&config);
    SamrenaMark of_one = samrena_mark(one), of_two = samrena_mark(two);
    assert_stale(one, of_two);
    assert_stale(two, of_one);
    samrena_destroy(one);
    samrena_destroy(two);
}

static void test_marks_that_were_never_made_are_refused(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark none = {0, 0};
    assert_stale(arena, none);
    assert_message_has("never made");
    SamrenaMark mark = samrena_mark(arena);
    assert_stale(arena, none);
    assert_stale(arena, (SamrenaMark){mark.serial, 1});
    assert_stale(arena, (SamrenaMark){mark.serial, UINT64_MAX});
    assert_stale(arena, (SamrenaMark){mark.serial + 1, 0});
    assert_stale(arena, (SamrenaMark){mark.serial - 1, 0});
    assert_stale(arena, (SamrenaMark){UINT64_MAX, 0});
    assert_rewinds(arena, mark);
    assert_int_equal(samrena_rewind_and_drop(arena, none), SAMRENA_OK);
    assert_int_equal(samrena_rewind_and_drop(arena, (SamrenaMark){1, 1}), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

static void test_a_mark_that_does_not_fit_fails(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 100;
    Samrena *arena = create_as(state, &config);
    samrena_push(arena, 96);
    SamrenaMark mark = samrena_mark(arena);
    assert_false(is_mark(mark));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_allocated(arena), 96);
    assert_stale(arena, mark);
    assert_int_equal(samrena_rewind_and_drop(arena, mark), SAMRENA_OK);
    samrena_destroy(arena);
}

static void test_marking_in_a_loop_takes_no_memory(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 1);
    samrena_rewind(arena, samrena_mark(arena));
    uint64_t allocated = samrena_allocated(arena);
    for (int i = 0; i < 10000; i++) {
        SamrenaMark outer = samrena_mark(arena);
        samrena_push(arena, 100);
        SamrenaMark inner = samrena_mark(arena);
        samrena_push(arena, 100);
        assert_rewinds(arena, inner);
        assert_rewinds(arena, outer);
        assert_int_equal(samrena_allocated(arena), allocated);
    }
    samrena_destroy(arena);
}

static void test_dropping_a_mark_gives_all_back(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 1);
    for (uint64_t size = 1; size < 100000; size *= 3) {
        uint64_t allocated = samrena_allocated(arena);
        SamrenaMark mark = samrena_mark(arena);
        samrena_push(arena, size);
        assert_int_equal(samrena_rewind_and_drop(arena, mark), SAMRENA_OK);
        assert_int_equal(samrena_allocated(arena), allocated);
        assert_stale(arena, mark);
        samrena_push(arena, 1000); /* so that marks come to stand in every region's start and end */
    }
    SamrenaMark kept = samrena_mark(arena), dropped = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    assert_int_equal(samrena_rewind_and_drop(arena, dropped), SAMRENA_OK);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_stale(arena, dropped);
    assert_rewinds(arena, kept);
    samrena_destroy(arena);
}

/* A number that a dropped mark had is not given again: it stays stale, wherever the next ones are made. */
static void test_dropped_marks_stay_stale(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark outer = samrena_mark(arena);
    SamrenaMark dropped[20];
    for (size_t i = 0; i < COUNT_OF(dropped); i++) {
        dropped[i] = samrena_mark(arena);
        samrena_push(arena, i * 1000);
        assert_int_equal(samrena_rewind_and_drop(arena, dropped[i]), SAMRENA_OK);
        SamrenaMark next = samrena_mark(arena); /* at the same place */
        for (size_t j = 0; j <= i; j++)
            assert_stale(arena, dropped[j]);
        assert_rewinds(arena, next);
        if (i % 2)
            assert_int_equal(samrena_rewind_and_drop(arena, next), SAMRENA_OK);
        else
            samrena_push(arena, 10);
    }
    assert_rewinds(arena, outer);
    for (size_t j = 0; j < COUNT_OF(dropped); j++)
        assert_stale(arena, dropped[j]);
    samrena_destroy(arena);
}

/* The same for marks that a rewind took back, and for those of other arenas that are dropped here. */
static void test_numbers_of_marks_are_given_once(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark seen[200];
    SamrenaMark outer = samrena_mark(arena);
    for (size_t i = 0; i < COUNT_OF(seen); i++) {
        seen[i] = samrena_mark(arena);
        for (size_t j = 0; j < i; j++)
            assert_true(seen[i].serial != seen[j].serial || seen[i].index != seen[j].index);
        if (i % 7 == 0)
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        else if (i % 3 == 0)
            samrena_push(arena, 100);
        else if (i % 3 == 1)
            assert_int_equal(samrena_rewind_and_drop(arena, seen[i]), SAMRENA_OK);
    }
    assert_stale(arena, outer);
    samrena_destroy(arena);
}

/* Zeros are cleared again where a rewind made used memory free. */
static void test_zeros_after_a_rewind(void **state) {
    Samrena *arena = create_for(state);
    SamrenaMark mark = samrena_mark(arena);
    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = samrena_push_zero(arena, 50000);
        for (int i = 0; i < 50000; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, 50000);
        assert_rewinds(arena, mark);
    }
    samrena_destroy(arena);
}

static void test_rewind_under_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 10001;
    Samrena *arena = create_as(state, &config);
    SamrenaMark mark = samrena_mark(arena);
    uint64_t left = config.limit - samrena_allocated(arena);
    for (int i = 0; i < 3; i++) {
        assert_non_null(samrena_push_aligned(arena, left, 1));
        assert_null(samrena_push_aligned(arena, 1, 1));
        assert_rewinds(arena, mark);
    }
    samrena_destroy(arena);
}

/* ---- Scopes ---- */

static int leave_early(Samrena *arena, int how) {
    SAMRENA_SCOPE(arena);
    samrena_push(arena, 5000);
    for (int i = 0; i < 3; i++) {
        SAMRENA_SCOPE(arena);
        samrena_push(arena, 50000);
        if (how == 0)
            return 1;
        if (how == 1)
            break;
    }
    return 2;
}

static void test_scopes_end_however_they_are_left(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 33);
    for (int how = 0; how < 3; how++) {
        uint64_t allocated = samrena_allocated(arena);
        assert_int_equal(leave_early(arena, how), how == 0 ? 1 : 2);
        assert_int_equal(samrena_allocated(arena), allocated);
    }
    samrena_destroy(arena);
}

static void count_failure(SamrenaError error, const char *message, void *user) {
    (void)error;
    (void)message;
    ++*(int *)user;
}

/* A scope that could not be entered takes nothing back; one that became stale inside is left in silence. */
static void test_scopes_that_fail(void **state) {
    int failures = 0;
    SamrenaConfig config = config_of(state);
    config.limit = 200;
    config.failure = count_failure;
    config.failure_user = &failures;
    Samrena *arena = create_as(state, &config);
    samrena_push(arena, 160);
    {
        SAMRENA_SCOPE(arena);
        assert_int_equal(failures, 1);
        assert_non_null(samrena_push(arena, 16));
    }
    assert_int_equal(samrena_allocated(arena), 176);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    {
        SAMRENA_SCOPE(arena);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_push(arena, 48);
    }
    assert_int_equal(samrena_allocated(arena), 48);
    assert_int_equal(failures, 1);
    samrena_destroy(arena);
}

/* An adapter that runs dry while marks and functions are being made. */
static void test_out_of_memory_leaves_marks_whole(void **state) {
    (void)state;
    for (int fail_at = 2; fail_at < 8; fail_at++) {
        test_adapter.fail_at = 0;
        Samrena *arena = create_named("separate");
        test_adapter.calls = 0;
        test_adapter.fail_at = fail_at;
        test_adapter.fail_from_there = true;
        SamrenaMark mark = samrena_mark(arena);
        while (samrena_push(arena, 100) && is_mark(samrena_mark(arena))) {
        }
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        while (samrena_push_aligned(arena, 1, 1)) {
        }
        uint64_t allocated = samrena_allocated(arena);
        assert_stale(arena, samrena_mark(arena));
        assert_int_equal(samrena_allocated(arena), allocated);
        assert_rewinds(arena, mark);
        samrena_destroy(arena);
        assert_int_equal(test_adapter.live_regions, 0);
    }
}

static void test_null_arenas(void **state) {
    (void)state;
    assert_false(is_mark(samrena_mark(NULL)));
    assert_message_has("samrena_mark: the arena is NULL");
    assert_int_equal(samrena_rewind(NULL, (SamrenaMark){1, 0}), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_rewind: the arena is NULL");
    assert_int_equal(samrena_rewind_and_drop(NULL, (SamrenaMark){0, 0}), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_rewind_and_drop: the arena is NULL");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_rewind_takes_back_what_came_after),
        OVER_ARENAS(test_what_a_mark_costs),
        OVER_ARENAS(test_an_empty_arena_can_be_marked),
        OVER_ARENAS(test_rewinding_makes_later_marks_stale_for_good),
        OVER_ARENAS(test_marks_at_one_position),
        OVER_ARENAS(test_reset_makes_all_marks_stale),
        OVER_ARENAS(test_marks_of_other_arenas_are_refused),
        OVER_ARENAS(test_marks_that_were_never_made_are_refused),
        OVER_ARENAS(test_a_mark_that_does_not_fit_fails),
        OVER_ARENAS(test_marking_in_a_loop_takes_no_memory),
        OVER_ARENAS(test_dropping_a_mark_gives_all_back),
        OVER_ARENAS(test_dropped_marks_stay_stale),
        OVER_ARENAS(test_numbers_of_marks_are_given_once),
        OVER_ARENAS(test_zeros_after_a_rewind),
        OVER_ARENAS(test_rewind_under_a_limit),
        OVER_ARENAS(test_scopes_end_however_they_are_left),
        OVER_ARENAS(test_scopes_that_fail),
        cmocka_unit_test_setup(test_out_of_memory_leaves_marks_whole, set_up_test_adapters),
        cmocka_unit_test(test_null_arenas),
    };
    return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
