// SPDX-License-Identifier: MIT
// Errors: their texts, who hears of them, and whose they are after a callback that fails calls of its own.
#include "support.h"
#include "test_adapters.h"

static void test_error_strings(void **state) {
    (void)state;
    for (int error = SAMRENA_OK; error <= SAMRENA_ERROR_ADAPTER_INVALID; error++) {
        assert_string_not_equal(samrena_error_string((SamrenaError)error), "unknown error");
        for (int other = SAMRENA_OK; other < error; other++)
            assert_string_not_equal(samrena_error_string((SamrenaError)error),
                                    samrena_error_string((SamrenaError)other));
    }
    assert_string_equal(samrena_error_string((SamrenaError)7), "unknown error");
    assert_string_equal(samrena_error_string((SamrenaError)-1), "unknown error");
}

static void test_success_keeps_the_last_error(void **state) {
    Samrena *arena = create_for(state);
    assert_null(samrena_push_aligned(arena, 1, 3));
    assert_non_null(samrena_push(arena, 1));
    assert_non_null(samrena_push(arena, 100000));
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("aligned to 3");
    samrena_destroy(arena);
}

/* Whatever lies where an arena was by then: of release functions nothing is said. */
static void test_destroying_twice(void **state) {
    static unsigned char storage[4096];
    SamrenaConfig config = config_of(state);
    Samrena *arena = samrena_create_in(storage, sizeof(storage), &config);
    assert_non_null(arena);
    samrena_destroy(arena);
    for (int byte = -1; byte <= 0xff; byte += byte < 1 ? 3 : 1) { /* 0 and 1 are arenas that are there */
        if (byte >= 0)
            memset(storage, byte, sizeof(storage));
        samrena_destroy(arena);
        assert_message_has("samrena_destroy: the arena has ended");
        assert_int_equal(samrena_reset(arena), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("samrena_reset: the arena has ended");
        assert_int_equal(samrena_reserve_with_growth(arena, 1, 2), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("samrena_reserve_with_growth: the arena has ended");
    }
}

/* ---- The failure callback ---- */

typedef struct Failure {
    int calls;
    SamrenaError error;
    char message[200];
    jmp_buf back;
} Failure;

static void note_failure(SamrenaError error, const char *message, void *user) {
    Failure *failure = user;
    failure->calls++;
    failure->error = error;
    snprintf(failure->message, sizeof(failure->message), "%s", message);
}

static void jump_out(SamrenaError error, const char *message, void *user) {
    note_failure(error, message, user);
    longjmp(((Failure *)user)->back, 1);
}

static void test_failure_callback(void **state) {
    Failure failure = {0};
    SamrenaConfig config = config_of(state);
    config.limit = 1000;
    config.failure = note_failure;
    config.failure_user = &failure;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 100));
    assert_int_equal(failure.calls, 0);
    assert_null(samrena_push(arena, 1000));
    assert_int_equal(failure.calls, 1);
    assert_int_equal(failure.error, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_string_equal(failure.message, samrena_last_error_message());
    assert_null(samrena_push_with_reserve(arena, 1000));
    assert_int_equal(failure.calls, 2);
    assert_int_equal(samrena_reserve(arena, 1001), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_reserve_with_growth(arena, 1001, 2000), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_null(samrena_push_array(arena, UINT64_MAX, 2));
    assert_int_equal(failure.calls, 5);
    samrena_destroy(arena);

    config.growth = 99;
    assert_null(samrena_create(&config));
    assert_int_equal(failure.calls, 6);
    assert_int_equal(failure.error, SAMRENA_ERROR_INVALID_PARAMETER);
}

/* What only asks is no failure of the arena, and a scope that is left is silent. */
static void test_failures_that_nobody_hears_of(void **state) {
    Failure failure = {0};
    SamrenaConfig config = config_of(state);
    config.failure = note_failure;
    config.failure_user = &failure;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_get_info(arena, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_print_info(arena, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_rewind_and_drop(arena, (SamrenaMark){1, 1}), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_reserve(NULL, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(failure.calls, 0);
    assert_int_equal(samrena_rewind(arena, (SamrenaMark){1, 1}), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(failure.calls, 1);
    samrena_destroy(arena);
}

/* Rescued pushes are no failures: the callback hears of the outcome alone. */
static void test_rescued_push_is_no_failure(void **state) {
    Failure failure = {0};
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    config.failure = note_failure;
    config.failure_user = &failure;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push_with_reserve(arena, MIB));
    assert_int_equal(failure.calls, 0);
    samrena_destroy(arena);
}

/* Out of line: what setjmp may clobber stays out of its function. */
static __attribute__((noinline)) void push_and_jump(Samrena *arena, Failure *failure) {
    if (setjmp(failure->back) == 0) {
        samrena_push_slow(arena, MIB, 16);
        fail_msg("the push returned");
    }
}

static void test_failure_callback_may_jump(void **state) {
    Failure failure = {0};
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    config.failure = jump_out;
    config.failure_user = &failure;
    Samrena *arena = create(&config);
    unsigned char *bytes = samrena_push(arena, 104);
    memset(bytes, 5, 104);
    push_and_jump(arena, &failure);
    assert_int_equal(failure.error, SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 104);
    assert_int_equal(bytes[103], 5);
    assert_non_null(samrena_push_with_reserve(arena, MIB));
    samrena_destroy(arena);
}

/* ---- Whose error it is ---- */

static void do_nothing(void *argument) {
    (void)argument;
}

static SamrenaError failed(const void *result) {
    return result ? SAMRENA_OK : samrena_last_error();
}

static SamrenaError fail_push(Samrena *arena) {
    return failed(samrena_push(arena, 5000));
}

static SamrenaError fail_push_zero(Samrena *arena) {
    return failed(samrena_push_zero(arena, 5000));
}

static SamrenaError fail_push_with_reserve(Samrena *arena) {
    return failed(samrena_push_with_reserve(arena, 5000));
}

static SamrenaError fail_push_string(Samrena *arena) {
    return failed(samrena_push_format(arena, "%5000s", ""));
}

static SamrenaError fail_resize(Samrena *arena) {
    return failed(samrena_resize(arena, samrena_push(arena, 16), 16, 5000));
}

static SamrenaError fail_mark(Samrena *arena) {
    samrena_push(arena, 990);
    return samrena_mark(arena).serial ? SAMRENA_OK : samrena_last_error();
}

static SamrenaError fail_on_release(Samrena *arena) {
    samrena_push(arena, 990);
    return samrena_on_release(arena, do_nothing, NULL);
}

static SamrenaError fail_reserve(Samrena *arena) {
    return samrena_reserve(arena, 5000);
}

static SamrenaError fail_reserve_more(Samrena *arena) {
    return samrena_reserve_more(arena, 5000);
}

static SamrenaError fail_reserve_with_growth(Samrena *arena) {
    return samrena_reserve_with_growth(arena, 5000, 10000);
}

/* Each meets the limit of 1,000 bytes, where a callback's own failures are of another kind. */
static SamrenaError (*const failing_calls[])(Samrena *) = {
    fail_push, fail_push_zero,  fail_push_with_reserve, fail_push_string,  fail_resize,
    fail_mark, fail_on_release, fail_reserve,           fail_reserve_more, fail_reserve_with_growth};

static Samrena *others[2];

/* Fails a call of the arena `user`, whose own callback fails in turn. */
static void fail_elsewhere(SamrenaError error, const char *message, void *user) {
    assert_int_equal(error, samrena_last_error());
    assert_string_equal(message, samrena_last_error_message());
    Samrena **other = user;
    assert_null(samrena_push_slow(*other, 1, 3));
    assert_int_equal(samrena_rewind(*other, (SamrenaMark){1, 1}), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_create_named("unheard-of");
}

static void fail_at_each_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)message;
    Samrena **other = user;
    if (*other)
        assert_null(samrena_push_slow(*other, 1, level == SAMRENA_LOG_ERROR ? 3 : 5));
}

/* A chain of arenas, each of which fails the next one in its callbacks. */
static Samrena *create_chain(void **state, bool logs) {
    SamrenaConfig config = config_of(state);
    others[0] = others[1] = NULL;
    others[1] = create(&config);
    config.limit = 1000;
    config.failure = fail_elsewhere;
    config.failure_user = &others[1];
    config.log = logs ? fail_at_each_line : NULL;
    config.log_user = &others[1];
    others[0] = create(&config);
    config.failure_user = &others[0];
    config.log_user = &others[0];
    return create(&config);
}

static void assert_errors_are_the_calls_own(void **state, bool logs) {
    Samrena *arena = create_chain(state, logs);
    for (size_t i = 0; i < COUNT_OF(failing_calls); i++) {
        assert_int_equal(failing_calls[i](arena), SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_message_has("limit");
        assert_message_has("1000");
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_destroy(arena);
    samrena_destroy(others[0]);
    samrena_destroy(others[1]);
}

static void test_a_callback_that_fails_leaves_the_error(void **state) {
    assert_errors_are_the_calls_own(state, false);
}

static void test_a_log_callback_that_fails_leaves_the_error(void **state) {
    assert_errors_are_the_calls_own(state, true);
}

static void test_creation_that_fails_tells_its_own_error(void **state) {
    SamrenaConfig config = config_of(state);
    others[1] = create(&config);
    config.failure = fail_elsewhere;
    config.log = fail_at_each_line;
    config.failure_user = config.log_user = &others[1];
    config.growth = 99;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("growth is 99");
    config.growth = 0;
    config.adapter_options = "colour=red";
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("colour");
    samrena_destroy(others[1]);
}

/* A line that is logged between the adapter's refusal and the end of the call takes nothing of what it said. */
static void test_an_adapters_words_outlive_the_log(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    others[1] = create(&config);
    config.log = fail_at_each_line;
    config.log_user = &others[1];
    Samrena *arena = create(&config);
    test_adapter.refuse_above = 1;
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("failing as planned");
    assert_fails(samrena_push(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("failing as planned");
    samrena_destroy(arena);
    samrena_destroy(others[1]);
}

/* An adapter that fails without a word gets the general text, and not its last one. */
static void test_silent_adapter(void **state) {
    (void)state;
    test_adapter.fail_at = 1;
    assert_null(samrena_create_named("separate"));
    assert_string_equal(samrena_last_error_message(),
                        "adapter separate cannot create an arena: failing as planned, 0 bytes");
    test_adapter.mute = true;
    test_adapter.fail_at = test_adapter.calls + 1;
    assert_null(samrena_create_named("separate"));
    assert_string_equal(samrena_last_error_message(), "adapter separate cannot create an arena: out of memory");
}

/* ---- Names ---- */

static void test_errors_name_the_label(void **state) {
    static SamrenaLabel parsing = SAMRENA_LABEL("json.parse");
    SamrenaConfig config = config_of(state);
    config.label = &parsing;
    config.limit = 1000;
    Samrena *arena = create(&config);
    assert_null(samrena_push(arena, 1001));
    assert_message_has("json.parse");
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_strings),
        OVER_ADAPTERS(test_success_keeps_the_last_error),
        OVER_ADAPTERS(test_destroying_twice),
        OVER_ADAPTERS(test_failure_callback),
        OVER_ADAPTERS(test_failures_that_nobody_hears_of),
        OVER_ADAPTERS(test_rescued_push_is_no_failure),
        OVER_ADAPTERS(test_failure_callback_may_jump),
        OVER_ADAPTERS(test_a_callback_that_fails_leaves_the_error),
        OVER_ADAPTERS(test_a_log_callback_that_fails_leaves_the_error),
        OVER_ADAPTERS(test_creation_that_fails_tells_its_own_error),
        cmocka_unit_test_setup(test_an_adapters_words_outlive_the_log, set_up_test_adapters),
        cmocka_unit_test_setup(test_silent_adapter, set_up_test_adapters),
        OVER_ADAPTERS(test_errors_name_the_label),
    };
    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
