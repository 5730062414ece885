// SPDX-License-Identifier: MIT
// Memory that is no file's, in POSIX's own terms: private pages of /dev/zero.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

void *vm_map(void *at, uint64_t size, int flags) {
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    if (zero < 0)
        return MAP_FAILED;
    void *memory = mmap(at, size, PROT_NONE, MAP_PRIVATE | flags, zero, 0);
    int error = errno;
    close(zero);
    errno = error;
    return memory;
}
