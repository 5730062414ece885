// SPDX-License-Identifier: MIT
// Folders and files where a list of rights says who can write.
#include <aclapi.h>
#include <direct.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "files.h"

bool make_directory(const char *path) {
    return _mkdir(path) == 0;
}

bool temporary_folder(char folder[FOLDER_MOST]) {
    DWORD length = GetTempPathA(FOLDER_MOST, folder);
    if (length == 0 || length >= FOLDER_MOST)
        return false;
    folder[length - 1] = '\0'; /* it ends in a separator */
    return true;
}

bool whole_path(const char *path, char whole[PATH_MOST]) {
    DWORD length = GetFullPathNameA(path, PATH_MOST, whole, NULL);
    return length > 0 && length < PATH_MOST;
}

/* tmpfile() would have it where none but administrators can write. */
FILE *open_temporary_file(void) {
    char folder[FOLDER_MOST], path[MAX_PATH];
    if (!temporary_folder(folder) || GetTempFileNameA(folder, "sam", 0, path) == 0)
        return NULL;
    return fopen(path, "w+bD");
}

bool let_others_write(const char *path, bool let) {
    EXPLICIT_ACCESSA everyone = {.grfAccessPermissions = FILE_GENERIC_WRITE,
                                 .grfAccessMode = let ? GRANT_ACCESS : REVOKE_ACCESS,
                                 .Trustee = {.TrusteeForm = TRUSTEE_IS_NAME, .ptstrName = "EVERYONE"}};
    SE_OBJECT_TYPE type = SE_FILE_OBJECT;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    ACL *before = NULL, *after = NULL;
    bool done = GetNamedSecurityInfoA(path, type, DACL_SECURITY_INFORMATION, NULL, NULL, &before, NULL, &descriptor) ==
                    ERROR_SUCCESS &&
                SetEntriesInAclA(1, &everyone, before, &after) == ERROR_SUCCESS &&
                SetNamedSecurityInfoA((char *)(uintptr_t)path, type, DACL_SECURITY_INFORMATION, NULL, NULL, after,
                                      NULL) == ERROR_SUCCESS;
    LocalFree(after);
    LocalFree(descriptor);
    return done;
}

void resolve_path(const char *path) {
    char resolved[MAX_PATH];
    (void)_fullpath(resolved, path, sizeof(resolved));
}
