// SPDX-License-Identifier: MIT
// The life of an arena: create, reset, trim, destroy.
#include "arena.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checked_math.h"
#include "config.h"
#include "error.h"
#include "grow.h"
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

static SupplyPlan plan_of(const SamrenaConfig *config) {
    return (SupplyPlan){.adapter = config->adapter,
                        .options = config->adapter_options,
                        .label = config->label,
                        .initial_size = config->initial_size,
                        .growth_size = config->growth_size,
                        .max_reserve = config->max_reserve,
                        .commit_size = config->commit_size,
                        .huge_pages = config->huge_pages};
}

static LogSink log_of(const SamrenaConfig *config) {
    return (LogSink){config->log, config->log_user, config->label};
}

static void choose(Samrena *arena, const SamrenaConfig *config) {
    SamrenaDebug debug = config_debug(config);
    Chosen *chosen = &arena->chosen;
    chosen->limit = config->limit;
    chosen->retain = config->retain;
    chosen->growth_most = config->growth_most;
    chosen->log = log_of(config);
    chosen->failure = config->failure;
    chosen->failure_user = config->failure_user;
    chosen->growth = (uint8_t)config->growth;
    chosen->prefault = (uint8_t)config->prefault;
    chosen->red_zone = debug != SAMRENA_DEBUG_NEVER && poison_is_watched() ? RED_ZONE : 0;
    chosen->junk = debug == SAMRENA_DEBUG_JUNK;
    chosen->recycle = config->recycle == SAMRENA_RECYCLE_AUTO;
}

static void begin(Samrena *arena, const SamrenaConfig *config) {
    memset(arena, 0, offsetof(Samrena, first));
    regions_begin(arena);
    choose(arena, config);
}

/* What was asked for has to be there; the default is only a wish. Behind storage of the caller's it waits as a spare
   region. */
static SamrenaError take_initial(Samrena *arena, uint64_t asked) {
    SamrenaWant want = {.required = round_up(max_u64(asked, 1), SAMRENA_REGION_ALIGNMENT),
                        .desired = round_up(asked ? asked : DEFAULT_INITIAL_SIZE, SAMRENA_REGION_ALIGNMENT),
                        .alignment = SAMRENA_REGION_ALIGNMENT};
    return grow_by_region(arena, want);
}

static Samrena *created(Samrena *arena) {
    regions_set_used(arena, 0, 0);
    regions_check(arena);
    if (log_wanted(&arena->chosen.log, SAMRENA_LOG_DEBUG))
        log_line(&arena->chosen.log, SAMRENA_LOG_DEBUG, "arena %p: created, adapter %s from %s", (void *)arena,
                 arena->supply ? arena->supply->adapter->descriptor.name : "none yet",
                 arena->supply ? arena->supply->adapter->source : "its owner's storage");
    return arena;
}

/* ---- From the heap ---- */

/* The handle, its supply, and the adapter's context, in one block. */
static SamrenaError make(const Adapter *adapter, const SamrenaConfig *config, const SupplyPlan *plan, Samrena **made) {
    size_t supply_at = (size_t)round_up(sizeof(Samrena), SAMRENA_REGION_ALIGNMENT);
    Samrena *arena = malloc(supply_at + supply_size(adapter));
    if (!arena)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for an arena's handle");
    begin(arena, config);
    arena->supply = (Supply *)(void *)((char *)arena + supply_at);
    SamrenaError error = supply_begin(arena->supply, adapter, plan, arena, &arena->chosen.log);
    if (error) {
        free(arena);
        return error;
    }
    error = take_initial(arena, plan->initial_size);
    if (error)
        arena_end(arena);
    else
        *made = arena;
    return error;
}

/* One that was kept, as if new. */
static void renew(Samrena *arena, const SamrenaConfig *config) {
    choose(arena, config);
    arena->now = (Now){0};
    supply_renew(arena->supply);
}

/* `config` is checked and complete. */
static SamrenaError build(const SamrenaConfig *config, const SupplyPlan *plan, const char *name, Samrena **built) {
    const Adapter *adapter;
    SamrenaError error = supply_find(name, plan->options, &adapter);
    if (error)
        return error;
    *built = config->recycle == SAMRENA_RECYCLE_AUTO ? recycle_take(adapter, plan) : NULL;
    if (*built) {
        renew(*built, config);
        return SAMRENA_OK;
    }
    error = make(adapter, config, plan, built);
    bool again = error == SAMRENA_ERROR_OUT_OF_MEMORY && recycle_end_all(); /* what was kept may be what is lacking */
    return again ? make(adapter, config, plan, built) : error;
}

static Samrena *fail(const SamrenaConfig *config, SamrenaError error) {
    LogSink log = log_of(config);
    (void)report_without_arena(&log, config->failure, config->failure_user, error);
    return NULL;
}

static Samrena *build_or_report(const SamrenaConfig *config, const SupplyPlan *plan, const char *adapter) {
    Samrena *arena;
    SamrenaError error = build(config, plan, adapter, &arena);
    return error ? fail(config, error) : created(arena);
}

Samrena *samrena_create(const SamrenaConfig *given) {
    SamrenaConfig config;
    if (!given)
        return samrena_create_named(NULL);
    SamrenaError error = config_read(&config, given);
    if (error)
        return fail(&config, error);
    SupplyPlan plan = plan_of(&config);
    return build_or_report(&config, &plan, config.adapter);
}

Samrena *samrena_create_named(const char *adapter) {
    static const SupplyPlan plan = {.growth_size = DEFAULT_GROWTH_SIZE, .commit_size = DEFAULT_COMMIT_SIZE};
    return build_or_report(&config_defaults, &plan, adapter);
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

/* Handle, plan and first memory, each where the one before ends. */
static SamrenaError lay_out(unsigned char *storage, uint64_t size, const SamrenaConfig *config, Samrena **made) {
    uint64_t skipped = (0 - (uintptr_t)storage) & (SAMRENA_REGION_ALIGNMENT - 1);
    uint64_t plan_at = skipped + round_up(sizeof(Samrena), SAMRENA_REGION_ALIGNMENT);
    uint64_t memory_at = plan_at + round_up(sizeof(SupplyPlan), SAMRENA_REGION_ALIGNMENT);
    SamrenaRegion memory = {.base = storage + memory_at,
                            .size = round_down(size - memory_at, SAMRENA_REGION_ALIGNMENT)};
    memory.zero_from = memory.size;
    Samrena *arena = (Samrena *)(void *)(storage + skipped);
    SupplyPlan *plan = (SupplyPlan *)(void *)(storage + plan_at);
    begin(arena, config);
    *plan = plan_of(config);
    arena->plan = plan;
    regions_add(arena, &memory, NULL);
    *made = arena;
    return config->initial_size > memory.size ? take_initial(arena, config->initial_size) : SAMRENA_OK;
}

SAMRENA_ABI_ASSERT(sizeof(Samrena) + sizeof(SupplyPlan) + 4 * SAMRENA_REGION_ALIGNMENT <= SAMRENA_STORAGE_LEAST,
                   "the least storage holds an arena, and some memory");

Samrena *samrena_create_in(void *storage, uint64_t size, const SamrenaConfig *given) {
    SamrenaConfig config = config_defaults;
    Samrena *arena = NULL;
    SamrenaError error = given ? config_read(&config, given) : SAMRENA_OK;
    if (!error)
        error = check_storage(storage, size);
    if (!error)
        error = lay_out(storage, size, &config, &arena);
    if (!error)
        return created(arena);
    if (arena)
        arena_end(arena);
    return fail(&config, error);
}

/* ---- After creation ---- */

SamrenaError samrena_reset(Samrena *arena) {
    SamrenaError error = check_may_take_back(arena, "samrena_reset");
    if (error)
        return error;
    marks_release_all(arena);
    regions_rewind(arena, (Position){0, 0});
    if (arena->chosen.retain < UINT64_MAX)
        trim_to(arena, arena->chosen.retain);
    regions_check(arena);
    return SAMRENA_OK;
}

void samrena_trim(Samrena *arena, uint64_t keep) {
    if (check_alive(arena, "samrena_trim"))
        return;
    trim_to(arena, keep);
    regions_check(arena);
}

void samrena_destroy(Samrena *arena) {
    if (!arena || check_may_take_back(arena, "samrena_destroy"))
        return;
    marks_release_all(arena);
    if (log_wanted(&arena->chosen.log, SAMRENA_LOG_DEBUG))
        log_line(&arena->chosen.log, SAMRENA_LOG_DEBUG,
                 "arena %p: destroyed with %" PRIu64 " bytes allocated, %" PRIu64 " held", (void *)arena,
                 arena_allocated(arena), arena->regions.held);
    if (!recycle_put(arena))
        arena_end(arena);
}
