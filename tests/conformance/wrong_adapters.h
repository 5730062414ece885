// SPDX-License-Identifier: MIT
// Sound adapters, and what can be made wrong with one of them, one thing at a time: each check must notice something.
#ifndef SAMRENA_TESTS_CONFORMANCE_WRONG_ADAPTERS_H
#define SAMRENA_TESTS_CONFORMANCE_WRONG_ADAPTERS_H

#include "samrena/adapter.h"

typedef enum Wrong {
    NOTHING_WRONG,
    /* Nothing wrong either: */
    TRIMS_TO_THE_BYTE,    /* what is left ends where it was told, in no whole page */
    TRIMS_BY_UNMAPPING,   /* the cookie changes: it says how much is mapped */
    TRIMS_IN_PLACE,       /* the size stays, and what comes back holds anything */
    SHARES,               /* with forked children, and says so */
    TELLS_LARGEST,        /* and has no ceiling */
    IS_COARSE,            /* all sizes in steps of 2 MiB */
    IS_VERY_COARSE,       /* of 64 MiB */
    EXTENDS_BY_REMAPPING, /* and refuses with OUT_OF_MEMORY where the addresses are taken */
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
    ALIGNMENT_TAKES_ROOM,  /* a larger one is made inside of what was asked for */
    ALIGNMENT_REFUSED,     /* with an error of its own, a large one */
    AHEAD_TOO_LITTLE,      /* what is reserved ahead of need grows by half */
    AHEAD_DIRTY,           /* and is called zero */
    DESIRED_COUNTS,        /* a larger desired size that is refused is held against the context */
    DIRTY_MEMORY,          /* hands out used memory and calls it zero */
    ZERO_FROM_BEHIND_END,
    CLEARS_OTHERS,  /* a new region clears the one before */
    OVERLAPS,       /* a new region begins in the one before */
    NO_REUSE,       /* the budget of a context is never given back */
    NO_CEILING,     /* tells a ceiling and passes it */
    LARGEST_PASSED, /* a wish for more than the largest region is granted */
    LARGEST_EXTENDED,
    LARGEST_ABOVE_CEILING,
    GRANTS_ANYTHING, /* says OK to a size that nobody has */
    WRITES_THEN_REFUSES,
    CREATE_WRITES_THEN_REFUSES,
    EXTEND_WRITES_THEN_REFUSES,
    EXTEND_MOVES,
    EXTEND_TOO_LITTLE,
    EXTEND_LOSES_CONTENTS,
    EXTEND_DIRTY,            /* new bytes are not zero and zero_from does not say so */
    EXTEND_REFUSAL_STICKS,   /* the context has no other region after it */
    EXTEND_REFUSES_FOR_GOOD, /* with UNSUPPORTED, what it gives a moment later */
    RESERVE_TOO_LITTLE,
    RESERVE_DOES_NOTHING, /* with the newest region */
    RESERVE_FILLS_BOTH,
    PREFAULT_SCRIBBLES,
    PREFAULT_COUNTS_TOO_MUCH,
    PREFAULT_SAYS_OK,     /* and populates half */
    PREFAULT_ROUNDS_DOWN, /* clears from the start of the page on */
    PREFAULT_LIES,        /* populates nothing */
    CONCURRENT_SCRIBBLES,
    CONCURRENT_ROUNDS_DOWN,
    CONCURRENT_COUNTS_TOO_MUCH,
    CONCURRENT_SAYS_OK,    /* and populates half */
    CONCURRENT_SAYS_LIMIT, /* an error that it has not */
    CONCURRENT_LIES,       /* populates nothing */
    CONCURRENT_TOUCHES,    /* as prefault() does */
    TRIM_LOSES_CONTENTS,   /* some */
    TRIM_BELOW_KEEP,       /* some */
    TRIM_MOVES,            /* some */
    TRIM_GROWS,            /* some */
    TRIM_DOES_NOTHING,     /* and says OK: size and pages stay */
    TRIM_DIRTIES_KEPT,     /* a byte before `keep` that was known to be zero */
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
    REST_LOSES_CONTENTS,
    REST_STOPS_GROWING,
    SHARED_UNSAID,
    SHARED_SAID,    /* and is not */
    SHARED_IN_PART, /* what is reserved as an extra region alone */
    LEAKS_MEMORY,
    LEAKS_FILES,
    /* In arenas alone: */
    ARENA_LOSES_CONTENTS,
    ARENA_SAYS_LIMIT, /* refuses to grow with LIMIT_EXCEEDED */
    ARENA_STOPS_GROWING,
    ARENA_HAS_ONE_REGION, /* and is not contiguous */
    ARENA_RESERVES_NOTHING,
    ARENA_GETS_DIRT,
    ARENA_TRIM_LOSES_CONTENTS,
    ARENA_TRIM_REFUSES,
    ARENA_SHARED_UNSAID,
    /* In steps of 16 MiB, so that small sizes would not show it: */
    COARSE_TRIM_LIES,
    COARSE_EXTEND_DIRTY, /* from the second of its steps on */
    /* No context at all, or none for an arena: */
    CREATE_REFUSES,
    CREATE_UNSUPPORTED,
    ARENA_CREATE_REFUSES,
} Wrong;

/* A sound one as small as can be: a buffer that one region at a time has, of one context at a time. */
const SamrenaAdapter *small_adapter(uint64_t size);

/* The adapter with one thing wrong; the choice is one a process, made in its main thread. */
const SamrenaAdapter *wrong_adapter(Wrong wrong);

#endif
