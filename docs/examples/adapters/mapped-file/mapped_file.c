// SPDX-License-Identifier: MIT
// mapped-file: an arena's memory is a file, mapped part by part; what was pushed is on disk when the arena is gone.
//
//     file:   |  region  |  region  |      region      |
//             0                                        end
//
// Each region is the next part of the file in a mapping of its own. A part belongs to one region for good, so that
// what it holds outlives the arena; release() ends the mapping and leaves the part as it is, trim() makes a hole of
// what holds nothing.
//
// The mappings are shared: a forked child sees the parent's file, not a copy, and does not know what the parent used
// of it since. The descriptor says so, and the host then asks for nothing in a child, trim() and destroy() included:
// its hole would be in the parent's data. What nobody can stop are pushes into room that the arena had at the fork:
// they ask nobody, and land where the parent's own pushes land.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <samrena/adapter.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older C libraries do not name it */
#endif

typedef struct MappedFile {
    const SamrenaHost *host;
    char *path; /* a copy: the options are valid during create() only */
    int descriptor;
    uint64_t end; /* of all parts; a multiple of the page size */
} MappedFile;

/* ---- The file ---- */

/* Takes the file for one arena, and empties it. The lock keeps a second arena out, of this process too: it would cut
   the file off beneath the mappings of the first, whose next access would then be a SIGBUS. */
static int claim(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return EINVAL;
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && ftruncate(descriptor, 0) == 0 ? 0 : errno;
}

/* OUT_OF_MEMORY for what may be different the next time, INVALID_PARAMETER for a path that is wrong. */
static SamrenaError refuse(const SamrenaHost *host, const char *path, int error) {
    const char *reason = error == EWOULDBLOCK ? "in use by another arena"
                         : error == EINVAL    ? "not a regular file"
                                              : strerror(error);
    host->set_error(host, "file '%s': %s", path, reason);
    switch (error) {
    case EWOULDBLOCK:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC: return SAMRENA_ERROR_OUT_OF_MEMORY;
    default: return SAMRENA_ERROR_INVALID_PARAMETER;
    }
}

/* Not O_TRUNC: a file in use by another arena must stay as it is. Not blocking: a FIFO would be waited for. */
static int open_or_make(char *path) {
    size_t length = strlen(path);
    if (length >= 6 && strcmp(path + length - 6, "XXXXXX") == 0)
        return mkostemp(path, O_CLOEXEC);
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

/* What is not kept loses its name at once: then nothing stays behind either where the program is killed. */
static SamrenaError open_empty(MappedFile *file, bool keep) {
    file->descriptor = open_or_make(file->path);
    if (file->descriptor < 0)
        return refuse(file->host, file->path, errno);
    int error = claim(file->descriptor);
    if (!error && !keep && unlink(file->path) != 0)
        error = errno;
    if (!error)
        return SAMRENA_OK;
    close(file->descriptor);
    return refuse(file->host, file->path, error);
}

static SamrenaError read_keep(const SamrenaHost *host, const char *options, bool *keep) {
    size_t length = 0;
    const char *value = samrena_adapter_option(options, "keep", &length);
    bool no = value && length == 2 && strncmp(value, "no", length) == 0;
    *keep = !no;
    if (!value || no || (length == 3 && strncmp(value, "yes", length) == 0))
        return SAMRENA_OK;
    host->set_error(host, "option keep is \"%.*s\", expected yes or no", (int)(length < 64 ? length : 64), value);
    return SAMRENA_ERROR_INVALID_PARAMETER;
}

static SamrenaError mapped_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    MappedFile *file = context;
    bool keep;
    size_t length = 0;
    const char *path = samrena_adapter_option(params->options, "path", &length);
    if (length == 0) {
        host->set_error(host, "%s: adapter_options must name the file: \"path=FILE\"",
                        path ? "option path is empty" : "no option path");
        return SAMRENA_ERROR_INVALID_PARAMETER;
    }
    SamrenaError error = read_keep(host, params->options, &keep);
    if (error)
        return error;
    file->host = host;
    file->path = strndup(path, length);
    if (!file->path)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    error = open_empty(file, keep);
    if (error) {
        free(file->path);
        return error;
    }
    if (params->step < params->commit_size)
        params->step = params->commit_size; /* a mapping for each page would be many */
    return SAMRENA_OK;
}

/* One fsync() here, not an msync() at each release: by now every mapping has gone and its pages are the file's, so one
   call writes all of them, and the file's size too. */
static void mapped_destroy(void *context) {
    MappedFile *file = context;
    if (fsync(file->descriptor) != 0)
        file->host->log(file->host, "mapped-file: '%s' may not be on disk: %s", file->path, strerror(errno));
    close(file->descriptor);
    free(file->path);
}

/* ---- Regions ---- */

/* Whether the disk has so much left: it is not to be filled to the brim to learn that it is too small. */
static int check_disk(const MappedFile *file, uint64_t bytes) {
    struct statvfs disk;
    if (bytes > INT64_MAX - file->end)
        return EFBIG;
    if (fstatvfs(file->descriptor, &disk) != 0 || disk.f_blocks == 0 || disk.f_frsize == 0)
        return 0; /* it does not say */
    return bytes / disk.f_frsize > disk.f_bavail ? ENOSPC : 0;
}

/* Makes the file longer by `bytes` that have their place on the disk. ftruncate() alone would be quicker, and leave a
   hole: on a full disk the first write to a hole is a SIGBUS, where this is an error. */
static int lengthen(const MappedFile *file, uint64_t bytes) {
    int error = check_disk(file, bytes);
    if (error)
        return error;
    do {
        error = posix_fallocate(file->descriptor, (off_t)file->end, (off_t)bytes);
    } while (error == EINTR);
    return error;
}

static int map_next_part(const MappedFile *file, uint64_t bytes, unsigned char **base) {
    int error = lengthen(file, bytes);
    if (error)
        return error;
    void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, (off_t)file->end);
    if (memory == MAP_FAILED)
        return errno;
    *base = memory;
    return 0;
}

static SamrenaError take_part(MappedFile *file, uint64_t size, SamrenaRegion *region) {
    uint64_t page = file->host->page_size;
    uint64_t bytes = (size + page - 1) & ~(page - 1);
    int error = bytes > PTRDIFF_MAX ? ENOMEM : map_next_part(file, bytes, &region->base);
    if (error) {
        file->host->set_error(file->host, "file '%s' cannot grow from %" PRIu64 " bytes by %" PRIu64 ": %s", file->path,
                              file->end, bytes, strerror(error));
        if (ftruncate(file->descriptor, (off_t)file->end) != 0) /* what was got before it failed */
            file->host->log(file->host, "mapped-file: '%s' stays too long: %s", file->path, strerror(errno));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->size = bytes;
    region->zero_from = 0; /* what is added to a file reads as zeros */
    file->end += bytes;
    return SAMRENA_OK;
}

static SamrenaError mapped_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    return take_part(context, want->desired, region);
}

/* The disk space is there after any acquire(); reserving gets it ahead of need, and in one piece. */
static SamrenaError mapped_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    (void)newest; /* never given: there is no extend() */
    return take_part(context, want->desired, extra);
}

static void mapped_release(void *context, const SamrenaRegion *region) {
    (void)context;
    munmap(region->base, (size_t)region->size);
}

/* For writing: a page that was made resident for reading would still fault at its first write. The price is that
   every such page goes to disk, used or not. */
static SamrenaError mapped_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                                 uint64_t bytes, uint64_t *populated) {
    const MappedFile *file = context;
    uint64_t page = file->host->page_size;
    uint64_t start = from & ~(page - 1);
    uint64_t end = (from + bytes + page - 1) & ~(page - 1);
    int error;
    do {
        error = madvise(region->base + start, (size_t)(end - start), MADV_POPULATE_WRITE) == 0 ? 0 : errno;
    } while (error == EINTR);
    *populated = error ? 0 : bytes;
    if (!error)
        return SAMRENA_OK;
    file->host->set_error(file->host, "file '%s': populating %" PRIu64 " bytes: %s", file->path, bytes,
                          strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

/* It touches no page itself, so others may meanwhile. */
static SamrenaError mapped_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                    uint64_t *populated) {
    return mapped_prefault_concurrently(context, region, from, bytes, populated);
}

/* The pages go with their place on the disk: the file gets a hole, and its other parts stay where they are. Not every
   file system has holes. */
static SamrenaError mapped_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    const MappedFile *file = context;
    uint64_t page = file->host->page_size;
    uint64_t kept = (keep + page - 1) & ~(page - 1);
    if (kept >= region->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (madvise(region->base + kept, (size_t)(region->size - kept), MADV_REMOVE) != 0) {
        file->host->set_error(file->host, "file '%s': a hole of %" PRIu64 " bytes: %s", file->path, region->size - kept,
                              strerror(errno));
        return SAMRENA_ERROR_UNSUPPORTED;
    }
    munmap(region->base + kept, (size_t)(region->size - kept));
    region->size = kept; /* what release() is to unmap */
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(mapped_file, "mapped-file", .version = "1.0.0",
                       .summary = "a file, mapped part by part; its contents stay",
                       .capabilities = SAMRENA_ADAPTER_SHARED, .option_keys = "path,keep",
                       .context_size = sizeof(MappedFile),
                       .operations = {.create = mapped_create,
                                      .destroy = mapped_destroy,
                                      .acquire = mapped_acquire,
                                      .release = mapped_release,
                                      .reserve = mapped_reserve,
                                      .prefault = mapped_prefault,
                                      .prefault_concurrently = mapped_prefault_concurrently,
                                      .trim = mapped_trim});
