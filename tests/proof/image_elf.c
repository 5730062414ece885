// SPDX-License-Identifier: MIT
// The judgement of ELF files, for every file of every size: nothing is read outside of its bytes, nor past the arrays
// that it is read to, however the system cuts reads into pieces.
#include <errno.h>
#include <sys/types.h>

#include "image.h"
#include "proof.h"

static uint64_t size;

uint64_t system_page_size(void) {
    return 4096;
}

/* Whatever lies in the memory that it is asked to fill is what the file holds: it was written by nobody before. */
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    (void)file;
    SHOW(count > 0 && offset >= 0 && (uint64_t)offset <= size && count <= size - (uint64_t)offset);
    SHOW(__CPROVER_w_ok(bytes, count));
    uint64_t got = any_u64();
    GIVEN(got <= count);
    if (any_bool()) {
        errno = any_bool() ? EINTR : EIO;
        return -1;
    }
    return (ssize_t)got;
}

int main(void) {
    size = any_u64();
    GIVEN(size <= INT64_MAX);
    (void)image_check(3, size);
    return 0;
}
