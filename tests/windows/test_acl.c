// SPDX-License-Identifier: MIT
// Files and folders that others can write are refused: by made-up access lists, and by real ones.
#include "place.h"

#include <sddl.h>

#include "system/acl_windows.h"
#include "system/system.h"

/* ---- Made-up lists ---- */

/* In the order of AclQuestion: whether others can write a file, add entries, swap entries. */
static const struct {
    const wchar_t *descriptor;
    bool can[3];
} judgements[] = {
    {L"O:BAD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)", {false, false, false}}, /* as in Program Files */
    {L"O:BAD:(A;;FA;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;BU)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;AU)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;BG)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;AN)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;IU)", {true, true, true}},
    {L"O:BAD:(A;;FA;;;NU)", {true, true, true}},
    {L"O:WDD:(A;;FR;;;BA)", {true, true, true}}, /* its owner can change the list */
    {L"O:BUD:(A;;FR;;;BA)", {true, true, true}},
    {L"O:BAD:", {false, false, false}},             /* a list that grants nothing */
    {L"O:BAD:(A;;0x2;;;WD)", {true, true, false}},  /* writes; or adds a file */
    {L"O:BAD:(A;;0x4;;;WD)", {true, false, false}}, /* appends; or adds a folder */
    {L"O:BAD:(A;;0x40;;;WD)", {false, true, true}}, /* deletes entries */
    {L"O:BAD:(A;;SD;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;WD;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;WO;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;GW;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;GA;;;WD)", {true, true, true}},
    {L"O:BAD:(A;;FR;;;WD)(A;;FX;;;WD)", {false, false, false}},
    {L"O:BAD:(A;OICIIO;FA;;;WD)", {false, false, false}}, /* for what will be inside */
    {L"O:BAD:(D;;FA;;;WD)(A;;FA;;;BA)", {false, false, false}},
    {L"O:BAD:(A;;FR;;;BA)(A;;FA;;;WD)", {true, true, true}}, /* the second entry */
};

static void test_judgements(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(judgements); i++) {
        PSECURITY_DESCRIPTOR descriptor;
        PSID owner;
        PACL list;
        BOOL defaulted, present;
        assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(judgements[i].descriptor, SDDL_REVISION_1,
                                                                         &descriptor, NULL));
        assert_true(GetSecurityDescriptorOwner(descriptor, &owner, &defaulted));
        assert_true(GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted));
        for (int question = ACL_WRITE_FILE; question <= ACL_SWAP_ENTRIES; question++) {
            bool can = acl_judge(owner, present ? list : NULL, (AclQuestion)question) == ACL_OTHERS_CAN;
            if (can != judgements[i].can[question])
                print_message("# %ls, question %d\n", judgements[i].descriptor, question);
            assert_int_equal(can, judgements[i].can[question]);
        }
        LocalFree(descriptor);
    }
}

static void test_no_list_at_all(void **state) {
    unsigned char sid[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(sid);
    (void)state;
    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size));
    for (int question = ACL_WRITE_FILE; question <= ACL_SWAP_ENTRIES; question++)
        assert_int_equal(acl_judge(sid, NULL, (AclQuestion)question), ACL_OTHERS_CAN);
}

/* ---- Real ones ---- */

static const char *read_there(const wchar_t *name) {
    char *path = in_place(name), *text;
    size_t size;
    const char *why = system_read_file(path, 100, &text, &size);
    if (text)
        assert_string_equal(text, "text");
    free(text);
    free(path);
    return why;
}

static void test_file_that_others_can_write(void **state) {
    (void)state;
    write_file(wide_in_place(L"file"), "text", 4);
    assert_null(read_there(L"file"));
    let_everyone_write(wide_in_place(L"file"));
    const char *why = read_there(L"file");
    assert_true(DeleteFileW(wide_in_place(L"file")));
    assert_non_null(why);
    assert_string_equal(why, "refused: others can write it: take that right from them");
}

static void test_folder_that_others_can_write(void **state) {
    (void)state;
    assert_true(CreateDirectoryW(wide_in_place(L"folder"), NULL));
    write_file(wide_in_place(L"folder\\file"), "text", 4);
    assert_null(read_there(L"folder\\file"));
    let_everyone_write(wide_in_place(L"folder"));
    const char *why = read_there(L"folder\\file");
    assert_true(DeleteFileW(wide_in_place(L"folder\\file")));
    assert_true(RemoveDirectoryW(wide_in_place(L"folder")));
    assert_non_null(why);
    assert_string_equal(why, "refused: others can swap what is in its folder: take that right from them");
}

static void test_what_is_replaced_is_the_owners_alone(void **state) {
    (void)state;
    char *path = in_place(L"file");
    assert_null(system_replace_file(path, "before", 6));
    assert_null(system_replace_file(path, "text", 4));
    free(path);
    assert_null(read_there(L"file"));
    HANDLE file = CreateFileW(wide_in_place(L"file"), READ_CONTROL, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(acl_ask(file, ACL_WRITE_FILE), ACL_OTHERS_CANNOT);
    CloseHandle(file);
    assert_true(DeleteFileW(wide_in_place(L"file")));
}

static void test_what_cannot_be_replaced_stays(void **state) {
    (void)state;
    write_file(wide_in_place(L"file"), "text", 4);
    HANDLE held = CreateFileW(wide_in_place(L"file"), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(held, INVALID_HANDLE_VALUE);
    char *path = in_place(L"file");
    const char *why = system_replace_file(path, "other", 5);
    free(path);
    CloseHandle(held);
    assert_non_null(why);
    assert_null(read_there(L"file"));
    assert_true(DeleteFileW(wide_in_place(L"file"))); /* and the folder is empty then: the temporary one is gone */
}

static void test_what_is_no_file(void **state) {
    (void)state;
    assert_null(read_there(L"missing"));
    assert_true(CreateDirectoryW(wide_in_place(L"folder"), NULL));
    const char *why = read_there(L"folder");
    assert_true(RemoveDirectoryW(wide_in_place(L"folder")));
    assert_non_null(why);
    assert_string_equal(why, "not a regular file");
}

static void test_too_large(void **state) {
    char bytes[101] = {0};
    (void)state;
    write_file(wide_in_place(L"file"), bytes, sizeof(bytes));
    const char *why = read_there(L"file");
    assert_true(DeleteFileW(wide_in_place(L"file")));
    assert_non_null(why);
    assert_string_equal(why, "it is too large");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judgements),
        cmocka_unit_test(test_no_list_at_all),
        cmocka_unit_test_setup_teardown(test_file_that_others_can_write, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_folder_that_others_can_write, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_what_is_replaced_is_the_owners_alone, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_replaced_stays, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_too_large, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
