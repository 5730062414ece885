// SPDX-License-Identifier: MIT
// What programs do with the library, in steps that can be taken again where they failed.
#ifndef SAMRENA_TESTS_FAULT_SCENARIO_H
#define SAMRENA_TESTS_FAULT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "samrena.h"

/* Where the arenas of one run are. */
typedef struct Life {
    SamrenaConfig config; /* of `arena` */
    Samrena *arena;
    Samrena *other;
    SamrenaMark mark;
    void *block;
    uint64_t size;
    bool moves; /* the step may fail half-way: what it pushed before stays */
} Life;

/* One call of the library, or several where Life.moves says so. False: it failed; it is then taken again. */
typedef bool Step(Life *life);

enum { STEPS_MOST = 6 };

enum {
    FIRST_USE = 1, /* a process that used nothing of the library before */
    PLUGINS = 2,   /* a build whose adapters are plugins */
    LOSES = 4      /* memory that a guard cannot be taken from */
};

typedef struct Scenario {
    const char *name;
    const char *adapter;         /* NULL: each of the two */
    Step *steps[STEPS_MOST];     /* up to the first NULL */
    void (*prepare)(Life *life); /* before them; nothing fails there; NULL: nothing to do */
    unsigned errors;             /* that are expected, bits; 0: OUT_OF_MEMORY alone */
    unsigned traits;             /* bits */
} Scenario;

extern const Scenario scenarios[];
extern const size_t scenario_count;

/* Where the plugins are, and a folder of the test's own. */
extern const char *adapter_folder;
extern char scenario_folder[];

/* The body of a child that leaves a profile there. */
void make_sample(const void *unused);

#endif
