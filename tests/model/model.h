// SPDX-License-Identifier: MIT
// A model of one arena: what was pushed, marked and registered, in order, and what the arena must say about itself.
//
// It is a plain stack of entries. The library is called through its public header alone; what the model cannot know,
// such as where a region ends, it learns from what the library answers and holds the next answers against that.
#ifndef SAMRENA_TESTS_MODEL_H
#define SAMRENA_TESTS_MODEL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address_space.h"
#include "samrena.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define NOT_KNOWN UINT64_MAX
/* What a block takes a multiple of that is aligned to as much or more. */
#define GRANULE 8
/* No machine has so much memory, or no program so many addresses in one piece: what needs more may fail, whatever the
   adapter. */
#define BEYOND_ALL_MEMORY (sizeof(void *) >= 8 ? UINT64_C(1) << 46 : LARGEST_GAP)

/* What is fixed about the arenas of one run. */
typedef struct Setting {
    const char *name;
    const char *adapter;
    uint64_t limit;
    uint64_t retain;
    uint64_t max_reserve;
    uint64_t hint;
    SamrenaGrowth growth;
    SamrenaDebug debug;
    uint64_t initial_size;
    uint64_t lives;   /* operations, on average; 0: some thousands. Short lives are all of one kind: recycled */
    bool tiny_steps;  /* growth in the smallest steps that there are */
    bool callers;     /* begins in storage of the caller's, now aligned, now not */
    unsigned refuses; /* the adapter refuses one call for memory in so many; 0: none */
    unsigned lies;    /* it breaks its contract in one call in so many; 0: never */
    bool labelled;    /* arenas learn from those before them how much to take at first */
    bool exhausted;   /* the adapter may be out of memory at any time */
} Setting;

/* ENTRY_HEAP: the heap pushed something there; not alive: that may have been given back since. ENTRY_PART: another
   arena was taken in; its entries follow. */
typedef enum EntryKind { ENTRY_BLOCK, ENTRY_MARK, ENTRY_RELEASE, ENTRY_HEAP, ENTRY_PART } EntryKind;

/* Where an arena stands. */
typedef struct Place {
    uint64_t allocated;
    uint64_t lost;               /* bytes of regions that were left before they were full; not known under a limit */
    const unsigned char *cursor; /* where what is handed out ends; NULL: not known */
} Place;

typedef struct Entry {
    EntryKind kind;
    bool alive;   /* a block that was not moved, a release function that was not called */
    bool spliced; /* it lies in memory that was another arena's */
    uint64_t id;
    unsigned char *bytes;
    uint64_t size;
    uint64_t behind; /* bytes that were handed out with it to make a multiple of 8 */
    SamrenaMark mark;
    Place before; /* of a block: where it begins, if that is known */
    Place after;
} Entry;

typedef struct HeapBlock {
    unsigned char *bytes;
    uint64_t size;   /* that may be written to */
    uint64_t id;     /* of entries and blocks together: in the order in which they came */
    uint64_t behind; /* the id of the mark that was the newest then; 0: none */
    bool plain;      /* of samrena_allocator() */
} HeapBlock;

enum { MOST_HEAP_BLOCKS = 300 };

typedef struct Model {
    const Setting *setting;
    Samrena *arena;
    Samrena *other; /* whose marks are foreign here */
    SamrenaMark foreign;

    uint64_t seed;
    uint64_t random;
    uint64_t operation; /* number of the one under way */
    const char *doing;  /* its name */
    jmp_buf broken;     /* where expect() leaves to */
    char message[600];

    uint64_t red_zone;     /* above 0: the arena is watched */
    bool guarded;          /* by guard pages: what was taken back must not be looked at */
    uint64_t ceiling;      /* 0: none */
    uint64_t callers_size; /* of the caller's storage, what the arena can hand out */
    bool contiguous;
    bool reserves; /* the adapter has a reserve entry point */
    bool ahead;    /* it is prefaulted ahead of the cursor: the window may end before the room does */

    Entry *entries;
    size_t count;
    size_t room;
    uint64_t next_id;

    HeapBlock heap[MOST_HEAP_BLOCKS];
    size_t heap_count;
    unsigned parts;              /* arenas that were taken in */
    unsigned char *foreign_heap; /* a block of the other arena's heap */

    Place now;
    uint64_t capacity; /* before the operation under way */
    uint64_t high_water;
    uint64_t hint;
    uint64_t adapter_calls; /* so far, at least */
    bool just_marked;       /* nothing came after the last mark */
    bool taking_back;       /* release functions are being called */
    bool disturbed;         /* by one of them, or as a part goes: the capacity may have changed */

    unsigned failures; /* reported to the failure callback during this operation */
    SamrenaError failure;
    uint64_t refusals_at_birth;
    uint64_t refusals_before;
    uint64_t lies_before;
    uint64_t calls_before; /* of the adapter */

    SamrenaMark stale[64];
    size_t stale_count;
} Model;

/* ---- Random numbers ---- */

uint64_t draw(Model *model);
/* From 0 to below `bound`. */
uint64_t below(Model *model, uint64_t bound);
static inline bool one_in(Model *model, uint64_t n) {
    return below(model, n) == 0;
}

/* ---- Expectations ---- */

/* Ends the run with a message unless `holds`. */
void expect(Model *model, bool holds, const char *format, ...) SAMRENA_PRINTF_FORMAT(3, 4);

/* Around every operation: what it may not have changed, and whether a failure was told as the header says. */
void begin(Model *model);
/* An arena in its caller's storage gets its adapter, and what that can do, in the midst of an operation. */
void learn_adapter(Model *model);
void expect_success(Model *model);
void expect_failure(Model *model, SamrenaError error);
/* A failure that leaves the capacity as it is, too. */
void expect_refused(Model *model, SamrenaError error);
void expect_unchanged(Model *model);
/* No operation asks the adapter without end. */
void expect_few_calls(Model *model);

/* Everything an arena tells about itself. Updates what the model knows of adapter calls. */
SamrenaInfo expect_sound_info(Model *model);
/* Bytes of regions that were left, as the arena's figures have it. */
uint64_t lost_now(Model *model);

/* ---- Contents ---- */

/* Each block holds a pattern of its own, so that blocks that overlap destroy one another's. */
void fill(unsigned char *bytes, uint64_t size, uint64_t id);
void expect_filled(Model *model, const unsigned char *bytes, uint64_t size, uint64_t id);
void expect_entry_intact(Model *model, const Entry *entry);
/* All blocks from entry `first` on. */
void expect_intact(Model *model, size_t first);

/* ---- Entries ---- */

/* A new one on top; valid until the next is made. */
Entry *add_entry(Model *model, EntryKind kind);
/* Forgets all entries from `first` on; their marks are stale from then on. */
void forget_entries(Model *model, size_t first);
/* The live mark that this is, or NULL. */
const Entry *find_mark(const Model *model, SamrenaMark mark);

/* What the inline functions see; all NULL where the arena is watched. */
SamrenaWindow window_of(const Model *model);

/* The arena stands somewhere else. */
void move_to(Model *model, Place place);
/* A cursor that is not known, where asking for it changes nothing: a watched arena pays for a push of no bytes. */
void learn_cursor(Model *model);

#endif
