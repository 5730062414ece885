// SPDX-License-Identifier: MIT
// What the log tells: every step from an arena to its adapter, failures, and whose they are.
#include "support.h"
#include "test_adapters.h"

static char lines[16384];

static void note_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)user;
    size_t length = strlen(lines);
    snprintf(lines + length, sizeof(lines) - length, "%d %s\n", (int)level, message);
}

static SamrenaConfig logged(SamrenaConfig config) {
    lines[0] = '\0';
    config.log = note_line;
    return config;
}

static void assert_logged(const char *text) {
    if (!strstr(lines, text))
        fail_msg("expected \"%s\" in:\n%s", text, lines);
}

static void test_log_tells_every_step(void **state) {
    SamrenaConfig config = logged(config_of(state));
    Samrena *arena = create(&config);
    assert_logged("created, adapter ");
    assert_logged(*state);
    samrena_reserve(arena, 2 * MIB);
    assert_logged("reserve of 2097152: capacity ");
    assert_logged("reserve() of ");
    samrena_push_aligned(arena, 1, 3);
    assert_logged("1 arena ");
    assert_logged("aligned to 3");
    samrena_destroy(arena);
    assert_logged("destroyed");
}

static void test_log_tells_of_failures_and_refusals(void **state) {
    (void)state;
    SamrenaConfig config = logged(config_named("separate"));
    config.growth = 3;
    assert_null(samrena_create(&config));
    assert_string_equal(lines, "1 SamrenaConfig.growth is 3, expected 0 to 2\n");
    config.growth = 0;

    test_adapter.prefault_most = 100 * KIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_logged("\n2 arena ");
    assert_logged("separate prefaulted 102400 of 1048576 bytes: prefaulting less as planned");
    samrena_destroy(arena);
}

static void test_lines_name_the_label(void **state) {
    static SamrenaLabel parsing = SAMRENA_LABEL("json.parse");
    SamrenaConfig config = logged(config_of(state));
    config.label = &parsing;
    Samrena *arena = create(&config);
    assert_logged("json.parse");
    lines[0] = '\0';
    assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
    assert_logged("json.parse");
    lines[0] = '\0';
    samrena_destroy(arena);
    assert_logged("json.parse");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_log_tells_every_step),
        cmocka_unit_test_setup(test_log_tells_of_failures_and_refusals, set_up_test_adapters),
        OVER_ADAPTERS(test_lines_name_the_label),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
