// SPDX-License-Identifier: MIT
// Small arenas that ended, kept to become the next ones of their kind.
//
// Making an arena costs some heap calls, with virtual also system calls and page faults: more than a short request
// does with it. So up to SLOTS arenas a process are kept with their first region, where their adapter agreed to that. A
// slot is taken and filled by one atomic exchange; threads begin at different ones.
#include "kept.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>

#include "poison.h"
#include "regions.h"
#include "supply.h"

enum { SLOTS = 8, MOST_HELD = 1 << 20, CACHE_LINE = 64, STACK_SHIFT = 23 };

typedef struct Slot {
    alignas(CACHE_LINE) _Atomic(Samrena *) arena;
} Slot;

static Slot slots[SLOTS];

/* Stacks of threads are some megabytes apart. */
static unsigned first_slot(void) {
    char on_stack;
    return (unsigned)((uintptr_t)&on_stack >> STACK_SHIFT) % SLOTS;
}

/* ---- Kinds ---- */

/* Every byte of *kind is set, so that kinds are compared as bytes. False: the options are too long to be noted. */
static bool kind_of(const SamrenaConfig *config, ArenaKind *kind) {
    size_t length = config->adapter_options ? strlen(config->adapter_options) : 0;
    if (length >= sizeof(kind->options))
        return false;
    memset(kind, 0, sizeof(*kind));
    if (length > 0)
        memcpy(kind->options, config->adapter_options, length);
    kind->page_size = config->page_size;
    kind->initial_pages = config->initial_pages;
    kind->growth_pages = config->growth_pages;
    kind->max_reserve = config->max_reserve;
    kind->commit_size = config->commit_size;
    kind->huge_pages = config->huge_pages;
    return true;
}

void kept_note_kind(Samrena *arena, const SamrenaConfig *config) {
    if (!kind_of(config, &arena->kind))
        arena->keep = 0;
}

/* ---- Slots ---- */

/* What is in the slot, which then has `arena`. */
static Samrena *exchange(Slot *slot, Samrena *arena) {
    return atomic_exchange_explicit(&slot->arena, arena, memory_order_acq_rel);
}

static bool is_empty(Slot *slot) {
    return !atomic_load_explicit(&slot->arena, memory_order_relaxed);
}

/* What is in the slot already, or came into it since it was seen empty, has to go. */
static void put(Slot *slot, Samrena *arena) {
    Samrena *other = exchange(slot, arena);
    if (other)
        arena_end(other);
}

static Samrena *take(Slot *slot) {
    return is_empty(slot) ? NULL : exchange(slot, NULL);
}

Samrena *kept_take(const Adapter *adapter, const SamrenaConfig *config) {
    ArenaKind kind;
    if (config->first_block || !kind_of(config, &kind))
        return NULL;
    unsigned first = first_slot();
    for (unsigned i = 0; i < SLOTS; i++) {
        Slot *slot = &slots[(first + i) % SLOTS];
        Samrena *arena = take(slot);
        if (!arena)
            continue;
        if (arena->adapter == adapter && memcmp(&arena->kind, &kind, sizeof(kind)) == 0)
            return arena;
        put(slot, arena);
    }
    return NULL;
}

/* Where all are full, each is put to new use in turn: kinds come out of fashion. */
static Slot *slot_to_fill(void) {
    static atomic_uint turn;
    unsigned first = first_slot();
    for (unsigned i = 0; i < SLOTS; i++)
        if (is_empty(&slots[(first + i) % SLOTS]))
            return &slots[(first + i) % SLOTS];
    return &slots[atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed) % SLOTS];
}

/* What was reserved for, or became large, is not kept: its memory may be huge pages, and its owner does other things
   than short requests. Nor is anything where a checker watches: it could not tell a use after the end any more. */
bool kept_put(Samrena *arena) {
    if (arena->first_size > arena->keep || arena->held > MOST_HELD || arena->last_reserve.requested ||
        poison_is_watched() || !regions_keep_first(arena))
        return false;
    arena->taking_back = true;          /* a second samrena_destroy() is refused */
    arena->log = (LogSink){NULL, NULL}; /* whose owner is gone when the adapter ends it */
    put(slot_to_fill(), arena);
    return true;
}

bool kept_end(const Adapter *adapter) {
    bool any = false;
    for (unsigned i = 0; i < SLOTS; i++) {
        Samrena *arena = take(&slots[i]);
        if (arena && adapter && arena->adapter != adapter) {
            put(&slots[i], arena);
        } else if (arena) {
            arena_end(arena);
            any = true;
        }
    }
    return any;
}

/* So that nothing is left where the library goes before the process does, or somebody looks for leaks. */
#if defined(__GNUC__)
__attribute__((destructor)) static void end_at_exit(void) {
    (void)kept_end(NULL);
}
#endif
