// SPDX-License-Identifier: MIT
// Loops in which one operation must cost the same however much came before: each is prepared for n and for 64 n.
//
// bench_cliffs takes their time, tests/instructions counts their instructions, tests/unit/test_cliffs.c counts what
// they ask of the adapter and what they hold.
#ifndef SAMRENA_TESTS_CLIFFS_H
#define SAMRENA_TESTS_CLIFFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "samrena.h"

enum { CLIFF_FACTOR = 64 };

typedef struct Cliff Cliff;

typedef struct Stage {
    const Cliff *cliff;
    uint64_t n;
    Samrena *arena;
    void **blocks;    /* n, pushed while preparing */
    Samrena **others; /* n live arenas */
    uint64_t other_count;
} Stage;

struct Cliff {
    const char *name;
    const char *adapter;
    SamrenaGrowth growth;
    uint64_t retain;
    uint64_t n;
    bool logarithmic; /* samrena.h declares the logarithm of the number of regions */
    void (*prepare)(Stage *stage);
    uint64_t (*run)(Stage *stage); /* returns how many operations that was */
};

extern const Cliff cliffs[];
extern const size_t cliff_count;

/* Ends the program where there is none of that name. */
const Cliff *cliff_named(const char *name);

/* An arena for the loop, with all that comes before it. Ends the program where that fails. */
void cliff_open(Stage *stage, const Cliff *cliff, uint64_t n);
/* The loop. */
uint64_t cliff_run(Stage *stage);
void cliff_close(Stage *stage);

#endif
