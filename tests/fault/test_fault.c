// SPDX-License-Identifier: MIT
// Each call that the library makes of the system in each scenario fails, once and from then on. Prints TAP.
//
//     test_fault FOLDER [--all] [--tell] [NAME...]
//
// FOLDER has the plugins. Without --all each call fails once, with its likeliest error; with it, with each plausible
// one, once and from then on. --tell prints what each failed step said. NAMEs choose scenarios by a part of theirs.
//
// Each failure has a child of its own. It runs the scenario with that failure, each step that failed again without it,
// and then all of it again without any. What is left is compared with what a child has left that ran it twice.
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "files.h"
#include "interpose.h"
#include "scenario.h"
#include "tap.h"

/* What a run left. */
typedef struct Rest {
    long blocks, mapped, files, objects;
} Rest;

typedef struct Outcome {
    bool met;
    FaultCall call;
    long made_of[FAULT_CALLS];
    long failed_steps;
    Rest rest;
} Outcome;

typedef struct Trial {
    const Scenario *scenario;
    const char *adapter;
    Fault fault;
    Outcome *outcome; /* shared */
} Trial;

static bool all_errors, tells;

/* ---- What is left ---- */

static long count_files(void) {
    long count = 0;
    DIR *folder = opendir("/proc/self/fd");
    check(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Lines of /proc/self/maps that name a shared object. */
static long count_objects(void) {
    char line[PATH_MOST + 200];
    long count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    check(maps);
    while (fgets(line, sizeof(line), maps))
        count += strstr(line, ".so") != NULL;
    fclose(maps);
    return count;
}

static Rest what_is_left(void) {
    Rest rest = {.files = count_files(), .objects = count_objects()};
    rest.blocks = fault_blocks();
    rest.mapped = fault_mapped();
    return rest;
}

static Rest left_since(const Rest *before) {
    Rest now = what_is_left();
    return (Rest){now.blocks - before->blocks, now.mapped - before->mapped, now.files - before->files,
                  now.objects - before->objects};
}

/* ---- One run ---- */

enum { SENTINEL_SIZE = 64 };

static unsigned char *place_sentinel(Samrena *arena) {
    unsigned char *sentinel = samrena_push(arena, SENTINEL_SIZE);
    if (sentinel)
        memset(sentinel, 0x77, SENTINEL_SIZE);
    return sentinel;
}

static void check_sentinel(const unsigned char *sentinel) {
    for (int i = 0; sentinel && i < SENTINEL_SIZE; i++)
        check(sentinel[i] == 0x77);
}

static void check_failure(const Scenario *scenario, const Fault *fault) {
    const unsigned expected = scenario->errors ? scenario->errors : 1U << SAMRENA_ERROR_OUT_OF_MEMORY;
    FaultCall call;
    check(fault_met(&call)); /* nothing else fails */
    check(expected & 1U << samrena_last_error());
    check(samrena_last_error_message()[0]);
    if (tells)
        printf("# %s, call %ld, %s%s, %s: %d: %s\n", scenario->name, fault->at, fault_kinds[call].name,
               fault->from_then_on ? " from then on" : "", strerror(fault_errno()), (int)samrena_last_error(),
               samrena_last_error_message());
}

/* A step that failed leaves the arena as it was, and succeeds where nothing fails. */
static void take_step(const Trial *trial, Life *life, Step *step) {
    uint64_t allocated = life->arena ? samrena_allocated(life->arena) : 0;
    uint64_t capacity = life->arena ? samrena_capacity(life->arena) : 0;
    life->moves = false;
    fault_arm();
    bool taken = step(life);
    fault_disarm();
    (void)fault_met(&trial->outcome->call);
    if (taken)
        return;
    trial->outcome->failed_steps++;
    check_failure(trial->scenario, &trial->fault);
    check(life->moves || !life->arena || samrena_allocated(life->arena) == allocated || capacity == 0);
    check(life->moves || !life->arena || samrena_capacity(life->arena) >= capacity);
    check(step(life));
}

static void run_once(const Trial *trial) {
    Life life = {.config = samrena_default_config()};
    unsigned char *sentinel = NULL;
    const Samrena *guarded = NULL;
    life.config.recycle = SAMRENA_RECYCLE_NEVER;
    life.config.adapter = trial->adapter[0] ? trial->adapter : NULL;
    if (trial->scenario->prepare)
        trial->scenario->prepare(&life);
    for (int i = 0; i < STEPS_MOST && trial->scenario->steps[i]; i++) {
        take_step(trial, &life, trial->scenario->steps[i]);
        if (guarded != life.arena || samrena_allocated(life.arena) < SENTINEL_SIZE)
            sentinel = life.arena ? place_sentinel(life.arena) : NULL;
        guarded = life.arena;
        check_sentinel(sentinel);
    }
    fault_arm();
    samrena_destroy(life.other);
    samrena_destroy(life.arena);
    fault_disarm();
}

/* The first call gives them, the second one frees them. */
static void forget_last_words(void) {
    (void)dlerror();
    (void)dlerror();
}

/* The dynamic linker keeps some blocks for good when it first fails, and when it first closes an object. */
static void warm_up_linker(void) {
    char path[PATH_MOST];
    snprintf(path, sizeof(path), "%s/chained.so", adapter_folder);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object)
        dlclose(object);
    (void)dlopen("/there/is/no/such/object", RTLD_NOW);
    forget_last_words();
}

static void run_with_failure(const void *argument) {
    const Trial *trial = argument;
    static const Fault none;
    Outcome *outcome = trial->outcome;
    *outcome = (Outcome){.call = FAULT_CALLS};
    warm_up_linker();
    const Rest before = what_is_left();
    fault_begin(&trial->fault);
    run_once(trial);
    outcome->met = fault_met(&outcome->call);
    for (int i = 0; i < FAULT_CALLS; i++)
        outcome->made_of[i] = fault_made_of((FaultCall)i);
    fault_begin(&none);
    run_once(trial);
    forget_last_words();
    outcome->rest = left_since(&before);
}

/* ---- All of a scenario's ---- */

static long reached[FAULT_CALLS];

/* Memory that a guard stays on can be given to nobody: it is lost, as core/arena.c says. */
static bool may_lose(const Trial *trial) {
    FaultCall call = trial->outcome->call;
    return trial->scenario->traits & LOSES && (call == FAULT_MADVISE || call == FAULT_MPROTECT);
}

static bool leaves_no_more(const Trial *trial, const Rest *usual) {
    const Rest *rest = &trial->outcome->rest;
    return (rest->blocks <= usual->blocks || may_lose(trial)) && rest->mapped <= usual->mapped &&
           rest->files <= usual->files && rest->objects <= usual->objects;
}

static bool is_sound(const Trial *trial, const Rest *usual) {
    const Outcome *outcome = trial->outcome;
    int status = status_of_child(run_with_failure, trial, sizeof(*trial));
    const char *call = outcome->call < FAULT_CALLS ? fault_kinds[outcome->call].name : "none";
    bool sound = status == 0 && leaves_no_more(trial, usual);
    if (!sound)
        tap_note(
            "call %ld (%s), error %d, from then on %d: the child %s; left beyond the usual: blocks %ld, mapped %ld, "
            "files %ld, objects %ld",
            trial->fault.at, call, trial->fault.error, trial->fault.from_then_on, words_of_status(status),
            outcome->rest.blocks - usual->blocks, outcome->rest.mapped - usual->mapped,
            outcome->rest.files - usual->files, outcome->rest.objects - usual->objects);
    return sound;
}

/* Once, then from then on: an interrupted call is only ever repeated. */
static bool is_plausible(const Trial *trial) {
    const FaultCall call = trial->outcome->call;
    return !trial->fault.from_then_on || call == FAULT_CALLS || fault_kinds[call].errors[trial->fault.error] != EINTR;
}

/* One call with each error. False: it is not made any more. */
static bool fail_call(Trial *trial, const Rest *usual, long *runs, long *bad) {
    trial->fault.error = 0;
    trial->fault.from_then_on = false;
    *bad += !is_sound(trial, usual);
    ++*runs;
    if (!trial->outcome->met && trial->outcome->call == FAULT_CALLS)
        return false;
    int errors = all_errors ? fault_errors(trial->outcome->call) : 1;
    for (int run = 1; run < errors * (all_errors ? 2 : 1); run++) {
        trial->fault.error = run / 2;
        trial->fault.from_then_on = run % 2;
        if (!is_plausible(trial))
            continue;
        *bad += !is_sound(trial, usual);
        ++*runs;
    }
    return true;
}

static void sweep(const Scenario *scenario, const char *adapter, Outcome *outcome) {
    Trial trial = {scenario, adapter, {.at = 0}, outcome};
    int status = status_of_child(run_with_failure, &trial, sizeof(trial));
    Rest usual = outcome->rest;
    long points = 0, runs = 0, bad = status != 0;
    if (status != 0)
        tap_note("without a failure: the child %s", words_of_status(status));
    for (int i = 0; i < FAULT_CALLS; i++)
        reached[i] += outcome->made_of[i];
    for (trial.fault.at = 1; status == 0 && fail_call(&trial, &usual, &runs, &bad); trial.fault.at++)
        points++;
    tap_report(bad == 0, "%s [%s]: %ld calls, %ld runs", scenario->name, adapter[0] ? adapter : "-", points, runs);
}

/* ---- The program ---- */

static bool is_chosen(const char *name, int count, char **names) {
    bool any = false, chosen = false;
    for (int i = 0; i < count; i++)
        if (names[i][0] != '-') {
            any = true;
            chosen = chosen || strstr(name, names[i]);
        }
    return !any || chosen;
}

static bool has_option(const char *option, int count, char **arguments) {
    for (int i = 0; i < count; i++)
        if (strcmp(arguments[i], option) == 0)
            return true;
    return false;
}

static void load_adapters(void) {
    samrena_destroy(samrena_create_named("chained"));
    samrena_destroy(samrena_create_named("virtual"));
}

/* aligned_alloc is for systems whose malloc aligns to less. */
static void report_unreached(FaultCall call) {
    if (EVERY_CALL_IS_REACHED && call != FAULT_ALIGNED_ALLOC)
        tap_report(false, "%s is reached", fault_kinds[call].name);
    else
        tap_skip(fault_kinds[call].name, "this build does without it");
}

static void report_reached(void) {
    for (int i = 0; i < FAULT_CALLS; i++)
        if (reached[i] > 0)
            tap_report(true, "%s is reached: %ld times", fault_kinds[i].name, reached[i]);
        else
            report_unreached((FaultCall)i);
}

int main(int count, char **arguments) {
    static const char *const adapters[] = {"chained", "virtual"};
    if (count < 2)
        return fprintf(stderr, "usage: test_fault FOLDER [--all] [--tell] [NAME...]\n"), 2;
    adapter_folder = arguments[1];
    count -= 2;
    arguments += 2;
    all_errors = has_option("--all", count, arguments);
    tells = has_option("--tell", count, arguments);
    Outcome *outcome = shared_with_children(sizeof(*outcome));
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, _IOFBF, sizeof(buffer)); /* else a child that prints would have a block more */
    child_starts_here();
    if (!make_temporary_folder(scenario_folder))
        return tap_skip_all("no temporary folder");
    if (status_of_child(make_sample, NULL, 0) != 0)
        return fputs("no profile can be made\n", stderr), 1;
    bool loaded = false;
    for (size_t i = 0; i < scenario_count; i++) {
        const Scenario *scenario = &scenarios[i];
        if (!loaded && !(scenario->traits & FIRST_USE))
            load_adapters(), loaded = true;
        if (!is_chosen(scenario->name, count, arguments))
            continue;
        if (scenario->traits & PLUGINS && !ADAPTERS_ARE_PLUGINS) {
            tap_skip(scenario->name, "adapters are linked into the library");
            continue;
        }
        for (int j = 0; j < (scenario->adapter ? 1 : 2); j++)
            sweep(scenario, scenario->adapter ? scenario->adapter : adapters[j], outcome);
    }
    if (is_chosen("reached", count, arguments))
        report_reached();
    (void)remove_folder_and_files(scenario_folder);
    return tap_end();
}
