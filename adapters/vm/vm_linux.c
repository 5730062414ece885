// SPDX-License-Identifier: MIT
// Populating and huge pages on Linux.
#define _GNU_SOURCE
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../atomic.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older C libraries do not name it */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

#define SETTINGS "/sys/kernel/mm/transparent_hugepage/"

/* ---- Advice ----
 *
 * Older kernels do not know all of it, filters forbid it, and user-mode emulators say yes and do nothing. What was
 * refused for good is remembered and not asked for again. */

enum { ADVICES = MADV_COLLAPSE + 1 };

static atomic_int refusals[ADVICES]; /* errno values; 0: not refused so far */

static bool may_be_for_good(int error) {
    return error == EINVAL || error == ENOSYS || error == EPERM;
}

/* Without bytes to be about, what is refused is the advice itself. */
static int advise(void *from, size_t size, int advice) {
    int error = atomic_load_explicit(&refusals[advice], memory_order_relaxed);
    if (error)
        return error;
    do {
        error = madvise(from, size, advice) == 0 ? 0 : errno;
    } while (error == EINTR);
    if (may_be_for_good(error) && madvise(NULL, 0, advice) != 0)
        atomic_store_explicit(&refusals[advice], error, memory_order_relaxed);
    return error;
}

/* In words; NULL: not so far. */
static const char *why_refused(int advice) {
    int error = atomic_load_explicit(&refusals[advice], memory_order_relaxed);
    if (error == ENOTSUP)
        return "the system says that it did, and does nothing";
    return error ? strerror(error) : NULL;
}

/* Some systems call everything resident, so that what goes is told by its contents. */
static bool does_nothing(const volatile unsigned char *page, size_t size, bool used) {
    unsigned char there = 0;
    return used ? *page != 0 : mincore((void *)(uintptr_t)page, size, &there) == 0 && !(there & 1);
}

/* A page of its own shows what the advice does: whether a fresh one comes to be there, or what was written goes. The
   program's own pages may have been there before. */
static void try_once(int advice, bool used) {
    static atomic_bool tried[ADVICES];
    const size_t size = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *page = NULL;
    if (atomic_load_explicit(&tried[advice], memory_order_relaxed) || vm_reserve(size, &page) != 0)
        return;
    if (vm_commit(page, size) == 0) {
        if (used)
            *page = 1;
        if (advise(page, size, advice) == 0 && does_nothing(page, size, used))
            atomic_store_explicit(&refusals[advice], ENOTSUP, memory_order_relaxed);
        atomic_store_explicit(&tried[advice], true, memory_order_relaxed);
    }
    vm_release(page, size);
}

/* MADV_WILLNEED would be no prefault: on anonymous memory it does nothing. */
static int populate(uintptr_t start, uintptr_t end) {
    try_once(MADV_POPULATE_WRITE, false);
    return advise((void *)start, end - start, MADV_POPULATE_WRITE);
}

int vm_discard(unsigned char *from, uint64_t size) {
    try_once(MADV_DONTNEED, true);
    return advise(from, (size_t)size, MADV_DONTNEED);
}

/* ---- What the system tells ---- */

enum { TEXT_SIZE = 128 };

/* The beginning of a small file, terminated; "" where it cannot be read. */
static void read_text(const char *path, char text[TEXT_SIZE]) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, TEXT_SIZE - 1) : 0;
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
}

/* "size resident ...", in pages. */
uint64_t vm_space_taken(void) {
    char text[TEXT_SIZE];
    read_text("/proc/self/statm", text);
    return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* ---- Huge pages ---- */

/* Of x86_64, and of arm64 with 4 KiB pages. Elsewhere advice on these ranges is merely not the best. */
uint64_t vm_huge_page_size(void) {
    return UINT64_C(2) << 20;
}

void vm_advise_huge(unsigned char *from, uint64_t size) {
    (void)advise(from, (size_t)size, MADV_HUGEPAGE);
}

/* Collapsing passes over the system's setting, so it is asked for here: what is chosen stands in brackets. Newer
   systems have one for each size as well, which may leave it to the common one. NULL, or why not. */
static const char *operator_forbids_huge(void) {
    char text[TEXT_SIZE];
    read_text(SETTINGS "hugepages-2048kB/enabled", text);
    if (!text[0] || strstr(text, "[inherit]"))
        read_text(SETTINGS "enabled", text);
    if (!text[0])
        return SETTINGS "enabled cannot be read";
    return strstr(text, "[never]") ? SETTINGS "enabled says never" : NULL;
}

/* A page of each first: what holds nothing is not collapsed. */
static int collapse(uintptr_t start, uintptr_t end, uintptr_t huge, uint64_t page_size) {
    for (uintptr_t page = start; page < end; page += huge) {
        int error = populate(page, page + (uintptr_t)page_size);
        if (error)
            return error;
    }
    return advise((void *)start, end - start, MADV_COLLAPSE);
}

/* One, and then some at a time: what a small page lies in becomes no huge one by advice any more. */
const char *vm_collapse(unsigned char *from, uint64_t size, uint64_t page_size) {
    enum { AT_ONCE = 16 };
    uintptr_t huge = (uintptr_t)vm_huge_page_size();
    uintptr_t start = ((uintptr_t)from + huge - 1) & ~(huge - 1);
    uintptr_t end = ((uintptr_t)from + (uintptr_t)size) & ~(huge - 1);
    if (end <= start)
        return "none fits";
    const char *reason = why_refused(MADV_POPULATE_WRITE);
    if (!reason)
        reason = why_refused(MADV_COLLAPSE);
    if (!reason)
        reason = operator_forbids_huge();
    for (uintptr_t next, step = huge; !reason && start < end; start = next, step = AT_ONCE * huge) {
        next = end - start > step ? start + step : end;
        int error = collapse(start, next, huge, page_size);
        reason = error ? strerror(error) : NULL;
    }
    return reason;
}

/* ---- Populating ---- */

typedef void Touch(unsigned char *from, uint64_t size, uint64_t page_size);

static int populate_or(Touch *touch, unsigned char *from, uint64_t size, uint64_t page_size) {
    uintptr_t start = (uintptr_t)from & ~(uintptr_t)(page_size - 1);
    uintptr_t end = ((uintptr_t)from + (uintptr_t)(size + page_size - 1)) & ~(uintptr_t)(page_size - 1);
    int error = populate(start, end);
    if (!may_be_for_good(error) && error != ENOTSUP && error != EAGAIN)
        return error;
    touch(from, size, page_size);
    return 0;
}

int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size) {
    return populate_or(vm_touch_concurrently, from, size, page_size);
}

int vm_populate(unsigned char *from, uint64_t size, uint64_t page_size, uint64_t *populated) {
    int error = populate_or(vm_touch, from, size, page_size);
    *populated = error ? 0 : size;
    return error;
}

const char *vm_touched_because(void) {
    return why_refused(MADV_POPULATE_WRITE);
}
