// SPDX-License-Identifier: MIT
// Variables are read as they are now, in UTF-8, whatever the C library knows of them.
#include "system/wide_windows.h"

#include "support.h"
#include "system/system.h"

#define NAME "SAMRENA_TEST_VARIABLE"

static void holds(const char *expected) {
    char *value;
    assert_true(system_environment(NAME, &value));
    assert_non_null(value);
    assert_string_equal(value, expected);
    free(value);
}

static void holds_nothing(void) {
    char *value;
    assert_true(system_environment(NAME, &value));
    assert_null(value);
}

static void test_not_set(void **state) {
    (void)state;
    assert_true(SetEnvironmentVariableW(L"" NAME, NULL) || GetLastError() == ERROR_ENVVAR_NOT_FOUND);
    holds_nothing();
}

static void test_changes_are_seen(void **state) {
    (void)state;
    assert_true(SetEnvironmentVariableW(L"" NAME, L"one"));
    holds("one");
    assert_true(SetEnvironmentVariableW(L"" NAME, L"another"));
    holds("another");
    assert_true(SetEnvironmentVariableW(L"" NAME, NULL));
    holds_nothing();
}

static void test_any_character(void **state) {
    (void)state;
    assert_true(SetEnvironmentVariableW(L"" NAME, L"Z:\\\u00e9\\\u4e2d\\\U0001f600"));
    holds("Z:\\\xc3\xa9\\\xe4\xb8\xad\\\xf0\x9f\x98\x80");
}

/* Half a character is no text. */
static void test_no_text(void **state) {
    static const wchar_t half[] = {L'a', 0xd800, L'b', 0};
    (void)state;
    assert_true(SetEnvironmentVariableW(L"" NAME, half));
    holds_nothing();
}

static void test_long_value(void **state) {
    static wchar_t wide[30001];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wide) - 1; i++)
        wide[i] = (wchar_t)(L'a' + i % 26);
    assert_true(SetEnvironmentVariableW(L"" NAME, wide));
    char *value;
    assert_true(system_environment(NAME, &value));
    assert_non_null(value);
    assert_int_equal(strlen(value), COUNT_OF(wide) - 1);
    assert_int_equal(value[29999], 'a' + 29999 % 26);
    free(value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_set), cmocka_unit_test(test_changes_are_seen), cmocka_unit_test(test_any_character),
        cmocka_unit_test(test_no_text), cmocka_unit_test(test_long_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
