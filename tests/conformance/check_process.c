// SPDX-License-Identifier: MIT
// Checks with more than one context, thread or process, and of what an adapter must not touch or keep.
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"

/* Of these checks alone, so that an adapter that is made to fail can fail in them alone. */
#define STRUCT_SIZE_MAX_RESERVE (96 * MIB)
#define CONTEXT_SIZE_MAX_RESERVE (80 * MIB)

/* ---- What is not the adapter's ---- */

static void require_whole(const Area *area, const char *operation) {
    Trial *trial = area->context->trial;
    REQUIRE(trial, guard_is_whole(area->guard), "%s() wrote behind the region's struct_size", operation);
    REQUIRE(trial, area->region.struct_size == sizeof(SamrenaRegion) && area->region.reserved == 0,
            "%s() changed the region's struct_size or reserved", operation);
}

void check_struct_size(Trial *trial) {
    const SamrenaAdapterOperations *operations = &trial->adapter.operations;
    Context *context = context_new_of(trial, STRUCT_SIZE_MAX_RESERVE);
    REQUIRE(trial, guard_is_whole(context->told.guard), "create() wrote behind the params' struct_size");
    REQUIRE(trial, context->told.params.struct_size == sizeof(SamrenaAdapterParams),
            "create() changed the params' struct_size");

    Area *area = area_of(context, 8 * KIB);
    require_whole(area, "acquire");
    if (operations->extend && fitting(context, 8 * KIB)) {
        (void)area_extend(area, fitting(context, 8 * KIB), fitting(context, 8 * KIB));
        require_whole(area, "extend");
    }
    if (operations->extend && operations->reserve && fitting(context, 8 * KIB)) {
        (void)area_reserve_more(area, fitting(context, 8 * KIB));
        require_whole(area, "reserve");
    }
    if (operations->trim) {
        (void)area_trim(area, 16);
        require_whole(area, "trim");
    }
    Area *extra =
        operations->reserve && fitting(context, 8 * KIB) ? area_reserve(context, fitting(context, 8 * KIB)) : NULL;
    if (extra)
        require_whole(extra, "reserve");
}

void check_context_size(Trial *trial) {
    const SamrenaAdapterOperations *operations = &trial->adapter.operations;
    Context *context = context_new_of(trial, CONTEXT_SIZE_MAX_RESERVE);
    REQUIRE(trial, context_memory_is_whole(context), "create() wrote behind its context_size");
    uint64_t populated;
    Area *area = area_of(context, 64 * KIB);
    if (operations->extend && fitting(context, 64 * KIB))
        (void)area_extend(area, 16, fitting(context, 64 * KIB));
    if (operations->prefault)
        (void)operations->prefault(context->memory, &area->region, 0, area->region.size, &populated);
    if (operations->trim)
        (void)area_trim(area, 16);
    area_release(area);
    REQUIRE(trial, context_memory_is_whole(context), "it wrote behind its context_size");
}

/* ---- Contexts ---- */

void check_contexts(Trial *trial) {
    Context *contexts[2] = {context_new(trial), context_try(trial, USUAL_MAX_RESERVE)};
    if (!contexts[1])
        skip(trial, "it gives one context at a time");
    Area *areas[2];
    for (int i = 0; i < 2; i++) {
        areas[i] = area_of(contexts[i], 64 * KIB);
        areas[i]->seed += (unsigned)i * 100;
        area_fill(areas[i], areas[i]->region.size);
    }
    for (int i = 0; i < 2; i++) {
        area_verify(areas[i], "using two contexts in turn");
        if (trial->adapter.operations.extend && fitting(contexts[i], 64 * KIB))
            (void)area_extend(areas[i], fitting(contexts[i], 64 * KIB), fitting(contexts[i], 64 * KIB));
        area_verify(areas[i], "extend()");
    }
    context_end(contexts[0]);
    area_verify(areas[1], "the end of another context");
    area_release(areas[1]);
    REQUIRE(trial, area_acquire(contexts[1], 16, 16), "after the end of another context, 16 bytes were refused: %s",
            contexts[1]->note);
}

/* ---- Threads ---- */

/* One thread's part; it ends in the outcome of `trial`. */
typedef struct Part {
    Trial trial;
    pthread_barrier_t *barrier;
    Context *handed; /* NULL: a context of its own */
    unsigned seed;
} Part;

/* A context's life; NULL from the adapter is no failure here. */
static void use_context(Context *context, unsigned seed) {
    for (int round = 0; round < 50; round++) {
        uint64_t size = fitting(context, 16 * KIB + (uint64_t)round * 1000);
        Area *area = area_of(context, size);
        area->seed += seed;
        area_fill(area, area->region.size);
        if (context->trial->adapter.operations.extend && fitting(context, 4 * KIB))
            (void)area_extend(area, fitting(context, 4 * KIB), fitting(context, 4 * KIB));
        area_verify(area, "what another thread does");
        area_release(area);
    }
}

static void use_own_context(Trial *trial, void *user) {
    Part *part = user;
    Context *context = context_new(trial);
    use_context(context, part->seed);
}

/* Both begin at once; neither ends its context before both have used theirs. */
static void *thread_with_context(void *user) {
    Part *part = user;
    pthread_barrier_wait(part->barrier);
    trial_run(&part->trial, use_own_context, part);
    pthread_barrier_wait(part->barrier);
    trial_end(&part->trial);
    return NULL;
}

/* A context that a part of its own refused is a failure here where this thread could have one. */
static void take_over(Trial *trial, const Trial *part, const char *where) {
    if (part->outcome == CONFORMANCE_FAILED)
        fail(trial, "%s: %s", where, part->message);
    if (part->outcome == CONFORMANCE_SKIPPED)
        fail(trial, "%s, but not here: %s", where, part->message);
}

/* One thread is to be enough for it: then two threads have no reason to be refused. */
static void require_two_contexts(Trial *trial) {
    Context *first = context_new(trial);
    Context *second = context_try(trial, USUAL_MAX_RESERVE);
    if (!second)
        skip(trial, "it gives one context at a time");
    (void)area_of(first, 16 * KIB);
    (void)area_of(second, 16 * KIB);
    context_end(first);
    context_end(second);
}

void check_threads(Trial *trial) {
    Part parts[2];
    pthread_t threads[2];
    pthread_barrier_t barrier;
    require_two_contexts(trial);

    pthread_barrier_init(&barrier, NULL, 2);
    for (unsigned i = 0; i < 2; i++) {
        trial_init(&parts[i].trial, trial->subject);
        parts[i].barrier = &barrier;
        parts[i].seed = i * 101;
        if (pthread_create(&threads[i], NULL, thread_with_context, &parts[i]) != 0) {
            if (i > 0) { /* the first one waits for company */
                pthread_barrier_wait(&barrier);
                pthread_barrier_wait(&barrier);
                pthread_join(threads[0], NULL);
            }
            skip(trial, "no thread to be had");
        }
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    for (int i = 0; i < 2; i++)
        take_over(trial, &parts[i].trial, "in a thread with a context of its own");
}

static void use_handed_context(Trial *trial, void *user) {
    Part *part = user;
    (void)trial;
    use_context(part->handed, part->seed);
}

static void *thread_with_handed_context(void *user) {
    Part *part = user;
    /* fail() inside goes by the context's trial: it is this part's for as long as the thread has the context. */
    Trial *owner = part->handed->trial;
    part->handed->trial = &part->trial;
    trial_run(&part->trial, use_handed_context, part);
    part->handed->trial = owner;
    return NULL;
}

void check_hand_over(Trial *trial) {
    Part part;
    pthread_t thread;
    Context *context = context_new(trial);
    use_context(context, 3);
    trial_init(&part.trial, trial->subject);
    part.handed = context;
    part.seed = 7;
    if (pthread_create(&thread, NULL, thread_with_handed_context, &part) != 0)
        skip(trial, "no thread to be had");
    pthread_join(thread, NULL);
    take_over(trial, &part.trial, "in a thread that got the context from another");
    use_context(context, 11);
}

/* ---- Processes ---- */

static void use_inherited_context(Trial *trial, void *user) {
    Area *area = user;
    Context *context = area->context;
    (void)trial;
    area_verify(area, "fork(), in the child");
    area_fill(area, area->region.size);
    if (context->trial->adapter.operations.extend && fitting(context, 64 * KIB))
        (void)area_extend(area, fitting(context, 64 * KIB), fitting(context, 64 * KIB));
    area_verify(area, "extend(), in the child");
    area_release(area);
    use_context(context, 5);
    context->trial->contexts = context;
    context_end(context);
}

/* In the child: tells the parent how it went, and never returns. */
static void child_part(const Trial *parent, Area *area, int out) {
    static Trial trial;
    trial_init(&trial, parent->subject);
    area->context->trial = &trial;
    trial_run(&trial, use_inherited_context, area);
    ssize_t written = trial.outcome == CONFORMANCE_PASSED ? 0 : write(out, trial.message, strlen(trial.message));
    _exit(written < 0 || trial.outcome != CONFORMANCE_PASSED);
}

void check_fork(Trial *trial) {
    char message[sizeof(trial->message)] = "";
    int ends[2];
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size / 2);
    if (pipe(ends) != 0)
        skip(trial, "no pipe to be had");
    pid_t child = fork();
    if (child == 0)
        child_part(trial, area, ends[1]);
    close(ends[1]);
    ssize_t length = child > 0 ? read(ends[0], message, sizeof(message) - 1) : 0;
    close(ends[0]);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        skip(trial, "no process to be had");
    message[length > 0 ? length : 0] = '\0';
    REQUIRE(trial, !WIFSIGNALED(status), "the child died of signal %d", WTERMSIG(status));
    REQUIRE(trial, status == 0, "in the child: %s", message[0] ? message : "ended without a word");

    if (trial->adapter.operations.extend && fitting(context, 4 * KIB))
        (void)area_extend(area, fitting(context, 4 * KIB), fitting(context, 4 * KIB));
    area_release(area);
    use_context(context, 13);
}

/* ---- What is left behind ---- */

/* There where the process runs under AddressSanitizer. */
extern void __asan_poison_memory_region(void const volatile *from, size_t size) __attribute__((weak));

typedef struct Usage {
    long pages;    /* resident */
    long space;    /* pages of address space */
    long files;    /* open descriptors */
    long mappings; /* -1 each: not known on this system */
} Usage;

static long count_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    long count = folder ? 0 : -1;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static long count_mappings(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    long count = file ? 0 : -1;
    for (int c; file && (c = getc(file)) != EOF;)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

static Usage usage_now(void) {
    Usage usage = {-1, -1, count_files(), count_mappings()};
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return usage;
    if (fscanf(file, "%ld %ld", &usage.space, &usage.pages) != 2)
        usage.space = usage.pages = -1;
    fclose(file);
    return usage;
}

static void live_and_die(Trial *trial, int rounds) {
    for (int round = 0; round < rounds; round++) {
        Context *context = context_new(trial);
        for (int i = 0; i < 2; i++) {
            Area *area = area_of(context, 2 * MIB);
            for (uint64_t at = 0; at < area->region.size; at += 4 * KIB)
                area->region.base[at] = 1;
            if (i > 0 && trial->adapter.operations.trim)
                (void)area_trim(area, 1);
            area_release(area);
        }
        context_end(context);
    }
}

/* The bounds are generous: a C heap keeps some, a system rounds; what leaks in each round is far beyond them. */
void check_leaks(Trial *trial) {
    if (__asan_poison_memory_region)
        skip(trial, "AddressSanitizer keeps what was freed");
    enum { ROUNDS = 64, MOST_LEFT = 24 * 1024 * 1024, MOST_SPACE = 64 * 1024 * 1024, MOST_OBJECTS = 24 };
    long page = sysconf(_SC_PAGESIZE);
    live_and_die(trial, 8);
    Usage before = usage_now();
    if (before.pages < 0)
        skip(trial, "/proc/self/statm cannot be read");
    live_and_die(trial, ROUNDS);
    Usage after = usage_now();
    REQUIRE(trial, (after.pages - before.pages) * page < MOST_LEFT, "after %d contexts %ld bytes more are resident",
            ROUNDS, (after.pages - before.pages) * page);
    REQUIRE(trial, (after.space - before.space) * page < MOST_SPACE,
            "after %d contexts %ld bytes of address space are left", ROUNDS, (after.space - before.space) * page);
    REQUIRE(trial, after.files - before.files < MOST_OBJECTS, "after %d contexts %ld more files are open", ROUNDS,
            after.files - before.files);
    REQUIRE(trial, after.mappings - before.mappings < MOST_OBJECTS, "after %d contexts there are %ld more mappings",
            ROUNDS, after.mappings - before.mappings);
}
