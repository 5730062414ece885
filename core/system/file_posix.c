// SPDX-License-Identifier: MIT
// Small files, read and replaced as a whole.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_owner.h"
#include "system.h"

char *system_absolute_path(const char *path) {
    size_t length = strlen(path);
    if (path[0] == '/')
        return strdup(path);
    for (size_t room = 256;; room *= 2) {
        char *folder = malloc(room + 1 + length + 1);
        if (folder && getcwd(folder, room)) {
            strcat(strcat(folder, "/"), path);
            return folder;
        }
        free(folder);
        if (!folder || errno != ERANGE)
            return NULL;
    }
}

/* ---- Reading ---- */

static const char *check_file(const struct stat *status, size_t most) {
    if (!S_ISREG(status->st_mode))
        return "not a regular file";
    if (owner_lets_others_write(status))
        return "refused: others can write it: chmod o-w it";
    if (!owner_is_trusted(status))
        return "refused: it is not owned by root, and this process has elevated rights";
    return status->st_size > (off_t)most ? "it is too large" : NULL;
}

/* Who can write there can put another file in its place. */
static const char *check_folder_of(const char *path) {
    struct stat status;
    const char *slash = strrchr(path, '/');
    size_t length = slash && slash > path ? (size_t)(slash - path) : 1;
    char *folder = slash ? strndup(path, length) : strdup(".");
    if (!folder)
        return strerror(ENOMEM);
    int failed = stat(folder, &status) != 0 ? errno : 0;
    free(folder);
    if (failed)
        return strerror(failed);
    return owner_lets_others_write(&status) && !owner_keeps_entries(&status)
               ? "refused: others can write to its folder: chmod o-w that"
               : NULL;
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

/* Of up to `size` bytes, as many as there are. */
static ssize_t read_all(int file, char *bytes, size_t size) {
    size_t filled = 0;
    while (filled < size) {
        ssize_t got = read(file, bytes + filled, size - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -1 : (ssize_t)filled;
        filled += (size_t)got;
    }
    return (ssize_t)filled;
}

static const char *read_opened(int file, size_t most, char **text, size_t *size) {
    struct stat status;
    const char *why = fstat(file, &status) != 0 ? strerror(errno) : check_file(&status, most);
    if (why || status.st_size == 0)
        return why;
    char *bytes = malloc((size_t)status.st_size + 1);
    ssize_t got = bytes ? read_all(file, bytes, (size_t)status.st_size) : -1;
    if (got < 0) {
        free(bytes);
        return strerror(bytes ? errno : ENOMEM);
    }
    bytes[got] = '\0';
    *text = bytes;
    *size = (size_t)got;
    return NULL;
}

/* Not blocking: a FIFO would wait for a writer. */
const char *system_read_file(const char *path, size_t most, char **text, size_t *size) {
    *text = NULL;
    *size = 0;
    const char *why = check_folders(path);
    if (why)
        return why;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return errno == ENOENT ? NULL : strerror(errno);
    why = read_opened(file, most, text, size);
    close(file);
    return why;
}

/* ---- Writing ---- */

static bool write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* A full disk may be told by the last call alone. */
static int write_and_rename(int file, const char *temporary, const char *path, const char *bytes, size_t size) {
    int failed = write_all(file, bytes, size) ? 0 : errno;
    if (close(file) != 0 && !failed) /* GCOVR_EXCL_BR_LINE: it fails twice */
        failed = errno;
    if (!failed && rename(temporary, path) != 0)
        failed = errno;
    if (failed)
        (void)unlink(temporary);
    return failed;
}

/* A link stays, and what it leads to is replaced. */
const char *system_replace_file(const char *path, const char *bytes, size_t size) {
    char *real = system_real_path(path);
    const char *file_path = real ? real : path;
    size_t room = strlen(file_path) + 32;
    char *temporary = malloc(room);
    int failed = temporary ? 0 : ENOMEM;
    if (!failed) {
        snprintf(temporary, room, "%s.%ld.XXXXXX", file_path, (long)getpid());
        int file = mkstemp(temporary);
        failed = file < 0 ? errno : write_and_rename(file, temporary, file_path, bytes, size);
    }
    free(temporary);
    free(real);
    return failed ? strerror(failed) : NULL;
}
