// SPDX-License-Identifier: MIT
// Release functions: when they run, and what they may not do.
#include "support.h"
#include "test_adapters.h"

static void assert_rewinds(Samrena *arena, SamrenaMark mark) {
    if (samrena_rewind(arena, mark) != SAMRENA_OK)
        fail_msg("%s", samrena_last_error_message());
}

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

/* 24 bytes, and what aligns them to 8; fewer on 32 bits. */
static void test_what_a_release_function_costs(void **state) {
    released_count = 0;
    for (uint64_t before = 0; before < 8; before++) {
        int number = 0;
        Samrena *arena = create_for(state);
        samrena_push_aligned(arena, 8 + before, 1);
        uint64_t allocated = samrena_allocated(arena);
        assert_int_equal(samrena_on_release(arena, note_release, &number), SAMRENA_OK);
        uint64_t most = 24 + (8 - before) % 8, cost = samrena_allocated(arena) - allocated;
        assert_in_range(cost, sizeof(void *) == 8 ? most : 1, most);
        samrena_destroy(arena);
        ASSERT_RELEASED(0);
    }
}

static void test_cancelled_functions_do_not_run(void **state) {
    released_count = 0;
    Samrena *arena = create_for(state);
    int *one = push_number(arena, 1), *two = push_number(arena, 2);
    SamrenaMark mark = samrena_mark(arena);
    push_number(arena, 3);
    assert_int_equal(samrena_on_release(arena, note_release, one), SAMRENA_OK); /* a second time */
    uint64_t allocated = samrena_allocated(arena);
    assert_int_equal(samrena_cancel_release(arena, note_release, two), SAMRENA_OK);
    assert_int_equal(samrena_cancel_release(arena, note_release, one), SAMRENA_OK); /* the one registered last */
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_rewinds(arena, mark);
    ASSERT_RELEASED(3);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    ASSERT_RELEASED(1);
    samrena_destroy(arena);
}

typedef struct Cancel {
    Samrena *arena;
    int *argument;
    SamrenaError error;
} Cancel;

static void cancel(void *argument) {
    Cancel *made = argument;
    made->error = samrena_cancel_release(made->arena, note_release, made->argument);
}

static void test_what_cannot_be_cancelled(void **state) {
    released_count = 0;
    Samrena *arena = create_for(state);
    int *one = push_number(arena, 1), other = 2;
    Cancel made = {arena, one, SAMRENA_OK};
    samrena_mark(arena);
    assert_int_equal(samrena_cancel_release(arena, note_release, &other), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_cancel_release: no such function");
    assert_int_equal(samrena_cancel_release(arena, cancel, one), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_cancel_release(arena, NULL, one), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_cancel_release(NULL, note_release, one), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_on_release(arena, cancel, &made), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(made.error, SAMRENA_ERROR_INVALID_PARAMETER); /* called while others are */
    ASSERT_RELEASED(1);
    assert_int_equal(samrena_cancel_release(arena, note_release, one), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

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
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    ASSERT_RELEASED(5, 1);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
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

/* ---- What they may not do ---- */

static Samrena *meddled_with;
static SamrenaMark meddled_mark;
static char told[4096];
static int heard;

static void note_error(SamrenaLogLevel level, const char *message, void *user) {
    (void)user;
    size_t length = strlen(told);
    if (level == SAMRENA_LOG_ERROR)
        snprintf(told + length, sizeof(told) - length, "%s\n", message);
}

static void note_failure(SamrenaError error, const char *message, void *user) {
    (void)error, (void)message, (void)user;
    heard++;
}

static void assert_refused(const char *function, SamrenaError error) {
    assert_int_equal(error, SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has(function);
    assert_message_has("release function");
    if (!strstr(told, samrena_last_error_message()))
        fail_msg("not logged: %s", samrena_last_error_message());
}

/* Each is refused in the same way: an error, a line in the log, and nothing changed. */
static void meddle(void *argument) {
    note_release(argument);
    SamrenaInfo before = info_of(meddled_with);
    told[0] = '\0';
    assert_refused("samrena_rewind:", samrena_rewind(meddled_with, meddled_mark));
    assert_refused("samrena_rewind_and_drop:", samrena_rewind_and_drop(meddled_with, meddled_mark));
    assert_refused("samrena_reset:", samrena_reset(meddled_with));
    assert_null(samrena_push_slow(meddled_with, 1, 3)); /* so that the next error is its own */
    samrena_destroy(meddled_with);
    assert_refused("samrena_destroy:", samrena_last_error());
    SamrenaInfo after = info_of(meddled_with);
    assert_memory_equal(&after, &before, sizeof(before));
    assert_int_equal(heard, 0); /* the failure callback might jump out of the middle */
}

static void test_what_release_functions_may_not_do(void **state) {
    heard = 0;
    released_count = 0;
    SamrenaConfig config = config_of(state);
    config.log = note_error;
    config.failure = note_failure;
    Samrena *arena = meddled_with = create_as(state, &config);
    int number = 12;
    meddled_mark = samrena_mark(arena);
    assert_int_equal(samrena_on_release(arena, meddle, &number), SAMRENA_OK);
    assert_rewinds(arena, meddled_mark);
    ASSERT_RELEASED(12);
    assert_int_equal(samrena_on_release(arena, meddle, &number), SAMRENA_OK);
    assert_int_equal(samrena_rewind_and_drop(arena, meddled_mark), SAMRENA_OK);
    ASSERT_RELEASED(12);
    assert_int_equal(samrena_on_release(arena, meddle, &number), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    ASSERT_RELEASED(12);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK); /* works again */
    assert_int_equal(samrena_on_release(arena, meddle, &number), SAMRENA_OK);
    samrena_destroy(arena);
    ASSERT_RELEASED(12);
    assert_int_equal(heard, 0);
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

static void test_release_functions_may_push(void **state) {
    released_count = 0;
    Samrena *arena = meddled_with = create_for(state);
    meddled_mark = samrena_mark(arena);
    uint64_t allocated = samrena_allocated(arena);
    int last = 13;
    push_number(arena, 1);
    assert_int_equal(samrena_on_release(arena, push_more, &last), SAMRENA_OK);
    assert_rewinds(arena, meddled_mark);
    ASSERT_RELEASED(13, 1);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
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
    assert_int_equal(samrena_reset(meddled_with), SAMRENA_OK);
    ASSERT_RELEASED(5, 5, 5, 1);
    samrena_destroy(meddled_with);
    assert_released(NULL, 0);
}

static void test_release_functions_that_cannot_be_registered(void **state) {
    released_count = 0;
    SamrenaConfig config = config_of(state);
    config.limit = 60;
    Samrena *arena = create_as(state, &config);
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
    Samrena *volatile arena = meddled_with = create_as(state, &config);
    int number = 3;
    if (setjmp(jumped_to))
        fail_msg("the callback was called in a release function");
    push_number(arena, 1);
    assert_int_equal(samrena_on_release(arena, push_too_much, &number), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    ASSERT_RELEASED(3, 1);
    assert_int_equal(samrena_allocated(arena), 0);
    if (setjmp(jumped_to) == 0) {
        samrena_push(arena, 100000); /* outside it is, as ever */
        fail_msg("the callback was not called");
    }
    samrena_destroy(arena);
}

/* ---- What cannot be registered ---- */

static void test_out_of_memory_registers_nothing(void **state) {
    (void)state;
    released_count = 0;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 1;
    while (samrena_push_aligned(arena, 1, 1)) {
    }
    uint64_t allocated = samrena_allocated(arena);
    assert_int_equal(samrena_on_release(arena, note_release, NULL), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), allocated);
    samrena_destroy(arena);
    assert_released(NULL, 0);
    assert_int_equal(test_adapter.live_regions, 0);
}

static void test_null_is_refused(void **state) {
    (void)state;
    assert_int_equal(samrena_on_release(NULL, note_release, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_on_release: the arena is NULL");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_what_a_release_function_costs),
        OVER_ARENAS(test_cancelled_functions_do_not_run),
        OVER_ARENAS(test_what_cannot_be_cancelled),
        OVER_ARENAS(test_release_functions_run_newest_first),
        OVER_ARENAS(test_what_release_functions_may_not_do),
        OVER_ARENAS(test_release_functions_may_push),
        OVER_ARENAS(test_release_functions_that_register_more),
        OVER_ARENAS(test_release_functions_that_cannot_be_registered),
        OVER_ARENAS(test_failures_in_release_functions_are_the_functions_own),
        cmocka_unit_test_setup(test_out_of_memory_registers_nothing, set_up_test_adapters),
        cmocka_unit_test(test_null_is_refused),
    };
    return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
