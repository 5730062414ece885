// SPDX-License-Identifier: MIT
// What several arenas, of any thread, hold together: charged before an adapter is asked, given back after.
//
//     SamrenaBudget.own    used    bytes charged; changed by compare-and-swap alone, and never above `most`
//                          shares  a list of labels with what their arenas hold, for the message of a refusal
//                          lock    of that list, 0 or the process that has it
//
// The lock is taken where an arena begins or ends, and where a refusal is told: never while an adapter is called. A
// forked child may find it taken by a thread that only its parent has: it is another process, and takes the lock over.
// Whatever that thread was at, the list is whole: entries come and go by one store.
#include "budget.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "checked_math.h"
#include "error.h"
#include "system/system.h"

struct BudgetShare {
    _Atomic(BudgetShare *) next;
    const char *name; /* NULL: no label */
    _Atomic(uintptr_t) held;
    size_t arenas;
};

SAMRENA_ABI_ASSERT(sizeof(_Atomic(uintptr_t)) <= sizeof(uint64_t) && sizeof(_Atomic(BudgetShare *)) <= sizeof(uint64_t),
                   "the library's own fields hold what they are used for");

/* ---- The library's own fields ---- */

enum { USED, SHARES, LOCK };
enum { SHORT_WAIT = 1000 }; /* nanoseconds */

static _Atomic(uintptr_t) *used_of(const SamrenaBudget *budget) {
    return (_Atomic(uintptr_t) *)(uintptr_t)&budget->own[USED];
}

static _Atomic(BudgetShare *) *shares_of(SamrenaBudget *budget) {
    return (_Atomic(BudgetShare *) *)(void *)&budget->own[SHARES];
}

static void lock_list(SamrenaBudget *budget) {
    _Atomic(uintptr_t) *holder = (_Atomic(uintptr_t) *)(void *)&budget->own[LOCK];
    uintptr_t own = (uintptr_t)system_process();
    for (;;) {
        uintptr_t seen = atomic_load_explicit(holder, memory_order_relaxed);
        if (seen != own && /* GCOVR_EXCL_BR_LINE: another thread of this process has it */
            atomic_compare_exchange_weak_explicit(holder, &seen, own, memory_order_acquire, memory_order_relaxed))
            return;
        system_sleep(SHORT_WAIT);
    }
}

static void unlock_list(SamrenaBudget *budget) {
    atomic_store_explicit((_Atomic(uintptr_t) *)(void *)&budget->own[LOCK], 0, memory_order_release);
}

/* ---- Labels ---- */

static bool is_of(const BudgetShare *share, const char *name) {
    return share->name && name ? strcmp(share->name, name) == 0 : share->name == name;
}

static BudgetShare *find(SamrenaBudget *budget, const char *name) {
    BudgetShare *share = atomic_load(shares_of(budget));
    while (share && !is_of(share, name))
        share = atomic_load(&share->next);
    return share;
}

BudgetShare *budget_join(SamrenaBudget *budget, const SamrenaLabel *label) {
    const char *name = label ? label->name : NULL;
    BudgetShare *made = calloc(1, sizeof(*made)); /* not while others wait */
    lock_list(budget);
    BudgetShare *share = find(budget, name);
    if (!share && made) {
        share = made;
        made = NULL;
        share->name = name;
        atomic_store(&share->next, atomic_load(shares_of(budget)));
        atomic_store(shares_of(budget), share);
    }
    if (share)
        share->arenas++;
    unlock_list(budget);
    free(made);
    return share;
}

void budget_leave(SamrenaBudget *budget, BudgetShare *share) {
    if (!share)
        return;
    lock_list(budget);
    bool is_last = --share->arenas == 0;
    _Atomic(BudgetShare *) *link = shares_of(budget);
    while (is_last && atomic_load(link) != share)
        link = &atomic_load(link)->next;
    if (is_last)
        atomic_store(link, atomic_load(&share->next));
    unlock_list(budget);
    if (is_last)
        free(share);
}

/* ---- Charging ---- */

static uint64_t left_of(const SamrenaBudget *budget, uintptr_t used) {
    uint64_t most = min_u64(budget->most, UINTPTR_MAX);
    return most - min_u64(most, used);
}

uint64_t budget_left(const SamrenaBudget *budget) {
    return left_of(budget, atomic_load(used_of(budget)));
}

static void hold(BudgetShare *share, uint64_t bytes) {
    if (share)
        atomic_fetch_add_explicit(&share->held, (uintptr_t)bytes, memory_order_relaxed);
}

uint64_t budget_charge(SamrenaBudget *budget, BudgetShare *share, uint64_t required, uint64_t desired) {
    uintptr_t used = atomic_load(used_of(budget));
    uint64_t taken;
    do {
        uint64_t left = left_of(budget, used);
        if (required > left)
            return 0;
        taken = min_u64(desired, left);
    } while (!atomic_compare_exchange_weak(used_of(budget), &used, used + (uintptr_t)taken));
    hold(share, taken);
    return taken;
}

void budget_charge_anyway(SamrenaBudget *budget, BudgetShare *share, uint64_t bytes) {
    atomic_fetch_add(used_of(budget), (uintptr_t)bytes);
    hold(share, bytes);
}

void budget_give_back(SamrenaBudget *budget, BudgetShare *share, uint64_t bytes) {
    hold(share, 0 - bytes);
    atomic_fetch_sub(used_of(budget), (uintptr_t)bytes);
}

uint64_t samrena_budget_used(const SamrenaBudget *budget) {
    return budget ? atomic_load(used_of(budget)) : 0;
}

/* ---- Refusing ---- */

enum { TOLD = 4, MOST_NAME = 64 };

/* A share as it was while the list was locked. */
typedef struct Holder {
    const char *name;
    uint64_t held;
    size_t arenas;
} Holder;

/* The TOLD ones that hold most, the first with most; says how many hold anything. */
static size_t find_largest(SamrenaBudget *budget, Holder largest[TOLD]) {
    size_t count = 0;
    for (const BudgetShare *share = atomic_load(shares_of(budget)); share; share = atomic_load(&share->next)) {
        Holder holder = {share->name, atomic_load_explicit(&share->held, memory_order_relaxed), share->arenas};
        if (holder.held == 0)
            continue;
        for (size_t i = 0; i < TOLD; i++)
            if (i >= count || holder.held > largest[i].held) {
                Holder smaller = largest[i];
                largest[i] = holder;
                holder = smaller;
            }
        count++;
    }
    return count;
}

SamrenaError budget_refuse(SamrenaBudget *budget, uint64_t required) {
    char text[TOLD * (MOST_NAME + 64) + 64] = "";
    Holder largest[TOLD] = {{NULL, 0, 0}};
    lock_list(budget);
    size_t count = find_largest(budget, largest);
    unlock_list(budget);
    size_t length = 0;
    for (size_t i = 0; i < count && i < TOLD; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%.*s %" PRIu64 " bytes in %zu arena%s",
                                   i ? ", " : "", MOST_NAME, largest[i].name ? largest[i].name : "no label",
                                   largest[i].held, largest[i].arenas, largest[i].arenas == 1 ? "" : "s");
    if (count > TOLD)
        snprintf(text + length, sizeof(text) - length, ", %zu others", count - TOLD);
    return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED,
                     "%" PRIu64 " more bytes pass a budget of %" PRIu64 ", of which %" PRIu64 " are used: %s", required,
                     budget->most, samrena_budget_used(budget), count ? text : "by nobody");
}
