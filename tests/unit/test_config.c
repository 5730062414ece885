// SPDX-License-Identifier: MIT
// What a configuration may say, what structs of other versions get, and what an arena tells about itself.
#include "support.h"
#include "test_adapters.h"

static void assert_refused(const SamrenaConfig *config, SamrenaError error, const char *text) {
    assert_null(samrena_create(config));
    assert_int_equal(samrena_last_error(), error);
    assert_message_has(text);
}

static void test_bad_values_are_named(void **state) {
    SamrenaConfig good = config_of(state);
    SamrenaConfig config = good;
    config.growth = 3;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "growth is 3");
    config = good;
    config.prefault = -1;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "prefault is -1");
    config = good;
    config.huge_pages = 77;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "huge_pages is 77");
    config = good;
    config.debug = 3;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "debug is 3");
    config = good;
    config.page_size = 4095;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "page_size is 4095");
    config = good;
    config.page_size = GIB + 16;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "page_size");
    config = good;
    config.initial_pages = UINT64_MAX / 2;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "initial_pages");
    config = good;
    config.growth_pages = UINT64_MAX;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "growth_pages");
    config = good;
    config.max_reserve = UINT64_MAX;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "max_reserve");
    config = good;
    config.commit_size = UINT64_MAX;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "commit_size");
}

/* Odd but legal: rounded where pages need it, never passed on as it is. */
static void test_odd_values_work(void **state) {
    static const uint64_t odd[] = {1, 17, 4095, 4097, 100001};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        SamrenaConfig config = config_of(state);
        config.page_size = 16;
        config.commit_size = odd[i];
        config.max_reserve = MIB + odd[i];
        Samrena *arena = create(&config);
        for (int j = 0; j < 1000; j++)
            assert_non_null(samrena_push(arena, 1000));
        assert_int_equal(samrena_reserve(arena, MIB + odd[i]), SAMRENA_OK);
        samrena_destroy(arena);
    }
}

static void test_adapter_options(void **state) {
    SamrenaConfig config = config_of(state);
    config.adapter_options = "";
    samrena_destroy(create(&config));
    config.adapter_options = "colour=red";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "does not know the key \"colour\"");
    config.adapter_options = "colour";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "\"colour\" is not of the form key=value");
    config.adapter_options = "=red";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "key=value");
}

/* A program built against an older header, and one against a newer. */
static void test_struct_sizes_of_other_versions(void **state) {
    struct {
        SamrenaConfig config;
        uint64_t unknown[4];
    } newer = {config_of(state), {0}};
    newer.config.struct_size = sizeof(newer);
    Samrena *arena = create(&newer.config);
    newer.unknown[3] = 1;
    assert_refused(&newer.config, SAMRENA_ERROR_UNSUPPORTED, "does not know");
    for (size_t size = 0; size < sizeof(SamrenaConfig); size += 8) {
        newer.config.struct_size = size;
        assert_refused(&newer.config, SAMRENA_ERROR_INVALID_PARAMETER, "samrena_default_config()");
    }

    struct {
        SamrenaInfo info;
        uint64_t unknown[4];
    } larger;
    memset(&larger, 0xff, sizeof(larger));
    larger.info.struct_size = sizeof(larger);
    assert_int_equal(samrena_get_info(arena, &larger.info), SAMRENA_OK);
    for (size_t i = 0; i < COUNT_OF(larger.unknown); i++)
        assert_int_equal(larger.unknown[i], 0);
    larger.info.struct_size = sizeof(SamrenaInfo) - 1;
    assert_int_equal(samrena_get_info(arena, &larger.info), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("sizeof(SamrenaInfo)");
    assert_int_equal(samrena_get_info(arena, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

/* ---- Errors ---- */

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
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("aligned to 3");
    samrena_destroy(arena);
}

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
    unsigned char *bytes = samrena_push(arena, 100);
    memset(bytes, 5, 100);
    push_and_jump(arena, &failure);
    assert_int_equal(failure.error, SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 100);
    assert_int_equal(bytes[99], 5);
    assert_non_null(samrena_push_with_reserve(arena, MIB));
    samrena_destroy(arena);
}

/* ---- Log ---- */

typedef struct Lines {
    char text[8192];
} Lines;

static void note_line(SamrenaLogLevel level, const char *message, void *user) {
    Lines *lines = user;
    size_t length = strlen(lines->text);
    snprintf(lines->text + length, sizeof(lines->text) - length, "%d %s\n", (int)level, message);
}

static void test_log_tells_every_step(void **state) {
    static Lines lines;
    lines = (Lines){""};
    SamrenaConfig config = config_of(state);
    config.log = note_line;
    config.log_user = &lines;
    Samrena *arena = create(&config);
    assert_non_null(strstr(lines.text, "created, adapter "));
    assert_non_null(strstr(lines.text, *state));
    samrena_reserve(arena, 2 * MIB);
    assert_non_null(strstr(lines.text, "reserve of 2097152: capacity "));
    assert_non_null(strstr(lines.text, "reserve() of "));
    samrena_push_aligned(arena, 1, 3);
    assert_non_null(strstr(lines.text, "1 arena "));
    assert_non_null(strstr(lines.text, "aligned to 3"));
    samrena_destroy(arena);
    assert_non_null(strstr(lines.text, "destroyed"));
}

/* ---- The edges of what may be said ---- */

static void test_barely_bad_values(void **state) {
    SamrenaConfig good = config_of(state);
    SamrenaConfig config = good;
    config.page_size = 4 * KIB + 8;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "multiple of 16");
    config = good;
    config.initial_pages = (uint64_t)PTRDIFF_MAX / (4 * KIB) + 1;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "initial_pages");
    config = good;
    config.growth_pages = (uint64_t)PTRDIFF_MAX / (4 * KIB) + 1;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "growth_pages");
    config = good;
    config.max_reserve = (uint64_t)PTRDIFF_MAX + 1;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "max_reserve");

    struct {
        SamrenaConfig config;
        unsigned char unknown[4];
    } newer;
    memset(&newer, 0, sizeof(newer));
    newer.config = good;
    newer.config.struct_size = sizeof(good) + 4;
    newer.unknown[3] = 1;
    assert_refused(&newer.config, SAMRENA_ERROR_UNSUPPORTED, "does not know");
}

static void test_barely_good_values(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth_pages = (uint64_t)PTRDIFF_MAX / (4 * KIB);
    samrena_destroy(create(&config));
    if (strcmp(*state, "virtual") == 0) { /* address space alone; the heap would be filled by MALLOC_PERTURB_ */
        config.page_size = GIB;
        config.growth_pages = (uint64_t)PTRDIFF_MAX / GIB;
        samrena_destroy(create(&config));
    }
    config = config_of(state);
    config.max_reserve = PTRDIFF_MAX;
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 100000));
    samrena_destroy(arena);
}

/* Where even the first pages cannot be had, an arena begins with what can. */
/* Asked for, they have to be there; the one by default may be what the adapter has. */
static void test_initial_pages_are_there_or_none(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "virtual";
    config.max_reserve = MIB;
    config.initial_pages = 1000;
    assert_null(samrena_create(&config));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    config.initial_pages = 256;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_destroy(arena);
    config.initial_pages = 0;
    config.page_size = 4 * MIB;
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_destroy(arena);
}

static void test_commit_size(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "virtual";
    Samrena *arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 64 * KIB);
    samrena_destroy(arena);
    config.commit_size = MIB - 1;
    config.growth = SAMRENA_GROWTH_FIXED;
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_push(arena, MIB);
    samrena_push(arena, 1);
    assert_int_equal(samrena_capacity(arena), 2 * MIB);
    samrena_destroy(arena);
}

/* The larger of what the config's pages say and what the adapter told back. */
static void test_growth_step_of_config_and_adapter(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "stacked";
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_pages = 3;
    Samrena *arena = create(&config);
    samrena_push(arena, 4 * KIB);
    samrena_push(arena, 1);
    assert_int_equal(test_adapter.last_desired, 12 * KIB);
    samrena_destroy(arena);
    test_adapter.step = 20001;
    arena = create(&config);
    samrena_push(arena, 4 * KIB);
    samrena_push(arena, 1);
    assert_int_equal(test_adapter.last_desired, 20016);
    samrena_destroy(arena);

    config.adapter = "virtual"; /* pages larger than a commit step */
    config.growth_pages = 64;
    arena = create(&config);
    samrena_push(arena, 64 * KIB);
    samrena_push(arena, 1);
    assert_int_equal(samrena_capacity(arena), 320 * KIB);
    samrena_destroy(arena);
}

static void test_known_adapter_options(void **state) {
    (void)state;
    static const char *const good[] = {"colour=red", "size=1", "size=1,colour=red", "colour=,size=a=b", "colour=red,"};
    static const struct {
        const char *options, *text;
    } bad[] = {{"col=red", "does not know the key \"col\"; it knows: colour,size"},
               {"colour2=red", "does not know the key \"colour2\""},
               {"shapes=1", "does not know the key \"shapes\""},
               {"size=1,shape=2", "does not know the key \"shape\""},
               {"colour,size=1", "\"colour\" is not of the form"},
               {"size=1,,colour=red", "\"\" is not of the form"},
               {"size=1,=2", "\"=2\" is not of the form"}};
    SamrenaConfig config = samrena_default_config();
    config.adapter = "stacked";
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        config.adapter_options = good[i];
        samrena_destroy(create(&config));
        assert_string_equal(test_adapter.options, good[i]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        config.adapter_options = bad[i].options;
        assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, bad[i].text);
    }
}

/* ---- What an arena tells ---- */

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

static void test_log_tells_of_failures_and_refusals(void **state) {
    (void)state;
    static Lines lines;
    SamrenaConfig config = samrena_default_config();
    config.adapter = "separate";
    config.log = note_line;
    config.log_user = &lines;
    lines = (Lines){""};
    config.growth = 3;
    assert_null(samrena_create(&config));
    assert_string_equal(lines.text, "1 SamrenaConfig.growth is 3, expected 0 to 2\n");
    config.growth = 0;

    test_adapter.prefault_most = 100 * KIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_non_null(strstr(lines.text, "\n2 arena "));
    assert_non_null(strstr(lines.text, "separate prefaulted 102400 of 1048576 bytes: prefaulting less as planned"));
    samrena_destroy(arena);
}

static void fail_elsewhere(SamrenaLogLevel level, const char *message, void *user) {
    (void)message;
    if (level == SAMRENA_LOG_ERROR)
        assert_null(samrena_push_aligned(user, 1, 3));
}

static void test_log_callback_leaves_the_error_alone(void **state) {
    Failure failure = {0};
    Samrena *other = create_for(state);
    SamrenaConfig config = config_of(state);
    config.limit = 1000;
    config.log = fail_elsewhere;
    config.log_user = other;
    config.failure = note_failure;
    config.failure_user = &failure;
    Samrena *arena = create(&config);
    assert_null(samrena_push(arena, 2000));
    assert_int_equal(failure.error, SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_non_null(strstr(failure.message, "limit of 1000"));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
    samrena_destroy(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_bad_values_are_named),
        OVER_ADAPTERS(test_odd_values_work),
        OVER_ADAPTERS(test_adapter_options),
        OVER_ADAPTERS(test_struct_sizes_of_other_versions),
        cmocka_unit_test(test_error_strings),
        OVER_ADAPTERS(test_success_keeps_the_last_error),
        OVER_ADAPTERS(test_failure_callback),
        OVER_ADAPTERS(test_rescued_push_is_no_failure),
        OVER_ADAPTERS(test_failure_callback_may_jump),
        OVER_ADAPTERS(test_log_tells_every_step),
        OVER_ADAPTERS(test_barely_bad_values),
        OVER_ADAPTERS(test_barely_good_values),
        cmocka_unit_test_setup(test_initial_pages_are_there_or_none, set_up_test_adapters),
        cmocka_unit_test_setup(test_commit_size, set_up_test_adapters),
        cmocka_unit_test_setup(test_growth_step_of_config_and_adapter, set_up_test_adapters),
        cmocka_unit_test_setup(test_known_adapter_options, set_up_test_adapters),
        cmocka_unit_test_setup(test_silent_adapter, set_up_test_adapters),
        cmocka_unit_test_setup(test_log_tells_of_failures_and_refusals, set_up_test_adapters),
        OVER_ADAPTERS(test_log_callback_leaves_the_error_alone),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
