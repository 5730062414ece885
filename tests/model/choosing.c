// SPDX-License-Identifier: MIT
// Which operation comes next, by weight or by number, and what holds around each.
#include "choosing.h"

#include <stdlib.h>

#include "arenas.h"
#include "operations.h"
#include "samrena/heap.h"

#define MOST_ENTRIES 3000
#define MOST_ALLOCATED MIB
#define MOST_CAPACITY (4 * MIB)

static const Operation operations[] = {
    {do_push, "push", 200},
    {do_push_aligned, "push_aligned", 180},
    {do_push_array, "push_array", 70},
    {do_push_zero, "push_zero", 60},
    {do_push_array_zero, "push_array_zero", 40},
    {do_push_copy, "push_copy", 20},
    {do_push_string, "push_string", 30},
    {do_push_substring, "push_substring", 20},
    {do_push_format, "push_format", 15},
    {do_push_with_reserve, "push_with_reserve", 20},
    {do_push_nonsense, "push_nonsense", 5},
    {do_learn_cursor, "learn_cursor", 10},
    {do_resize, "resize", 60},
    {do_resize_last, "resize_last", 60},
    {do_resize_nothing, "resize_nothing", 10},
    {do_free_in_reverse, "free_in_reverse", 5},
    {do_resize_wrong, "resize_wrong", 10},
    {do_mark, "mark", 40},
    {do_on_release, "on_release", 20},
    {do_rewind, "rewind", 22},
    {do_rewind_to, "rewind_to", 8},
    {do_drop, "rewind_and_drop", 20},
    {do_refused_mark, "refused_mark", 15},
    {do_scope, "scope", 10},
    {do_reset, "reset", 1},
    {do_heap_make, "heap_make", 120},
    {do_heap_make_plain, "heap_make_plain", 50},
    {do_heap_resize, "heap_resize", 70},
    {do_heap_free, "heap_free", 130},
    {do_heap_churn, "heap_churn", 2},
    {do_heap_wrong, "heap_wrong", 10},
    {do_splice, "splice", 4},
    {do_trim, "trim", 5},
    {do_reserve, "reserve", 5},
    {do_reserve_more, "reserve_more", 5},
    {do_reserve_and_use, "reserve_and_use", 3},
    {do_reserve_with_growth, "reserve_with_growth", 3},
    {do_contains, "contains", 30},
    {do_info, "info", 10},
};

static const Operation replacing = {do_replace, "replace", 0};
static const Operation resetting = {do_reset, "reset", 0};
static const Operation trimming = {do_trim, "trim", 0};

/* What there is of an arena is looked at often: it may not become too much. */
static const Operation *that_shrinks(Model *model) {
    uint64_t capacity = samrena_capacity(model->arena);
    if (capacity > 4 * MOST_CAPACITY)
        return &replacing;
    if (model->count > MOST_ENTRIES || model->now.allocated > MOST_ALLOCATED)
        return &resetting;
    return capacity > MOST_CAPACITY && one_in(model, 4) ? &trimming : NULL;
}

const Operation *draw_operation(Model *model) {
    unsigned total = 0;
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        total += operations[i].weight;
    uint64_t lives = model->setting->lives ? model->setting->lives : 5000;
    if (one_in(model, lives))
        return &replacing;
    const Operation *shrinks = that_shrinks(model);
    if (shrinks)
        return shrinks;
    uint64_t at = below(model, total);
    const Operation *operation = operations;
    while (at >= operation->weight)
        at -= operation++->weight;
    return operation;
}

const Operation *choose_operation(Model *model, unsigned number) {
    const Operation *shrinks = that_shrinks(model);
    if (shrinks)
        return shrinks;
    number %= (unsigned)COUNT_OF(operations) + 1;
    return number < COUNT_OF(operations) ? &operations[number] : &replacing;
}

void operations_begin(Model *model) {
    model->other = samrena_create(NULL);
    expect(model, model->other != NULL, "no arena: %s", samrena_last_error_message());
    model->foreign = samrena_mark(model->other);
    model->foreign_heap = samrena_malloc(model->other, 40);
    expect(model, model->foreign_heap != NULL, "no block: %s", samrena_last_error_message());
    model->doing = "create";
    arena_create(model);
}

void operations_do(Model *model, const Operation *operation) {
    model->operation++;
    model->doing = operation->name;
    begin(model);
    operation->run(model);
    expect_unchanged(model);
    expect_few_calls(model);
    expect(model, samrena_capacity(model->arena) >= model->now.allocated, "less capacity than is allocated");
}

void operations_check(Model *model) {
    expect_intact(model, 0);
    heap_expect_intact(model);
    expect_sound_info(model);
    arena_expect_storage_intact(model);
}

void operations_end(Model *model) {
    model->doing = "the last replace";
    begin(model);
    do_replace(model);
    arena_destroy(model);
    model->doing = "exit";
    samrena_destroy(model->other);
    free(model->entries);
}
