// SPDX-License-Identifier: MIT
// Who can write a file, or a folder, by its access list.
#include "acl_windows.h"

#include <aclapi.h>
#include <errno.h>
#include <stdlib.h>

/* ---- Asking ---- */

static bool means_others(PSID sid) {
    static const WELL_KNOWN_SID_TYPE others[] = {
        WinWorldSid,     WinAuthenticatedUserSid, WinBuiltinUsersSid, WinBuiltinGuestsSid,
        WinAnonymousSid, WinInteractiveSid,       WinNetworkSid,      WinDialupSid,
        WinBatchSid,     WinRemoteLogonIdSid,     WinAccountGuestSid, WinLocalSid,
        WinNullSid,
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (IsWellKnownSid(sid, others[i]))
            return true;
    return false;
}

static ACCESS_MASK rights(AclQuestion question) {
    const ACCESS_MASK any = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
    switch (question) {
    case ACL_WRITE_FILE: return any | FILE_WRITE_DATA | FILE_APPEND_DATA;
    case ACL_ADD_ENTRIES: return any | FILE_ADD_FILE | FILE_DELETE_CHILD;
    default: return any | FILE_DELETE_CHILD;
    }
}

/* An entry of those that grant something to somebody all begin like this one. Conditions are taken as met. */
static bool grants(const ACCESS_ALLOWED_ACE *entry, ACCESS_MASK wanted) {
    bool allows =
        entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE || entry->Header.AceType == ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
    return allows && !(entry->Header.AceFlags & INHERIT_ONLY_ACE) && (entry->Mask & wanted) &&
           means_others((PSID)(uintptr_t)&entry->SidStart);
}

/* What another entry denies is not looked at: whoever grants that much to others has not meant to keep them out. */
static bool list_grants(PACL list, ACCESS_MASK wanted) {
    void *entry;
    if (!list)
        return true;
    for (DWORD i = 0; i < list->AceCount; i++)
        if (!GetAce(list, i, &entry) || grants(entry, wanted))
            return true;
    return false;
}

AclAnswer acl_judge(PSID owner, PACL list, AclQuestion question) {
    bool can = means_others(owner) || list_grants(list, rights(question));
    return can ? ACL_OTHERS_CAN : ACL_OTHERS_CANNOT;
}

AclAnswer acl_ask(HANDLE opened, AclQuestion question) {
    PSID owner;
    PACL list;
    PSECURITY_DESCRIPTOR descriptor;
    DWORD error = GetSecurityInfo(opened, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                  &owner, NULL, &list, NULL, &descriptor);
    if (error) {
        SetLastError(error);
        return ACL_UNKNOWN;
    }
    AclAnswer answer = acl_judge(owner, list, question);
    LocalFree(descriptor);
    return answer;
}

/* Up to the last separator, which stays: a drive's own folder has no name before it. */
static HANDLE open_folder_of(const char *path) {
    HANDLE folder = INVALID_HANDLE_VALUE;
    wchar_t *wide = wide_path(path);
    wchar_t *end = wide ? wcsrchr(wide, L'\\') : NULL;
    if (end) {
        end[1] = L'\0';
        folder = CreateFileW(wide, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                             OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
        if (folder == INVALID_HANDLE_VALUE)
            errno = wide_errno(GetLastError());
    }
    free(wide);
    return folder;
}

AclAnswer acl_ask_folder_of(const char *path, AclQuestion question) {
    errno = EINVAL; /* a path that ends in nothing */
    HANDLE folder = open_folder_of(path);
    if (folder == INVALID_HANDLE_VALUE)
        return ACL_UNKNOWN;
    AclAnswer answer = acl_ask(folder, question);
    if (answer == ACL_UNKNOWN)
        errno = wide_errno(GetLastError());
    CloseHandle(folder);
    return answer;
}

/* ---- Making ---- */

typedef struct OwnAlone {
    SECURITY_DESCRIPTOR descriptor; /* refers to the rest; first, so that freeing it frees all */
    union {
        ACL list;
        unsigned char list_room[sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + SECURITY_MAX_SID_SIZE];
    };
    union {
        TOKEN_USER user;
        unsigned char user_room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    };
} OwnAlone;

static bool read_user(OwnAlone *own) {
    HANDLE token;
    DWORD size;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    bool read = GetTokenInformation(token, TokenUser, &own->user, sizeof(own->user_room), &size);
    CloseHandle(token);
    return read;
}

static bool fill(OwnAlone *own) {
    return read_user(own) && InitializeSecurityDescriptor(&own->descriptor, SECURITY_DESCRIPTOR_REVISION) &&
           InitializeAcl(&own->list, sizeof(own->list_room), ACL_REVISION) &&
           AddAccessAllowedAce(&own->list, ACL_REVISION, FILE_ALL_ACCESS, own->user.User.Sid) &&
           SetSecurityDescriptorDacl(&own->descriptor, TRUE, &own->list, FALSE) &&
           SetSecurityDescriptorControl(&own->descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED);
}

SECURITY_DESCRIPTOR *acl_own_alone(void) {
    OwnAlone *own = calloc(1, sizeof(*own));
    if (own && fill(own))
        return &own->descriptor;
    free(own);
    return NULL;
}
