// SPDX-License-Identifier: MIT
// Random operations on an arena, held against a model of it. TAP: one test an arena configuration.
//
//     test_model [--config NAME] [--seed N] [--operations N]
//
// A failure names the three that bring it back. Padding depends on addresses, so the program asks the system for the
// same ones in each run.
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arenas.h"
#include "child.h"
#include "operations.h"
#include "same_addresses.h"
#include "samrena/heap.h"
#include "tap.h"

#define SEED UINT64_C(20240)
#define LONGEST_RUN 60 /* seconds; under Valgrind give --operations */
#define MOST_ENTRIES 3000
#define MOST_ALLOCATED MIB
#define MOST_CAPACITY (4 * MIB)

typedef struct Operation {
    void (*run)(Model *model);
    const char *name;
    unsigned weight;
} Operation;

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

static const Operation *draw_operation(Model *model) {
    unsigned total = 0;
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        total += operations[i].weight;
    uint64_t capacity = samrena_capacity(model->arena);
    uint64_t lives = model->setting->lives ? model->setting->lives : 5000;
    if (one_in(model, lives) || capacity > 4 * MOST_CAPACITY)
        return &replacing;
    if (model->count > MOST_ENTRIES || model->now.allocated > MOST_ALLOCATED)
        return &resetting;
    if (capacity > MOST_CAPACITY && one_in(model, 4))
        return &trimming;
    uint64_t at = below(model, total);
    const Operation *operation = operations;
    while (at >= operation->weight)
        at -= operation++->weight;
    return operation;
}

static void run_operations(Model *model, uint64_t count) {
    model->doing = "create";
    arena_create(model);
    for (model->operation = 1; model->operation <= count; model->operation++) {
        const Operation *operation = draw_operation(model);
        model->doing = operation->name;
        begin(model);
        operation->run(model);
        expect_unchanged(model);
        expect_few_calls(model);
        expect(model, samrena_capacity(model->arena) >= model->now.allocated, "less capacity than is allocated");
        if (model->operation % 1024 == 0) {
            expect_intact(model, 0);
            heap_expect_intact(model);
            expect_sound_info(model);
            arena_expect_storage_intact(model);
        }
    }
    model->doing = "the last replace";
    begin(model);
    do_replace(model);
    arena_destroy(model);
}

typedef struct Run {
    Model *model; /* shared with the child, which may not live to tell */
    uint64_t count;
} Run;

/* In a process of its own, so that every run finds the heap as it was at the start, and a crash or an operation without
   end is the failure of one run. */
static void run_in_child(const void *argument) {
    const Run *run = argument;
    Model *model = run->model;
    if (setjmp(model->broken) != 0)
        _exit(1);
    model->other = samrena_create(NULL);
    expect(model, model->other != NULL, "no arena: %s", samrena_last_error_message());
    model->foreign = samrena_mark(model->other);
    model->foreign_heap = samrena_malloc(model->other, 40);
    expect(model, model->foreign_heap != NULL, "no block: %s", samrena_last_error_message());
    run_operations(model, run->count);
    model->doing = "exit";
    samrena_destroy(model->other);
    free(model->entries);
    exit(0);
}

static void tell_failure(const Model *model, int status) {
    tap_note("operation %" PRIu64 ", %s: %s", model->operation, model->doing,
             *model->message ? model->message : words_of_status(status));
    tap_note("again: --config \"%s\" --seed %" PRIu64 " --operations %" PRIu64, model->setting->name, model->seed,
             model->operation);
}

static void run(Model *model, const Setting *setting, uint64_t seed, uint64_t count) {
    const Run run = {model, count};
    *model = (Model){.setting = setting, .seed = seed, .random = seed, .next_id = 1, .doing = "start"};
    int status = status_of_child(run_in_child, &run, sizeof(run));
    if (!tap_report(status == 0, "%s", setting->name))
        tell_failure(model, status);
}

static bool read_number(const char *text, uint64_t *number) {
    char *end;
    *number = strtoull(text, &end, 0);
    return *text && !*end;
}

int main(int argc, char **argv) {
    static char buffer[BUFSIZ]; /* not on the heap, which is to be the same for the first run and the last */
    have_same_addresses(argv);
    leave_no_large_gap();
    setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
    uint64_t seed = SEED;
    uint64_t count = MODEL_OPERATIONS;
    const char *only = NULL;
    for (int i = 1; i < argc; i += 2) {
        bool known = i + 1 < argc && ((strcmp(argv[i], "--config") == 0 && (only = argv[i + 1]) != NULL) ||
                                      (strcmp(argv[i], "--seed") == 0 && read_number(argv[i + 1], &seed)) ||
                                      (strcmp(argv[i], "--operations") == 0 && read_number(argv[i + 1], &count)));
        if (!known) {
            fprintf(stderr, "usage: test_model [--config NAME] [--seed N] [--operations N]\n");
            return 2;
        }
    }
    if (!arenas_set_up()) {
        printf("Bail out! the test's adapters were not accepted: %s\n", samrena_last_error_message());
        return 1;
    }
    Model *model = shared_with_children(sizeof(*model));
    child_seconds = LONGEST_RUN;
    child_starts_here();
    size_t ran = 0;
    for (size_t i = 0; i < setting_count; i++)
        if (!only || strcmp(only, settings[i].name) == 0) {
            run(model, &settings[i], seed, count);
            ran++;
        }
    return tap_end() || ran == 0;
}
