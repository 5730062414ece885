// SPDX-License-Identifier: MIT
// Arenas that others have taken in with all that they hold.
#include "splice.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ahead.h"
#include "checked_math.h"
#include "error.h"
#include "family.h"
#include "label.h"
#include "log.h"
#include "regions.h"
#include "report.h"
#include "supply.h"
#include "trim.h"

/* ---- Parts ---- */

void part_begins(void *ending) {
    Part *part = ending;
    part->heaps = part->holder->heaps;
}

void part_is_over(void *ended) {
    Part *part = ended;
    part->holder->heaps = part->heaps;
    part->is_over = true;
}

void parts_end(Samrena *arena) {
    Parts *parts = &arena->parts;
    arena->now.high_water = max_u64(arena->now.high_water, arena_allocated(arena));
    while (parts->newest && parts->newest->is_over) {
        Part *part = parts->newest;
        parts->newest = part->older;
        if (parts->newest_own == part)
            parts->newest_own = part->older_own;
        parts->allocated -= arena_own_allocated(part->arena);
        parts->held -= part->arena->regions.held;
        parts->regions -= part->arena->regions.count;
        arena_end(part->arena);
        free(part);
    }
    regions_reopen(arena);
    ahead_heed(arena, true);
}

const Samrena *parts_find_in_parts(const Samrena *arena, const void *block, uint64_t size, Position *found) {
    for (const Part *part = arena->parts.newest; part; part = part->older)
        if (regions_find_block(part->arena, block, size, found))
            return part->arena;
    return NULL;
}

/* ---- Splicing ---- */

static SamrenaError check_splice(const Samrena *into, const Samrena *from) {
    if (family_is_below(into, from))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_splice: %s",
                         into == from ? "an arena cannot take in itself" : "`into` ends with `from`");
    if (from->ties & TIED_TO_THREAD)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_splice: a scratch arena is its thread's");
    if (arena_is_watched(from) && !arena_is_watched(into))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "samrena_splice: a checker watches `from`, and debug is NEVER for `into`");
    if (from->supply && supply_is_the_parents(from->supply)) /* whose notes would lead to what this process has */
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "samrena_splice: the arena shares its memory with the process that made it");
    if (arena_allocated(from) > into->config->limit - arena_allocated(into))
        return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED,
                         "samrena_splice: %" PRIu64 " bytes of the arena's limit of %" PRIu64
                         " are allocated, and %" PRIu64 " come in",
                         arena_allocated(into), into->config->limit, arena_allocated(from));
    return SAMRENA_OK;
}

/* Nobody pushes any more: what has room in it goes, and so does what growing would need. Its heaps hand out nothing. */
static void close_part(Samrena *arena) {
    arena->heaps = (Heaps){NULL, NULL};
    trim_to(arena, 0);
    if (arena->supply && arena->supply->recyclable > 0 && arena->regions.count == 1 && !arena->in_storage)
        supply_rest(arena->supply);
    regions_shut(arena);
    arena->now.state = ENDED;
    if (arena->config->log)
        arena_own_config(arena)->log = NULL; /* its owner may be gone when the part ends */
}

/* The part's notes come between its two; those that were there lie below. */
static void link_notes(Samrena *into, Samrena *from, Part *part) {
    Notes theirs = from->notes;
    marks_put(into, &part->bottom, part_is_over, part);
    if (theirs.newest) {
        theirs.oldest->older = into->notes.newest;
        into->notes.newest = theirs.newest;
    }
    marks_put(into, &part->top, part_begins, part);
    from->notes.newest = NULL;
}

/* The parts of `from` are parts of `into` from now on, and end before `from` itself: they may lie in its memory. */
static void link_part(Samrena *into, Samrena *from, Part *part) {
    Parts ours = into->parts.newest ? into->parts : (Parts){.newest = NULL};
    Parts theirs = from->parts.newest ? from->parts : (Parts){.newest = NULL};
    *part = (Part){.arena = from,
                   .holder = into,
                   .at = {into->regions.current, region_used(into)},
                   .older = ours.newest,
                   .older_own = ours.newest_own};
    if (theirs.newest)
        theirs.oldest->older = part;
    into->parts = (Parts){.newest = theirs.newest ? theirs.newest : part,
                          .oldest = ours.newest ? ours.oldest : part,
                          .newest_own = part,
                          .allocated = ours.allocated + arena_allocated(from),
                          .held = ours.held + theirs.held + from->regions.held,
                          .regions = ours.regions + theirs.regions + from->regions.count};
    from->parts = (Parts){.newest = NULL};
}

SamrenaError samrena_splice(Samrena *into, Samrena *from) {
    SamrenaError error = check_may_take_back(into, "samrena_splice");
    if (!error)
        error = check_may_take_back(from, "samrena_splice");
    if (error)
        return error;
    error = check_splice(into, from);
    Part *part = error ? NULL : malloc(sizeof(*part));
    if (!part && !error)
        error = error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "samrena_splice: no heap memory to note a part");
    if (error)
        return report(into, error);
    if (from->family.parent)
        family_leave(from);
    family_move_children(into, from);
    if (from->ties & TIED_TO_LABEL)
        label_end(from);
    if (into->ties & TIED_TO_LABEL)
        into->ties |= HAS_TAKEN_IN;
    close_part(from);
    link_part(into, from, part);
    link_notes(into, from, part);
    regions_reopen(into);
    ahead_heed(into, true);
    regions_check(into);
    return SAMRENA_OK;
}
