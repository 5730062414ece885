// SPDX-License-Identifier: MIT
// What a check runs in, and the contexts that it makes.
//
// A check is a function that simply returns where all is well. fail(), skip() and untested() leave it at once; whatever
// regions, contexts and arena it still has are then given back for it.
#ifndef SAMRENA_CONFORMANCE_TRIAL_H
#define SAMRENA_CONFORMANCE_TRIAL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "conformance.h"
#include "samrena.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* What contexts are created with where a check has no reason for more or less. */
#define USUAL_MAX_RESERVE (256 * MIB)
#define USUAL_STEP (64 * KIB)
/* What one context may hold at once: a machine with 1 GiB has two of it, and room for all else. */
#define MOST_HELD (384 * MIB)
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
    char refusal[256]; /* why the last context was refused */
    const char *label; /* that contexts are created with */
    Context *contexts; /* those alive */
    Samrena *arena;    /* NULL: none alive */
    Samrena *other_arena;
} Trial;

/* One region of a context, and the model of its bytes: the first `filled` hold the pattern of `seed`. See area.h. */
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

_Noreturn SAMRENA_PRINTF_FORMAT(2, 3) void fail(Trial *trial, const char *format, ...);
_Noreturn SAMRENA_PRINTF_FORMAT(2, 3) void skip(Trial *trial, const char *format, ...);
_Noreturn SAMRENA_PRINTF_FORMAT(2, 3) void untested(Trial *trial, const char *format, ...);

#define REQUIRE(trial, condition, ...)                                                                                 \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail((trial), __VA_ARGS__);                                                                                \
    } while (0)

/* A check, or a part of one. */
typedef void TrialPart(Trial *trial, void *user);

/* Runs a part, perhaps in another thread or process with a trial of its own. */
void trial_run(Trial *trial, TrialPart *part, void *user);
/* Gives back what it still has. */
void trial_end(Trial *trial);
/* For a part that runs elsewhere: the same adapter, nothing else. */
void trial_init(Trial *trial, const ConformanceSubject *subject);

bool is_contiguous(const Trial *trial);
bool is_shared(const Trial *trial);

/* ---- Contexts ---- */

/* Where max_reserve has no room for a few steps of the adapter's, it is raised to that. The check counts as not tested
   where the adapter refuses. */
Context *context_new(Trial *trial);
Context *context_new_of(Trial *trial, uint64_t max_reserve);
/* With max_reserve as it is; NULL where it was refused. */
Context *context_try(Trial *trial, uint64_t max_reserve);
/* Releases what it holds and ends it. */
void context_end(Context *context);
bool guard_is_whole(const unsigned char *guard);
/* Whether the bytes behind the adapter's context are as they were. */
bool context_memory_is_whole(const Context *context);

/* ---- What the adapter told; UINT64_MAX: no bound ---- */

uint64_t ceiling_of(const Context *context);
uint64_t largest_of(const Context *context); /* never above the ceiling */

/* `size`, or `steps` of the adapter's where its step is a large one and that is more. */
uint64_t in_steps(const Context *context, uint64_t size, unsigned steps);
/* `size`, at least two of an adapter's large steps, as far as one more region can have it; a multiple of 16. 0: nothing
   is left. */
uint64_t fitting(const Context *context, uint64_t size);
/* How often to do what is done with whole regions: `most` times, less often where the adapter's are large. */
int rounds_of(const Context *context, int most);

#endif
