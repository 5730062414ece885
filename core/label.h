// SPDX-License-Identifier: MIT
// Arenas of one label learn from one another: each tells what it came to, the next one takes as much at first.
#ifndef SAMRENA_CORE_LABEL_H
#define SAMRENA_CORE_LABEL_H

#include "arena.h"
#include "labels.h"
#include "relaxed.h"

/* Whether an arena of that config tells its label, and learns from it. */
static inline bool label_learns(const SamrenaConfig *config) {
    return config->label && config->learn == SAMRENA_LEARN_AUTO;
}

/* What an arena takes at first, in bytes; 0: what is usual. */
typedef struct LabelPlan {
    uint64_t first;
    uint64_t prefault;
} LabelPlan;

/* Within what the config allows, which learns. */
LabelPlan label_plan_within(const SamrenaConfig *config);

/* By the label of a config that was read. */
static inline LabelPlan label_plan(const SamrenaConfig *config) {
    bool has_plan = label_learns(config) && relaxed_load(&config->label->plan) > 0;
    return has_plan ? label_plan_within(config) : (LabelPlan){0, 0};
}

/* What is planned, as far as the machine can spare it now. */
uint64_t label_planned_now(const Samrena *arena, uint64_t planned);

/* Refuses a label that is none. */
SamrenaError label_refuse(void);
static inline SamrenaError label_check(const SamrenaConfig *config) {
    return !config->label || config->label->name ? SAMRENA_OK : label_refuse();
}

/* Makes what is untouched of the first `bytes` bytes resident. */
void label_prefault(Samrena *arena, uint64_t bytes);

/* An arena has come to be, and is tied to the label of its config. */
static inline void label_begin(Samrena *arena, LabelPlan plan) {
    SamrenaLabel *label = arena->config->label;
    arena->ties |= TIED_TO_LABEL;
    arena->past = 0;
    relaxed_add(&label->arenas, 1);
    if (!labels_has(label))
        labels_add(label);
    if (plan.prefault > 0)
        label_prefault(arena, plan.prefault);
}

/* All is taken back, and told. Nothing is told of a round in which nothing was pushed. */
void label_end_round(Samrena *arena);

/* The same, and it is one arena less; what it holds stays. */
void label_end(Samrena *arena);

#endif
