// SPDX-License-Identifier: MIT
// Between UTF-8 and UTF-16, and between the errors of POSIX and of Windows.
#include "wide_windows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY_LENGTH L"\\\\?\\"          /* before a path with a drive */
#define ANY_LENGTH_SHARE L"\\\\?\\UNC" /* in place of the first of the two \ before a server */

/* ---- Texts ---- */

wchar_t *wide_from_text(const char *text) {
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *wide = length > 0 ? calloc((size_t)length, sizeof(*wide)) : NULL;
    if (!wide)
        errno = length > 0 ? ENOMEM : EILSEQ;
    else
        (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    return wide;
}

char *wide_to_text(const wchar_t *wide) {
    int length = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, NULL, 0, NULL, NULL);
    char *text = length > 0 ? malloc((size_t)length) : NULL;
    if (!text)
        errno = length > 0 ? ENOMEM : EILSEQ;
    else
        (void)WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, text, length, NULL, NULL);
    return text;
}

/* ---- Paths ---- */

static bool begins_with(const wchar_t *path, const wchar_t *prefix) {
    return wcsncmp(path, prefix, wcslen(prefix)) == 0;
}

/* `room` characters of it are kept free at its start. */
static wchar_t *full_path(const wchar_t *given, size_t room) {
    DWORD length = GetFullPathNameW(given, 0, NULL, NULL);
    wchar_t *path = length > 0 ? calloc(room + length, sizeof(*path)) : NULL;
    if (!path)
        errno = length > 0 ? ENOMEM : wide_errno(GetLastError());
    else if (GetFullPathNameW(given, length, path + room, NULL) >= length) { /* another thread changed the folder */
        free(path);
        errno = EAGAIN;
        return NULL;
    }
    return path;
}

wchar_t *wide_path(const char *given) {
    const size_t room = wcslen(ANY_LENGTH_SHARE);
    wchar_t *wide = wide_from_text(given);
    wchar_t *path = wide ? full_path(wide, room) : NULL;
    free(wide);
    if (!path)
        return NULL;
    wchar_t *start = path + room;
    bool is_long = wcslen(start) >= MAX_PATH - sizeof(".ffffffff.ffffffff"); /* with what is put behind it */
    if (is_long && !begins_with(start, L"\\\\")) {
        start -= wcslen(ANY_LENGTH);
        memcpy(start, ANY_LENGTH, wcslen(ANY_LENGTH) * sizeof(*start));
    } else if (is_long && !begins_with(start, ANY_LENGTH) && !begins_with(start, L"\\\\.\\")) {
        start -= room - 1;
        memcpy(start, ANY_LENGTH_SHARE, room * sizeof(*start));
    }
    memmove(path, start, (wcslen(start) + 1) * sizeof(*start));
    return path;
}

char *wide_path_to_text(const wchar_t *path) {
    bool share = begins_with(path, ANY_LENGTH_SHARE L"\\");
    if (share)
        path += wcslen(ANY_LENGTH_SHARE) - 1;
    else if (begins_with(path, ANY_LENGTH))
        path += wcslen(ANY_LENGTH);
    char *text = wide_to_text(path);
    if (text && share)
        text[0] = '\\';
    return text;
}

/* ---- Errors ---- */

int wide_errno(DWORD error) {
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME: return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: return EACCES;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY: return ENOMEM;
    case ERROR_DIRECTORY: return ENOTDIR;
    case ERROR_FILENAME_EXCED_RANGE: return ENAMETOOLONG;
    case ERROR_CANT_RESOLVE_FILENAME: return ELOOP;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL: return ENOSPC;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS: return EEXIST;
    case ERROR_WRITE_PROTECT: return EROFS;
    default: return EIO;
    }
}

void wide_words(DWORD error, char words[WIDE_WORDS]) {
    wchar_t wide[WIDE_WORDS / 4] = L""; /* a character is 4 bytes at most */
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, wide,
                                  WIDE_WORDS / 4, NULL);
    while (length > 0 && (wide[length - 1] <= L' ' || wide[length - 1] == L'.'))
        wide[--length] = L'\0';
    if (length == 0 || WideCharToMultiByte(CP_UTF8, 0, wide, -1, words, WIDE_WORDS, NULL, NULL) == 0)
        snprintf(words, WIDE_WORDS, "error %lu of Windows", error);
}
