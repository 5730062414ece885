// SPDX-License-Identifier: MIT
// Memory for the loops written by hand.
#define _GNU_SOURCE
#include <sys/mman.h>

#include "by_hand.h"

enum { ROOM = 64 << 20 };

void *bump_open(void) {
    Bump *bump = malloc(sizeof(Bump));
    unsigned char *memory = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!bump || memory == MAP_FAILED)
        abort();
    *bump = (Bump){memory, memory + ROOM, memory};
    return bump;
}

void *bump_open_downwards(void) {
    Bump *bump = bump_open();
    *bump = (Bump){bump->limit, bump->start, bump->limit};
    return bump;
}

void bump_close(void *state) {
    Bump *bump = state;
    munmap(bump->start < bump->limit ? bump->start : bump->limit, ROOM);
    free(bump);
}
