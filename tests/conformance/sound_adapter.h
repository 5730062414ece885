// SPDX-License-Identifier: MIT
// A sound adapter with separate regions that grow in place, in several kinds; wrong_adapters.c is it with one thing
// wrong.
#ifndef SAMRENA_TESTS_CONFORMANCE_SOUND_ADAPTER_H
#define SAMRENA_TESTS_CONFORMANCE_SOUND_ADAPTER_H

#include <stdbool.h>

#include "samrena/adapter.h"

#define MIB (UINT64_C(1) << 20)

/* How it does what it may do in more than one way; one a process. */
typedef struct SoundKind {
    uint64_t ceiling; /* 0: none */
    uint64_t largest; /* 0: none */
    uint64_t grain;   /* of all sizes, and its step where it is more than a page */
    uint64_t room;    /* addresses behind each region, to grow into; 0: it is remapped to grow */
    bool shares;
    bool trims_in_place, trims_to_the_byte, trims_by_unmapping;
    bool keeps_pages; /* and clears them */
} SoundKind;

extern SoundKind sound_kind;

typedef struct Sound {
    const SamrenaHost *host;
    uint64_t held;
    uint64_t max_reserve;
    bool shares;
    /* For what may be wrong: */
    SamrenaRegion newest; /* base NULL: none */
    const char *creator;  /* this_thread() there */
    long process;
    int acquired;
    bool trimmed, stuck, resting;
} Sound;

/* Another address in each thread. */
const char *this_thread(void);

SamrenaError sound_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context);
SamrenaError sound_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region);
void sound_release(void *context, const SamrenaRegion *region);
SamrenaError sound_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want);
SamrenaError sound_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                            uint64_t *populated);
SamrenaError sound_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                         uint64_t bytes, uint64_t *populated);
SamrenaError sound_trim(void *context, SamrenaRegion *region, uint64_t keep);
/* Takes the pages from offset `from` on, up to the end of the region. */
void sound_discard(const Sound *own, const SamrenaRegion *region, uint64_t from);

#endif
