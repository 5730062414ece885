// SPDX-License-Identifier: MIT
// Arenas of one label learn from one another: each tells what it came to, the next one takes as much at first.
//
// How many arenas there were, and are, is exact; the sums may lose one where two threads tell at the same moment.
#include "label.h"

#include "error.h"
#include "grow.h"
#include "learn.h"
#include "prefault.h"
#include "pressure.h"
#include "profiles.h"
#include "regions.h"
#include "system/system.h"

/* Below this nobody is asked: what is taken, and not prefaulted, comes to be resident as it is used. */
#define LEAST_SPARED (16 * PRESSURE_LEAST)

/* ---- The plan ---- */

/* Growth NONE is the owner's own word on how much there is. */
Plan label_plan_within(const SamrenaConfig *config) {
    if (config->initial_size > 0 || config->growth == SAMRENA_GROWTH_NONE)
        return NO_PLAN;
    size_t word = relaxed_load(&config->label->plan);
    SizePlan plan = learn_plan_of(word);
    uint64_t most = min_u64(config->limit - 1, config->growth_most - 1); /* 0 is none */
    most = min_u64(most, PTRDIFF_MAX / 2);                               /* where a pointer has 32 bits */
    uint64_t whole = size_plan_bytes(plan.first);
    uint64_t first = min_u64(whole, round_up(add_saturating(most, 1), SAMRENA_REGION_ALIGNMENT));
    return (Plan){.first = first,
                  .prefault = min_u64(size_plan_bytes(plan.prefault), first),
                  .rest = size_plan_bytes(plan.rest),
                  .whole = first == whole ? word : 0};
}

static uint64_t spared(const Samrena *arena, uint64_t planned) {
    if (planned < LEAST_SPARED)
        return planned;
    uint64_t admitted = pressure_admit(arena->config, planned);
    pressure_settle(admitted); /* what is prefaulted of it is admitted then */
    return admitted;
}

uint64_t label_planned_at_creation(const Samrena *arena, Plan plan) {
    return plan_can_grow(plan, arena->supply) ? 0 : spared(arena, plan.first);
}

uint32_t label_ahead(const Samrena *arena, Plan plan) {
    uint32_t prefault = prefault_is_at_once(arena) ? SAMRENA_WANT_PREFAULT : 0;
    return plan.prefault > 0 ? SAMRENA_WANT_RESERVED | SAMRENA_WANT_SURELY | prefault : 0;
}

SamrenaError label_refuse(void) {
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                     "SamrenaConfig.label has no name: make it with SAMRENA_LABEL(\"name\")");
}

void label_introduce(SamrenaLabel *label) {
    labels_add(label);
    profiles_teach(label);
}

/* Whether pages of the first region are still to come. What the heap gave may be either: the system is asked for a page
   in the middle, where there are so many that they might come from it afresh. */
static bool is_untouched(const Region *region, uint64_t bytes) {
    uint64_t page = system_page_size();
    uintptr_t middle = (uintptr_t)round_down((uintptr_t)region->base + bytes / 2, page);
    return region->zero_from < bytes ||
           (bytes >= LABEL_LEAST_FRESH && system_resident((const unsigned char *)middle, page) == 0);
}

static void prefault_first(Samrena *arena, uint64_t sure) {
    uint64_t bytes = min_u64(sure, region_left(arena)), prefaulted = 0;
    if (!is_untouched(region_current(arena), bytes))
        return;
    (void)prefault_ahead(arena, bytes, &prefaulted);
    arena->now.prefaulted = (uint32_t)min_u64(prefaulted / system_page_size(), UINT32_MAX);
}

void label_fulfil(Samrena *arena, Plan plan) {
    uint64_t missing = plan.first - min_u64(plan.first, region_left(arena));
    if (missing > 0 && grow_may_be_in_place(arena)) {
        SamrenaWant want = {.required = SAMRENA_REGION_ALIGNMENT,
                            .desired = max_u64(spared(arena, missing), SAMRENA_REGION_ALIGNMENT),
                            .alignment = SAMRENA_REGION_ALIGNMENT,
                            .ahead = plan.prefault > 0 ? SAMRENA_WANT_RESERVED : 0};
        (void)grow_in_place(arena, want); /* a wish */
    }
    if (plan.prefault > 0 && plan.first >= LABEL_LEAST_FRESH)
        arena->now.hint = plan.first; /* the few that are larger are so by little */
    if (plan.prefault > 0)
        prefault_first(arena, plan.prefault);
}

/* ---- Telling ---- */

/* With what came in from others meanwhile the highest total says nothing of the arena's own memory: what is used of
   that now has to do. Returns the highest total. */
static inline uint64_t tell_round(Samrena *arena) {
    uint64_t most = max_u64(arena->now.high_water, arena_allocated(arena));
    uint64_t own = arena->ties & HAS_TAKEN_IN ? arena_own_allocated(arena) : most;
    if (own > 0)
        learn_size(arena->config->label, own);
    return most;
}

void label_end_round(Samrena *arena) {
    uint64_t most = tell_round(arena);
    arena->past = max_u64(arena->past, most);
    arena->ties &= (uint8_t)~HAS_TAKEN_IN;
    regions_rewind(arena, (Position){0, 0});
    regions_count_most_from(arena, 0);
}

/* Pages that were resident before they were used: what the label had prefaulted, and the last reserve. */
SAMRENA_NOINLINE static void tell_faults_avoided(const Samrena *arena, SamrenaLabel *label, uint64_t most) {
    uint64_t page = system_page_size();
    uint64_t pages = arena->now.prefaulted + arena->now.last_reserve.prefaulted / page;
    relaxed_add_loosely(&label->avoided, (size_t)min_u64(pages, most / page + (most % page > 0)));
}

void label_end(Samrena *arena) {
    SamrenaLabel *label = arena->config->label;
    uint64_t most = max_u64(tell_round(arena), arena->past);
    regions_count_most_from(arena, most);
    arena->ties &= (uint8_t) ~(TIED_TO_LABEL | HAS_TAKEN_IN);
    relaxed_add(&label->ended, 1);
    if (arena->supply)
        relaxed_add_loosely(&label->calls, (size_t)arena->supply->calls);
    if (arena->regions.held > most)
        relaxed_add_loosely(&label->regretted, (size_t)(arena->regions.held - most));
    if (arena->now.prefaulted | arena->now.last_reserve.prefaulted)
        tell_faults_avoided(arena, label, most);
}
