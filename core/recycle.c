// SPDX-License-Identifier: MIT
// Small arenas that ended, kept to become the next ones of their kind.
//
// Making an arena costs a heap call or two, with virtual also system calls and page faults: more than a short request
// does with it. So up to SLOTS arenas a process are kept with their first region, where their adapter agreed to that. A
// slot is taken and filled by one atomic exchange; threads begin at different ones.
#include "recycle.h"

#include <stdalign.h>

#include "atomic.h"
#include "compiler.h"
#include "poison.h"
#include "regions.h"
#include "supply.h"
#include "trim.h"

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

/* What is in the slot, which then has `arena`. */
static Samrena *exchange(Slot *slot, Samrena *arena) {
    return atomic_exchange_explicit(&slot->arena, arena, memory_order_acq_rel);
}

static bool is_empty(Slot *slot) {
    return !atomic_load_explicit(&slot->arena, memory_order_relaxed);
}

/* What is in the slot already, or came into it since it was seen empty, has to go. */
static void put_in_slot(Slot *slot, Samrena *arena) {
    Samrena *other = exchange(slot, arena);
    if (other)
        arena_end(other);
}

static Samrena *take(Slot *slot) {
    return is_empty(slot) ? NULL : exchange(slot, NULL);
}

/* None of those that are kept has guards: with the same choice neither would this one. */
static bool wants_guards(const SamrenaConfig *kept, const SamrenaConfig *config) {
    return kept->debug != config->debug && config_debug(config) == SAMRENA_DEBUG_GUARD;
}

static bool is_of_kind(const Samrena *arena, const char *name, const SamrenaConfig *config) {
    return supply_is_of(arena->supply, name, config->adapter_options) && config_is_alike(arena->config, config) &&
           !wants_guards(arena->config, config);
}

SAMRENA_NOINLINE static void put_back(Slot *slot, Samrena *arena) {
    put_in_slot(slot, arena);
}

Samrena *recycle_take(const char *name, const SamrenaConfig *config) {
    unsigned first = first_slot();
    for (unsigned i = 0; i < SLOTS; i++) {
        Slot *slot = &slots[(first + i) % SLOTS];
        Samrena *arena = take(slot);
        if (!arena)
            continue;
        if (is_of_kind(arena, name, config))
            return arena;
        put_back(slot, arena);
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
   than short requests. Nor is anything where a checker watches, or guards do: they could not tell a use after the end
   any more. */
static bool is_small_arena(const Samrena *arena) {
    return arena->config->recycle == SAMRENA_RECYCLE_AUTO && arena->supply->first_size <= arena->supply->recyclable &&
           arena->regions.held <= MOST_HELD && arena->now.last_reserve.requested == 0 && !poison_is_watched() &&
           !arena_has_guards(arena);
}

/* Mostly there is nothing else. */
static bool is_left_with_first(Samrena *arena) {
    uint64_t size = arena->supply->first_size;
    if (arena->regions.count > 1 || region_size(region_at(arena, 0)) != size)
        return trim_to_first(arena, size);
    regions_close(arena);
    return true;
}

bool recycle_put(Samrena *arena) {
    if (!is_small_arena(arena) || !is_left_with_first(arena))
        return false;
    if (arena->regions.newest == NO_REGION && supply_operations(arena->supply)->extend)
        return false; /* it would not be extended as a new one's first region is */
    supply_rest(arena->supply);
    arena->now.state = ENDED; /* whoever still calls is refused */
    if (arena->config->log)
        arena_own_config(arena)->log = NULL; /* whose owner is gone when the adapter ends it */
    put_in_slot(slot_to_fill(), arena);
    return true;
}

bool recycle_end_all(void) {
    bool any = false;
    for (unsigned i = 0; i < SLOTS; i++) {
        Samrena *arena = take(&slots[i]);
        if (arena)
            arena_end(arena);
        any = any || arena;
    }
    return any;
}
