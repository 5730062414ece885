// SPDX-License-Identifier: MIT
// The functions that stand before the C library's own.
#define _GNU_SOURCE
#include "interpose.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

const FaultKind fault_kinds[FAULT_CALLS] = {
    [FAULT_MALLOC] = {"malloc", {ENOMEM}},
    [FAULT_CALLOC] = {"calloc", {ENOMEM}},
    [FAULT_REALLOC] = {"realloc", {ENOMEM}},
    [FAULT_ALIGNED_ALLOC] = {"aligned_alloc", {ENOMEM}},
    [FAULT_MMAP] = {"mmap", {ENOMEM, EAGAIN, EINVAL, EPERM}},
    [FAULT_MUNMAP] = {"munmap", {ENOMEM, EINVAL}},
    [FAULT_MPROTECT] = {"mprotect", {ENOMEM, EACCES, EPERM}},
    [FAULT_MADVISE] = {"madvise", {ENOMEM, EINVAL, EAGAIN, ENOSYS, EPERM, EFAULT, EBUSY, EINTR}},
    [FAULT_MINCORE] = {"mincore", {ENOMEM, EAGAIN, ENOSYS, EPERM}},
    [FAULT_OPEN] = {"open", {EMFILE, ENOENT, EACCES, ENFILE, ENOMEM, ELOOP, EINTR}},
    [FAULT_FOPEN] = {"fopen", {EMFILE, ENOENT, EACCES, ENOMEM}},
    [FAULT_FSTAT] = {"fstat", {EIO, ENOMEM, EACCES, EOVERFLOW}},
    [FAULT_READ] = {"read", {EIO, EISDIR, EAGAIN, EINTR}},
    [FAULT_WRITE] = {"write", {ENOSPC, EIO, EDQUOT, EINTR}},
    [FAULT_CLOSE] = {"close", {EIO, ENOSPC, EINTR}},
    [FAULT_MKSTEMP] = {"mkstemp", {EACCES, ENOSPC, EROFS, EMFILE}},
    [FAULT_RENAME] = {"rename", {EACCES, ENOSPC, EXDEV}},
    [FAULT_SCANDIR] = {"scandir", {EMFILE, EACCES, ENOENT, ENOMEM, EIO}},
    [FAULT_REALPATH] = {"realpath", {ENOMEM, EACCES, ENOENT, ELOOP, EIO}},
    [FAULT_DLOPEN] = {"dlopen", {0}},
    [FAULT_DLSYM] = {"dlsym", {0}},
    [FAULT_DLADDR] = {"dladdr", {0}},
    [FAULT_PTHREAD_CREATE] = {"pthread_create", {EAGAIN, EPERM}},
    [FAULT_THREADS] = {"pthread_key_create", {EAGAIN, ENOMEM}},
    [FAULT_LIMITS] = {"getrlimit", {EPERM, EFAULT}},
};

int fault_errors(FaultCall call) {
    int count = 0;
    while (count < FAULT_ERRORS_MOST && fault_kinds[call].errors[count])
        count++;
    return count > 0 ? count : 1;
}

/* ---- What fails ---- */

static Fault chosen;
static atomic_bool armed;
static atomic_long made, made_of[FAULT_CALLS], blocks, mapped;
static atomic_int met; /* the kind that fails; FAULT_CALLS: none yet */

void fault_begin(const Fault *fault) {
    chosen = *fault;
    atomic_store(&made, 0);
    for (int i = 0; i < FAULT_CALLS; i++)
        atomic_store(&made_of[i], 0);
    atomic_store(&met, FAULT_CALLS);
}

void fault_arm(void) {
    atomic_store(&armed, true);
}

void fault_disarm(void) {
    atomic_store(&armed, false);
}

long fault_made(void) {
    return atomic_load(&made);
}

long fault_made_of(FaultCall call) {
    return atomic_load(&made_of[call]);
}

bool fault_met(FaultCall *call) {
    int kind = atomic_load(&met);
    if (kind == FAULT_CALLS)
        return false;
    *call = (FaultCall)kind;
    return true;
}

int fault_errno(void) {
    FaultCall call;
    return fault_met(&call) ? fault_kinds[call].errors[chosen.error] : 0;
}

long fault_blocks(void) {
    return atomic_load(&blocks);
}

long fault_mapped(void) {
    return atomic_load(&mapped);
}

static bool fails(FaultCall call) {
    if (!atomic_load(&armed))
        return false;
    long number = atomic_fetch_add(&made, 1) + 1;
    atomic_fetch_add(&made_of[call], 1);
    if (number == chosen.at)
        atomic_store(&met, (int)call);
    else if (!chosen.from_then_on || atomic_load(&met) != (int)call)
        return false;
    errno = fault_kinds[call].errors[chosen.error];
    return true;
}

/* ---- The functions ---- */

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void (*free)(void *);
    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*munmap)(void *, size_t);
    int (*mprotect)(void *, size_t, int);
    int (*madvise)(void *, size_t, int);
    int (*mincore)(void *, size_t, unsigned char *);
    int (*open)(const char *, int, ...);
    FILE *(*fopen)(const char *, const char *);
    int (*fstat)(int, struct stat *);
    int (*stat)(const char *, struct stat *);
    int (*lstat)(const char *, struct stat *);
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*pread)(int, void *, size_t, off_t);
    ssize_t (*write)(int, const void *, size_t);
    int (*close)(int);
    int (*mkstemp)(char *);
    int (*rename)(const char *, const char *);
    int (*scandir)(const char *, struct dirent ***, int (*)(const struct dirent *),
                   int (*)(const struct dirent **, const struct dirent **));
    char *(*realpath)(const char *, char *);
    ssize_t (*readlink)(const char *, char *, size_t);
    void *(*dlopen)(const char *, int);
    void *(*dlsym)(void *, const char *);
    int (*dladdr)(const void *, Dl_info *);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int (*pthread_key_create)(pthread_key_t *, void (*)(void *));
    int (*pthread_setspecific)(pthread_key_t, const void *);
    int (*pthread_condattr_init)(pthread_condattr_t *);
    int (*pthread_condattr_setclock)(pthread_condattr_t *, clockid_t);
    int (*pthread_cond_init)(pthread_cond_t *, const pthread_condattr_t *);
    int (*pthread_attr_init)(pthread_attr_t *);
    int (*getrlimit)(__rlimit_resource_t, struct rlimit *);
    int (*sysinfo)(struct sysinfo *);
    int (*sched_getaffinity)(pid_t, size_t, cpu_set_t *);
} hidden;

/* Meson compiles all with 64-bit file offsets: what is defined below as NAME is then NAME64 where the two differ. */
static void look_up(void *function, const char *wide, const char *name) {
    void *found = wide ? hidden.dlsym(RTLD_NEXT, wide) : NULL;
    if (!found)
        found = hidden.dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof(found));
}

/* The one of the C library that this program hides: by its version. */
static void look_up_dlsym(void) {
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5", "GLIBC_2.4", "GLIBC_2.0"};
    void *found = NULL;
    for (size_t i = 0; !found && i < sizeof(versions) / sizeof(versions[0]); i++)
        found = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    if (!found)
        abort();
    memcpy(&hidden.dlsym, &found, sizeof(found));
}

/* Those of the heap first: the others may want it. */
static void find_hidden(void) {
    if (hidden.dlsym)
        return;
    look_up_dlsym();
    look_up(&hidden.malloc, NULL, "malloc");
    look_up(&hidden.calloc, NULL, "calloc");
    look_up(&hidden.realloc, NULL, "realloc");
    look_up(&hidden.aligned_alloc, NULL, "aligned_alloc");
    look_up(&hidden.posix_memalign, NULL, "posix_memalign");
    look_up(&hidden.free, NULL, "free");
    look_up(&hidden.mmap, "mmap64", "mmap");
    look_up(&hidden.munmap, NULL, "munmap");
    look_up(&hidden.mprotect, NULL, "mprotect");
    look_up(&hidden.madvise, NULL, "madvise");
    look_up(&hidden.mincore, NULL, "mincore");
    look_up(&hidden.open, "open64", "open");
    look_up(&hidden.fopen, "fopen64", "fopen");
    look_up(&hidden.fstat, "fstat64", "fstat");
    look_up(&hidden.stat, "stat64", "stat");
    look_up(&hidden.lstat, "lstat64", "lstat");
    look_up(&hidden.read, NULL, "read");
    look_up(&hidden.pread, "pread64", "pread");
    look_up(&hidden.write, NULL, "write");
    look_up(&hidden.close, NULL, "close");
    look_up(&hidden.mkstemp, "mkstemp64", "mkstemp");
    look_up(&hidden.rename, NULL, "rename");
    look_up(&hidden.scandir, "scandir64", "scandir");
    look_up(&hidden.realpath, NULL, "realpath");
    look_up(&hidden.readlink, NULL, "readlink");
    look_up(&hidden.dlopen, NULL, "dlopen");
    look_up(&hidden.dladdr, NULL, "dladdr");
    look_up(&hidden.pthread_create, NULL, "pthread_create");
    look_up(&hidden.pthread_key_create, NULL, "pthread_key_create");
    look_up(&hidden.pthread_setspecific, NULL, "pthread_setspecific");
    look_up(&hidden.pthread_condattr_init, NULL, "pthread_condattr_init");
    look_up(&hidden.pthread_condattr_setclock, NULL, "pthread_condattr_setclock");
    look_up(&hidden.pthread_cond_init, NULL, "pthread_cond_init");
    look_up(&hidden.pthread_attr_init, NULL, "pthread_attr_init");
    look_up(&hidden.getrlimit, "getrlimit64", "getrlimit");
    look_up(&hidden.sysinfo, NULL, "sysinfo");
    look_up(&hidden.sched_getaffinity, NULL, "sched_getaffinity");
}

/* ---- The heap ---- */

static void *count_block(void *block) {
    if (block)
        atomic_fetch_add(&blocks, 1);
    return block;
}

void *malloc(size_t size) {
    find_hidden();
    return fails(FAULT_MALLOC) ? NULL : count_block(hidden.malloc(size));
}

void *calloc(size_t count, size_t size) {
    find_hidden();
    return fails(FAULT_CALLOC) ? NULL : count_block(hidden.calloc(count, size));
}

void *realloc(void *block, size_t size) {
    find_hidden();
    if (fails(FAULT_REALLOC))
        return NULL;
    void *made_anew = hidden.realloc(block, size);
    return block ? made_anew : count_block(made_anew);
}

void *aligned_alloc(size_t alignment, size_t size) {
    find_hidden();
    return fails(FAULT_ALIGNED_ALLOC) ? NULL : count_block(hidden.aligned_alloc(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    find_hidden();
    if (fails(FAULT_ALIGNED_ALLOC))
        return errno;
    int error = hidden.posix_memalign(block, alignment, size);
    if (error == 0)
        count_block(*block);
    return error;
}

void free(void *block) {
    find_hidden();
    if (block)
        atomic_fetch_sub(&blocks, 1);
    hidden.free(block);
}

/* ---- The kernel's memory ---- */

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
    find_hidden();
    if (fails(FAULT_MMAP))
        return MAP_FAILED;
    void *memory = hidden.mmap(address, size, protection, flags, file, offset);
    if (memory != MAP_FAILED && !(flags & MAP_FIXED))
        atomic_fetch_add(&mapped, (long)size);
    return memory;
}

int munmap(void *address, size_t size) {
    find_hidden();
    atomic_fetch_sub(&mapped, (long)size);
    return fails(FAULT_MUNMAP) ? -1 : hidden.munmap(address, size);
}

#define STANDS_BEFORE(type, name, parameters, arguments, call, failure)                                                \
    type name parameters {                                                                                             \
        find_hidden();                                                                                                 \
        return fails(call) ? (failure) : hidden.name arguments;                                                        \
    }

STANDS_BEFORE(int, mprotect, (void *address, size_t size, int protection), (address, size, protection), FAULT_MPROTECT,
              -1)
STANDS_BEFORE(int, madvise, (void *address, size_t size, int advice), (address, size, advice), FAULT_MADVISE, -1)
STANDS_BEFORE(int, mincore, (void *address, size_t size, unsigned char *pages), (address, size, pages), FAULT_MINCORE,
              -1)

/* ---- Files ---- */

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    find_hidden();
    return fails(FAULT_OPEN) ? -1 : hidden.open(path, flags, mode);
}

STANDS_BEFORE(FILE *, fopen, (const char *path, const char *mode), (path, mode), FAULT_FOPEN, NULL)
STANDS_BEFORE(int, fstat, (int file, struct stat *status), (file, status), FAULT_FSTAT, -1)
STANDS_BEFORE(int, stat, (const char *path, struct stat *status), (path, status), FAULT_FSTAT, -1)
STANDS_BEFORE(int, lstat, (const char *path, struct stat *status), (path, status), FAULT_FSTAT, -1)
STANDS_BEFORE(ssize_t, read, (int file, void *bytes, size_t size), (file, bytes, size), FAULT_READ, -1)
STANDS_BEFORE(ssize_t, pread, (int file, void *bytes, size_t size, off_t offset), (file, bytes, size, offset),
              FAULT_READ, -1)
STANDS_BEFORE(ssize_t, write, (int file, const void *bytes, size_t size), (file, bytes, size), FAULT_WRITE, -1)
int close(int file) {
    find_hidden();
    int result = hidden.close(file);
    return fails(FAULT_CLOSE) ? -1 : result;
}

STANDS_BEFORE(int, mkstemp, (char *path), (path), FAULT_MKSTEMP, -1)
STANDS_BEFORE(int, rename, (const char *from, const char *to), (from, to), FAULT_RENAME, -1)
STANDS_BEFORE(int, scandir,
              (const char *folder, struct dirent ***entries, int (*select)(const struct dirent *),
               int (*compare)(const struct dirent **, const struct dirent **)),
              (folder, entries, select, compare), FAULT_SCANDIR, -1)
STANDS_BEFORE(char *, realpath, (const char *path, char *real), (path, real), FAULT_REALPATH, NULL)
STANDS_BEFORE(ssize_t, readlink, (const char *path, char *target, size_t size), (path, target, size), FAULT_REALPATH,
              -1)

/* ---- The dynamic linker: dlerror() has words for what failed ---- */

static void *refuse_object(int flags) {
    fault_disarm();
    (void)hidden.dlopen("/there/is/no/such/object", flags);
    fault_arm();
    return NULL;
}

static void *refuse_symbol(void *object) {
    fault_disarm();
    (void)hidden.dlsym(object, "there is no such symbol");
    fault_arm();
    return NULL;
}

STANDS_BEFORE(void *, dlopen, (const char *path, int flags), (path, flags), FAULT_DLOPEN, refuse_object(flags))
STANDS_BEFORE(void *, dlsym, (void *object, const char *name), (object, name), FAULT_DLSYM, refuse_symbol(object))
STANDS_BEFORE(int, dladdr, (const void *address, Dl_info *info), (address, info), FAULT_DLADDR, 0)

/* ---- Threads and limits: those of threads return their error ---- */

STANDS_BEFORE(int, pthread_create,
              (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
              (thread, attributes, run, argument), FAULT_PTHREAD_CREATE, errno)
STANDS_BEFORE(int, pthread_key_create, (pthread_key_t * key, void (*end)(void *)), (key, end), FAULT_THREADS, errno)
STANDS_BEFORE(int, pthread_setspecific, (pthread_key_t key, const void *value), (key, value), FAULT_THREADS, errno)
STANDS_BEFORE(int, pthread_condattr_init, (pthread_condattr_t * attributes), (attributes), FAULT_THREADS, errno)
STANDS_BEFORE(int, pthread_condattr_setclock, (pthread_condattr_t * attributes, clockid_t clock), (attributes, clock),
              FAULT_THREADS, errno)
STANDS_BEFORE(int, pthread_cond_init, (pthread_cond_t * condition, const pthread_condattr_t *attributes),
              (condition, attributes), FAULT_THREADS, errno)
STANDS_BEFORE(int, pthread_attr_init, (pthread_attr_t * attributes), (attributes), FAULT_THREADS, errno)
STANDS_BEFORE(int, getrlimit, (__rlimit_resource_t resource, struct rlimit *limit), (resource, limit), FAULT_LIMITS, -1)
STANDS_BEFORE(int, sysinfo, (struct sysinfo * machine), (machine), FAULT_LIMITS, -1)
STANDS_BEFORE(int, sched_getaffinity, (pid_t process, size_t size, cpu_set_t *processors), (process, size, processors),
              FAULT_LIMITS, -1)
