// SPDX-License-Identifier: MIT
// Random operations on an arena, held against a model of it. TAP: one test an arena configuration.
//
//     test_model [--config NAME] [--seed N] [--operations N] [--addresses any]
//
// A failure names the three that bring it back. Padding depends on addresses, so the program asks the system for the
// same ones in each run; a search over many seeds sees more with any.
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arenas.h"
#include "child.h"
#include "choosing.h"
#include "same_addresses.h"
#include "tap.h"

#define SEED UINT64_C(20240)
#define LONGEST_RUN 60 /* seconds; under Valgrind give --operations */

static void run_operations(Model *model, uint64_t count) {
    operations_begin(model);
    while (model->operation < count) {
        operations_do(model, draw_operation(model));
        if (model->operation % 1024 == 0)
            operations_check(model);
    }
    operations_end(model);
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
    run_operations(model, run->count);
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

typedef struct Options {
    const char *only; /* the setting of that name; NULL: all */
    uint64_t seed;
    uint64_t count;
    bool any_addresses;
} Options;

static bool read_option(Options *options, const char *name, const char *value) {
    if (strcmp(name, "--config") == 0)
        return (options->only = value) != NULL;
    if (strcmp(name, "--seed") == 0)
        return read_number(value, &options->seed);
    if (strcmp(name, "--operations") == 0)
        return read_number(value, &options->count);
    return strcmp(name, "--addresses") == 0 && (options->any_addresses = strcmp(value, "any") == 0);
}

int main(int argc, char **argv) {
    static char buffer[BUFSIZ]; /* not on the heap, which is to be the same for the first run and the last */
    Options options = {.seed = SEED, .count = MODEL_OPERATIONS};
    for (int i = 1; i < argc; i += 2)
        if (i + 1 == argc || !read_option(&options, argv[i], argv[i + 1])) {
            fprintf(stderr, "usage: test_model [--config NAME] [--seed N] [--operations N] [--addresses any]\n");
            return 2;
        }
    if (!options.any_addresses)
        have_same_addresses(argv);
    leave_no_large_gap();
    setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
    if (!arenas_set_up()) {
        printf("Bail out! the test's adapters were not accepted: %s\n", samrena_last_error_message());
        return 1;
    }
    Model *model = shared_with_children(sizeof(*model));
    child_seconds = LONGEST_RUN;
    child_starts_here();
    size_t ran = 0;
    for (size_t i = 0; i < setting_count; i++)
        if (!options.only || strcmp(options.only, settings[i].name) == 0) {
            run(model, &settings[i], options.seed, options.count);
            ran++;
        }
    return tap_end() || ran == 0;
}
