// SPDX-License-Identifier: MIT
// Making much memory resident with several threads.
#include "populate_parallel.h"

#include "atomic.h"
#include "checked_math.h"
#include "system/system.h"

/* Taken one after the other by whoever has time: so a thread that has to wait for its processor keeps nobody waiting
   for more than that. Whole huge pages, in addresses, and enough of them for an adapter to make them. */
#define PIECE (UINT64_C(8) << 20)
/* Below this a thread is not worth its start. */
#define LEAST_EACH (UINT64_C(16) << 20)
enum { MOST_HELPERS = 15 };

typedef struct Work {
    const SamrenaAdapterOperations *operations;
    const void *context;
    const SamrenaRegion *memory;
    uint64_t end;
    _Atomic(uint64_t) next; /* offset of the next piece */
    atomic_bool failed;
} Work;

static void take_pieces(void *given) {
    Work *work = given;
    uint64_t base = (uint64_t)(uintptr_t)work->memory->base;
    uint64_t from = atomic_load_explicit(&work->next, memory_order_relaxed);
    while (from < work->end && !atomic_load_explicit(&work->failed, memory_order_relaxed)) {
        uint64_t to = min_u64(from + PIECE - (base + from) % PIECE, work->end);
        uint64_t populated = 0;
        if (!atomic_compare_exchange_weak_explicit(&work->next, &from, to, memory_order_relaxed, memory_order_relaxed))
            continue;
        if (work->operations->prefault_concurrently(work->context, work->memory, from, to - from, &populated))
            atomic_store_explicit(&work->failed, true, memory_order_relaxed);
        from = atomic_load_explicit(&work->next, memory_order_relaxed);
    }
}

static uint64_t helpers_for(uint64_t bytes) {
    uint64_t processors = system_processors("");
    uint64_t running = max_u64(system_running(""), 1);
    uint64_t idle = processors - min_u64(processors, running);
    return min_u64(min_u64(idle, MOST_HELPERS), bytes / LEAST_EACH);
}

bool populate_in_parallel(const SamrenaAdapterOperations *operations, const void *context, const SamrenaRegion *memory,
                          uint64_t from, uint64_t bytes) {
    SystemThread helpers[MOST_HELPERS];
    Work work = {.operations = operations, .context = context, .memory = memory, .end = from + bytes};
    uint64_t wanted = helpers_for(bytes);
    uint64_t started = 0;
    if (wanted == 0)
        return false;
    atomic_init(&work.next, from);
    atomic_init(&work.failed, false);
    for (; started < wanted; started++) {
        helpers[started] = (SystemThread){.run = take_pieces, .argument = &work};
        if (!system_thread_start(&helpers[started]))
            break;
    }
    take_pieces(&work);
    while (started > 0)
        system_thread_join(&helpers[--started]);
    return !atomic_load_explicit(&work.failed, memory_order_relaxed);
}
