// SPDX-License-Identifier: MIT
// What the files of this folder share: where an arena's memory comes from, and checks that end a child process.
#ifndef SAMRENA_TESTS_DEBUG_H
#define SAMRENA_TESTS_DEBUG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "samrena.h"
#include "samrena/heap.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define KIB UINT64_C(1024)

/* Every test runs in a process of its own, so that the first failed check may end it. Both checkers are told to end
   with this exit code. */
enum { REPORTED = 99 };

/* SOURCES are what the tables of errors and switches go over; correct programs also use `busy`, see busy_adapter.c. */
typedef enum Source { CHAINED, VIRTUAL, CALLERS, SOURCES, BUSY = SOURCES, ALL_SOURCES } Source;

static const char *const source_names[ALL_SOURCES] = {"chained", "virtual", "callers", "busy"};

extern const SamrenaAdapter samrena_adapter_busy;

/* An arena, and the storage of the caller's own that it lies in, if any. Its ends are not aligned. */
typedef struct Place {
    Source source;
    Samrena *arena; /* NULL: the test destroyed it */
    unsigned char *storage;
    uint64_t storage_size;
} Place;

enum { PLACE_STEP = 64 * 1024 };

/* A config with regions of several system pages, so that trimming has something to do. */
static inline SamrenaConfig place_config(Place *place, Source source) {
    SamrenaConfig config = samrena_default_config();
    *place = (Place){.source = source};
    config.adapter = source == CALLERS ? "chained" : source_names[source];
    if (source == BUSY)
        check(samrena_adapter_register(&samrena_adapter_busy) == SAMRENA_OK);
    config.initial_size = source == CALLERS ? 0 : PLACE_STEP;
    config.growth_size = PLACE_STEP;
    return config;
}

static inline void place_create(Place *place, const SamrenaConfig *config) {
    static unsigned char callers[16 * 1024];
    if (place->source == CALLERS) {
        place->storage = callers + 3;
        place->storage_size = sizeof(callers) - 10;
        place->arena = samrena_create_in(place->storage, place->storage_size, config);
    } else {
        place->arena = samrena_create(config);
    }
    check(place->arena);
}

static inline Place open_place(Source source) {
    Place place;
    SamrenaConfig config = place_config(&place, source);
    place_create(&place, &config);
    return place;
}

static inline bool is_aligned(const void *block, uint64_t alignment) {
    return ((uintptr_t)block & (alignment - 1)) == 0;
}

/* ---- errors.c ---- */

typedef enum Access { READ, WRITE, BRANCH } Access; /* BRANCH: a read on whose value the program decides */

typedef enum Outcome {
    ABSENT,       /* the case makes no sense here */
    LEGAL,        /* not to be reported */
    POISONED,     /* the arena's memory, but not handed out */
    FREED,        /* the heap's again */
    UNMAPPED,     /* no memory at all */
    UNINITIALISED /* handed out, but nobody wrote to it; Memcheck alone sees that */
} Outcome;

/* Does all up to the access, and returns the byte to touch: one that must not be touched, or where `wrong` is false the
   nearest one that may. */
typedef unsigned char *CaseBody(Place *place, uint64_t size, bool wrong);

typedef struct Case {
    const char *name;
    CaseBody *body;
    uint64_t size;
    Access access;
    Outcome outcome[SOURCES];
} Case;

extern const Case cases[];
extern const size_t case_count;

/* ---- The others: each ends the process where something is wrong ---- */

typedef struct Switch {
    const char *name;
    const char *environment; /* $SAMRENA_DEBUG; NULL: not set */
    int32_t config;          /* SamrenaDebug */
    void (*body)(const struct Switch *self, Source source);
    bool watched;     /* in a process that is watched */
    bool free;        /* in one that is not */
    const char *told; /* all that is to be found on stderr */
} Switch;

extern const Switch switches[];
extern const size_t switch_count;

void sequence(Source source, int steps);
void every_function(Source source);

#endif
