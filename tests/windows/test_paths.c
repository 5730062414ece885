// SPDX-License-Identifier: MIT
// Paths: UTF-8 outside, UTF-16 inside, with a drive or not, longer than 260 characters, and where they lead.
#include "place.h"

#include <errno.h>

#include "loader/paths.h"
#include "loader/search.h"
#include "system/system.h"

/* ---- Texts ---- */

static void test_there_and_back(void **state) {
    static const char *const texts[] = {"", "plain", "\xc3\xa9", "\xe4\xb8\xad", "a\xf0\x9f\x98\x80z"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        wchar_t *wide = wide_from_text(texts[i]);
        char *text = wide ? wide_to_text(wide) : NULL;
        assert_non_null(text);
        assert_string_equal(text, texts[i]);
        free(text);
        free(wide);
    }
}

static void test_no_unicode(void **state) {
    static const char *const texts[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80"};
    static const wchar_t half[] = {0xdc00, 0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        errno = 0;
        assert_null(wide_from_text(texts[i]));
        assert_int_equal(errno, EILSEQ);
    }
    errno = 0;
    assert_null(wide_to_text(half));
    assert_int_equal(errno, EILSEQ);
}

static void test_words(void **state) {
    char words[WIDE_WORDS];
    (void)state;
    wide_words(ERROR_FILE_NOT_FOUND, words);
    assert_true(strlen(words) > 0);
    assert_null(strpbrk(words, "\r\n"));
    wide_words(0x2fffffff, words); /* of nobody's */
    assert_string_equal(words, "error 805306367 of Windows");
}

/* ---- Forms ---- */

static void test_absolute(void **state) {
    static const char *const yes[] = {"C:\\",           "c:/a",        "Z:\\a\\b", "\\\\server\\share",
                                      "//server/share", "\\\\?\\C:\\a"};
    static const char *const no[] = {"", "a", "a\\b", "\\a", "/a", "C:", "C:a", "1:\\a", ".\\C:\\a", "CC:\\"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        assert_true(path_is_absolute(yes[i]));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        assert_false(path_is_absolute(no[i]));
}

static void test_last_separator(void **state) {
    (void)state;
    assert_null(path_last_separator(""));
    assert_null(path_last_separator("a.dll"));
    assert_string_equal(path_last_separator("C:\\a/b.dll"), "/b.dll");
    assert_string_equal(path_last_separator("C:/a\\b.dll"), "\\b.dll");
    assert_string_equal(path_last_separator("a\\"), "\\");
}

static void test_promised_names(void **state) {
    char name[SAMRENA_ADAPTER_NAME_SIZE];
    (void)state;
    assert_true(search_promised_name("C:\\a\\some-name.dll", name));
    assert_string_equal(name, "some-name");
    assert_true(search_promised_name("C:/a/b.dll", name));
    assert_string_equal(name, "b");
    assert_false(search_promised_name("C:\\a\\b.so", name));
    assert_false(search_promised_name("C:b.dll", name)); /* in whatever folder is that drive's current one */
    assert_false(search_promised_name("C:\\a\\b.DLL", name));
    assert_false(search_promised_name("C:\\a\\b.dll::$DATA", name));
}

/* ---- Where they lead ---- */

static void test_absolute_path(void **state) {
    (void)state;
    char *path = system_absolute_path("some\\..\\other/\xc3\xa9");
    assert_non_null(path);
    assert_true(path_is_absolute(path));
    size_t length = strlen(path);
    assert_string_equal(path + length - strlen("\\other\\\xc3\xa9"), "\\other\\\xc3\xa9");
    free(path);
}

static void test_real_path(void **state) {
    (void)state;
    write_file(wide_in_place(L"\u00e9"), "x", 1);
    char *given = in_place(L".\\nowhere\\..\\\u00e9"), *real = system_real_path(given);
    assert_non_null(real);
    assert_true(path_is_absolute(real));
    assert_null(strstr(real, "nowhere"));
    assert_null(strchr(real, '?'));
    assert_string_equal(path_last_separator(real), "\\\xc3\xa9");
    char *again = system_real_path(real);
    assert_non_null(again);
    assert_string_equal(again, real);
    free(again);
    free(real);
    free(given);
    assert_true(DeleteFileW(wide_in_place(L"\u00e9")));
}

static void test_what_is_missing(void **state) {
    (void)state;
    char *path = in_place(L"missing");
    errno = 0;
    assert_null(system_real_path(path));
    assert_int_equal(errno, ENOENT);
    assert_false(path_is_taken(path));
    free(path);
    errno = 0;
    assert_null(system_real_path("C:\\\xff"));
    assert_int_equal(errno, EILSEQ);
}

enum { LEVELS = 6 };
static char long_path[1500]; /* twice as long as paths usually may be */

static void make_level(const char *path) {
    wchar_t *wide = wide_path(path);
    assert_non_null(wide);
    assert_true(CreateDirectoryW(wide, NULL));
    free(wide);
}

static int make_long_path(void **state) {
    if (make_place(state) != 0)
        return 1;
    char *folder = wide_to_text(place);
    strcpy(long_path, folder);
    free(folder);
    for (int level = 0; level < LEVELS; level++) {
        strcat(long_path, "\\a-folder-whose-name-is-not-long-enough-by-itself-but-with-others-a-hundred-bytes");
        make_level(long_path);
    }
    strcat(long_path, "\\file");
    assert_true(strlen(long_path) > 520);
    return 0;
}

static int remove_long_path(void **state) {
    wchar_t *path = wide_path(long_path);
    bool removed = DeleteFileW(path);
    for (int level = 0; level < LEVELS; level++) {
        *wcsrchr(path, L'\\') = L'\0';
        removed = RemoveDirectoryW(path) && removed;
    }
    free(path);
    return removed ? remove_place(state) : 1;
}

static void test_long_path(void **state) {
    char *text;
    size_t size;
    (void)state;
    assert_null(system_replace_file(long_path, "text", 4));
    assert_true(path_is_taken(long_path));
    assert_null(system_read_file(long_path, 100, &text, &size));
    assert_int_equal(size, 4);
    free(text);
}

/* Wine does not tell where a path of more than 260 characters leads: then nothing is made up. */
static void test_real_long_path(void **state) {
    wchar_t told[1500];
    (void)state;
    assert_null(system_replace_file(long_path, "text", 4));
    wchar_t *wide = wide_path(long_path);
    HANDLE file = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    free(wide);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    DWORD length = GetFinalPathNameByHandleW(file, told, COUNT_OF(told), VOLUME_NAME_DOS);
    CloseHandle(file);
    errno = 0;
    char *real = system_real_path(long_path);
    if (length == 0) {
        assert_null(real);
        assert_int_not_equal(errno, 0);
        return;
    }
    assert_non_null(real);
    assert_string_equal(path_last_separator(real), "\\file");
    assert_int_equal(real[1], ':');
    free(real);
}

/* ---- Folders ---- */

typedef struct Listing {
    char names[200];
    int stop_after; /* 0: never */
} Listing;

static bool note(const char *name, void *user) {
    Listing *listing = user;
    if (name[0] != '.')
        strcat(strcat(listing->names, name), " ");
    return name[0] == '.' || --listing->stop_after != 0;
}

static void test_listing(void **state) {
    (void)state;
    static const wchar_t *const files[] = {L"c", L"a", L"\u00e9", L"b"};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        write_file(wide_in_place(files[i]), "x", 1);
    char *folder = wide_to_text(place);
    Listing all = {"", 0}, some = {"", 2};
    path_list(folder, note, &all);
    path_list(folder, note, &some);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        assert_true(DeleteFileW(wide_in_place(files[i])));
    assert_string_equal(all.names, "a b c \xc3\xa9 ");
    assert_string_equal(some.names, "a b ");
    Listing none = {"", 0};
    path_list("C:\\there is no such folder", note, &none);
    assert_string_equal(none.names, "");
    free(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_no_unicode),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_absolute),
        cmocka_unit_test(test_last_separator),
        cmocka_unit_test(test_promised_names),
        cmocka_unit_test(test_absolute_path),
        cmocka_unit_test_setup_teardown(test_real_path, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_what_is_missing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_long_path, make_long_path, remove_long_path),
        cmocka_unit_test_setup_teardown(test_real_long_path, make_long_path, remove_long_path),
        cmocka_unit_test_setup_teardown(test_listing, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
