// SPDX-License-Identifier: MIT
// Marks, rewinding, scopes and release functions.
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
    samrena_reset(arena);
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
    Samrena *arena = create(&config);
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
    Samrena *arena = create(&config);
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
    Samrena *arena = create(&config);
    samrena_push(arena, 160);
    {
        SAMRENA_SCOPE(arena);
        assert_int_equal(failures, 1);
        assert_non_null(samrena_push(arena, 16));
    }
    assert_int_equal(samrena_allocated(arena), 176);
    samrena_reset(arena);
    {
        SAMRENA_SCOPE(arena);
        samrena_reset(arena);
        samrena_push(arena, 50);
    }
    assert_int_equal(samrena_allocated(arena), 50);
    assert_int_equal(failures, 1);
    samrena_destroy(arena);
}

/* ---- Release functions ---- */

static int released[16];
static size_t released_count;

static void note_release(void *argument) {
    assert_true(released_count < COUNT_OF(released));
    released[released_count++] = *(int *)argument;
}

static int *push_number(Samrena *arena, int number) {
    int *pushed = SAMRENA_PUSH_TYPE(arena, int);
    *pushed = number;
    assert_int_equal(samrena_on_release(arena, note_release, pushed), SAMRENA_OK);
    return pushed;
}

static void assert_released(const int *expected, size_t count) {
    assert_int_equal(released_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(released[i], expected[i]);
    released_count = 0;
}

#define ASSERT_RELEASED(...) assert_released((int[]){__VA_ARGS__}, COUNT_OF(((int[]){__VA_ARGS__})))

static void test_release_functions_run_newest_first(void **state) {
    released_count = 0;
    Samrena *arena = create_for(state);
    push_number(arena, 1);
    SamrenaMark mark = samrena_mark(arena);
    push_number(arena, 2);
    samrena_push(arena, 100000);
    push_number(arena, 3);
    samrena_mark(arena);
    push_number(arena, 4);
    assert_rewinds(arena, mark);
    ASSERT_RELEASED(4, 3, 2);
    assert_rewinds(arena, mark);
    assert_released(NULL, 0);
    push_number(arena, 5);
    samrena_reset(arena);
    ASSERT_RELEASED(5, 1);
    samrena_reset(arena);
    assert_released(NULL, 0);
    push_number(arena, 6);
    {
        SAMRENA_SCOPE(arena);
        push_number(arena, 7);
        push_number(arena, 8);
    }
    ASSERT_RELEASED(8, 7);
    push_number(arena, 9);
    samrena_destroy(arena);
    ASSERT_RELEASED(9, 6);
}

static Samrena *meddled_with;
static SamrenaMark meddled_mark;

static void meddle(void *argument) {
    note_release(argument);
    uint64_t allocated = samrena_allocated(meddled_with);
    assert_int_equal(samrena_rewind(meddled_with, meddled_mark), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("release function");
    assert_int_equal(samrena_rewind_and_drop(meddled_with, meddled_mark), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_reset(meddled_with);
    assert_message_has("samrena_reset");
    samrena_destroy(meddled_with);
    assert_message_has("samrena_destroy");
    assert_int_equal(samrena_allocated(meddled_with), allocated);
}

static void push_more(void *argument) {
    note_release(argument);
    if (*(int *)argument < 13)
        assert_int_equal(samrena_on_release(meddled_with, push_more, SAMRENA_PUSH_TYPE_ZERO(meddled_with, int)),
                         SAMRENA_OK);
    if (*(int *)argument > 0)
        assert_non_null(samrena_push(meddled_with, 20000));
    else
        *(int *)argument = 13;
}

static void test_release_functions_may_push_and_no_more(void **state) {
    released_count = 0;
    Samrena *arena = meddled_with = create_for(state);
    meddled_mark = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    int number = 12;
    push_number(arena, 1);
    assert_int_equal(samrena_on_release(arena, meddle, &number), SAMRENA_OK);
    assert_rewinds(arena, meddled_mark);
    ASSERT_RELEASED(12, 1);
    assert_int_equal(samrena_allocated(arena), allocated);

    int last = 13;
    assert_int_equal(samrena_on_release(arena, push_more, &last), SAMRENA_OK);
    assert_rewinds(arena, meddled_mark);
    ASSERT_RELEASED(13);
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_reset(arena); /* works again */
    assert_int_equal(samrena_allocated(arena), 0);
    samrena_destroy(arena);
}

static int left_to_register;

static void register_another(void *argument) {
    note_release(argument);
    if (--left_to_register > 0)
        assert_int_equal(samrena_on_release(meddled_with, register_another, argument), SAMRENA_OK);
}

/* What a function registers while everything is taken back runs as well. */
static void test_release_functions_that_register_more(void **state) {
    released_count = 0;
    left_to_register = 3;
    int number = 5;
    meddled_with = create_for(state);
    push_number(meddled_with, 1);
    assert_int_equal(samrena_on_release(meddled_with, register_another, &number), SAMRENA_OK);
    samrena_reset(meddled_with);
    ASSERT_RELEASED(5, 5, 5, 1);
    samrena_destroy(meddled_with);
    assert_released(NULL, 0);
}

static void test_release_functions_that_cannot_be_registered(void **state) {
    released_count = 0;
    SamrenaConfig config = config_of(state);
    config.limit = 60;
    Samrena *arena = create(&config);
    push_number(arena, 1);
    uint64_t allocated = samrena_allocated(arena);
    int number = 2;
    samrena_push_aligned(arena, config.limit - allocated - 8, 1);
    assert_int_equal(samrena_on_release(arena, note_release, &number), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_on_release(arena, NULL, &number), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("the function is NULL");
    samrena_destroy(arena);
    ASSERT_RELEASED(1);
}

static jmp_buf jumped_to;

static void jump(SamrenaError error, const char *message, void *user) {
    (void)error;
    (void)message;
    (void)user;
    longjmp(jumped_to, 1);
}

static void push_too_much(void *argument) {
    note_release(argument);
    assert_null(samrena_push(meddled_with, 100000));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_rewind(meddled_with, (SamrenaMark){0, 0}), SAMRENA_ERROR_INVALID_PARAMETER);
}

/* A failure callback that jumps would leave the taking back half done: inside a release function it is not called. */
static void test_failures_in_release_functions_are_the_functions_own(void **state) {
    released_count = 0;
    SamrenaConfig config = config_of(state);
    config.limit = 4096;
    config.failure = jump;
    Samrena *volatile arena = meddled_with = create(&config);
    int number = 3;
    if (setjmp(jumped_to))
        fail_msg("the callback was called in a release function");
    push_number(arena, 1);
    assert_int_equal(samrena_on_release(arena, push_too_much, &number), SAMRENA_OK);
    samrena_reset(arena);
    ASSERT_RELEASED(3, 1);
    assert_int_equal(samrena_allocated(arena), 0);
    if (setjmp(jumped_to) == 0) {
        samrena_push(arena, 100000); /* outside it is, as ever */
        fail_msg("the callback was not called");
    }
    samrena_destroy(arena);
}

/* An adapter that runs dry while marks and functions are being made. */
static void test_out_of_memory_leaves_marks_whole(void **state) {
    (void)state;
    released_count = 0;
    for (int fail_at = 2; fail_at < 8; fail_at++) {
        test_adapter.fail_at = 0;
        Samrena *arena = samrena_create_named("separate");
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
        assert_int_equal(samrena_on_release(arena, note_release, NULL), SAMRENA_ERROR_OUT_OF_MEMORY);
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
    assert_int_equal(samrena_on_release(NULL, note_release, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_on_release: the arena is NULL");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_rewind_takes_back_what_came_after),
        OVER_ARENAS(test_an_empty_arena_can_be_marked),
        OVER_ARENAS(test_rewinding_makes_later_marks_stale_for_good),
        OVER_ARENAS(test_marks_at_one_position),
        OVER_ARENAS(test_reset_makes_all_marks_stale),
        OVER_ARENAS(test_marks_of_other_arenas_are_refused),
        OVER_ARENAS(test_marks_that_were_never_made_are_refused),
        OVER_ARENAS(test_a_mark_that_does_not_fit_fails),
        OVER_ARENAS(test_marking_in_a_loop_takes_no_memory),
        OVER_ARENAS(test_dropping_a_mark_gives_all_back),
        OVER_ARENAS(test_zeros_after_a_rewind),
        OVER_ARENAS(test_rewind_under_a_limit),
        OVER_ARENAS(test_scopes_end_however_they_are_left),
        OVER_ARENAS(test_scopes_that_fail),
        OVER_ARENAS(test_release_functions_run_newest_first),
        OVER_ARENAS(test_release_functions_may_push_and_no_more),
        OVER_ARENAS(test_release_functions_that_register_more),
        OVER_ARENAS(test_release_functions_that_cannot_be_registered),
        OVER_ARENAS(test_failures_in_release_functions_are_the_functions_own),
        cmocka_unit_test_setup(test_out_of_memory_leaves_marks_whole, set_up_test_adapters),
        cmocka_unit_test(test_null_arenas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
