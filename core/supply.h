// SPDX-License-Identifier: MIT
// Where an arena's memory comes from: the one place that calls an adapter, and judges what came back.
#ifndef SAMRENA_CORE_SUPPLY_H
#define SAMRENA_CORE_SUPPLY_H

#include <string.h>

#include "budget.h"
#include "config.h"
#include "loader/registry.h"
#include "samrena.h"

enum { OPTIONS_NOTED = 32 }; /* longer adapter_options are not noted, and such arenas not recycled */

typedef struct Supply {
    const Adapter *adapter;
    void *context;
    SamrenaHost host;
    const void *arena;           /* that it supplies, for the log */
    const SamrenaConfig *config; /* of that */
    BudgetShare *share;          /* of the config's budget, where it has one */
    uint64_t ceiling;            /* most that the adapter can hold; UINT64_MAX: any amount */
    uint64_t largest;            /* most that one region can have; likewise */
    uint64_t step;               /* smallest growth that is worth a call */
    uint64_t wish;       /* more was refused lately, and is not wished for again at once; UINT64_MAX: nothing was */
    uint64_t calls;      /* that asked for memory */
    uint64_t process;    /* that made it: a forked child is another one */
    uint64_t recyclable; /* as SamrenaAdapterParams has it */
    uint64_t first_size; /* of the first region, as it came */
    size_t planned;      /* by the arena's label, and had, also while it is kept: Plan.whole */
    bool rests;          /* as it was told to, and was asked for nothing since */
    struct Background *background; /* what is made resident while the arena goes on; NULL: nothing ever was */
    uint64_t prefault_to;          /* total of the arena up to which that is to be done, if there is one */
    char options[OPTIONS_NOTED];   /* that it was made with */
} Supply;

/* Bytes of a supply with its context behind it, for whoever allocates both. */
size_t supply_size(const Adapter *adapter);

/* Finds the adapter of that name, NULL: the default one, and checks the options for it. */
static inline SamrenaError supply_find(const char *name, const char *options, const Adapter **adapter) {
    SamrenaError error = registry_find(name, adapter);
    return error || !options ? error : config_check_options(options, &(*adapter)->descriptor);
}

/* Prepares the supply, and the context, in supply_size() bytes. After a failure there is nothing to end. The config has
   to stay where it is. */
SamrenaError supply_begin(Supply *supply, const Adapter *adapter, const SamrenaConfig *config, const void *arena);
void supply_end(Supply *supply);

/* The arena is kept, and may be for long; it has become another one, with its first region. */
void supply_rest(Supply *supply);
void supply_renew(Supply *supply, const SamrenaConfig *config);

/* Whether the supply has the adapter of that name, NULL: the default one, and was made with those options. */
static inline bool supply_is_of(const Supply *supply, const char *name, const char *options) {
    bool named = name ? strcmp(supply->adapter->descriptor.name, name) == 0 : supply->adapter == registry_default();
    return named && (options ? strcmp(supply->options, options) == 0 : !supply->options[0]);
}

static inline const SamrenaAdapterOperations *supply_operations(const Supply *supply) {
    return &supply->adapter->descriptor.operations;
}
static inline bool supply_is_contiguous(const Supply *supply) {
    return supply->adapter->descriptor.capabilities & SAMRENA_ADAPTER_CONTIGUOUS;
}

/* Whether this is a forked child, and the memory is its parent's too: it gets no more, and gives nothing back. */
bool supply_is_the_parents(const Supply *supply);

/* ---- Getting memory: every failure sets the error of this thread, but UNSUPPORTED ----
 *
 * The budget of the arena's owner is charged before the adapter is asked: a wish is cut to what is left of it, and
 * LIMIT_EXCEEDED where what is required is not.
 * Where more than want.required is refused, less is asked for, in halves, and the refusal is remembered: at most the
 * logarithm of desired over required calls, and two where it was refused before. */

/* Whether it can have so much in one region at all, however much memory there is. */
bool supply_can_have(const Supply *supply, uint64_t bytes);
/* Bytes that its owner's budget still allows; UINT64_MAX: there is none. */
static inline uint64_t supply_budget_left(const Supply *supply) {
    return supply->config->budget ? budget_left(supply->config->budget) : UINT64_MAX;
}

/* Fills in *memory with a separate region. A failure with a base: one came, and was given back. */
SamrenaError supply_add(Supply *supply, SamrenaWant want, SamrenaRegion *memory);
/* Makes *memory, the region got last, larger in place. UNSUPPORTED: it cannot, but another region may do: no error is
   set then. */
SamrenaError supply_grow(Supply *supply, SamrenaWant want, SamrenaRegion *memory);

/* ---- Preparing and giving back ---- */

/* Makes `bytes` bytes from offset `from` on resident; says how many are. */
uint64_t supply_prefault(Supply *supply, const SamrenaRegion *memory, uint64_t from, uint64_t bytes);
/* The same with one thread for each idle processor, which are gone afterwards. */
uint64_t supply_prefault_in_parallel(Supply *supply, const SamrenaRegion *memory, uint64_t from, uint64_t bytes);
/* supply->background is there for whoever prefaults while the arena goes on; what is done there is waited for before
   its memory goes. False: that cannot be. */
bool supply_need_background(Supply *supply);
/* Gives back what lies behind offset `keep`, and says whether it could. */
bool supply_trim(Supply *supply, SamrenaRegion *memory, uint64_t keep);
void supply_release(Supply *supply, const SamrenaRegion *memory);
/* A region that was sound, but is in use already, is not given back: it would take the other with it. */
SamrenaError supply_gave_twice(Supply *supply, const SamrenaRegion *memory);

#endif
