// SPDX-License-Identifier: MIT
// The arenas that the model runs against: their configurations, and adapters that refuse.
#ifndef SAMRENA_TESTS_MODEL_ARENAS_H
#define SAMRENA_TESTS_MODEL_ARENAS_H

#include "model.h"

extern const Setting settings[];
extern const size_t setting_count;

/* Once, before the first arena. False: an adapter was not accepted. */
bool arenas_set_up(void);

/* Another arena of the model's setting. Details that the setting leaves open differ each time. */
void arena_create(Model *model);
/* One more of the setting's adapter, or NULL: it was refused. */
Samrena *arena_create_another(Model *model);
/* Ends it: all release functions run, and all memory is back where it came from. */
void arena_destroy(Model *model);

/* Draws whether the adapter is to refuse during the next operation. */
void arena_plan_refusal(Model *model);
/* Calls for memory that were refused so far. */
uint64_t arena_refusals(void);
/* Those among them where it told what the contract forbids. */
uint64_t arena_lies(void);
/* The most that one region can have, as the adapter told. */
uint64_t arena_largest_told(void);

/* What the adapter knows about its regions, where it is one of the test's own. */
void arena_expect_held(Model *model, const SamrenaInfo *info);
/* A block lies in memory that the adapter gave. */
void arena_expect_inside(Model *model, const void *block, uint64_t size);
/* Most bytes above what was asked that a trim may leave in the region in use; NOT_KNOWN: any number. */
uint64_t arena_trim_slack(const Model *model);
/* Nothing was written beside the caller's storage. */
void arena_expect_storage_intact(Model *model);
/* A size that one of the arena's regions could hold right after a reset, where the adapter is the test's own, else 0.
 */
uint64_t arena_largest_region(void);

#endif
