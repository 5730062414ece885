// SPDX-License-Identifier: MIT
// The life of an arena: create, reset, trim, destroy.
#include "arena.h"

#include <inttypes.h>
#include <stdlib.h>

#include "checked_math.h"
#include "config.h"
#include "error.h"
#include "family.h"
#include "grow.h"
#include "label.h"
#include "log.h"
#include "marks.h"
#include "poison.h"
#include "recycle.h"
#include "regions.h"
#include "report.h"
#include "supply.h"
#include "trim.h"

/* The first region, where its size was not chosen. */
#define DEFAULT_INITIAL_SIZE (UINT64_C(4) << 10)

/* ---- What every arena begins with ---- */

/* The defaults are there for good, what else was chosen is completed behind the handle. The limit is all that the
   window goes by. */
static void keep_config(Samrena *arena, const SamrenaConfig *config) {
    arena->config = config;
    arena->shown_to = UINT64_MAX;
    if (config == &samrena_config_defaults)
        return;
    SamrenaConfig *own = arena_own_config(arena);
    *own = *config;
    config_complete(own);
    arena->config = own;
    arena->shown_to = own->limit;
}

/* The environment says whether a checker's finds are wanted, where one watches, and else whether guards are: not in
   storage, which others may use again without a word, and for which nobody is asked. LeakSanitizer would run into them.
   Apart, as most are not watched. */
SAMRENA_NOINLINE static void begin_watch(Samrena *arena, const SamrenaConfig *config, bool by_checker) {
    if (by_checker && config_debug(config) != SAMRENA_DEBUG_NEVER) {
        arena->watch = WATCHED_BY_CHECKER;
        arena->red_zone = RED_ZONE;
    } else if (!by_checker && !leak_sanitizer_runs()) {
        arena->watch = WATCHED_BY_GUARDS;
    }
}

/* All but its regions and its window; no supply yet. */
static void begin_arena(Samrena *arena, const SamrenaConfig *config, bool in_storage) {
    keep_config(arena, config);
    arena->supply = NULL;
    arena->notes.newest = NULL;
    arena->notes.next_serial = 0;
    arena->heaps = (Heaps){NULL, NULL};
    arena->family.parent = arena->family.youngest = NULL;
    arena->parts.newest = NULL;
    arena->parts.allocated = 0;
    arena->now = (Now){0};
    arena->watch = NOT_WATCHED;
    arena->red_zone = 0;
    arena->spoiling = SPOIL_AS_CHOSEN;
    arena->in_storage = in_storage;
    arena->ties = 0;
    bool by_checker = poison_is_watched();
    if (by_checker || (in_storage ? config->debug : (int32_t)config_debug(config)) == SAMRENA_DEBUG_GUARD)
        begin_watch(arena, config, by_checker);
}

/* What was asked for has to be there; the default, or what a label plans, is only a wish. Behind storage of the
   caller's it waits as a spare region. */
static SamrenaError take_initial(Samrena *arena, uint64_t asked, const Plan *plan) {
    uint64_t planned = plan->first ? label_planned_at_creation(arena, *plan) : 0;
    uint64_t wish = asked ? asked : max_u64(planned, DEFAULT_INITIAL_SIZE);
    SamrenaWant want = {.required = round_up(max_u64(asked, 1), SAMRENA_REGION_ALIGNMENT),
                        .desired = round_up(wish, SAMRENA_REGION_ALIGNMENT),
                        .alignment = SAMRENA_REGION_ALIGNMENT,
                        .ahead = planned > 0 ? label_ahead(arena, *plan) : 0};
    SamrenaError error = grow_by_region(arena, want);
    if (error && asked)
        return error_set(error, "SamrenaConfig.initial_size of %" PRIu64 " bytes: %s", asked,
                         samrena_last_error_message());
    return error ? error_set(error, "an arena's first region: %s", samrena_last_error_message()) : SAMRENA_OK;
}

/* Arenas in storage are told of where somebody listens, or once they have a supply: before that they ask nobody. */
static bool is_told_of(const Samrena *arena) {
    return (arena->supply || arena->config->log) && log_wanted(arena->config, SAMRENA_LOG_DEBUG);
}

static Samrena *created(Samrena *arena) {
    regions_check(arena);
    if (is_told_of(arena))
        log_line(arena->config, SAMRENA_LOG_DEBUG, "arena %p: created, adapter %s from %s", (void *)arena,
                 arena->supply ? arena->supply->adapter->descriptor.name : "none yet",
                 arena->supply ? arena->supply->adapter->source : "its owner's storage");
    return arena;
}

static Samrena *fail(const SamrenaConfig *config, SamrenaError error) {
    (void)report_without_arena(config, error);
    return NULL;
}

/* ---- From the heap ---- */

/* The handle, its config, its supply, and the adapter's context, in one block. */
static SamrenaError make_arena(const Adapter *adapter, const SamrenaConfig *config, const Plan *plan, Samrena **made) {
    size_t supply_at = (size_t)round_up(sizeof(Samrena) + sizeof(SamrenaConfig), SAMRENA_REGION_ALIGNMENT);
    Samrena *arena = malloc(supply_at + supply_size(adapter));
    if (!arena)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for an arena's handle");
    begin_arena(arena, config, false);
    regions_begin(arena);
    arena->supply = (Supply *)(void *)((char *)arena + supply_at);
    SamrenaError error = supply_begin(arena->supply, adapter, arena->config, arena);
    if (error) {
        free(arena);
        return error;
    }
    error = take_initial(arena, config->initial_size, plan);
    if (error) {
        arena_end(arena);
        return error;
    }
    regions_set_used(arena, 0, 0);
    *made = arena;
    return SAMRENA_OK;
}

/* One that was kept, as if new. */
static SAMRENA_ALWAYS_INLINE void renew(Samrena *arena, const SamrenaConfig *config) {
    if (arena->config->debug != config->debug)
        arena->spoiling = SPOIL_AS_CHOSEN;
    keep_config(arena, config);
    arena->now = (Now){0};
    supply_renew(arena->supply, arena->config);
    regions_set_used(arena, 0, 0);
}

static inline Samrena *take_kept(const SamrenaConfig *config, const char *name) {
    return config->recycle == SAMRENA_RECYCLE_AUTO ? recycle_take(name, config) : NULL;
}

/* The first one from `kept` on that serves the plan: what was kept for a label, and does not, is of no use to anybody
   else. */
static Samrena *serving(Samrena *kept, const Plan *plan, const SamrenaConfig *config) {
    while (kept && plan->first > 0 && !plan_is_served(*plan, kept->supply)) {
        arena_end(kept);
        kept = take_kept(config, config->adapter);
    }
    return kept;
}

/* For one that is kept no adapter is looked for: names mean the same for good. Names and options are the caller's, and
   not read again. */
static SAMRENA_ALWAYS_INLINE Samrena *renewed(Samrena *kept, const SamrenaConfig *config) {
    renew(kept, config);
    return created(kept);
}

/* With the adapter of that name. */
SAMRENA_NOINLINE static Samrena *build(const SamrenaConfig *config, const char *name, const Plan *plan) {
    const Adapter *adapter;
    Samrena *arena;
    SamrenaError error = supply_find(name, config->adapter_options, &adapter);
    if (error)
        return fail(config, error);
    error = make_arena(adapter, config, plan, &arena);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && recycle_end_all()) /* what was kept may be what is lacking */
        error = make_arena(adapter, config, plan, &arena);
    return error ? fail(config, error) : created(arena);
}

static SAMRENA_ALWAYS_INLINE Samrena *take_or_build(const SamrenaConfig *config, const char *name) {
    Samrena *kept = take_kept(config, name);
    return kept ? renewed(kept, config) : build(config, name, &NO_PLAN);
}

/* Whether others have to hear of it: one that it ends with, a label that learns, a budget. One test, as most have none.
 */
static inline bool is_tied(const SamrenaConfig *config) {
    return ((uintptr_t)config->parent | (uintptr_t)config->label | (uintptr_t)config->budget) != 0;
}

static inline SamrenaError check_ties(const SamrenaConfig *config) {
    SamrenaError error = label_check(config);
    return !error && config->parent ? family_check_parent(config->parent) : error;
}

static inline void tie(Samrena *arena, const SamrenaConfig *config) {
    if (config->parent)
        family_join(arena, config->parent);
    if (label_learns(config))
        label_count(arena);
}

/* What is kept was charged to nobody, and would be held by nobody. */
SAMRENA_NOINLINE static Samrena *create_within_budget(const SamrenaConfig *config) {
    SamrenaConfig alone = *config;
    Plan plan = label_plan(config);
    alone.recycle = SAMRENA_RECYCLE_NEVER;
    Samrena *arena = build(&alone, alone.adapter, &plan);
    if (!arena)
        return NULL;
    tie(arena, config);
    label_begin(arena, plan);
    return arena;
}

/* What was kept for a label mostly has what is planned. */
static Samrena *create_planned(const SamrenaConfig *config) {
    Samrena *kept = take_kept(config, config->adapter);
    bool served = kept && label_is_served(kept, config);
    Plan plan = served ? NO_PLAN : label_plan(config);
    if (!served)
        kept = serving(kept, &plan, config);
    Samrena *arena = kept ? renewed(kept, config) : build(config, config->adapter, &plan);
    if (!arena)
        return NULL;
    tie(arena, config);
    if (served)
        label_begin_served(arena);
    else
        label_begin(arena, plan);
    return arena;
}

SAMRENA_NOINLINE static Samrena *create_tied(const SamrenaConfig *config) {
    SamrenaError error = check_ties(config);
    if (error)
        return fail(config, error);
    return config->budget ? create_within_budget(config) : create_planned(config);
}

Samrena *samrena_create(const SamrenaConfig *given) {
    SamrenaConfig converted;
    const SamrenaConfig *config;
    if (!given)
        return samrena_create_named(NULL);
    SamrenaError error = config_read(given, &converted, &config);
    if (error)
        return fail(config, error);
    return is_tied(config) ? create_tied(config) : take_or_build(config, config->adapter);
}

Samrena *samrena_create_named(const char *adapter) {
    return take_or_build(&samrena_config_defaults, adapter);
}

/* ---- In the caller's storage ---- */

static SamrenaError check_storage(const void *storage, uint64_t size) {
    uint64_t most = min_u64(PTRDIFF_MAX, UINTPTR_MAX - (uintptr_t)storage);
    if (!storage)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_create_in: the storage is NULL");
    if (size < SAMRENA_STORAGE_LEAST || size > most)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "samrena_create_in: a storage of %" PRIu64 " bytes, expected %d to %" PRIu64, size,
                         SAMRENA_STORAGE_LEAST, most);
    return SAMRENA_OK;
}

/* Handle, config if it has one of its own, and first memory, each where the one before ends. */
static Samrena *lay_out(unsigned char *storage, uint64_t size, const SamrenaConfig *config) {
    uint64_t skipped = (0 - (uintptr_t)storage) & (SAMRENA_REGION_ALIGNMENT - 1);
    uint64_t handle_size = sizeof(Samrena) + (config == &samrena_config_defaults ? 0 : sizeof(SamrenaConfig));
    uint64_t memory_at = skipped + round_up(handle_size, SAMRENA_REGION_ALIGNMENT);
    uint64_t memory_size = round_down(size - memory_at, SAMRENA_REGION_ALIGNMENT);
    Samrena *arena = (Samrena *)(void *)(storage + skipped);
    begin_arena(arena, config, true);
    regions_begin_with(arena, storage + memory_at, memory_size);
    return arena;
}

SAMRENA_ABI_ASSERT(sizeof(Samrena) + sizeof(SamrenaConfig) + 3 * SAMRENA_REGION_ALIGNMENT <= SAMRENA_STORAGE_LEAST,
                   "the least storage holds an arena, and some memory");

/* Apart from the way without a config, for which there is nothing to read or to ask. */
SAMRENA_NOINLINE static Samrena *create_in_by(void *storage, uint64_t size, const SamrenaConfig *given) {
    SamrenaConfig converted;
    const SamrenaConfig *config;
    SamrenaError error = config_read(given, &converted, &config);
    if (!error)
        error = check_ties(config);
    if (!error)
        error = check_storage(storage, size);
    if (error)
        return fail(config, error);
    converted = *config; /* it may lie in the storage */
    config = &converted;
    Samrena *arena = lay_out(storage, size, config);
    if (config->initial_size > region_usable(region_at(arena, 0)))
        error = take_initial(arena, config->initial_size, &NO_PLAN);
    if (error) {
        arena_end(arena);
        return fail(config, error);
    }
    tie(arena, config);
    return created(arena);
}

Samrena *samrena_create_in(void *storage, uint64_t size, const SamrenaConfig *config) {
    if (config)
        return create_in_by(storage, size, config);
    SamrenaError error = check_storage(storage, size);
    return error ? fail(&samrena_config_defaults, error) : created(lay_out(storage, size, &samrena_config_defaults));
}

/* ---- After creation ---- */

SamrenaError samrena_reset(Samrena *arena) {
    SamrenaError error = check_may_take_back(arena, "samrena_reset");
    if (error)
        return error;
    marks_release_all(arena);
    if (arena->ties & TIED_TO_LABEL)
        label_end_round(arena);
    regions_rewind(arena, (Position){0, 0});
    if (arena->config->retain < UINT64_MAX)
        trim_to(arena, arena->config->retain);
    regions_check(arena);
    return SAMRENA_OK;
}

void samrena_trim(Samrena *arena, uint64_t keep) {
    if (check_alive(arena, "samrena_trim"))
        return;
    trim_to(arena, keep);
    regions_check(arena);
}

/* What ends with the arena goes first, the youngest before the others, each after its own: none of their release
   functions finds an arena gone that its own ends with. Who is taking back meanwhile gets no child. */
static bool end_family(Samrena *arena) {
    Samrena *last;
    const char *reason = arena->ties & TIED_TO_THREAD ? "a scratch arena ends with its thread"
                         : family_takes_back(arena)   ? "called from a release function of an arena that ends with it"
                                                      : NULL;
    if (reason) {
        (void)report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_destroy: %s", reason));
        return false;
    }
    if (arena->family.parent)
        family_leave(arena);
    last = family_last(arena);
    while (last != arena) {
        Samrena *parent = last->family.parent;
        last->now.state = ALIVE;
        samrena_destroy(last);
        last = family_last(parent);
    }
    arena->now.state = ALIVE;
    return true;
}

SAMRENA_NOINLINE static bool untie(Samrena *arena) {
    if (arena->ties & (TIED_TO_FAMILY | TIED_TO_THREAD) && !end_family(arena))
        return false;
    if (arena->ties & TIED_TO_LABEL)
        label_end(arena);
    arena->ties = 0;
    return true;
}

void samrena_destroy(Samrena *arena) {
    if (!arena || check_may_take_back(arena, "samrena_destroy") || (arena->ties && !untie(arena)))
        return;
    marks_release_all(arena);
    if (is_told_of(arena))
        log_line(arena->config, SAMRENA_LOG_DEBUG,
                 "arena %p: destroyed with %" PRIu64 " bytes allocated, %" PRIu64 " held", (void *)arena,
                 arena_allocated(arena), arena->regions.held);
    if (arena->in_storage || !recycle_put(arena))
        arena_end(arena);
}
