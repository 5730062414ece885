// SPDX-License-Identifier: MIT
// Where a path leads, one component at a time: realpath() is no part of POSIX but of XSI.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system.h"

enum { MOST_LINKS = 40 };

typedef struct PathWalk {
    char done[PATH_MAX]; /* absolute and without links; "" is the root */
    char rest[PATH_MAX], next[PATH_MAX], target[PATH_MAX];
    int links;
} PathWalk;

static bool put_name(char text[PATH_MAX], const char *first, const char *second, size_t length) {
    int wanted = snprintf(text, PATH_MAX, "%s/%.*s", first, (int)length, second);
    errno = ENAMETOOLONG;
    return wanted < PATH_MAX;
}

/* A link's target comes before the rest; `done` is as before then. */
static bool follow(PathWalk *walk, size_t before, const char *rest) {
    ssize_t size = readlink(walk->done, walk->target, sizeof(walk->target) - 1);
    if (size < 0 && errno != EINVAL) /* that: no link */
        return false;
    walk->target[size < 0 ? 0 : size] = '\0';
    if (size >= 0)
        walk->done[walk->target[0] == '/' ? 0 : before] = '\0';
    if (!put_name(walk->next, walk->target, rest, strlen(rest)))
        return false;
    memcpy(walk->rest, walk->next, sizeof(walk->rest));
    errno = ELOOP;
    return size < 0 || ++walk->links <= MOST_LINKS;
}

static bool step(PathWalk *walk) {
    char *name = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(name, "/"), before = strlen(walk->done);
    bool up = length == 2 && memcmp(name, "..", 2) == 0;
    if (up && before > 0)
        *strrchr(walk->done, '/') = '\0';
    if (up || (length == 1 && name[0] == '.')) {
        memmove(walk->rest, name + length, strlen(name + length) + 1);
        return true;
    }
    memcpy(walk->next, walk->done, sizeof(walk->next));
    return put_name(walk->done, walk->next, name, length) && follow(walk, before, name + length);
}

char *system_real_path(const char *path) {
    PathWalk *walk = calloc(1, sizeof(*walk));
    bool found = walk && (path[0] == '/' || getcwd(walk->next, sizeof(walk->next))) &&
                 put_name(walk->rest, walk->next, path, strlen(path));
    while (found && walk->rest[strspn(walk->rest, "/")] != '\0')
        found = step(walk);
    int error = errno;
    char *real = found ? strdup(walk->done[0] ? walk->done : "/") : NULL;
    free(walk);
    errno = found ? errno : error;
    return real;
}
