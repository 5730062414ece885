// SPDX-License-Identifier: MIT
// Whether a file may be opened as a plugin, by access lists.
#include "system/wide_windows.h"

#include "file_trust.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "image.h"
#include "system/acl_windows.h"

/* More is no adapter: what maps a file of a terabyte deserves a question first. */
#define LARGEST_FILE (UINT64_C(256) << 20)

static SamrenaError failed(const char *given, const char *what, DWORD error) {
    char words[WIDE_WORDS];
    wide_words(error, words);
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s%s", given, what, words);
}

static SamrenaError writable(const char *given, const char *what) {
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID,
                     "%s: refused: %s is writable by others: take that right from all but its owner and administrators",
                     given, what);
}

/* Who can write to its folder can put another file there, or one that it depends upon. */
static SamrenaError check_folder_of(const char *given, const char *path) {
    switch (acl_ask_folder_of(path, ACL_ADD_ENTRIES)) {
    case ACL_OTHERS_CANNOT: return SAMRENA_OK;
    case ACL_OTHERS_CAN: return writable(given, "its folder");
    default: return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: its folder: %s", given, strerror(errno));
    }
}

static SamrenaError check_opened(const char *given, HANDLE file) {
    BY_HANDLE_FILE_INFORMATION told;
    if (GetFileType(file) != FILE_TYPE_DISK)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a regular file", given);
    if (!GetFileInformationByHandle(file, &told))
        return failed(given, "", GetLastError());
    if (told.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a regular file: a folder", given);
    uint64_t size = ((uint64_t)told.nFileSizeHigh << 32) | told.nFileSizeLow;
    if (size > LARGEST_FILE)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %" PRIu64 " bytes long, expected at most %" PRIu64, given,
                         size, LARGEST_FILE);
    AclAnswer answer = acl_ask(file, ACL_WRITE_FILE);
    if (answer == ACL_OTHERS_CAN)
        return writable(given, "the file");
    if (answer == ACL_UNKNOWN)
        return failed(given, "its access list: ", GetLastError());
    const char *fault = image_check((intptr_t)file, size);
    return fault ? error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", given, fault) : SAMRENA_OK;
}

/* While it is open, nobody can open it for writing, remove it or rename it. Folders are opened too, to be told. */
static HANDLE open_held(const char *file) {
    wchar_t *wide = wide_path(file);
    HANDLE opened =
        wide ? CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL)
             : INVALID_HANDLE_VALUE;
    DWORD error = wide ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY;
    free(wide);
    SetLastError(error);
    return opened;
}

SamrenaError file_trust_check(const char *given, const char *file, intptr_t *held) {
    SamrenaError error = check_folder_of(given, file);
    if (!error)
        error = check_folder_of(given, given); /* another one where links lead from here to there */
    if (error)
        return error;
    HANDLE opened = open_held(file);
    if (opened == INVALID_HANDLE_VALUE)
        return failed(given, "", GetLastError());
    error = check_opened(given, opened);
    *held = (intptr_t)opened;
    if (error)
        file_trust_end(*held);
    return error;
}

void file_trust_end(intptr_t held) {
    CloseHandle((HANDLE)held);
}
