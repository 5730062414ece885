// SPDX-License-Identifier: MIT
// Memory that is no file's, as all but the oldest systems have it: POSIX.1-2008 does not.
#define _DEFAULT_SOURCE
#include <sys/mman.h>

#include "vm.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

void *vm_map(void *at, uint64_t size, int flags) {
    return mmap(at, (size_t)size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}
