// SPDX-License-Identifier: MIT
// What several arenas, of any thread, hold together: charged before an adapter is asked, given back after.
#ifndef SAMRENA_CORE_BUDGET_H
#define SAMRENA_CORE_BUDGET_H

#include "samrena.h"

/* What the arenas of one label hold of a budget; NULL stands for those that there was no heap memory to note. */
typedef struct BudgetShare BudgetShare;

/* An arena of that label, or of none, begins, and ends. Costs a step for each label in the budget. */
BudgetShare *budget_join(SamrenaBudget *budget, const SamrenaLabel *label);
void budget_leave(SamrenaBudget *budget, BudgetShare *share);

/* Bytes that may still be had. */
uint64_t budget_left(const SamrenaBudget *budget);

/* Charges `desired` bytes, or what is left of the budget, but no less than `required`; says how many. 0: not even those
   are left, and nothing was charged. */
uint64_t budget_charge(SamrenaBudget *budget, BudgetShare *share, uint64_t required, uint64_t desired);
/* What came without being asked for, and cannot be given back. */
void budget_charge_anyway(SamrenaBudget *budget, BudgetShare *share, uint64_t bytes);
void budget_give_back(SamrenaBudget *budget, BudgetShare *share, uint64_t bytes);

/* Sets the error of this thread: who holds how much of the budget, those with most first. Costs a step for each label.
 */
SamrenaError budget_refuse(SamrenaBudget *budget, uint64_t required);

#endif
