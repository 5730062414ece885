// SPDX-License-Identifier: MIT
// All labels that arenas were made for: a list that only grows, and what is known of each.
#ifndef SAMRENA_CORE_LABELS_H
#define SAMRENA_CORE_LABELS_H

#include "samrena.h"

/* Whether it is in the list, or another thread is about to put it there. */
static inline bool labels_has(const SamrenaLabel *label) {
#if defined(__GNUC__)
    return __atomic_load_n(&label->next, __ATOMIC_RELAXED);
#else
    return *(SamrenaLabel *const volatile *)&label->next;
#endif
}

/* Puts it there; the library that it lies in stays loaded from now on. */
void labels_add(SamrenaLabel *label);

#endif
