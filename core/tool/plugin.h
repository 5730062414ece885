// SPDX-License-Identifier: MIT
// What is asked of one adapter, each in a child process of its own.
#ifndef SAMRENA_TOOL_PLUGIN_H
#define SAMRENA_TOOL_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "candidates.h"
#include "child.h"
#include "conformance.h"

/* The descriptor in plain data, as a child can send it. */
typedef struct Description {
    bool usable;
    char reason[2048]; /* why it is not usable */
    char version[SAMRENA_ADAPTER_VERSION_SIZE];
    char summary[512];
    char option_keys[512];
    uint32_t abi_major, abi_minor;
    uint32_t struct_size;
    uint64_t context_size;
    uint32_t capabilities; /* SamrenaCapability, or'ed */
} Description;

typedef struct Judgement {
    ConformanceOutcome outcome;
    bool reported; /* the check came to its end */
    char message[512];
} Judgement;

/* What children are asked, for child_begin(). */
extern const ChildWork plugin_works[];

/* Opens the adapter and reads its descriptor. */
void plugin_describe(const Candidate *candidate, int64_t deadline, Description *description);

/* Whether the adapter takes `options`, NULL: none, where it may need some; the library's words in `reason` where it
   does not. */
bool plugin_takes_options(const Candidate *candidate, const char *options, int64_t deadline, char reason[512]);

/* One check of the conformance suite. */
void plugin_check(const Candidate *candidate, const char *options, size_t check, int64_t deadline,
                  Judgement *judgement);

#endif
