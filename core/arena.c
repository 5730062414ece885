// SPDX-License-Identifier: MIT
// The life of an arena: create, reset, destroy.
#include "arena.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checked_math.h"
#include "config.h"
#include "error.h"
#include "kept.h"
#include "marks.h"
#include "poison.h"
#include "regions.h"
#include "supply.h"
#include "system/system.h"
#include "text.h"

/* The log's callback may fail calls of its own: what is told afterwards is this error all the same. */
static void log_error(const LogSink *log, const Samrena *arena, SamrenaError error) {
    Text message = {0};
    if (!log_wanted(log, SAMRENA_LOG_ERROR))
        return;
    text_add(&message, "%s", samrena_last_error_message());
    if (arena)
        log_line(log, SAMRENA_LOG_ERROR, "arena %p: %s", (const void *)arena, message.bytes);
    else
        log_line(log, SAMRENA_LOG_ERROR, "%s", message.bytes);
    (void)error_set(error, "%s", message.bytes);
}

SamrenaError arena_report(const Samrena *arena, SamrenaError error) {
    log_error(&arena->log, arena, error);
    if (arena->failure && !arena->taking_back)
        arena->failure(error, samrena_last_error_message(), arena->failure_user);
    return error;
}

SamrenaError arena_missing(const char *function) {
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: the arena is NULL", function);
}

/* ---- What adapters may call ---- */

static const Samrena *arena_of_host(const SamrenaHost *host) {
    return (const Samrena *)((const char *)host - offsetof(Samrena, host));
}

static void host_log(const SamrenaHost *host, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_arguments(&arena_of_host(host)->log, SAMRENA_LOG_DEBUG, format, arguments);
    va_end(arguments);
}

static void host_set_error(const SamrenaHost *host, const char *format, ...) {
    (void)host;
    va_list arguments;
    va_start(arguments, format);
    error_note(format, arguments);
    va_end(arguments);
}

/* ---- Creation ---- */

/* The handle with the adapter's context behind it. Cleared in pieces: gcc would turn malloc and one memset into
   calloc, which skips glibc's cache of freed blocks. */
static Samrena *allocate(const Adapter *adapter) {
    size_t context_at = (sizeof(Samrena) + SAMRENA_REGION_ALIGNMENT - 1) & ~(size_t)(SAMRENA_REGION_ALIGNMENT - 1);
    size_t context_size = (size_t)adapter->descriptor.context_size;
    Samrena *arena = malloc(context_at + context_size);
    if (!arena)
        return NULL;
    memset(arena, 0, offsetof(Samrena, first_regions));
    arena->context = (char *)arena + context_at;
    memset(arena->context, 0, context_size);
    arena->adapter = adapter;
    arena->regions = arena->first_regions;
    arena->region_room = FIRST_REGIONS;
    arena->newest = NO_REGION;
    arena->host = (SamrenaHost){.struct_size = sizeof(SamrenaHost),
                                .page_size = system_page_size(),
                                .log = host_log,
                                .set_error = host_set_error};
    return arena;
}

/* What the arena's owner chose, and no adapter needs to know. */
static void set_up(Samrena *arena, const SamrenaConfig *config) {
    arena->limit = config->limit ? config->limit : UINT64_MAX;
    arena->retain = config->retain;
    SamrenaDebug debug = config_debug(config);
    arena->red_zone = debug != SAMRENA_DEBUG_NEVER && poison_is_watched() ? RED_ZONE : 0;
    arena->junk = debug == SAMRENA_DEBUG_JUNK;
    arena->growth.kind = (SamrenaGrowth)config->growth;
    arena->prefault = (SamrenaPrefault)config->prefault;
    arena->log = (LogSink){config->log, config->log_user};
    arena->failure = config->failure;
    arena->failure_user = config->failure_user;
}

static SamrenaError create_context(Samrena *arena, const SamrenaConfig *config) {
    SamrenaAdapterParams params = {.struct_size = sizeof(params),
                                   .huge_pages = config->huge_pages,
                                   .options = config->adapter_options,
                                   .max_reserve = config->max_reserve,
                                   .commit_size = config->commit_size,
                                   .ceiling = UINT64_MAX,
                                   .step = config->page_size * config->growth_pages};
    error_clear_note();
    SamrenaError error = arena->adapter->descriptor.operations.create(&arena->host, &params, arena->context);
    if (!error_is_known(error))
        return error_set_unknown(arena->adapter->descriptor.name, error);
    if (error)
        return error_set(error, "adapter %s cannot create an arena: %s", arena->adapter->descriptor.name,
                         error_note_or_string(error));
    arena->ceiling = add_saturating(params.ceiling, config->first_block_size);
    arena->keep = params.keep;
    kept_note_kind(arena, config);
    uint64_t step = min_u64(params.step, PTRDIFF_MAX - SAMRENA_REGION_ALIGNMENT);
    arena->growth.step = round_up(max_u64(step, SAMRENA_REGION_ALIGNMENT), SAMRENA_REGION_ALIGNMENT);
    return SAMRENA_OK;
}

/* Pages that the caller asked for have to be there; the one by default is only a wish. Behind a block of the caller's
   own they wait as a spare region. */
static SamrenaError take_first_regions(Samrena *arena, const SamrenaConfig *config) {
    uint64_t asked = config->page_size * config->initial_pages;
    if (config->first_block)
        regions_adopt_callers(arena, config->first_block, config->first_block_size);
    if (asked > 0 || !config->first_block) {
        SamrenaError error =
            region_acquire(arena, asked ? asked : SAMRENA_REGION_ALIGNMENT, asked ? asked : config->page_size);
        if (error)
            return error;
    }
    arena->first_size = region_current(arena)->memory.size;
    arena->spare = arena->held - region_usable(region_current(arena));
    region_set_used(arena, 0);
    return SAMRENA_OK;
}

/* One that was kept, as if new. */
static void renew(Samrena *arena, const SamrenaConfig *config) {
    set_up(arena, config);
    arena->taking_back = false;
    arena->adapter_calls = 1; /* for the region that it has */
    arena->high_water = 0;
    arena->growth.hint = 0;
    region_set_used(arena, 0);
}

static SamrenaError make(const Adapter *adapter, const SamrenaConfig *config, Samrena **made) {
    Samrena *arena = allocate(adapter);
    if (!arena)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for an arena's handle");
    set_up(arena, config);
    SamrenaError error = create_context(arena, config);
    if (error) {
        free(arena);
        return error;
    }
    error = take_first_regions(arena, config);
    if (error)
        arena_end(arena);
    else
        *made = arena;
    return error;
}

/* `config` is checked and complete; of an adapter, `name` alone counts. */
static SamrenaError build(const SamrenaConfig *config, const char *name, Samrena **built) {
    const Adapter *adapter;
    SamrenaError error = registry_find(name, &adapter);
    if (!error && config->adapter_options)
        error = config_check_options(config->adapter_options, &adapter->descriptor);
    if (error)
        return error;

    *built = kept_take(adapter, config);
    if (*built) {
        renew(*built, config);
        return SAMRENA_OK;
    }
    error = make(adapter, config, built);
    bool again = error == SAMRENA_ERROR_OUT_OF_MEMORY && kept_end(adapter); /* what was kept may be what is lacking */
    return again ? make(adapter, config, built) : error;
}

static Samrena *report_failure(const SamrenaConfig *config, SamrenaError error) {
    log_error(&(LogSink){config->log, config->log_user}, NULL, error);
    if (config->failure)
        config->failure(error, samrena_last_error_message(), config->failure_user);
    return NULL;
}

static Samrena *build_or_report(const SamrenaConfig *config, const char *name) {
    Samrena *arena = NULL;
    SamrenaError error = build(config, name, &arena);
    if (error)
        return report_failure(config, error);
    if (log_wanted(&arena->log, SAMRENA_LOG_DEBUG))
        log_line(&arena->log, SAMRENA_LOG_DEBUG, "arena %p: created, adapter %s from %s", (void *)arena,
                 arena->adapter->descriptor.name, arena->adapter->source);
    return arena;
}

Samrena *samrena_create(const SamrenaConfig *given) {
    if (!given)
        return samrena_create_named(NULL);
    SamrenaConfig config;
    SamrenaError error = config_read(&config, given);
    return error ? report_failure(&config, error) : build_or_report(&config, config.adapter);
}

Samrena *samrena_create_default(void) {
    return samrena_create_named(NULL);
}

Samrena *samrena_create_named(const char *adapter) {
    return build_or_report(&config_defaults, adapter);
}

/* ---- After creation ---- */

void samrena_reset(Samrena *arena) {
    if (!arena) {
        (void)arena_missing("samrena_reset");
        return;
    }
    if (!marks_release_all(arena, "samrena_reset"))
        return;
    regions_rewind(arena, (Position){0, 0});
    regions_trim(arena, arena->retain);
}

void samrena_trim(Samrena *arena, uint64_t keep) {
    if (arena)
        regions_trim(arena, keep);
    else
        (void)arena_missing("samrena_trim");
}

void samrena_destroy(Samrena *arena) {
    if (!arena || !marks_release_all(arena, "samrena_destroy"))
        return;
    if (log_wanted(&arena->log, SAMRENA_LOG_DEBUG))
        log_line(&arena->log, SAMRENA_LOG_DEBUG,
                 "arena %p: destroyed with %" PRIu64 " bytes allocated, %" PRIu64 " held", (void *)arena,
                 arena_allocated(arena), arena->held);
    if (!kept_put(arena))
        arena_end(arena);
}

void arena_end(Samrena *arena) {
    regions_release(arena);
    arena->adapter->descriptor.operations.destroy(arena->context);
    free(arena);
}
