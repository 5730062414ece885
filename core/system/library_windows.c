// SPDX-License-Identifier: MIT
// Where paths and addresses lead, by the handles of files and modules.
#include "wide_windows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "samrena.h"
#include "system.h"

enum { MOST_CHARACTERS = 32768 }; /* of a path */

/* ---- Paths ---- */

/* For what is told of it alone: no right to read it is needed. */
static HANDLE open_entry(const wchar_t *path) {
    return CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

static char *final_path(HANDLE entry) {
    DWORD room = GetFinalPathNameByHandleW(entry, NULL, 0, VOLUME_NAME_DOS);
    wchar_t *path = room > 0 ? calloc(room, sizeof(*path)) : NULL;
    DWORD length = path ? GetFinalPathNameByHandleW(entry, path, room, VOLUME_NAME_DOS) : 0;
    errno = room > 0 && !path ? ENOMEM : wide_errno(GetLastError());
    char *text = length > 0 && length < room ? wide_path_to_text(path) : NULL;
    free(path);
    return text;
}

char *system_real_path(const char *path) {
    wchar_t *wide = wide_path(path);
    HANDLE entry = wide ? open_entry(wide) : INVALID_HANDLE_VALUE;
    if (wide && entry == INVALID_HANDLE_VALUE)
        errno = wide_errno(GetLastError());
    free(wide);
    if (entry == INVALID_HANDLE_VALUE)
        return NULL;
    char *real = final_path(entry);
    CloseHandle(entry);
    return real;
}

/* ---- Modules ---- */

static HMODULE module_of(const void *address, DWORD flags) {
    HMODULE module = NULL;
    return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | flags, address, &module) ? module : NULL;
}

bool system_pin(const void *address) {
    return module_of(address, GET_MODULE_HANDLE_EX_FLAG_PIN);
}

/* On the heap. */
static wchar_t *module_file(const void *address) {
    HMODULE module = module_of(address, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT);
    wchar_t *file = module ? calloc(MOST_CHARACTERS, sizeof(*file)) : NULL;
    DWORD length = file ? GetModuleFileNameW(module, file, MOST_CHARACTERS) : 0;
    if (length > 0 && length < MOST_CHARACTERS)
        return file;
    free(file);
    return NULL;
}

static bool tell_file(const wchar_t *path, BY_HANDLE_FILE_INFORMATION *told) {
    HANDLE entry = path ? open_entry(path) : INVALID_HANDLE_VALUE;
    if (entry == INVALID_HANDLE_VALUE)
        return false;
    bool known = GetFileInformationByHandle(entry, told);
    CloseHandle(entry);
    return known;
}

bool system_is_from(const void *address, const char *file) {
    BY_HANDLE_FILE_INFORMATION a, b;
    wchar_t *own = module_file(address), *other = wide_path(file);
    bool same = tell_file(own, &a) && tell_file(other, &b) && a.dwVolumeSerialNumber == b.dwVolumeSerialNumber &&
                a.nFileIndexHigh == b.nFileIndexHigh && a.nFileIndexLow == b.nFileIndexLow;
    free(own);
    free(other);
    return same;
}

/* Looked for by a text of the library: the address of a function may be in the program that calls it. */
bool system_library_folder(char *folder, size_t size) {
    wchar_t *wide = module_file(samrena_version());
    char *text = wide ? wide_path_to_text(wide) : NULL;
    char *file = text ? system_real_path(text) : NULL;
    const char *end = file ? strrchr(file, '\\') : NULL;
    bool known = end && (size_t)(end - file) < size;
    if (known) {
        memcpy(folder, file, (size_t)(end - file));
        folder[end - file] = '\0';
    }
    free(file);
    free(text);
    free(wide);
    return known;
}
