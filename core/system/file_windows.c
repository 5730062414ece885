// SPDX-License-Identifier: MIT
// Small files, read and replaced as a whole.
#include "wide_windows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acl_windows.h"
#include "system.h"

char *system_absolute_path(const char *path) {
    wchar_t *wide = wide_path(path);
    char *absolute = wide ? wide_path_to_text(wide) : NULL;
    free(wide);
    return absolute;
}

static const char *last_error_words(void) {
    return strerror(wide_errno(GetLastError()));
}

/* A file that another process is just replacing, or reading, can neither be opened nor replaced for a moment; nor can
   one that is forbidden for good. Whether to try once more. */
static bool is_worth_another(DWORD error, unsigned *turn) {
    enum { TURNS = 100 };
    if ((error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION) || ++*turn > TURNS)
        return false;
    Sleep(1);
    return true;
}

/* ---- Reading ---- */

/* Who can write there can put another file in its place. */
static const char *check_folder_of(const char *path) {
    switch (acl_ask_folder_of(path, ACL_SWAP_ENTRIES)) {
    case ACL_OTHERS_CANNOT: return NULL;
    case ACL_OTHERS_CAN: return "refused: others can swap what is in its folder: take that right from them";
    default: return strerror(errno);
    }
}

/* And where a link leads to. */
static const char *check_folders(const char *path) {
    const char *why = check_folder_of(path);
    char *real = why ? NULL : system_real_path(path);
    if (real)
        why = check_folder_of(real);
    free(real);
    return why;
}

static const char *check_file(HANDLE file, size_t most, uint64_t *size) {
    BY_HANDLE_FILE_INFORMATION told;
    if (GetFileType(file) != FILE_TYPE_DISK)
        return "not a regular file";
    if (!GetFileInformationByHandle(file, &told))
        return last_error_words();
    if (told.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return "not a regular file";
    AclAnswer answer = acl_ask(file, ACL_WRITE_FILE);
    if (answer != ACL_OTHERS_CANNOT)
        return answer == ACL_UNKNOWN ? last_error_words() : "refused: others can write it: take that right from them";
    *size = ((uint64_t)told.nFileSizeHigh << 32) | told.nFileSizeLow;
    return *size > most ? "it is too large" : NULL;
}

static const char *read_opened(HANDLE file, size_t most, char **text, size_t *size) {
    uint64_t whole = 0;
    DWORD got = 0;
    const char *why = check_file(file, most, &whole);
    if (why || whole == 0)
        return why;
    char *bytes = malloc((size_t)whole + 1);
    if (!bytes)
        return strerror(ENOMEM);
    if (!ReadFile(file, bytes, (DWORD)whole, &got, NULL)) {
        why = last_error_words();
        free(bytes);
        return why;
    }
    bytes[got] = '\0';
    *text = bytes;
    *size = got;
    return NULL;
}

/* A folder is opened too, to be told. */
static HANDLE open_to_read(const wchar_t *path) {
    HANDLE file;
    unsigned turn = 0;
    do {
        file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    } while (file == INVALID_HANDLE_VALUE && is_worth_another(GetLastError(), &turn));
    return file;
}

static const char *open_and_read(const wchar_t *path, size_t most, char **text, size_t *size) {
    HANDLE file = open_to_read(path);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_FILE_NOT_FOUND ? NULL : last_error_words();
    const char *why = read_opened(file, most, text, size);
    CloseHandle(file);
    return why;
}

const char *system_read_file(const char *path, size_t most, char **text, size_t *size) {
    *text = NULL;
    *size = 0;
    const char *why = check_folders(path);
    if (why)
        return why;
    wchar_t *wide = wide_path(path);
    if (!wide)
        return strerror(errno);
    why = open_and_read(wide, most, text, size);
    free(wide);
    return why;
}

/* ---- Writing ---- */

static DWORD write_opened(HANDLE file, const char *bytes, size_t size) {
    DWORD written = 0;
    if (!WriteFile(file, bytes, (DWORD)size, &written, NULL))
        return GetLastError();
    return written == size ? 0 : ERROR_DISK_FULL;
}

static DWORD put_in_place(const wchar_t *temporary, const wchar_t *path) {
    DWORD failed;
    unsigned turn = 0;
    do {
        failed = MoveFileExW(temporary, path, MOVEFILE_REPLACE_EXISTING) ? 0 : GetLastError();
    } while (failed && is_worth_another(failed, &turn));
    return failed;
}

static DWORD write_and_rename(const wchar_t *temporary, const wchar_t *path, const char *bytes, size_t size) {
    SECURITY_DESCRIPTOR *own_alone = acl_own_alone();
    SECURITY_ATTRIBUTES owner = {.nLength = sizeof(owner), .lpSecurityDescriptor = own_alone};
    if (!own_alone)
        return ERROR_NOT_ENOUGH_MEMORY;
    HANDLE file = CreateFileW(temporary, GENERIC_WRITE, 0, &owner, CREATE_NEW, 0, NULL);
    DWORD failed = file == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    free(own_alone);
    if (failed)
        return failed;
    failed = write_opened(file, bytes, size);
    if (!CloseHandle(file) && !failed)
        failed = GetLastError();
    if (!failed)
        failed = put_in_place(temporary, path);
    if (failed)
        (void)DeleteFileW(temporary);
    return failed;
}

/* A name that no other thread or process has: CREATE_NEW tells where one does. */
static DWORD replace(const wchar_t *path, const char *bytes, size_t size) {
    static LONG turn;
    size_t room = wcslen(path) + sizeof(".ffffffff.ffffffff");
    wchar_t *temporary = calloc(room, sizeof(*temporary));
    if (!temporary)
        return ERROR_NOT_ENOUGH_MEMORY;
    _snwprintf(temporary, room - 1, L"%ls.%lx.%lx", path, GetCurrentProcessId(), InterlockedIncrement(&turn));
    DWORD failed = write_and_rename(temporary, path, bytes, size);
    free(temporary);
    return failed;
}

/* A link stays, and what it leads to is replaced. */
const char *system_replace_file(const char *path, const char *bytes, size_t size) {
    char *real = system_real_path(path);
    wchar_t *wide = wide_path(real ? real : path);
    int failed = wide ? 0 : errno;
    DWORD error = wide ? replace(wide, bytes, size) : 0;
    free(wide);
    free(real);
    if (error)
        failed = wide_errno(error);
    return failed ? strerror(failed) : NULL;
}
