// SPDX-License-Identifier: MIT
// Counts, and fails on demand, what the library and its plugins ask of the heap and of the kernel.
#define _GNU_SOURCE
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

Calls calls;

/* What these functions hide: the C library's own. Looked up at the first call, when there is one thread. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    void (*free)(void *);
    void *(*mmap)(void *, size_t, int, int, int, off_t);
} hidden;

static void look_up(void *function, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof(found));
}

static void find_hidden(void) {
    if (hidden.malloc)
        return;
    look_up(&hidden.malloc, "malloc");
    look_up(&hidden.calloc, "calloc");
    look_up(&hidden.realloc, "realloc");
    look_up(&hidden.aligned_alloc, "aligned_alloc");
    look_up(&hidden.free, "free");
    look_up(&hidden.mmap, "mmap64"); /* Meson compiles all with 64-bit file offsets */
    if (!hidden.mmap)
        look_up(&hidden.mmap, "mmap");
}

static bool heap_fails(void) {
    find_hidden();
    calls.heap++;
    if (calls.fail_heap_at == 0 || --calls.fail_heap_at > 0)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) {
    return heap_fails() ? NULL : hidden.malloc(size);
}

void *calloc(size_t count, size_t size) {
    return heap_fails() ? NULL : hidden.calloc(count, size);
}

void *realloc(void *block, size_t size) {
    return heap_fails() ? NULL : hidden.realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return heap_fails() ? NULL : hidden.aligned_alloc(alignment, size);
}

void free(void *block) {
    find_hidden();
    calls.frees += block != NULL;
    hidden.free(block);
}

char *getenv(const char *name) {
    size_t length = strlen(name);
    calls.environment++;
    for (char **variable = environ; variable && *variable; variable++)
        if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=')
            return *variable + length + 1;
    return NULL;
}

static bool kernel_fails(void) {
    calls.kernel++;
    if (calls.fail_kernel_at == 0 || --calls.fail_kernel_at > 0)
        return false;
    errno = calls.fail_errno;
    return true;
}

/* With 64-bit file offsets this defines mmap64 where that is another one; it is also what the adapters call. */
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
    find_hidden();
    return kernel_fails() ? MAP_FAILED : hidden.mmap(address, size, protection, flags, file, offset);
}

int munmap(void *address, size_t size) {
    calls.kernel++;
    return (int)syscall(SYS_munmap, address, size);
}

int mprotect(void *address, size_t size, int protection) {
    return kernel_fails() ? -1 : (int)syscall(SYS_mprotect, address, size, protection);
}

/* A file with that text. */
static int made_up_file(const char *text) {
    int file = *text ? memfd_create("setting", MFD_CLOEXEC) : -1;
    if (file < 0) {
        errno = ENOENT;
        return -1;
    }
    if (write(file, text, strlen(text)) != (ssize_t)strlen(text) || lseek(file, 0, SEEK_SET) != 0)
        abort();
    return file;
}

/* Like mmap(), this is the one for files of any size. */
int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (calls.huge_setting && strcmp(path, "/sys/kernel/mm/transparent_hugepage/enabled") == 0)
        return made_up_file(calls.huge_setting);
    if (calls.huge_setting_2_mib && strcmp(path, "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled") == 0)
        return made_up_file(calls.huge_setting_2_mib);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int collapse(void *address, size_t size) {
    if (size > 0 && calls.collapses++ == 0)
        calls.collapse_from = address;
    calls.collapse_bytes += size;
    errno = calls.fail_collapse;
    if (calls.fail_collapse)
        return -1;
    return calls.huge_setting ? 0 : (int)syscall(SYS_madvise, address, size, MADV_COLLAPSE);
}

/* User-mode emulators say that they populated, and did not. */
static void touch(volatile unsigned char *from, size_t size) {
    for (size_t at = 0; at < size; at += 4096)
        from[at] = from[at];
}

int mincore(void *address, size_t size, unsigned char *pages) {
    calls.residence++;
    return (int)syscall(SYS_mincore, address, size, pages);
}

int madvise(void *address, size_t size, int advice) {
    if (kernel_fails())
        return -1;
    calls.huge_advices += advice == MADV_HUGEPAGE;
    calls.huge_bytes += advice == MADV_HUGEPAGE ? size : 0;
    if (advice == MADV_COLLAPSE)
        return collapse(address, size);
    if (advice == MADV_POPULATE_WRITE) {
        calls.populates += size > 0;
        if (calls.fail_populate) {
            errno = calls.fail_populate;
            return -1;
        }
    }
    int result = (int)syscall(SYS_madvise, address, size, advice);
    if (result == 0 && advice == MADV_POPULATE_WRITE)
        touch(address, size);
    return result;
}
