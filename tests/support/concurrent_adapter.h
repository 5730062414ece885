// SPDX-License-Identifier: MIT
// Adapters that can prefault concurrently, note each time that they are asked to, and take as long over it as a test
// likes. They abort where the host breaks that part of the contract: ranges that do not lie in a region that it has, or
// overlap, or a region, or the context, that goes meanwhile.
#ifndef SAMRENA_TESTS_CONCURRENT_ADAPTER_H
#define SAMRENA_TESTS_CONCURRENT_ADAPTER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "samrena/adapter.h"

/* One region that grows in place, up to 256 MiB. */
extern const SamrenaAdapter samrena_adapter_concurrent;
/* Separate regions, without trim(). */
extern const SamrenaAdapter samrena_adapter_concurrent_pieces;
/* The same, and a forked child has them in common with its parent. */
extern const SamrenaAdapter samrena_adapter_concurrent_shared;

typedef struct ConcurrentCall {
    const unsigned char *from;
    uint64_t bytes;
    pthread_t thread;
} ConcurrentCall;

enum { CONCURRENT_CALLS = 1024 };

typedef struct ConcurrentState {
    /* Set by a test. */
    uint64_t most;       /* a call for more bytes is a broken contract; 0: any number */
    atomic_int error;    /* what the calls answer: SamrenaError */
    atomic_int fails_at; /* the nth call alone answers UNSUPPORTED; 0: none */
    atomic_bool closed;  /* calls do not come back before it is open again */
    atomic_uint delay;   /* microseconds that each takes */
    /* Told. */
    atomic_int begun; /* calls */
    atomic_int ended; /* calls */
    atomic_int most_at_once;
    atomic_int live_regions;
    atomic_int live_contexts;
    atomic_int plain;                       /* calls of prefault() */
    _Atomic uint64_t plain_bytes;           /* that were asked for there */
    ConcurrentCall calls[CONCURRENT_CALLS]; /* the first of them; valid below `ended` while none is under way */
} ConcurrentState;

extern ConcurrentState concurrent;

/* Registers all and clears the state, in a forked child too; a cmocka setup. */
int set_up_concurrent_adapters(void **state);

/* Bytes that were asked for and done. */
uint64_t concurrent_bytes(void);
/* Behind `start`, where the last byte of its region ends that was asked for and done. */
uint64_t concurrent_end(const unsigned char *start);
/* Whether a call for any of those bytes was made. */
bool concurrent_asked_for(const unsigned char *from, uint64_t bytes);

#endif
