// SPDX-License-Identifier: MIT
// The one thread of the library's own: makes memory resident ahead of arenas that go on meanwhile.
#include "background.h"

#include <stdlib.h>

#include "atomic.h"
#include "checked_math.h"
#include "compiler.h"
#include "config.h"
#include "pressure.h"
#include "system/system.h"

#define MILLISECOND UINT64_C(1000000)

/* Without work the thread ends after this; tests wait for less. */
#ifndef BACKGROUND_LINGER_MS
#define BACKGROUND_LINGER_MS 1000
#endif
#define LINGER (BACKGROUND_LINGER_MS * MILLISECOND)
/* The number of running threads is a snapshot, and some run for an instant: it is looked at a few times. */
enum { LOOKS = 3 };
#define BETWEEN_LOOKS (MILLISECOND / 20)
/* How long nothing is tried after no processor was idle, or memory short: at first, and at most. */
#define SHORTEST_PAUSE (5 * MILLISECOND)
#define LONGEST_PAUSE (80 * MILLISECOND)
/* How long the number of processors holds. */
#define PROCESSORS_HOLD (100 * MILLISECOND)

struct Background {
    const SamrenaAdapterOperations *operations;
    void *context;
    /* Under the monitor: */
    SamrenaRegion memory;
    uint64_t from; /* as far as it is done */
    uint64_t to;
    Background *next;
    bool queued;
};

/* ---- What all share: under the monitor ---- */

static Background *first_in_turn, *last_in_turn; /* those that have work, in the order of their turns */
static Background *current;                      /* whose chunk is being made resident */
static unsigned char *current_base;
static enum { NO_THREAD, RUNNING, TO_BE_JOINED } thread_state;
static bool closed; /* the library goes */

/* Under no monitor: whether there is one, and until when nobody is to ask. */
static atomic_bool begun;
static _Atomic(uint64_t) paused_until;

static void append(Background *background) {
    if (background->queued || background->from >= background->to)
        return;
    background->queued = true;
    background->next = NULL;
    if (first_in_turn)
        last_in_turn->next = background;
    else
        first_in_turn = background;
    last_in_turn = background;
}

static Background *take_first(void) {
    Background *taken = first_in_turn;
    if (taken) {
        first_in_turn = taken->next;
        taken->queued = false;
    }
    return taken;
}

static void unqueue(Background *background) {
    Background **link = &first_in_turn;
    Background *before = NULL;
    if (!background->queued)
        return;
    while (*link != background) {
        before = *link;
        link = &before->next;
    }
    *link = background->next;
    if (last_in_turn == background)
        last_in_turn = before;
    background->queued = false;
}

/* ---- Whether a processor has nothing else to do: the thread's own ---- */

/* The calling thread counts as one that runs. */
static bool processor_is_idle(void) {
    static uint64_t processors, read_at;
    uint64_t now = system_now();
    if (processors == 0 || now - read_at > PROCESSORS_HOLD) {
        processors = system_processors("");
        read_at = now;
    }
    for (int look = 0; look < LOOKS; look++) {
        if (look > 0)
            system_sleep(BETWEEN_LOOKS);
        if (processors > 1 && system_running("") <= processors)
            return true;
    }
    return false;
}

/* Each time that nothing was to spare doubles the pause. */
static void pause_asking(bool pause) {
    static uint64_t next_pause = SHORTEST_PAUSE;
    if (pause)
        atomic_store_explicit(&paused_until, system_now() + next_pause, memory_order_relaxed);
    next_pause = pause ? min_u64(next_pause * 2, LONGEST_PAUSE) : SHORTEST_PAUSE;
}

/* ---- The thread ---- */

/* Chunks end at multiples of their size, in addresses: huge pages do. */
static uint64_t chunk_end(const SamrenaRegion *memory, uint64_t from, uint64_t to) {
    uint64_t into = ((uint64_t)(uintptr_t)memory->base + from) % BACKGROUND_CHUNK;
    return min_u64(to, from + BACKGROUND_CHUNK - into);
}

static bool populate_part(const Background *background, const SamrenaRegion *memory, uint64_t from, uint64_t bytes) {
    uint64_t populated = 0;
    bool idle = processor_is_idle();
    uint64_t admitted = idle ? pressure_admit(&samrena_config_defaults, bytes) : 0;
    bool done = admitted == bytes && background->operations->prefault_concurrently(background->context, memory, from,
                                                                                   bytes, &populated) == SAMRENA_OK;
    pressure_settle(admitted);
    pause_asking(admitted < bytes);
    return done;
}

/* Entered and left under the monitor. Other work may have been posted meanwhile, or what there was withdrawn. */
static void do_chunk(Background *background) {
    SamrenaRegion memory = background->memory;
    uint64_t from = background->from;
    if (from >= background->to)
        return; /* less was posted since it was queued */
    uint64_t to = background->to;
    uint64_t end = chunk_end(&memory, from, to);
    current = background;
    current_base = memory.base;
    system_monitor_leave();
    bool done = populate_part(background, &memory, from, end - from);
    system_monitor_enter();
    current = NULL;
    if (background->memory.base == memory.base && done)
        background->from = max_u64(background->from, end);
    else if (background->memory.base == memory.base && background->to == to)
        background->to = background->from; /* until it is posted again, as it may have been meanwhile */
    append(background);
    system_monitor_wake_all();
}

static void run(void *unused) {
    (void)unused;
    system_monitor_enter();
    while (!closed) {
        Background *background = take_first();
        if (background)
            do_chunk(background);
        else if (!system_monitor_wait(LINGER) && !first_in_turn) /* GCOVR_EXCL_BR_LINE: work that comes just then */
            break;
    }
    thread_state = TO_BE_JOINED;
    system_monitor_leave();
}

static SystemThread the_thread = {.run = run, .yields = true};

static bool need_thread(void) {
    if (thread_state == TO_BE_JOINED) {
        system_thread_join(&the_thread); /* at its last instruction */
        thread_state = NO_THREAD;
    }
    if (thread_state == NO_THREAD && system_thread_start(&the_thread))
        thread_state = RUNNING;
    return thread_state == RUNNING;
}

/* The parent's thread is not here, and what it was doing is not being done; nobody waits for it. */
static void restart_in_child(void) {
    for (Background *background = first_in_turn; background; background = background->next)
        background->queued = false;
    first_in_turn = last_in_turn = current = NULL;
    thread_state = NO_THREAD;
}

/* Where the library goes before the process does, its code has to be left; and who looks for leaks finds none. */
void background_end_thread(void) {
    if (!atomic_load_explicit(&begun, memory_order_acquire) || system_threads_are_gone())
        return;
    system_monitor_enter();
    bool join = thread_state != NO_THREAD;
    closed = true;
    thread_state = NO_THREAD;
    system_monitor_wake_all();
    system_monitor_leave();
    if (join)
        system_thread_join(&the_thread);
}

/* ---- For those who ask ---- */

Background *background_begin(const SamrenaAdapterOperations *operations, void *context) {
    Background *background = system_monitor_begin(restart_in_child) ? calloc(1, sizeof(*background)) : NULL;
    if (background) {
        atomic_store_explicit(&begun, true, memory_order_release);
        background->operations = operations;
        background->context = context;
    }
    return background;
}

static bool enter(bool waits) {
    if (system_threads_are_gone())
        return false;
    if (!waits)
        return system_monitor_try_enter();
    system_monitor_enter();
    return true;
}

bool background_post(Background *background, const SamrenaRegion *memory, uint64_t from, uint64_t to, bool waits) {
    if (system_now() < atomic_load_explicit(&paused_until, memory_order_relaxed) || !enter(waits))
        return false;
    if (background->memory.base == memory->base)
        from = max_u64(background->from, from);
    bool taken = !closed && (from >= to || need_thread());
    if (taken) {
        background->memory = *memory;
        background->from = from;
        background->to = to;
        append(background);
        if (background->queued && !current)
            system_monitor_wake_all();
    }
    system_monitor_leave();
    return taken;
}

/* `base` NULL: of any region. */
static void withdraw(Background *background, const unsigned char *base) {
    if (!base || background->memory.base == base) {
        unqueue(background);
        background->memory.base = NULL;
        background->from = background->to = 0;
    }
    while (current == background && (!base || current_base == base)) /* GCOVR_EXCL_BR_LINE: its regions went first */
        (void)system_monitor_wait(LINGER);
}

void background_withdraw(Background *background, const unsigned char *base) {
    if (!enter(true)) /* GCOVR_EXCL_BR_LINE: on Windows alone, at the end */
        return;
    withdraw(background, base);
    system_monitor_leave();
}

void background_end(Background *background) {
    background_withdraw(background, NULL);
    free(background);
}
