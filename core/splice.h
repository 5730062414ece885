// SPDX-License-Identifier: MIT
// Arenas that others have taken in with all that they hold.
//
// What was spliced stays as it is: regions, supply, notes. It is a part of the other arena, which gives it back when
// the place is taken back that it was taken in at. Two notes on that one's stack say where that is, with the notes of
// the part between them:
//
//     newest -> ... -> [top] -> notes of the part, newest first -> [bottom] -> notes that were there before
#ifndef SAMRENA_CORE_SPLICE_H
#define SAMRENA_CORE_SPLICE_H

#include "arena.h"
#include "marks.h"
#include "regions.h"

typedef struct Part {
    ReleaseNote top;    /* of part_begins(): whoever looks for a mark goes on below the bottom */
    ReleaseNote bottom; /* of part_is_over() */
    Samrena *arena;     /* that was taken in */
    Samrena *holder;    /* by this one */
    struct Part *older;
    struct Part *older_own; /* of the same holder's */
    Heaps heaps;            /* of the holder, while the part's notes are called */
    Position at;            /* where the holder stood */
    bool is_over;           /* its notes are gone: it can be given back */
} Part;

void part_begins(void *part);
void part_is_over(void *part);

/* Whether a part came in behind that place: what lies there stays until the part goes, as if it had been pushed. */
static inline bool parts_lie_behind(const Samrena *arena, Position place) {
    const Part *part = arena->parts.newest ? arena->parts.newest_own : NULL;
    return part && position_is_before(place, part->at);
}

/* Gives back the parts that are over. */
void parts_end(Samrena *arena);

const Samrena *parts_find_in_parts(const Samrena *arena, const void *block, uint64_t size, Position *found);
/* The arena whose own memory the `size` bytes at `block` lie in, this one or one of its parts, and where; NULL: they
   are not handed out. Costs the logarithm of the number of regions, and as much for each part. */
static inline const Samrena *parts_find_block(const Samrena *arena, const void *block, uint64_t size, Position *found) {
    return regions_find_block(arena, block, size, found) ? arena
           : arena->parts.newest                         ? parts_find_in_parts(arena, block, size, found)
                                                         : NULL;
}

#endif
