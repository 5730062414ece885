// SPDX-License-Identifier: MIT
// A folder of a test's own among the system's temporary ones, and files in it.
#ifndef SAMRENA_TESTS_WINDOWS_PLACE_H
#define SAMRENA_TESTS_WINDOWS_PLACE_H

#include "system/wide_windows.h"

#include <sddl.h>

#include "support.h"

enum { PLACE_PATH = 1024 };

static wchar_t place[PLACE_PATH]; /* the folder */

static int make_place(void **state) {
    wchar_t temporary[PLACE_PATH - 64];
    (void)state;
    DWORD length = GetTempPathW(PLACE_PATH - 64, temporary);
    assert_in_range(length, 1, PLACE_PATH - 65);
    for (unsigned turn = 0; turn < 100; turn++) { /* one that ended early may have left its own */
        _snwprintf(place, PLACE_PATH, L"%lssamrena-%lx-%u-\u00e9\u4e2d", temporary, GetCurrentProcessId(), turn);
        if (CreateDirectoryW(place, NULL))
            return 0;
    }
    return 1;
}

static int remove_place(void **state) {
    (void)state;
    return RemoveDirectoryW(place) ? 0 : 1; /* empty again, and nothing of it is open */
}

/* In the folder; a few are valid at a time. */
static inline wchar_t *wide_in_place(const wchar_t *name) {
    static wchar_t paths[4][PLACE_PATH];
    static unsigned next;
    wchar_t *path = paths[next++ % COUNT_OF(paths)];
    _snwprintf(path, PLACE_PATH, L"%ls\\%ls", place, name);
    return path;
}

/* The same as the library takes it; freed by who asks. */
static inline char *in_place(const wchar_t *name) {
    char *path = wide_to_text(wide_in_place(name));
    assert_non_null(path);
    return path;
}

static inline void write_file(const wchar_t *path, const void *bytes, size_t size) {
    DWORD written = 0;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, bytes, (DWORD)size, &written, NULL));
    assert_int_equal(written, size);
    assert_true(CloseHandle(file));
}

static inline void let_everyone_write(const wchar_t *path) {
    PSECURITY_DESCRIPTOR everyone;
    assert_true(
        ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;;FA;;;WD)", SDDL_REVISION_1, &everyone, NULL));
    assert_true(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, everyone));
    LocalFree(everyone);
}

#endif
