// SPDX-License-Identifier: MIT
// What is done to an arena, each with the model's answer to it. Every function is one random operation.
#ifndef SAMRENA_TESTS_MODEL_OPERATIONS_H
#define SAMRENA_TESTS_MODEL_OPERATIONS_H

#include "model.h"

/* ---- placing.c: pushes ---- */

uint64_t draw_size(Model *model);

void do_push(Model *model);
void do_push_aligned(Model *model);
void do_push_array(Model *model);
void do_push_zero(Model *model);
void do_push_array_zero(Model *model);
void do_push_copy(Model *model);
void do_push_string(Model *model);
void do_push_substring(Model *model);
void do_push_format(Model *model);
void do_push_with_reserve(Model *model);
void do_push_nonsense(Model *model);
void do_learn_cursor(Model *model);

/* ---- resizing.c ---- */

void do_resize(Model *model);
void do_resize_last(Model *model);
void do_resize_nothing(Model *model);
void do_free_in_reverse(Model *model);
void do_resize_wrong(Model *model);

/* ---- taking_back.c ---- */

void do_mark(Model *model);
void do_on_release(Model *model);
void do_rewind(Model *model);
void do_rewind_to(Model *model);
void do_drop(Model *model);
void do_refused_mark(Model *model);
void do_scope(Model *model);
/* What is registered, with an entry's id. */
void on_release(void *argument);
void do_reset(Model *model);
/* Destroys the arena; the next operation finds another one. */
void do_replace(Model *model);

/* ---- heaping.c ---- */

void do_heap_make(Model *model);
void do_heap_make_plain(Model *model);
void do_heap_resize(Model *model);
void do_heap_free(Model *model);
void do_heap_churn(Model *model);
void do_heap_wrong(Model *model);

/* All that was made behind that entry, by id, is taken back, as far as it lies there. */
void heap_expect_taken_back(Model *model, uint64_t id);
void heap_expect_intact(Model *model);

/* Some blocks of the heap of an arena that is about to be taken in. */
void heap_fill_another(Model *model, Samrena *arena);

/* ---- splicing.c ---- */

void do_splice(Model *model);

/* ---- supplying.c ---- */

void do_trim(Model *model);
void do_reserve(Model *model);
void do_reserve_more(Model *model);
void do_reserve_and_use(Model *model);
void do_reserve_with_growth(Model *model);
void do_contains(Model *model);
void do_info(Model *model);

/* ---- The rules of a push, for whatever pushes ---- */

typedef struct Attempt {
    uint64_t size;
    uint64_t alignment;
    bool rescue; /* may grow the arena under growth NONE */
    bool moved;  /* a block that cannot stay where it is */
    bool empty;  /* begins with an empty block, which may lie at the cursor and stay there */
} Attempt;

/* From there to the next multiple of 8. */
uint64_t to_granule(const unsigned char *end);

/* Holds what the library returned against the rules, NULL too. A block becomes an entry, which is returned, its pattern
   yet to be filled in. */
Entry *expect_push(Model *model, Attempt attempt, void *got);
/* What was pushed inside the library, of a size that only it knows: at most `most` bytes, padding included. */
void expect_note(Model *model, uint64_t most);
/* Where a failure is told to be one for want of memory. */
bool may_be_out_of_memory(const Model *model, Attempt attempt);
/* Told as that, or, where the adapter lied, as what it did. */
bool is_for_want_of_memory(const Model *model, SamrenaError error);
/* Whether the failure is one that the contract allows for this push. */
void expect_push_error(Model *model, Attempt attempt, SamrenaError error);
/* Of `before` unused bytes those are left that `keep` takes, and no spare region where the room in use is enough. */
void expect_trimmed(Model *model, uint64_t keep, uint64_t before);

#endif
