// SPDX-License-Identifier: MIT
// The arena as the core sees it: three nouns, each with one owner.
//
//     Supply    where memory comes from: an adapter's context, and what it told       written by supply.c
//     Regions   what memory there is, in which order, and how much                    written by regions.c
//     Samrena   where the next push goes (window, used, reserved, high_water)         written by regions.c
//               what the owner chose, what happens now                                written by the verbs
//               (with a label high_water counts from the last reset on: label.c)
//
// One heap block holds an arena, its first records, its config, its supply and the adapter's context. An arena in the
// caller's own storage lies there with its first memory, and has no supply before it needs one; nor has it a config of
// its own where it was given none:
//
//     samrena_create       [ Samrena: window, ..., first | SamrenaConfig | Supply | context ]
//     samrena_create_in    [ Samrena: window, ..., first | SamrenaConfig | memory ... ]    later: [ Supply | context ]
//
//     records  [ 0 | 1 | ... | current | spare | spare ]     used ones in the order of use, then spare ones in any
//                                 |
//     memory       base ....used...[cursor ... window ... end) ..tail..  base + usable size
//                  `- start: what the arena had allocated when this region became the current one
//
// Allocated is therefore start + used, and capacity is start + held - before: all regions but those before this one.
// The tail is what the window keeps back: the last bytes under a `limit`, what lies behind the place where more is to
// be prefaulted (`shown_to`), and all that is left while the window is closed (cursor == end == NULL), which is how an
// arena gets to see every push. `used` then says where it stands.
#ifndef SAMRENA_CORE_ARENA_H
#define SAMRENA_CORE_ARENA_H

#include "compiler.h"
#include "poison.h"
#include "samrena.h"

/* Memory that an adapter gave, as SamrenaRegion has it, and what the arena did with it. */
typedef struct Region {
    unsigned char *base;
    uint64_t
        usable; /* whole alignments only, so that a window's end is always aligned; what guards keep is none of it */
    uint64_t zero_from;
    void *cookie;
    uint64_t start;    /* the arena's allocated total when this region became current */
    uint64_t before;   /* usable bytes of the regions before it, then */
    uint64_t resident; /* offset below which every page was prefaulted or used */
    uint32_t lost;     /* bytes behind those that are usable */
    uint32_t packed;   /* no small block ended in so many bytes before the end of what was used, when it was left */
} Region;

enum { FIRST_REGIONS = 4 }; /* records inside the handle: small arenas need no further heap call */

static const uint32_t NO_REGION = UINT32_MAX;

typedef struct Regions {
    Region *records;           /* `first`, or a heap array once that is full */
    struct RegionIndex *index; /* finds one of many; NULL while they are few */
    uint64_t held;             /* usable bytes of all regions */
    uint32_t count;
    uint32_t room;
    uint32_t current;
    uint32_t newest; /* the region got last, which alone may grow in place; NO_REGION: given back, or the caller's */
} Regions;

/* A place in an arena that pushes have come to. */
typedef struct Position {
    uint32_t region;
    uint64_t used;
} Position;

static inline bool position_is_before(Position one, Position other) {
    return one.region < other.region || (one.region == other.region && one.used < other.used);
}

typedef enum State {
    ALIVE,
    TAKING_BACK, /* release functions are running */
    ENDED        /* and kept to become another one, or a part of another, or freed: whoever still calls is refused. What
                    is above is none of these: something else's bytes */
} State;

/* What happens now: all of it starts as zero, also in a recycled arena. */
typedef struct Now {
    uint64_t reserved; /* total up to which nothing is left to reserve; never above the capacity */
    uint64_t hint;     /* total that the arena is expected to reach; 0: not known */
    uint64_t high_water;
    SamrenaReserveInfo last_reserve;
    uint8_t state;       /* State */
    bool hint_is_learnt; /* those that outgrow their first region come to that: it is had at once */
    uint32_t prefaulted; /* pages of the first region that its label had made resident */
} Now;

struct Note; /* marks and release functions, in the arena's own memory: marks.c */

typedef struct Notes {
    struct Note *newest;
    uint64_t next_serial;
    struct Note *oldest; /* while there is a newest */
} Notes;

/* Blocks that can be freed one by one: heap.c. */
typedef struct Heaps {
    struct Heap *open;   /* that hands out; NULL: none was needed since the newest mark */
    struct Heap *newest; /* of all */
} Heaps;

/* Arenas that were taken in with all that they hold: splice.c. */
typedef struct Parts {
    struct Part *newest; /* NULL: there is none, and nothing is said of them */
    uint64_t allocated;  /* 0 then */
    struct Part *oldest;
    struct Part *newest_own; /* that was no part of a part */
    uint64_t held;
    uint64_t regions;
} Parts;

/* Arenas that end with this one, and the one that this one ends with: family.c. */
typedef struct Family {
    Samrena *parent;   /* NULL: none */
    Samrena *youngest; /* child; NULL: none */
    Samrena *elder;    /* sibling; both are of a parent's child alone */
    Samrena *younger;
} Family;

/* What becomes of bytes that are taken back. */
typedef enum Spoiling {
    SPOIL_AS_CHOSEN, /* the config and the environment were not asked yet: an arena that takes nothing back needs not */
    SPOIL_NOTHING,
    SPOIL_ALL /* poisoned where a checker watches, else filled */
} Spoiling;

enum {
    TIED_TO_FAMILY = 1, /* it has, or had, a parent or children */
    TIED_TO_THREAD = 2, /* a scratch arena, which its thread ends */
    TIED_TO_CURSOR = 4, /* memory is made resident ahead of it: ahead.c */
    TIED_TO_LABEL = 8,  /* that learns what it comes to */
    HAS_TAKEN_IN = 16   /* others since the label was told last; of one that is tied to a label alone */
};

struct Samrena {
    SamrenaWindow window; /* first: the inline functions see it */
    uint64_t used;        /* offset of the cursor in the current region while the window is closed */
    uint64_t shown_to;    /* total of its own regions at which the window ends: what the limit leaves, or less, where
                             the arena wants to see a push */
    Regions regions;
    struct Supply *supply; /* NULL: none was needed yet */
    const SamrenaConfig
        *config; /* what the owner chose, complete and checked: samrena_config_defaults, or one of its own */
    Notes notes;
    Heaps heaps;
    Family family;
    Parts parts;
    Now now;
    uint8_t watch;    /* Watch; where it is any, the window stays closed */
    uint8_t red_zone; /* between two pushes; above 0 where a checker watches */
    uint8_t spoiling; /* Spoiling */
    bool in_storage;  /* of its owner's */
    uint8_t ties;     /* TIED_TO_..., or'ed: its end is not the common one */
    uint64_t past;    /* most that was ever allocated before now.high_water counts; of one that is tied to a label */
    Region first[FIRST_REGIONS];
};

SAMRENA_ABI_ASSERT(sizeof(Region) <= 64, "a region's record is a cache line");
SAMRENA_ABI_ASSERT(sizeof(Samrena) <= 552, "an arena's handle stays small: it lies on its user's stack");

/* The place of a config of its own, behind the handle. */
static inline SamrenaConfig *arena_own_config(Samrena *arena) {
    return (SamrenaConfig *)(void *)(arena + 1);
}

/* By a checker, which knows each byte. */
static inline bool arena_is_watched(const Samrena *arena) {
    return arena->watch == WATCHED_BY_CHECKER;
}
static inline bool arena_has_guards(const Samrena *arena) {
    return arena->watch == WATCHED_BY_GUARDS;
}

/* Whether the region at `index` is the owner's own storage, which no adapter ever sees: it is the first one, and stays.
 */
static inline bool arena_owns(const Samrena *arena, uint32_t index) {
    return arena->in_storage && index == 0;
}

/* Gives the memory of the region at `index` back to where it came from; the record is the caller's to forget. */
void arena_give_back(Samrena *arena, uint32_t index);
/* Gives back all that the arena has, and the arena itself where it is not in storage of its owner's. */
void arena_end(Samrena *arena);

#endif
