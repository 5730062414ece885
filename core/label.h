// SPDX-License-Identifier: MIT
// Arenas of one label learn from one another: each tells what it came to, the next one takes as much at first.
#ifndef SAMRENA_CORE_LABEL_H
#define SAMRENA_CORE_LABEL_H

#include "arena.h"
#include "labels.h"
#include "learn.h"
#include "plan.h"
#include "atomic.h"

/* Heaps hand out smaller blocks of memory that was used before. */
#define LABEL_LEAST_FRESH (UINT64_C(128) << 10)

/* Whether an arena of that config tells its label, and learns from it. */
static inline bool label_learns(const SamrenaConfig *config) {
    return config->label && config->learn == SAMRENA_LEARN_AUTO;
}

/* Within what the config allows, which learns. */
Plan label_plan_within(const SamrenaConfig *config);

/* Whether a kept arena has all that its label plans now, of which the config allows all. Mostly so, or nothing is
   planned. */
static inline bool label_is_served(const Samrena *kept, const SamrenaConfig *config) {
    return label_learns(config) && (config->limit | config->growth_most) == 0 &&
           config->growth != SAMRENA_GROWTH_NONE && kept->supply->planned == relaxed_load(&config->label->plan);
}

/* By the label of a config that was read. */
static inline Plan label_plan(const SamrenaConfig *config) {
    bool has_plan = label_learns(config) && relaxed_load(&config->label->plan) > 0;
    return has_plan ? label_plan_within(config) : NO_PLAN;
}

/* What an arena that is made now takes of the plan as its first region, as far as the machine can spare it; 0: nothing,
   it grows when it is there. */
uint64_t label_planned_at_creation(const Samrena *arena, Plan plan);

/* How that is asked for: SamrenaWant.ahead. */
uint32_t label_ahead(const Samrena *arena, Plan plan);

/* Refuses a label that is none. */
SamrenaError label_refuse(void);

/* The first time that it is used: from now on it is known, and has learnt from earlier runs. */
void label_introduce(SamrenaLabel *label);

static inline SamrenaError label_check(const SamrenaConfig *config) {
    if (config->label && !config->label->name)
        return label_refuse();
    if (label_learns(config) && !labels_has(config->label))
        label_introduce(config->label);
    return SAMRENA_OK;
}

/* Has what is planned: its first region grows, where it can; what is untouched of the sure part becomes resident. */
void label_fulfil(Samrena *arena, Plan plan);

/* Mostly so in a kept arena: its first region is as large, and was used that far before. */
static inline bool label_is_fulfilled(const Samrena *arena, Plan plan) {
    return plan.first <= arena->regions.held && plan.first < LABEL_LEAST_FRESH &&
           plan.prefault <= arena->regions.records[0].zero_from;
}

/* An arena has come to be, and is tied to the label of its config. */
static inline void label_count(Samrena *arena) {
    arena->ties |= TIED_TO_LABEL;
    arena->past = 0;
    relaxed_add(&arena->config->label->arenas, 1);
}

static inline void label_expect(Samrena *arena, uint64_t rest) {
    if (rest > 0) {
        arena->now.hint = rest;
        arena->now.hint_is_learnt = true;
    }
}

/* It is to have what is planned. */
static inline void label_begin(Samrena *arena, Plan plan) {
    label_expect(arena, plan.rest);
    bool has_it = label_is_fulfilled(arena, plan);
    arena->supply->planned = has_it ? plan.whole : 0;
    if (!has_it)
        label_fulfil(arena, plan);
}

/* It was kept, and is served. */
static inline void label_begin_served(Samrena *arena) {
    label_expect(arena, size_plan_bytes(learn_plan_of(arena->supply->planned).rest));
}

/* All is taken back, and told. Nothing is told of a round in which nothing was pushed. */
void label_end_round(Samrena *arena);

/* The same, and it is one arena less; what it holds stays. */
void label_end(Samrena *arena);

#endif
