// SPDX-License-Identifier: MIT
// Pushes of text and copies.
#include "support.h"

#include <locale.h>
#include <wchar.h>

/* Each text lies right behind the one before: no byte is wasted. */
static void test_texts_stand_side_by_side(void **state) {
    Samrena *arena = create_for(state);
    char *texts[] = {samrena_push_string(arena, "one"), samrena_push_substring(arena, "two and more", 3),
                     samrena_push_format(arena, "%s%d", "thre", 3), samrena_push_string(arena, ""),
                     samrena_push_substring(arena, "four", 100)};
    const char *expected[] = {"one", "two", "thre3", "", "four"};
    char *next = texts[0];
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_ptr_equal(texts[i], next);
        assert_string_equal(texts[i], expected[i]);
        next += strlen(expected[i]) + 1;
    }
    assert_int_equal(samrena_allocated(arena), 4 + 4 + 6 + 1 + 5);
    samrena_destroy(arena);
}

/* Copies are objects: up to 15 bytes come before one, up to 7 behind it. */
static void test_copies_are_aligned(void **state) {
    Samrena *arena = create_for(state);
    char source[100];
    for (size_t i = 0; i < sizeof(source); i++)
        source[i] = (char)(i * 3);
    samrena_push_string(arena, "x");
    char *copy = samrena_push_copy(arena, source, 77);
    assert_true(is_aligned(copy, 16));
    assert_memory_equal(copy, source, 77);
    assert_int_equal(samrena_allocated(arena), 16 + 80);
    samrena_push_copy(arena, source, 1);
    assert_int_equal(samrena_allocated(arena), 16 + 80 + 8);
    assert_non_null(samrena_push_copy(arena, NULL, 0));
    assert_non_null(samrena_push_copy(arena, source, 0));
    samrena_destroy(arena);
}

/* A source inside the arena stays where it is, however the arena grows for the copy. */
static void test_copies_of_the_arenas_own(void **state) {
    Samrena *arena = create_for(state);
    char *text = samrena_push_string(arena, "again");
    for (int i = 0; i < 5000; i++)
        assert_string_equal(text = samrena_push_string(arena, text), "again");
    for (int i = 0; i < 1000; i++)
        text = samrena_push_format(arena, "%s!", text);
    assert_int_equal(strlen(text), 1005);
    samrena_destroy(arena);
}

/* A substring is not read behind its length: these bytes are the last of their page, or of what a sanitizer allows. */
static void test_substrings_need_no_terminator(void **state) {
    Samrena *arena = create_for(state);
    char *bytes = malloc(5);
    memcpy(bytes, "12345", 5);
    assert_string_equal(samrena_push_substring(arena, bytes, 5), "12345");
    assert_string_equal(samrena_push_substring(arena, bytes + 4, 1), "5");
    assert_string_equal(samrena_push_substring(arena, bytes + 5, 0), "");
    assert_string_equal(samrena_push_substring(arena, NULL, 0), "");
    assert_string_equal(samrena_push_substring(arena, "1\0002", 3), "1");
    assert_string_equal(samrena_push_substring(arena, "all of it", UINT64_MAX), "all of it");
    free(bytes);
    samrena_destroy(arena);
}

static char *vformat(Samrena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = samrena_push_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* Around the length up to which a text is formatted on the stack. */
static void test_formats_of_every_length(void **state) {
    Samrena *arena = create_for(state);
    char *expected = malloc(2001);
    for (int length = 0; length <= 2000; length += length < 500 || length > 520 ? 7 : 1) {
        memset(expected, 'x', (size_t)length);
        expected[length] = '\0';
        uint64_t allocated = samrena_allocated(arena);
        assert_string_equal(samrena_push_format(arena, "%s", expected), expected);
        if (info_of(arena).regions == 1)
            assert_int_equal(samrena_allocated(arena), allocated + (uint64_t)length + 1);
        assert_string_equal(vformat(arena, "%.*s", length, expected), expected);
    }
    free(expected);
    assert_string_equal(samrena_push_format(arena, "%s %d %5.2f %c%%", "text", -7, 1.5, 'c'), "text -7  1.50 c%");
    assert_string_equal(vformat(arena, "%08lx", 0xbeefUL), "0000beef");
    samrena_destroy(arena);
}

static void assert_refused(const char *text, const char *message) {
    assert_null(text);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has(message);
}

static void test_what_is_missing_is_named(void **state) {
    const char *null = NULL;
    Samrena *arena = create_for(state);
    assert_refused(samrena_push_string(arena, NULL), "samrena_push_string: the string is NULL");
    assert_refused(samrena_push_substring(arena, NULL, 1), "samrena_push_substring: the string is NULL");
    assert_refused(samrena_push_copy(arena, NULL, 1), "samrena_push_copy: the source is NULL");
    assert_refused(vformat(arena, null), "samrena_push_format: the format is NULL");
    assert_refused(samrena_push_string(NULL, "x"), "samrena_push_string: the arena is NULL");
    assert_refused(samrena_push_substring(NULL, "x", 1), "samrena_push_substring: the arena is NULL");
    assert_refused(samrena_push_copy(NULL, "x", 1), "samrena_push_copy: the arena is NULL");
    assert_refused(samrena_push_format(NULL, "x"), "samrena_push_format: the arena is NULL");
    assert_refused(vformat(NULL, "x"), "samrena_push_format: the arena is NULL");
    assert_int_equal(samrena_allocated(arena), 0);
    samrena_destroy(arena);
}

/* Some C libraries write whatever they are given. */
static bool formats_everything(void) {
    assert_string_equal(setlocale(LC_ALL, "C"), "C");
    return snprintf(NULL, 0, "%ls", L"\x20ac") >= 0;
}

/* A wide character that the C locale cannot write. */
static void test_what_cannot_be_formatted(void **state) {
    Samrena *arena = create_for(state);
    assert_refused(samrena_push_format(arena, "%ls", L"\x20ac"), "cannot format");
    assert_int_equal(samrena_allocated(arena), 0);
    samrena_destroy(arena);
}

static void test_texts_under_a_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 1000;
    Samrena *arena = create_as(state, &config);
    assert_non_null(samrena_push_format(arena, "%990s", ""));
    assert_null(samrena_push_string(arena, "123456789"));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_null(samrena_push_format(arena, "%9d", 1));
    assert_null(samrena_push_format(arena, "%900s", ""));
    assert_null(samrena_push_substring(arena, "123456789", 9));
    assert_null(samrena_push_copy(arena, "1234567890", 10));
    assert_int_equal(samrena_allocated(arena), 991);
    assert_non_null(samrena_push_string(arena, "12345678"));
    assert_int_equal(samrena_allocated(arena), 1000);
    assert_null(samrena_push_copy(arena, "x", UINT64_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_texts_stand_side_by_side), OVER_ARENAS(test_copies_are_aligned),
        OVER_ARENAS(test_copies_of_the_arenas_own), OVER_ARENAS(test_substrings_need_no_terminator),
        OVER_ARENAS(test_formats_of_every_length),  OVER_ARENAS(test_what_is_missing_is_named),
        OVER_ARENAS(test_texts_under_a_limit),      OVER_ARENAS(test_what_cannot_be_formatted), /* last */
    };
    size_t left_out = formats_everything() ? 3 : 0;
    if (left_out > 0)
        puts("# test_what_cannot_be_formatted: SKIP this C library writes any wide character");
    return _cmocka_run_group_tests("text", tests, COUNT_OF(tests) - left_out, NULL, NULL);
}
