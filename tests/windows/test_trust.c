// SPDX-License-Identifier: MIT
// Plugins that others can write are refused before anything else of them is looked at, and while one is checked and
// loaded nobody can write it.
#include "place.h"

#include "loader/file_trust.h"

static const wchar_t *plugin;

static void is_refused(const wchar_t *wide, const char *words) {
    intptr_t held;
    char *path = wide_to_text(wide);
    assert_int_equal(file_trust_check(path, path, &held), SAMRENA_ERROR_ADAPTER_INVALID);
    free(path);
    assert_non_null(strstr(samrena_last_error_message(), words));
}

static void test_plugin_that_others_can_write(void **state) {
    (void)state;
    write_file(wide_in_place(L"some.dll"), "text", 4);
    is_refused(wide_in_place(L"some.dll"), "not a plugin");
    let_everyone_write(wide_in_place(L"some.dll"));
    is_refused(wide_in_place(L"some.dll"), "refused: the file is writable by others");
    assert_true(DeleteFileW(wide_in_place(L"some.dll")));
}

static void test_plugin_in_a_folder_that_others_can_write(void **state) {
    (void)state;
    assert_true(CreateDirectoryW(wide_in_place(L"folder"), NULL));
    write_file(wide_in_place(L"folder\\some.dll"), "text", 4);
    let_everyone_write(wide_in_place(L"folder"));
    is_refused(wide_in_place(L"folder\\some.dll"), "refused: its folder is writable by others");
    assert_true(DeleteFileW(wide_in_place(L"folder\\some.dll")));
    assert_true(RemoveDirectoryW(wide_in_place(L"folder")));
}

static void test_held_until_it_is_loaded(void **state) {
    const wchar_t *path = wide_in_place(L"some.dll");
    intptr_t held;
    (void)state;
    assert_true(CopyFileW(plugin, path, TRUE));
    char *text = wide_to_text(path);
    assert_int_equal(file_trust_check(text, text, &held), SAMRENA_OK);
    free(text);
    assert_ptr_equal(CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL),
                     INVALID_HANDLE_VALUE);
    assert_false(DeleteFileW(path));
    assert_false(MoveFileExW(path, wide_in_place(L"other.dll"), 0));
    file_trust_end(held);
    assert_true(DeleteFileW(path));
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plugin_that_others_can_write, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_plugin_in_a_folder_that_others_can_write, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_held_until_it_is_loaded, make_place, remove_place),
    };
    plugin = count > 1 ? wide_from_text(arguments[1]) : L"";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
