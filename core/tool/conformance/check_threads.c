// SPDX-License-Identifier: MIT
// Checks with more than one thread: a context each, and one context for both.
#include "area.h"
#include "checks.h"
#include "threads.h"

/* One thread's part; it ends in the outcome of `trial`. */
typedef struct Part {
    Trial trial;
    atomic_int *begun, *used; /* how many of both */
    Context *handed;          /* NULL: a context of its own */
    unsigned seed;
} Part;

static void use_own_context(Trial *trial, void *user) {
    Part *part = user;
    Context *context = context_new(trial);
    use_context(context, part->seed);
}

/* Both begin at once; neither ends its context before both have used theirs. */
static void thread_with_context(void *user) {
    Part *part = user;
    meet(part->begun, 2);
    trial_run(&part->trial, use_own_context, part);
    meet(part->used, 2);
    trial_end(&part->trial);
}

/* A context that a part of its own refused is a failure here where this thread could have one. */
static void take_over(Trial *trial, const Trial *part, const char *where) {
    if (part->outcome == CONFORMANCE_FAILED)
        fail(trial, "%s: %s", where, part->message);
    if (part->outcome != CONFORMANCE_PASSED)
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
    Thread threads[2];
    atomic_int begun = 0, used = 0;
    require_two_contexts(trial);

    for (unsigned i = 0; i < 2; i++) {
        trial_init(&parts[i].trial, trial->subject);
        parts[i].begun = &begun;
        parts[i].used = &used;
        parts[i].seed = i * 101;
        if (!thread_start(&threads[i], thread_with_context, &parts[i])) {
            if (i > 0) { /* the first one waits for company */
                meet(&begun, 2);
                meet(&used, 2);
                thread_join(&threads[0]);
            }
            skip(trial, "no thread to be had");
        }
    }
    for (int i = 0; i < 2; i++)
        thread_join(&threads[i]);
    for (int i = 0; i < 2; i++)
        take_over(trial, &parts[i].trial, "in a thread with a context of its own");
}

static void use_handed_context(Trial *trial, void *user) {
    Part *part = user;
    (void)trial;
    use_context(part->handed, part->seed);
}

static void thread_with_handed_context(void *user) {
    Part *part = user;
    /* fail() inside goes by the context's trial: it is this part's for as long as the thread has the context. */
    Trial *owner = part->handed->trial;
    part->handed->trial = &part->trial;
    trial_run(&part->trial, use_handed_context, part);
    part->handed->trial = owner;
}

void check_hand_over(Trial *trial) {
    Part part;
    Thread thread;
    Context *context = context_new(trial);
    use_context(context, 3);
    trial_init(&part.trial, trial->subject);
    part.handed = context;
    part.seed = 7;
    if (!thread_start(&thread, thread_with_handed_context, &part))
        skip(trial, "no thread to be had");
    thread_join(&thread);
    take_over(trial, &part.trial, "in a thread that got the context from another");
    use_context(context, 11);
}
