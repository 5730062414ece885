// SPDX-License-Identifier: MIT
// Stands between the conformance suite and the system.
#define _GNU_SOURCE
#include "refusals.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static Refused refused;
static int left; /* calls that still succeed */

void refuse(Refused which, int from) {
    refused = which;
    left = from - 1;
}

static bool is_refused(Refused which) {
    if (refused != which || left-- > 0)
        return false;
    left = 0;
    errno = which == REFUSED_MINCORE ? ENOSYS : ENOMEM;
    return true;
}

#define STANDS_BEFORE(type, name, parameters, arguments, which, failure)                                               \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters {                                                                                    \
        return is_refused(which) ? (failure) : __real_##name arguments;                                                \
    }

STANDS_BEFORE(pid_t, fork, (void), (), REFUSED_FORK, -1)
STANDS_BEFORE(int, pipe, (int ends[2]), (ends), REFUSED_PIPE, -1)
STANDS_BEFORE(int, mincore, (void *from, size_t size, unsigned char *pages), (from, size, pages), REFUSED_MINCORE, -1)
STANDS_BEFORE(void *, mmap64, (void *at, size_t size, int protection, int flags, int file, off_t offset),
              (at, size, protection, flags, file, offset), REFUSED_MMAP, MAP_FAILED)
STANDS_BEFORE(FILE *, fopen64, (const char *path, const char *mode), (path, mode), REFUSED_FOPEN, NULL)
STANDS_BEFORE(DIR *, opendir, (const char *path), (path), REFUSED_OPENDIR, NULL)
STANDS_BEFORE(int, pthread_create,
              (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
              (thread, attributes, run, argument), REFUSED_THREAD, EAGAIN)
STANDS_BEFORE(void *, calloc, (size_t count, size_t size), (count, size), REFUSED_CALLOC, NULL)
STANDS_BEFORE(void *, malloc, (size_t size), (size), REFUSED_MALLOC, NULL)
