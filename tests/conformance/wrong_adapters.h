// SPDX-License-Identifier: MIT
// Sound adapters, and what can be made wrong with one of them, one thing at a time: each check must notice something.
#ifndef SAMRENA_TESTS_CONFORMANCE_WRONG_ADAPTERS_H
#define SAMRENA_TESTS_CONFORMANCE_WRONG_ADAPTERS_H

#include "samrena/adapter.h"

typedef enum Wrong {
    NOTHING_WRONG,
    /* Nothing wrong either: */
    TRIMS_TO_THE_BYTE,  /* what is left ends where it was told, in no whole alignment */
    TRIMS_BY_UNMAPPING, /* the cookie changes: it says how much is mapped */
    /* From here on: */
    UNKNOWN_CAPABILITY,
    EMPTY_OPTION_KEY,
    LONG_SUMMARY,
    DESTROY_BLOCKS_CREATE, /* no context after one that held no region */
    MISALIGNED,            /* some regions */
    TOO_SMALL,             /* some regions */
    WRAPPING_SIZE,         /* some regions */
    REFUSES_SMALL,         /* some sizes */
    REFUSES_UNSUPPORTED,   /* with an error that acquire() has not */
    DESIRED_COUNTS,        /* a larger desired size that is refused is held against the context */
    DIRTY_MEMORY,          /* hands out used memory and calls it zero */
    ZERO_FROM_BEHIND_END,
    CLEARS_OTHERS,   /* a new region clears the one before */
    OVERLAPS,        /* a new region begins in the one before */
    NO_REUSE,        /* the budget of a context is never given back */
    NO_CEILING,      /* tells a ceiling and passes it */
    GRANTS_ANYTHING, /* says OK to a size that nobody has */
    WRITES_THEN_REFUSES,
    CREATE_WRITES_THEN_REFUSES,
    EXTEND_WRITES_THEN_REFUSES,
    EXTEND_MOVES,
    EXTEND_TOO_LITTLE,
    EXTEND_LOSES_CONTENTS,
    EXTEND_DIRTY, /* new bytes are not zero and zero_from does not say so */
    RESERVE_TOO_LITTLE,
    RESERVE_DOES_NOTHING, /* with the newest region */
    RESERVE_FILLS_BOTH,
    PREFAULT_SCRIBBLES,
    PREFAULT_COUNTS_TOO_MUCH,
    PREFAULT_ROUNDS_DOWN, /* clears from the start of the page on */
    PREFAULT_LIES,        /* populates nothing */
    TRIM_LOSES_CONTENTS,  /* some */
    TRIM_BELOW_KEEP,      /* some */
    TRIM_MOVES,           /* some */
    TRIM_GROWS,           /* some */
    TRIM_DOES_NOTHING,    /* and says OK, where pages allow nothing */
    TRIM_REFUSES_AND_WRITES,
    TRIM_SAYS_OUT_OF_MEMORY,
    TRIM_OF_NEWEST,      /* whatever region was meant */
    TRIM_KEEPS_COUNTING, /* what was given back counts against the ceiling for good */
    TRIM_DIRTY,          /* gives back a part of a page, and calls its old bytes zero when extended */
    TRIM_FORGOTTEN,      /* prefault() takes what was given back for populated */
    TRIM_LIES,           /* size falls, the pages stay */
    TRIM_LEAKS,          /* release() after it leaves the rest mapped */
    TRIM_WRITES_BEHIND_REGION,
    WRITES_BEHIND_REGION,
    WRITES_BEHIND_PARAMS,
    CHANGES_STRUCT_SIZE,
    WRITES_BEHIND_CONTEXT,
    ONE_LIVE_CONTEXT, /* the end of one context is the end of all */
    MAIN_THREAD_ONLY,
    CREATING_THREAD_ONLY,
    CREATING_PROCESS_ONLY,
    CRASHES_IN_CHILD,
    LEAKS_MEMORY,
    LEAKS_FILES,
    /* In arenas alone: */
    ARENA_LOSES_CONTENTS,
    ARENA_SAYS_LIMIT, /* refuses to grow with LIMIT_EXCEEDED */
    ARENA_STOPS_GROWING,
    ARENA_RESERVES_NOTHING,
    ARENA_GETS_DIRT,
    ARENA_TRIM_LOSES_CONTENTS,
    ARENA_TRIM_REFUSES,
} Wrong;

/* A sound one as small as can be: a buffer that one region at a time has, of one context at a time. */
const SamrenaAdapter *small_adapter(uint64_t size);

/* The adapter with one thing wrong; the choice is one a process. */
const SamrenaAdapter *wrong_adapter(Wrong wrong);

#endif
