// SPDX-License-Identifier: MIT
// Where an arena's memory comes from: the one place that calls an adapter, and judges what came back.
#include "supply.h"

#include <inttypes.h>
#include <string.h>

#include "background.h"
#include "checked_math.h"
#include "error.h"
#include "log.h"
#include "populate_parallel.h"
#include "system/system.h"

static const char *name_of(const Supply *supply) {
    return supply->adapter->descriptor.name;
}

/* ---- What adapters may call ---- */

static const Supply *supply_of_host(const SamrenaHost *host) {
    return (const Supply *)((const char *)host - offsetof(Supply, host));
}

static void host_log(const SamrenaHost *host, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_arguments(supply_of_host(host)->config, SAMRENA_LOG_DEBUG, format, arguments);
    va_end(arguments);
}

static void host_set_error(const SamrenaHost *host, const char *format, ...) {
    (void)host;
    va_list arguments;
    va_start(arguments, format);
    error_note(format, arguments);
    va_end(arguments);
}

/* ---- Beginning and ending ---- */

static size_t context_offset(void) {
    return (size_t)round_up(sizeof(Supply), SAMRENA_REGION_ALIGNMENT);
}

size_t supply_size(const Adapter *adapter) {
    return context_offset() + (size_t)adapter->descriptor.context_size;
}

/* What an adapter told of 0 means "any amount". */
static uint64_t told_or_any(uint64_t told) {
    return told ? told : UINT64_MAX;
}

static void take_told(Supply *supply, const SamrenaAdapterParams *params) {
    bool shared = supply->adapter->descriptor.capabilities & SAMRENA_ADAPTER_SHARED;
    supply->ceiling = told_or_any(params->ceiling);
    supply->largest = min_u64(told_or_any(params->largest), supply->ceiling);
    uint64_t step = min_u64(params->step, PTRDIFF_MAX - SAMRENA_REGION_ALIGNMENT);
    supply->step = round_up(max_u64(step, SAMRENA_REGION_ALIGNMENT), SAMRENA_REGION_ALIGNMENT);
    supply->recyclable = shared ? 0 : params->recyclable;
    supply->process = shared ? system_process() : 0;
}

static void note_options(Supply *supply, const char *options) {
    size_t length = options ? strlen(options) : 0;
    if (length >= OPTIONS_NOTED)
        supply->recyclable = 0;
    else
        memcpy(supply->options, options ? options : "", length + 1);
}

/* What may have led to it: adapters tell the system's own words, which name no limit. */
static SystemLimits limits_behind(SamrenaError error) {
    return error == SAMRENA_ERROR_OUT_OF_MEMORY ? system_limits() : (SystemLimits){.text = ""};
}

SamrenaError supply_begin(Supply *supply, const Adapter *adapter, const SamrenaConfig *config, const void *arena) {
    supply->adapter = adapter;
    supply->context = (char *)supply + context_offset();
    memset(supply->context, 0, (size_t)adapter->descriptor.context_size);
    supply->host = (SamrenaHost){.struct_size = sizeof(SamrenaHost),
                                 .page_size = system_page_size(),
                                 .log = host_log,
                                 .set_error = host_set_error};
    supply->arena = arena;
    supply->config = config;
    supply->wish = UINT64_MAX;
    supply->calls = 0;
    supply->first_size = 0;
    supply->planned = 0;
    supply->rests = false;
    supply->background = NULL;
    SamrenaAdapterParams params = {.struct_size = sizeof(params),
                                   .huge_pages = config->huge_pages,
                                   .options = config->adapter_options,
                                   .label = config_label_name(config),
                                   .max_reserve = config->max_reserve,
                                   .commit_size = config->commit_size,
                                   .step = config->growth_size};
    error_clear_note();
    SamrenaError error = supply_operations(supply)->create(&supply->host, &params, supply->context);
    if (!error_is_known(error))
        return error_set_unknown(name_of(supply), error);
    if (error)
        return error_set(error, "adapter %s cannot create an arena: %s%s", name_of(supply), error_note_or_string(error),
                         limits_behind(error).text);
    take_told(supply, &params);
    note_options(supply, config->adapter_options);
    if (config->budget)
        supply->share = budget_join(config->budget, config->label);
    return SAMRENA_OK;
}

/* ---- Memory that a forked child shares with its parent ---- */

bool supply_is_the_parents(const Supply *supply) {
    return supply->process != 0 && supply->process != system_process();
}

static SamrenaError refuse_child(const Supply *supply) {
    return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                     "adapter %s shares memory with the process that made the arena: a forked child gets no more of it",
                     name_of(supply));
}

void supply_end(Supply *supply) {
    if (supply->background)
        background_end(supply->background);
    if (!supply_is_the_parents(supply))
        supply_operations(supply)->destroy(supply->context);
    if (supply->config->budget)
        budget_leave(supply->config->budget, supply->share);
}

void supply_rest(Supply *supply) {
    if (supply_operations(supply)->rest && !supply->rests)
        supply_operations(supply)->rest(supply->context);
    supply->rests = true;
}

void supply_renew(Supply *supply, const SamrenaConfig *config) {
    supply->config = config;
    supply->calls = 1; /* for the region that there is */
    supply->wish = UINT64_MAX;
}

/* ---- The budget of the arena's owner ---- */

/* What may be asked for, charged already: all of the wish, or what is left. An adapter that extends does so in pages.
 */
static SamrenaError charge(Supply *supply, SamrenaWant *want, uint64_t unit, uint64_t *charged) {
    SamrenaBudget *budget = supply->config->budget;
    if (!budget)
        return SAMRENA_OK;
    *charged = budget_charge(budget, supply->share, round_up(want->required, unit), round_up(want->desired, unit));
    if (*charged == 0)
        return budget_refuse(budget, want->required);
    want->desired = min_u64(want->desired, round_down(*charged, unit));
    return SAMRENA_OK;
}

static void give_budget_back(Supply *supply, uint64_t bytes) {
    if (supply->config->budget)
        budget_give_back(supply->config->budget, supply->share, bytes);
}

/* So much came. False: more than was charged, and than is left; nothing changed. */
static bool settle_charge(Supply *supply, uint64_t charged, uint64_t came) {
    SamrenaBudget *budget = supply->config->budget;
    if (!budget || came == charged)
        return true;
    if (came > charged)
        return budget_charge(budget, supply->share, came - charged, came - charged) > 0;
    give_budget_back(supply, charged - came);
    return true;
}

/* ---- Judging ---- */

static SamrenaError broken(const Supply *supply, const char *operation, const char *what) {
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "adapter %s broke its contract: %s() %s", name_of(supply),
                     operation, what);
}

SamrenaError supply_gave_twice(Supply *supply, const SamrenaRegion *memory) {
    give_budget_back(supply, memory->size);
    return broken(supply, "acquire", "returned memory that is in use already");
}

/* An adapter's error is passed on to the program: it has to be one. */
static SamrenaError refused(const Supply *supply, SamrenaError error, uint64_t required) {
    if (!error_is_known(error))
        return error_set_unknown(name_of(supply), error);
    return error_set(error, "adapter %s gave no %" PRIu64 " bytes: %s%s", name_of(supply), required,
                     error_note_or_string(error), limits_behind(error).text);
}

/* What an adapter returned for a region, before anything relies on it. NULL: it is sound. */
static const char *region_fault(const SamrenaRegion *region, uint64_t required) {
    if (!region->base)
        return "returned OK without memory";
    if ((uintptr_t)region->base % SAMRENA_REGION_ALIGNMENT != 0)
        return "returned memory that is not aligned to 16";
    if (region->size < required)
        return "returned less than was required";
    if (region->size > PTRDIFF_MAX || (uintptr_t)region->base > UINTPTR_MAX - (uintptr_t)region->size)
        return "returned a size that wraps the address space";
    return NULL;
}

/* ---- Asking ---- */

typedef enum Way { SEPARATE, IN_PLACE } Way;

static const char *operation_of(const Supply *supply, const SamrenaWant *want, Way way) {
    bool reserves = want->ahead && supply_operations(supply)->reserve;
    return reserves ? "reserve" : way == IN_PLACE ? "extend" : "acquire";
}

static SamrenaError call(Supply *supply, const SamrenaWant *want, Way way, SamrenaRegion *memory) {
    const SamrenaAdapterOperations *operations = supply_operations(supply);
    SamrenaRegion unused = {.struct_size = sizeof(unused)};
    supply->calls++;
    error_clear_note();
    if (want->ahead && operations->reserve)
        return way == IN_PLACE ? operations->reserve(supply->context, memory, want, &unused)
                               : operations->reserve(supply->context, NULL, want, memory);
    return way == IN_PLACE ? operations->extend(supply->context, memory, want)
                           : operations->acquire(supply->context, want, memory);
}

/* What may be wished for at first. A reserve knows what it wants; growth does not repeat what was just refused, but the
   smallest step is always tried. */
static uint64_t first_wish(const Supply *supply, const SamrenaWant *want) {
    uint64_t most = want->ahead ? UINT64_MAX : max_u64(supply->wish, supply->step);
    return max_u64(want->required, min_u64(min_u64(want->desired, most), round_down(supply->largest, 16)));
}

static SamrenaError ask(Supply *supply, SamrenaWant want, Way way, SamrenaRegion *memory) {
    const SamrenaRegion given = *memory;
    SamrenaError error;
    if (supply_is_the_parents(supply))
        return refuse_child(supply);
    supply->rests = false;
    want.struct_size = sizeof(want);
    while ((error = call(supply, &want, way, memory)) == SAMRENA_ERROR_OUT_OF_MEMORY) {
        uint64_t half = round_up(want.desired / 2, SAMRENA_REGION_ALIGNMENT);
        supply->wish = min_u64(supply->wish, half);
        if (want.desired == want.required)
            break;
        want.desired = max_u64(want.required, want.ahead ? half : supply->wish);
        *memory = given;
    }
    if (!error)
        supply->wish = double_saturating(supply->wish); /* there may be more again */
    return error == SAMRENA_OK || (error == SAMRENA_ERROR_UNSUPPORTED && way == IN_PLACE)
               ? error
               : refused(supply, error, want.required);
}

static void log_given(const Supply *supply, const char *operation, const SamrenaRegion *memory) {
    log_line(supply->config, SAMRENA_LOG_DEBUG, "arena %p: %s() of %s: a region of %" PRIu64 " bytes at %p",
             supply->arena, operation, name_of(supply), memory->size, (void *)memory->base);
}

/* A separate region that is not sound, or more than the budget allows, goes back at once, with what was charged. */
static SamrenaError judge(Supply *supply, const SamrenaWant *want, uint64_t charged, const SamrenaRegion *memory) {
    const char *fault = region_fault(memory, want->required);
    if (!fault && settle_charge(supply, charged, memory->size))
        return SAMRENA_OK;
    if (memory->base)
        supply_operations(supply)->release(supply->context, memory);
    give_budget_back(supply, charged);
    return fault ? broken(supply, operation_of(supply, want, SEPARATE), fault)
                 : budget_refuse(supply->config->budget, memory->size);
}

bool supply_can_have(const Supply *supply, uint64_t bytes) {
    return bytes <= supply->largest && !supply_is_the_parents(supply);
}

SamrenaError supply_add(Supply *supply, SamrenaWant want, SamrenaRegion *memory) {
    *memory = (SamrenaRegion){.struct_size = sizeof(SamrenaRegion)};
    if (want.required > supply->largest)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                         "adapter %s gives no region above %" PRIu64 " bytes, and %" PRIu64
                         " are needed in one: raise max_reserve, or what its options say of sizes%s",
                         name_of(supply), supply->largest, want.required, system_limits().text);
    uint64_t charged = 0;
    want.desired = first_wish(supply, &want);
    SamrenaError error = charge(supply, &want, SAMRENA_REGION_ALIGNMENT, &charged);
    if (error)
        return error;
    error = ask(supply, want, SEPARATE, memory);
    if (error) {
        give_budget_back(supply, charged);
        memory->base = NULL;
    } else {
        error = judge(supply, &want, charged, memory);
    }
    if (error)
        return error;
    memory->zero_from = supply->process ? memory->size : min_u64(memory->zero_from, memory->size);
    if (supply->first_size == 0)
        supply->first_size = memory->size;
    log_given(supply, operation_of(supply, &want, SEPARATE), memory);
    return SAMRENA_OK;
}

/* What was added cannot be given back: it is charged in any case. */
static SamrenaError judge_larger(Supply *supply, const SamrenaWant *want, uint64_t charged, const SamrenaRegion *memory,
                                 const SamrenaRegion *larger) {
    const char *fault = larger->base != memory->base
                            ? "moved the region"
                            : region_fault(larger, add_saturating(memory->size, want->required));
    if (fault)
        return broken(supply, operation_of(supply, want, IN_PLACE), fault);
    uint64_t came = larger->size - memory->size;
    if (!settle_charge(supply, charged, came))
        budget_charge_anyway(supply->config->budget, supply->share, came - charged);
    return SAMRENA_OK;
}

/* The adapter may know fewer zeros than before, never more: it does not see where the cursor was. */
SamrenaError supply_grow(Supply *supply, SamrenaWant want, SamrenaRegion *memory) {
    SamrenaRegion larger = *memory;
    uint64_t charged = 0;
    want.desired = first_wish(supply, &want);
    SamrenaError error = charge(supply, &want, supply->host.page_size, &charged);
    if (error)
        return error;
    error = ask(supply, want, IN_PLACE, &larger);
    if (!error)
        error = judge_larger(supply, &want, charged, memory, &larger);
    if (error)
        give_budget_back(supply, charged);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && !supply_is_contiguous(supply) && !supply_is_the_parents(supply))
        return SAMRENA_ERROR_UNSUPPORTED;
    if (error)
        return error;
    memory->size = larger.size;
    memory->cookie = larger.cookie;
    memory->zero_from =
        supply->process ? larger.size : max_u64(memory->zero_from, min_u64(larger.zero_from, larger.size));
    log_given(supply, operation_of(supply, &want, IN_PLACE), memory);
    return SAMRENA_OK;
}

/* ---- Preparing and giving back ---- */

uint64_t supply_prefault(Supply *supply, const SamrenaRegion *memory, uint64_t from, uint64_t bytes) {
    uint64_t populated = 0;
    if (supply_is_the_parents(supply))
        return 0;
    error_clear_note();
    SamrenaError error = supply_operations(supply)->prefault(supply->context, memory, from, bytes, &populated);
    populated = min_u64(populated, bytes);
    if (error)
        log_line(supply->config, SAMRENA_LOG_WARNING, "arena %p: %s prefaulted %" PRIu64 " of %" PRIu64 " bytes: %s",
                 supply->arena, name_of(supply), populated, bytes, error_note_or_string(error));
    return populated;
}

uint64_t supply_prefault_in_parallel(Supply *supply, const SamrenaRegion *memory, uint64_t from, uint64_t bytes) {
    const SamrenaAdapterOperations *operations = supply_operations(supply);
    bool done = operations->prefault_concurrently && !supply_is_the_parents(supply) &&
                populate_in_parallel(operations, supply->context, memory, from, bytes);
    return done ? bytes : supply_prefault(supply, memory, from, bytes);
}

bool supply_need_background(Supply *supply) {
    const SamrenaAdapterOperations *operations = supply_operations(supply);
    if (!supply->background && operations->prefault_concurrently && !supply_is_the_parents(supply))
        supply->background = background_begin(operations, supply->context);
    return supply->background;
}

static void wait_for_background(Supply *supply, const SamrenaRegion *memory) {
    if (supply->background)
        background_withdraw(supply->background, memory->base);
}

bool supply_trim(Supply *supply, SamrenaRegion *memory, uint64_t keep) {
    SamrenaRegion smaller = *memory;
    if (!supply_operations(supply)->trim || supply_is_the_parents(supply))
        return false;
    wait_for_background(supply, memory);
    error_clear_note();
    SamrenaError error = supply_operations(supply)->trim(supply->context, &smaller, keep);
    if (error == SAMRENA_ERROR_UNSUPPORTED && !error_has_note())
        return false;
    if (error || smaller.base != memory->base || smaller.size < keep || smaller.size > memory->size) {
        log_line(supply->config, error == SAMRENA_ERROR_UNSUPPORTED ? SAMRENA_LOG_INFO : SAMRENA_LOG_WARNING,
                 "arena %p: %s could not trim a region to %" PRIu64 " bytes: %s", supply->arena, name_of(supply), keep,
                 error_note_or_string(error));
        return false;
    }
    give_budget_back(supply, memory->size - smaller.size);
    memory->size = memory->zero_from = smaller.size; /* what was given back, and may come back, holds anything */
    memory->cookie = smaller.cookie;
    supply->wish = UINT64_MAX; /* what was lacking may be there again */
    return true;
}

void supply_release(Supply *supply, const SamrenaRegion *memory) {
    wait_for_background(supply, memory);
    supply->wish = UINT64_MAX;
    if (!supply_is_the_parents(supply))
        supply_operations(supply)->release(supply->context, memory);
    give_budget_back(supply, memory->size);
}
