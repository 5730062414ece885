// SPDX-License-Identifier: MIT
// Who can write a file, or a folder.
#ifndef SAMRENA_CORE_FILE_OWNER_H
#define SAMRENA_CORE_FILE_OWNER_H

#include <sys/stat.h>

#include "system.h"

#ifndef S_ISVTX
#define S_ISVTX 01000 /* this value of POSIX has its name in XSI */
#endif

static inline bool owner_lets_others_write(const struct stat *status) {
    return status->st_mode & S_IWOTH;
}

/* Nobody else's entries of such a folder can be swapped, as in /tmp. */
static inline bool owner_keeps_entries(const struct stat *folder) {
    return folder->st_mode & S_ISVTX;
}

/* With elevated rights the owner matters. Without them it does not: in a user namespace even root's files seem to be
   somebody else's. */
static inline bool owner_is_trusted(const struct stat *status) {
    return !system_is_elevated() || status->st_uid == 0;
}

#endif
