// SPDX-License-Identifier: MIT
// What is known of one label, and what follows from it for who writes the program.
#include "label_record.h"

#include <inttypes.h>
#include <stdio.h>

/* From here on prefaulting is worth a call. */
#define LEAST_RESERVE (UINT64_C(64) << 10)

/* No class's top is above what came up at most. */
static uint64_t bytes_of(const LabelRecord *record, unsigned size_class) {
    uint64_t top = size_class_top(size_class);
    return record->most > 0 && record->most < top ? record->most : top;
}

uint64_t label_record_median(const LabelRecord *record) {
    unsigned total = sizes_total(&record->sizes);
    return total ? bytes_of(record, sizes_quantiles(&record->sizes, total).middle) : 0;
}

uint64_t label_record_ninetieth(const LabelRecord *record) {
    unsigned total = sizes_total(&record->sizes);
    return total ? bytes_of(record, sizes_quantiles(&record->sizes, total).high) : 0;
}

void label_record_advise(const LabelRecord *record, char advice[ADVICE_SIZE]) {
    unsigned total = sizes_total(&record->sizes);
    SizePlan plan = total ? sizes_plan(&record->sizes, total) : (SizePlan){0};
    uint64_t first = size_plan_bytes(plan.first), sure = size_plan_bytes(plan.prefault);
    if (total == 0)
        snprintf(advice, ADVICE_SIZE, "nothing yet: no arena has ended");
    else if (first == 0)
        snprintf(advice, ADVICE_SIZE, "nothing: doubling does well");
    else if (sure > 0 && first >= LEAST_RESERVE)
        snprintf(advice, ADVICE_SIZE, "samrena_reserve_with_growth(arena, %" PRIu64 ", %" PRIu64 ");", sure, first);
    else
        snprintf(advice, ADVICE_SIZE, "config.initial_size = %" PRIu64 ";", first);
}
