// SPDX-License-Identifier: MIT
// Checks with more than one thread: a context each, and one context for both.
#include <pthread.h>

#include "area.h"
#include "checks.h"

/* One thread's part; it ends in the outcome of `trial`. */
typedef struct Part {
    Trial trial;
    pthread_barrier_t *barrier;
    Context *handed; /* NULL: a context of its own */
    unsigned seed;
} Part;

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
