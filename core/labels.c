// SPDX-License-Identifier: MIT
// All labels that arenas were made for: a list that only grows, and what is known of each.
#include "labels.h"

#include "system/system.h"

/* The last one's next is itself: NULL is one that is in no list. */
static SamrenaLabel *newest;

void labels_add(SamrenaLabel *label) {
    SamrenaLabel *none = NULL, *older = __atomic_load_n(&newest, __ATOMIC_RELAXED);
    if (!__atomic_compare_exchange_n(&label->next, &none, label, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return;
    (void)system_pin(label);
    do
        __atomic_store_n(&label->next, older ? older : label, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&newest, &older, label, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
}
