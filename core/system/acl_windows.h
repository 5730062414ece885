// SPDX-License-Identifier: MIT
// Who can write a file, or a folder, by its access list.
#ifndef SAMRENA_CORE_ACL_WINDOWS_H
#define SAMRENA_CORE_ACL_WINDOWS_H

#include "wide_windows.h"

/* What others are not to be able to do. */
typedef enum AclQuestion {
    ACL_WRITE_FILE,  /* write it, or put another one in its place */
    ACL_ADD_ENTRIES, /* to a folder; what ACL_SWAP_ENTRIES asks too */
    ACL_SWAP_ENTRIES /* of a folder: remove or rename what somebody else put there */
} AclQuestion;

typedef enum AclAnswer { ACL_OTHERS_CANNOT, ACL_OTHERS_CAN, ACL_UNKNOWN } AclAnswer;

/* Others: everyone, users as such, guests, whoever is logged on or comes by the network. What one of these owns is
   theirs to write; with no list at all everyone may do everything. */
AclAnswer acl_judge(PSID owner, PACL list, AclQuestion question);

/* Of an entry that is open with READ_CONTROL. ACL_UNKNOWN: GetLastError() says why. */
AclAnswer acl_ask(HANDLE opened, AclQuestion question);

/* The same of the folder that holds `path`. ACL_UNKNOWN: errno says why. */
AclAnswer acl_ask_folder_of(const char *path, AclQuestion question);

/* A descriptor by which this process's user alone can do anything. On the heap; NULL: it could not be made. */
SECURITY_DESCRIPTOR *acl_own_alone(void);

#endif
