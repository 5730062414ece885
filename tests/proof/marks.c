// SPDX-License-Identifier: MIT
// Marks, for every number that a caller hands in: a mark is taken where a note of its serial is on the stack and still
// counts it, and then leads to that note's own place. Any other is refused, nothing is changed, and nothing is read but
// the arena and its notes: what is handed in is never followed.
#include "marks.h"
#include "heap.h"
#include "proof.h"
#include "regions.h"
#include "report.h"

/* Each digit of a case is a note, the oldest first: 0: none, 1: a mark, 2: a release function. */
enum { NOTES = 3 };
static const unsigned kinds[NOTES] = {CASE / 100, CASE / 10 % 10, CASE % 10};

/* The same as in marks.c: to CBMC structs of one name are one. */
typedef struct MarkNote {
    Note note;
    uint64_t serial;
    Heaps hidden;
    uint64_t used_before;
    uint32_t region_before, region, issued, valid;
} MarkNote;

MarkNote any_mark(void);
SamrenaMark any_samrena_mark(void);

static Samrena arena;
/* The first ones are not used: CBMC 5.12 takes the address of an object and that of its first member for two. */
static MarkNote all_marks[1 + NOTES];
static ReleaseNote all_functions[1 + NOTES];
static MarkNote *const marks = &all_marks[1];
static ReleaseNote *const functions = &all_functions[1];

static unsigned called;
static uint64_t rewinds;
static Position rewound_to;

static void count_call(void *argument) {
    (void)argument;
    called++;
}

/* A stack of notes, oldest first: newer marks have higher serials, and none has issued fewer than are valid. */
static void given_notes(void) {
    Note *newest = NULL;
    uint64_t serial = 0;
    for (unsigned i = 0; i < NOTES; i++) {
        if (kinds[i] == 1) {
            marks[i] = any_mark();
            GIVEN(marks[i].serial > serial && marks[i].valid <= marks[i].issued && marks[i].region == i);
            serial = marks[i].serial;
            marks[i].note = (Note){newest, NULL};
            newest = &marks[i].note;
        } else if (kinds[i] == 2) {
            functions[i] = (ReleaseNote){{newest, count_call}, NULL};
            newest = &functions[i].note;
        }
    }
    arena.notes.newest = newest;
}

/* What is around marks.c. */
SamrenaError report(Samrena *of, SamrenaError error) {
    (void)of;
    return error;
}
SamrenaError error_set(SamrenaError error, const char *format, ...) {
    (void)format;
    return error;
}
void regions_rewind(Samrena *of, Position position) {
    (void)of;
    rewinds++;
    rewound_to = position;
}

/* The note that the mark is of; NOTES: none has it. */
static unsigned note_of(SamrenaMark mark) {
    for (unsigned i = 0; i < NOTES; i++)
        if (kinds[i] == 1 && marks[i].serial == mark.serial && mark.index < marks[i].valid)
            return i;
    return NOTES;
}

int main(void) {
    SamrenaMark mark = any_samrena_mark();
    bool drops = any_bool();
    arena.regions.records = arena.first;
    for (unsigned i = 0; i < NOTES; i++)
        arena.first[i].base = (unsigned char *)&marks[i];
    given_notes();
    Note *newest = arena.notes.newest;
    unsigned found = note_of(mark);
    uint32_t issued = found < NOTES ? marks[found].issued : 0;

    SamrenaError error = drops ? samrena_rewind_and_drop(&arena, mark) : samrena_rewind(&arena, mark);

    if (found == NOTES) {
        SHOW(error == (drops && mark.serial == 0 ? SAMRENA_OK : SAMRENA_ERROR_INVALID_PARAMETER));
        SHOW(arena.notes.newest == newest && rewinds == 0 && called == 0);
        return 0;
    }
    const MarkNote *note = &marks[found];
    bool goes = drops && mark.index == 0;
    SHOW(error == SAMRENA_OK && rewinds == 1);
    SHOW(arena.notes.newest == (goes ? note->note.older : &note->note));
    SHOW(note->valid == mark.index + !drops && note->issued == issued);
    SHOW(rewound_to.region == (goes ? note->region_before : note->region));
    SHOW(rewound_to.used == (goes ? note->used_before : sizeof(MarkNote)));
    return 0;
}
