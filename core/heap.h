// SPDX-License-Identifier: MIT
// The heap over an arena's memory: blocks that can be freed one by one, and are used again.
//
// An arena has a heap for each mark behind which blocks were made: what is made after a mark never takes memory from
// before it, and a rewind drops all of the newer heap at once. A heap's state lies in the arena's memory, before its
// blocks:
//
//     ...pushed [ Heap | run of small blocks | block | block ] [mark] [ Heap | run ... ]
//
// Small blocks are cut from runs, and kept by class when they are freed; a run, and each larger block, is one of
// large_blocks.h. A block is known by its tag, the 8 bytes before it: its heap's stamp, and its class in the lowest
// byte. Plain blocks have none, where their owners know the sizes.
//
// Where a checker watches the arena there is no heap: each block is a push of its own, and its memory not used again.
#ifndef SAMRENA_CORE_HEAP_H
#define SAMRENA_CORE_HEAP_H

#include "arena.h"
#include "checked_math.h"
#include "large_blocks.h"
#include "marks.h"

enum {
    TAG_SIZE = 8,
    SMALL_STEP = 16, /* a block of class n has n * 16 bytes, its tag included */
    SMALL_CLASSES = 33,
    SMALL_MOST = (SMALL_CLASSES - 1) * SMALL_STEP,
    CLASS_WATCHED = 254, /* a push of its own: LargeBlock.size says what was asked for */
    CLASS_LARGE = 255
};

/* What small blocks are cut from, in units of 16 bytes times their class. A unit's first word is the tag of a block
   that has one. Of a free unit it is the link to the next one. */
typedef struct SmallBlocks {
    unsigned char *cursor; /* the next unit of the run */
    unsigned char *end;    /* of the run */
    uint64_t *freed[SMALL_CLASSES];
} SmallBlocks;

typedef struct Heap {
    ReleaseNote note; /* of heap_over() */
    Samrena *arena;
    struct Heap *older;
    uint64_t stamp;
    uint64_t classes; /* that are served without further ado: SMALL_CLASSES, or 0 where what is freed is to be filled */
    uint64_t next_run; /* bytes of the next run */
    Position before;   /* it was pushed */
    LargeBlocks large;
    SmallBlocks tagged;
    SmallBlocks plain;
} Heap;

/* ---- Small blocks ---- */

static inline uint64_t small_class(uint64_t bytes) {
    return (bytes + SMALL_STEP - 1) / SMALL_STEP;
}

/* A link, with what no tag has in its highest bits. */
#define FREED_MARK (UINT64_C(2) << 61)

static inline bool is_freed(uint64_t tag) {
    return tag >> 61 == FREED_MARK >> 61;
}

/* A unit; NULL: a new run is needed. */
static inline uint64_t *small_take(SmallBlocks *small, uint64_t class) {
    uint64_t *unit = small->freed[class];
    unsigned char *cursor = small->cursor;
    if (unit) {
        small->freed[class] = (uint64_t *)(uintptr_t)(*unit << 3);
        return unit;
    }
    if (class * SMALL_STEP > (uint64_t)(small->end - cursor))
        return NULL;
    small->cursor = cursor + class * SMALL_STEP;
    return (uint64_t *)(void *)cursor;
}

static inline void small_put(SmallBlocks *small, uint64_t *unit, uint64_t class) {
    *unit = (uint64_t)(uintptr_t)small->freed[class] >> 3 | FREED_MARK;
    small->freed[class] = unit;
}

/* ---- Heaps: errors are set, not reported ---- */

/* The one that hands out now; made where there is none. */
SamrenaError heap_open(Samrena *arena, Heap **heap);
SamrenaError heap_make_small(Samrena *arena, Heap *heap, SmallBlocks *small, uint64_t class, uint64_t **unit);

/* The release function of each: it is being taken back. */
void heap_over(void *heap);
/* All behind `position` was taken back without a mark. A heap that had memory there hands out nothing more; what it
   handed out before stays as it is. It hides the older ones, which live longer than what it handed out. */
void heap_retire_behind(Samrena *arena, Position position);

/* ---- Blocks with tags ---- */

static inline void *block_with_tag(uint64_t *unit, uint64_t tag) {
    *unit = tag;
    return unit + 1;
}

typedef struct Made {
    void *block;
    bool fresh; /* just pushed in the current region, and no older memory */
} Made;

/* A block that grew by little grows again: where memory has to be got for it, it is twice as much. So a million steps
   of a byte copy no more than a few times its size. */
static inline uint64_t heap_headroom(uint64_t had, uint64_t size) {
    return size > had && size - had < had / 2 ? double_saturating(size) : 0;
}

/* `headroom`: bytes that are wished for at least where the arena has to grow. */
SamrenaError heap_make(Samrena *arena, uint64_t size, uint64_t headroom, Made *made);

/* Whether `block` is one that is in use; *heap is NULL where its memory cannot be used again before a reset. The error
   names `function`. */
SamrenaError heap_find(const Samrena *arena, const char *function, const void *block, Heap **heap);
void heap_free(Samrena *arena, Heap *heap, void *block);
bool heap_resize_in_place(Samrena *arena, Heap *heap, void *block, uint64_t size);

#endif
