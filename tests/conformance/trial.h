// SPDX-License-Identifier: MIT
// What the checks are made of: contexts, regions and the model of their bytes.
//
// A check is a function that simply returns where all is well. fail() and skip() leave it at once; whatever regions,
// contexts and arena it still has are then given back for it.
#ifndef SAMRENA_TESTS_CONFORMANCE_TRIAL_H
#define SAMRENA_TESTS_CONFORMANCE_TRIAL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "conformance.h"
#include "samrena.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* What contexts are created with where a check has no reason for more or less. */
#define USUAL_MAX_RESERVE (256 * MIB)
/* No adapter can have this much. */
#define HUGE_SIZE ((uint64_t)PTRDIFF_MAX & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1))

enum { GUARD_SIZE = 64, MOST_REGIONS = 64 };

typedef struct Context Context;

typedef struct Trial {
    const ConformanceSubject *subject;
    SamrenaAdapter adapter; /* our copy, zero beyond what theirs has */
    jmp_buf end;
    ConformanceOutcome outcome;
    char message[512];
    Context *contexts; /* those alive */
    Samrena *arena;    /* NULL: none alive */
} Trial;

/* One region of a context, and the model of its bytes: the first `filled` hold the pattern of `seed`. */
typedef struct Area {
    SamrenaRegion region;
    unsigned char guard[GUARD_SIZE]; /* no adapter may write here */
    Context *context;                /* NULL: released */
    uint64_t filled;
    unsigned seed;
} Area;

typedef struct GuardedParams {
    SamrenaAdapterParams params;
    unsigned char guard[GUARD_SIZE];
} GuardedParams;

struct Context {
    SamrenaHost host; /* first: the adapter hands it back to set_error() */
    Trial *trial;
    Context *next;
    GuardedParams told; /* as create() left them */
    uint64_t held;      /* bytes of all regions */
    Area areas[MOST_REGIONS];
    void *memory; /* the adapter's context, with a guard behind it */
    char note[256];
};

#if defined(__GNUC__)
#define NEVER_RETURNS __attribute__((noreturn))
#else
#define NEVER_RETURNS
#endif

SAMRENA_PRINTF_FORMAT(2, 3) NEVER_RETURNS void fail(Trial *trial, const char *format, ...);
SAMRENA_PRINTF_FORMAT(2, 3) NEVER_RETURNS void skip(Trial *trial, const char *format, ...);

#define REQUIRE(trial, condition, ...)                                                                                 \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail((trial), __VA_ARGS__);                                                                                \
    } while (0)

/* Runs a check, or a part of one in another thread or process with a trial of its own. */
void trial_run(Trial *trial, void (*check)(Trial *trial, void *user), void *user);
/* Gives back what it still has. */
void trial_end(Trial *trial);
/* For a part that runs elsewhere: the same adapter, nothing else. */
void trial_init(Trial *trial, const ConformanceSubject *subject);

/* ---- Contexts ---- */

/* Skips the check where the adapter refuses for want of memory. */
Context *context_new(Trial *trial);
Context *context_new_of(Trial *trial, uint64_t max_reserve);
/* NULL where it was refused for want of memory. */
Context *context_try(Trial *trial, uint64_t max_reserve);
/* Releases what it holds and ends it. */
void context_end(Context *context);
bool guard_is_whole(const unsigned char *guard);
/* Whether the bytes behind the adapter's context are as they were. */
bool context_memory_is_whole(const Context *context);

/* `size`, or what is left below the context's ceiling where that is less; a multiple of 16. 0: nothing is left. */
uint64_t fitting(const Context *context, uint64_t size);

/* ---- Regions ---- */

/* A new region, from acquire() or from reserve(), sound or the check fails. NULL: refused with OUT_OF_MEMORY. */
Area *area_acquire(Context *context, uint64_t required, uint64_t desired);
Area *area_reserve(Context *context, uint64_t bytes);
/* The same of up to `size` bytes, and the check is skipped where that is refused. */
Area *area_of(Context *context, uint64_t size);
void area_release(Area *area);

/* Grows by extend() or reserve(); sound or the check fails. What else than OK comes back is the caller's to judge. */
SamrenaError area_extend(Area *area, uint64_t required, uint64_t desired);
SamrenaError area_reserve_more(Area *area, uint64_t bytes);

/* What lies behind `keep` holds nothing any more, whatever comes of it. OK and smaller, or UNSUPPORTED: else the check
   fails. */
SamrenaError area_trim(Area *area, uint64_t keep);
/* How many bytes from offset `from` on it says are resident. */
uint64_t area_prefault(Area *area, uint64_t from, uint64_t bytes);

/* Fills from `filled` up to `end` with the pattern; raises zero_from as the core does. */
void area_fill(Area *area, uint64_t end);
/* The pattern is there, and what is known to be zero is: else the check fails, naming what happened before. */
void area_verify(const Area *area, const char *after);

/* From where on its bytes must be zero. */
uint64_t zero_from(const SamrenaRegion *region);

#endif
