// SPDX-License-Identifier: MIT
// What is known of one label: for tables, and for the next run.
#ifndef SAMRENA_CORE_LABEL_RECORD_H
#define SAMRENA_CORE_LABEL_RECORD_H

#include "sizes.h"

typedef struct LabelRecord {
    const char *name;
    uint64_t arenas;
    uint64_t alive;     /* of these; 0 in what is kept for the next run */
    uint64_t rounds;    /* in which something was pushed */
    uint64_t most;      /* bytes that one round came to */
    uint64_t calls;     /* of an adapter, for memory, by those that ended */
    uint64_t avoided;   /* page faults: pages that were prefaulted, and used then */
    uint64_t regretted; /* bytes that were taken and never used */
    Sizes sizes;        /* of the newest rounds */
} LabelRecord;

/* The line of code that would have reserved best, by the rule that labels go by. */
enum { ADVICE_SIZE = 96 };
void label_record_advise(const LabelRecord *record, char advice[ADVICE_SIZE]);

/* What 50, and 90, of 100 of the newest rounds were not above; 0: there was none. */
uint64_t label_record_median(const LabelRecord *record);
uint64_t label_record_ninetieth(const LabelRecord *record);

#endif
