// SPDX-License-Identifier: MIT
// Whether a file may be opened as a plugin, by modes and owners.
#include "file_trust.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "image.h"
#include "system/file_owner.h"
#include "system/system.h"

/* More is no adapter: what maps a file of a terabyte deserves a question first. */
#define LARGEST_FILE (INT64_C(256) << 20)

/* Who can write a file, or the folder it stands in, can swap it between the check and the open. */
static SamrenaError check_owner(const char *given, const char *what, const struct stat *status) {
    if (owner_lets_others_write(status))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: refused: %s is writable by others: %s", given, what,
                         owner_keeps_entries(status) ? "move it to one that is not" : "chmod o-w it");
    if (!owner_is_trusted(status))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID,
                         "%s: refused: %s is not owned by root, and this process has elevated rights", given, what);
    return SAMRENA_OK;
}

static SamrenaError out_of_memory(const char *given) {
    return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "%s: no heap memory to look at it", given);
}

static SamrenaError check_folder_of(const char *given, const char *path) {
    struct stat status;
    const char *slash = strrchr(path, '/');
    size_t length = slash && slash > path ? (size_t)(slash - path) : 1; /* GCOVR_EXCL_BR_LINE: the root folder */
    char *folder = slash ? strndup(path, length) : strdup(".");
    if (!folder)
        return out_of_memory(given);
    int failed = stat(folder, &status) != 0 ? errno : 0;
    free(folder);
    if (failed)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: its folder: %s", given, strerror(failed));
    return check_owner(given, "its folder", &status);
}

static SamrenaError check_folder_above(const char *given, const char *folder) {
    struct stat status;
    if (stat(folder, &status) != 0) /* GCOVR_EXCL_BR_LINE: it led to the file a moment ago */
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s: %s", given, folder, strerror(errno));
    if (owner_keeps_entries(&status))
        status.st_mode &= (mode_t)~S_IWOTH;
    return check_owner(given, "a folder above it", &status);
}

/* Whoever owns a folder further up can put another one in this one's place. Asked with elevated rights only: without
   them, builds below a folder that is open to all are common and harm nobody else. */
static SamrenaError check_folders_above(const char *given, const char *file) {
    char *folder = strdup(file);
    if (!folder) /* GCOVR_EXCL_BR_LINE: no heap, with elevated rights */
        return out_of_memory(given);
    SamrenaError error = SAMRENA_OK;
    for (char *slash = strrchr(folder, '/'); slash && !error; slash = strrchr(folder, '/')) {
        *slash = '\0';
        error = check_folder_above(given, slash == folder ? "/" : folder);
    }
    free(folder);
    return error;
}

static SamrenaError check_opened(const char *given, int file) {
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", given, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: not a regular file", given);
    if (status.st_size > LARGEST_FILE)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %" PRId64 " bytes long, expected at most %" PRId64, given,
                         (int64_t)status.st_size, LARGEST_FILE);
    SamrenaError error = check_owner(given, "the file", &status);
    if (error)
        return error;
    const char *fault = image_check(file, (uint64_t)status.st_size);
    return fault ? error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s", given, fault) : SAMRENA_OK;
}

SamrenaError file_trust_check(const char *given, const char *file, intptr_t *held) {
    SamrenaError error = check_folder_of(given, file);
    if (!error)
        error = check_folder_of(given, given); /* another one where links lead from here to there */
    if (!error && system_is_elevated())
        error = check_folders_above(given, file);
    if (error)
        return error;

    /* Not blocking: a FIFO would wait for a writer. A socket or a device without a driver fails to open. */
    int opened = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened < 0)
        return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: %s%s", given, errno == ENXIO ? "not a regular file: " : "",
                         strerror(errno));
    error = check_opened(given, opened);
    *held = opened;
    if (error)
        file_trust_end(opened);
    return error;
}

void file_trust_end(intptr_t held) {
    close((int)held);
}
