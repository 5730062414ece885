// SPDX-License-Identifier: MIT
// The arena as the core sees it.
//
// One heap block holds the handle and the adapter's context; memory for pushes is the adapter's, or the caller's:
//
//     block    [ Samrena: window, ..., first_regions | adapter context ]
//     regions  [ 0 | 1 | ... | current | spare | spare ]     records, oldest first; spare ones in no order; the first
//                                 |                           may be the caller's own block
//     memory       base ....used...[cursor ... window ... limit) ..tail..  base + usable size
//                  `- start: what the arena had allocated when this region became the current one
//
// Allocated is therefore current->start + used, and capacity is that + what is left here + the spare regions: O(1).
// The tail is what the window keeps back: the last bytes under a `limit`, and all that is left while the window is
// closed (cursor == limit == NULL), which is how an arena gets to see every push. `used` then lives in the record.
#ifndef SAMRENA_CORE_ARENA_H
#define SAMRENA_CORE_ARENA_H

#include "growth.h"
#include "log.h"
#include "loader/registry.h"
#include "samrena.h"

typedef struct Region {
    SamrenaRegion memory;
    uint64_t start;    /* arena's allocated total when this region became current */
    uint64_t before;   /* usable bytes of the regions before this one, then */
    uint64_t used;     /* offset of the cursor while it is not in the window */
    uint64_t resident; /* offset below which every page was prefaulted or used */
} Region;

enum { FIRST_REGIONS = 4 }; /* records inside the handle: small arenas need no further heap call */

static const uint32_t NO_REGION = UINT32_MAX;

/* A place in an arena that pushes have come to. */
typedef struct Position {
    uint32_t region;
    uint64_t used;
} Position;

/* What an adapter's context was made for: arenas of one kind can take each other's place. */
typedef struct ArenaKind {
    uint64_t page_size;
    uint64_t initial_pages;
    uint64_t growth_pages;
    uint64_t max_reserve;
    uint64_t commit_size;
    int32_t huge_pages;
    char options[20]; /* adapter_options where they are short; the arena is not kept where they are not */
} ArenaKind;

struct Note; /* marks and release functions, in the arena's own memory: marks.c */

struct Samrena {
    SamrenaWindow window; /* first: the inline functions see it */

    Region *regions; /* first_regions, or a heap array once that is full */
    uint32_t region_count;
    uint32_t region_room;
    uint32_t current;
    uint32_t newest; /* index of the region got last, which alone may grow in place; NO_REGION: given back */

    uint64_t held;          /* usable bytes of all regions */
    uint64_t spare;         /* usable bytes of the regions after the current one */
    uint64_t largest_spare; /* none of them is larger; UINT64_MAX: not known */
    uint64_t reserved;      /* total up to which nothing is left to reserve; never above the capacity */
    uint64_t limit;         /* most that may be allocated; UINT64_MAX: no limit */
    uint64_t ceiling;       /* most that the adapter can hold for this arena */
    uint64_t retain;        /* unused bytes that a reset keeps */
    uint64_t red_zone;      /* between two pushes; above 0 where a checker watches: the window stays closed then */
    uint64_t high_water;
    uint64_t adapter_calls;
    GrowthPolicy growth;
    SamrenaPrefault prefault;
    bool junk;         /* what is taken back is filled */
    bool callers;      /* region 0 is the caller's block: the adapter never sees it */
    bool taking_back;  /* release functions are running, or the arena ended and is kept */
    struct Note *note; /* the newest */
    uint64_t next_serial;
    SamrenaReserveInfo last_reserve;

    const Adapter *adapter;
    void *context;
    ArenaKind kind;
    uint64_t keep;       /* the arena may be kept when it ends, if its first region is no larger; 0: it may not */
    uint64_t first_size; /* of the first region, as the adapter gave it */
    SamrenaHost host;
    LogSink log;
    SamrenaFailureCallback failure;
    void *failure_user;

    Region first_regions[FIRST_REGIONS];
};

/* Ends a public call that failed with `error`: logs the message and tells the failure callback, which may not return.
   The arena must be whole. Inside a release function the callback is left alone: one that jumps would leave the taking
   back half done. */
SamrenaError arena_report(const Samrena *arena, SamrenaError error);

/* Gives back all that the arena has, and the arena. */
void arena_end(Samrena *arena);

/* INVALID_PARAMETER for a NULL arena, naming the function. */
SamrenaError arena_missing(const char *function);

#endif
