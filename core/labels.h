// SPDX-License-Identifier: MIT
// All labels that arenas were made for: a list that only grows, and what is known of each.
#ifndef SAMRENA_CORE_LABELS_H
#define SAMRENA_CORE_LABELS_H

#include "label_record.h"
#include "atomic.h"
#include "samrena.h"

/* Whether it is in the list, or another thread is about to put it there. */
static inline bool labels_has(const SamrenaLabel *label) {
    return relaxed_load(&label->listed) != 0;
}

/* Puts it there, once. Whatever shared library it lies in stays loaded from now on. */
void labels_add(SamrenaLabel *label);

/* The label that was used last for the first time, and from there on each older one; NULL: there is no more. */
SamrenaLabel *labels_newest(void);
static inline SamrenaLabel *labels_older(const SamrenaLabel *label) {
    return label->next; /* written before the label could be found */
}

/* What it knows now. */
LabelRecord labels_record(const SamrenaLabel *label);

#endif
