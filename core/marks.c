// SPDX-License-Identifier: MIT
// Marks and release functions: what an arena notes in its own memory about positions that are to be taken back.
//
// Both are one stack of notes, each pushed like any block and linked to the one before:
//
//     arena     ...blocks [mark] ...blocks [release function] ...blocks [mark] | cursor
//                            ^------------------'   ^-------------------'
//
// Rewinding takes notes off the top until the mark's own is found, calling the functions on the way. A mark is found by
// its serial number alone, so nothing that a caller hands in is ever followed as a pointer.
#include "marks.h"

#include <inttypes.h>
#include <stdalign.h>

#include "atomic.h"
#include "error.h"
#include "heap.h"
#include "regions.h"
#include "report.h"
#include "splice.h"

/* Marks that are made at one position share a note, so that marking and rewinding in turns takes no memory. They are
   numbered in order; those that a rewind made stale are the last ones, and their numbers are not used again. */
typedef struct MarkNote {
    Note note;
    uint64_t serial;      /* rises from note to note */
    Heaps hidden;         /* the heap that there was: what is made behind a mark takes no memory from before it */
    uint64_t used_before; /* this note was pushed */
    uint32_t region_before;
    uint32_t region; /* that this note lies in */
    uint32_t issued; /* marks so far */
    uint32_t valid;  /* of these, the first ones */
} MarkNote;

static Position before(const MarkNote *note) {
    return (Position){note->region_before, note->used_before};
}

static Position after(const Samrena *arena, const MarkNote *note) {
    const unsigned char *end = (const unsigned char *)(note + 1);
    return (Position){note->region, (uint64_t)(end - region_at(arena, note->region)->base)};
}

/* ---- Making notes ---- */

static void put_on_top(Samrena *arena, Note *note, SamrenaReleaseFunction function) {
    if (!arena->notes.newest)
        arena->notes.oldest = note;
    *note = (Note){arena->notes.newest, function};
    arena->notes.newest = note;
}

void marks_put(Samrena *arena, ReleaseNote *note, SamrenaReleaseFunction function, void *argument) {
    put_on_top(arena, &note->note, function);
    note->argument = argument;
}

/* No two notes of one process have the same serial, so that a mark of another arena, or of one long gone, is never
   taken for this one's. Each arena that makes marks at all takes a block of them. */
uint64_t marks_take_serial(Samrena *arena) {
    static _Atomic(uint64_t) blocks;
    if ((uint32_t)arena->notes.next_serial == 0)
        arena->notes.next_serial = (atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed) << 32) + 1;
    return arena->notes.next_serial++;
}

static MarkNote *push_mark(Samrena *arena) {
    uint32_t region_before = arena->regions.current;
    uint64_t used_before = region_used(arena);
    MarkNote *made = samrena_push_aligned(arena, sizeof(MarkNote), alignof(MarkNote));
    if (!made)
        return NULL;
    put_on_top(arena, &made->note, NULL);
    made->serial = marks_take_serial(arena);
    made->hidden = arena->heaps;
    arena->heaps.open = NULL;
    made->used_before = used_before;
    made->region_before = region_before;
    made->region = arena->regions.current;
    made->issued = 0;
    made->valid = 0;
    return made;
}

/* The newest note, where it is a mark of this very position that can take one more. While release functions run it may
   be one of a part, whose positions are others. */
static MarkNote *mark_here(const Samrena *arena) {
    MarkNote *newest = (MarkNote *)arena->notes.newest;
    if (!newest || newest->note.function || arena->now.state != ALIVE)
        return NULL;
    Position here = after(arena, newest);
    bool is_here = here.region == arena->regions.current && here.used == region_used(arena);
    bool takes = newest->valid == newest->issued && newest->issued < UINT32_MAX; /* GCOVR_EXCL_BR_LINE: 2^32 marks */
    return is_here && takes ? newest : NULL;
}

SamrenaMark samrena_mark(Samrena *arena) {
    if (check_alive(arena, "samrena_mark"))
        return (SamrenaMark){0, 0};
    MarkNote *note = mark_here(arena);
    if (!note)
        note = push_mark(arena);
    if (!note)
        return (SamrenaMark){0, 0};
    note->valid = ++note->issued;
    return (SamrenaMark){note->serial, note->issued - 1};
}

SamrenaError samrena_on_release(Samrena *arena, SamrenaReleaseFunction function, void *argument) {
    SamrenaError error = check_alive(arena, "samrena_on_release");
    if (error)
        return error;
    if (!function)
        return report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_on_release: the function is NULL"));
    ReleaseNote *made = samrena_push_aligned(arena, sizeof(ReleaseNote), alignof(ReleaseNote));
    if (!made)
        return samrena_last_error();
    marks_put(arena, made, function, argument);
    return SAMRENA_OK;
}

SamrenaError samrena_cancel_release(Samrena *arena, SamrenaReleaseFunction function, void *argument) {
    SamrenaError error = check_may_take_back(arena, "samrena_cancel_release");
    if (error)
        return error;
    Note *newer = NULL, *note = function ? arena->notes.newest : NULL;
    while (note && (note->function != function || ((ReleaseNote *)note)->argument != argument)) {
        newer = note;
        note = note->older;
    }
    if (note) {
        *(newer ? &newer->older : &arena->notes.newest) = note->older;
        if (arena->notes.oldest == note)
            arena->notes.oldest = newer;
        return SAMRENA_OK;
    }
    return report(arena,
                  error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                            "samrena_cancel_release: no such function is registered with the argument %p", argument));
}

/* ---- Taking back ---- */

/* Takes notes off until `last` is on top. A function may make more of them, which then go first. */
static void release_down_to(Samrena *arena, const Note *last) {
    if (arena->notes.newest == last)
        return;
    arena->now.state = TAKING_BACK;
    while (arena->notes.newest != last) {
        Note *note = arena->notes.newest;
        arena->notes.newest = note->older;
        if (note->function)
            note->function(((ReleaseNote *)note)->argument);
        else
            arena->heaps = ((MarkNote *)note)->hidden;
    }
    if (arena->parts.newest && arena->parts.newest->is_over)
        parts_end(arena);
    arena->now.state = ALIVE;
}

void marks_release(Samrena *arena) {
    release_down_to(arena, NULL);
}

/* What was spliced has no marks any more: behind a part's top note comes what is older than the part. */
static Note *older_of_arena(const Note *note) {
    return note->function == part_begins ? ((Part *)((ReleaseNote *)note)->argument)->bottom.note.older : note->older;
}

/* Newer notes have higher serials, so the search ends at the mark's place. */
static MarkNote *find_mark(const Samrena *arena, SamrenaMark mark) {
    for (Note *note = arena->notes.newest; note; note = older_of_arena(note)) {
        MarkNote *candidate = (MarkNote *)note;
        if (!note->function && candidate->serial <= mark.serial)
            return candidate->serial == mark.serial && mark.index < candidate->valid ? candidate : NULL;
    }
    return NULL;
}

static SamrenaError find_to_rewind(const Samrena *arena, SamrenaMark mark, const char *function, MarkNote **found) {
    *found = find_mark(arena, mark);
    if (*found)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: %s", function,
                     mark.serial == 0 ? "the mark was never made: samrena_mark() failed"
                                      : "the mark is another arena's, or stale: an older one was rewound to since, or "
                                        "the arena was reset");
}

SamrenaError samrena_rewind(Samrena *arena, SamrenaMark mark) {
    MarkNote *note;
    SamrenaError error = check_may_take_back(arena, "samrena_rewind");
    if (error)
        return error;
    error = find_to_rewind(arena, mark, "samrena_rewind", &note);
    if (error)
        return report(arena, error);
    release_down_to(arena, &note->note);
    note->valid = (uint32_t)mark.index + 1;
    regions_rewind(arena, after(arena, note));
    regions_check(arena);
    return SAMRENA_OK;
}

/* Mostly called at the end of a scope, where nobody looks at errors: the failure callback is left alone. */
SamrenaError samrena_rewind_and_drop(Samrena *arena, SamrenaMark mark) {
    MarkNote *note;
    if (arena && mark.serial == 0)
        return SAMRENA_OK;
    SamrenaError error = check_may_take_back(arena, "samrena_rewind_and_drop");
    if (!error)
        error = find_to_rewind(arena, mark, "samrena_rewind_and_drop", &note);
    if (error)
        return error;
    release_down_to(arena, &note->note);
    note->valid = (uint32_t)mark.index;
    if (note->valid > 0) {
        regions_rewind(arena, after(arena, note));
    } else {
        arena->heaps = note->hidden;
        arena->notes.newest = note->note.older;
        regions_rewind(arena, before(note));
    }
    regions_check(arena);
    return SAMRENA_OK;
}

static uint64_t note_size(const Note *note) {
    return !note->function ? sizeof(MarkNote) : note->function == heap_over ? sizeof(Heap) : sizeof(ReleaseNote);
}

/* Where the note ends: that of a part where the arena stood when it came. */
static Position end_of(const Samrena *arena, const Note *note) {
    Position position = {0, 0};
    if (note->function == part_begins)
        return ((Part *)((ReleaseNote *)note)->argument)->at;
    (void)regions_find_block(arena, note, note_size(note), &position);
    position.used += note_size(note);
    return position;
}

/* The newest note that lies before `position`, all of it: whoever hands in an address inside one takes it back. */
static const Note *note_before(const Samrena *arena, Position position) {
    const Note *note = arena->notes.newest;
    while (note && position_is_before(position, end_of(arena, note)))
        note = older_of_arena(note);
    return note;
}

SamrenaError samrena_rewind_to(Samrena *arena, const void *block) {
    Position position;
    SamrenaError error = check_may_take_back(arena, "samrena_rewind_to");
    if (error)
        return error;
    const Samrena *holder = parts_find_block(arena, block, 1, &position);
    if (!holder) /* an empty one, behind which nothing lies */
        holder = parts_find_block(arena, block, 0, &position);
    if (holder != arena)
        return report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_rewind_to: %p %s", block,
                                       holder ? "came with samrena_splice(), and can be taken back only with all of it"
                                              : "is no block of this arena, or was taken back"));
    release_down_to(arena, note_before(arena, position));
    heap_retire_behind(arena, position);
    regions_rewind(arena, position);
    regions_check(arena);
    return SAMRENA_OK;
}
