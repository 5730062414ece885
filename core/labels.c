// SPDX-License-Identifier: MIT
// All labels that arenas were made for: a list that only grows, and what is known of each.
#include "labels.h"

#include <string.h>

#include "atomic.h"
#include "error.h"
#include "label_table.h"
#include "learn.h"
#include "system/system.h"

static _Atomic(SamrenaLabel *) newest_label;

void labels_add(SamrenaLabel *label) {
    if (relaxed_exchange(&label->listed, 1) != 0) /* GCOVR_EXCL_BR_LINE: another thread was first */
        return;
    (void)system_pin(label);
    SamrenaLabel *older = atomic_load(&newest_label);
    do
        label->next = older;
    while (!atomic_compare_exchange_weak(&newest_label, &older, label));
}

SamrenaLabel *labels_newest(void) {
    return atomic_load(&newest_label);
}

LabelRecord labels_record(const SamrenaLabel *label) {
    uint64_t ended = relaxed_load(&label->ended), arenas = relaxed_load(&label->arenas);
    LabelRecord record = {.name = label->name,
                          .arenas = max_u64(arenas, ended),
                          .alive = arenas - min_u64(ended, arenas),
                          .rounds = relaxed_load(&label->rounds),
                          .most = relaxed_load(&label->most),
                          .calls = relaxed_load(&label->calls),
                          .avoided = relaxed_load(&label->avoided),
                          .regretted = relaxed_load(&label->regretted)};
    (void)learn_get_sizes(label, &record.sizes);
    return record;
}

/* Oldest first: a stable order, whatever comes later. NULL: before the oldest. */
static const SamrenaLabel *used_after(const SamrenaLabel *label, const SamrenaLabel *last) {
    while (labels_older(last) != label)
        last = labels_older(last);
    return last;
}

static bool tell_record(const LabelRecord *record, SamrenaLabelCallback callback, void *user) {
    char advice[ADVICE_SIZE];
    label_record_advise(record, advice);
    SamrenaLabelInfo info = {.struct_size = sizeof(info),
                             .name = record->name,
                             .arenas = record->arenas,
                             .alive = record->alive,
                             .rounds = record->rounds,
                             .most = record->most,
                             .median = label_record_median(record),
                             .ninetieth = label_record_ninetieth(record),
                             .adapter_calls = record->calls,
                             .faults_avoided = record->avoided,
                             .regretted = record->regretted,
                             .advice = advice};
    return callback(&info, user);
}

SamrenaError samrena_labels_each(SamrenaLabelCallback callback, void *user) {
    if (!callback)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_labels_each: the callback is NULL");
    const SamrenaLabel *last = labels_newest();
    bool goes_on = true;
    for (const SamrenaLabel *told = NULL; told != last && goes_on;) {
        told = used_after(told, last);
        LabelRecord record = labels_record(told);
        goes_on = tell_record(&record, callback, user);
    }
    return SAMRENA_OK;
}

SamrenaError samrena_labels_print(FILE *stream) {
    if (!stream)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_labels_print: the stream is NULL");
    const SamrenaLabel *last = labels_newest();
    label_table_head(stream);
    for (const SamrenaLabel *told = NULL; told != last;) {
        told = used_after(told, last);
        LabelRecord record = labels_record(told);
        label_table_row(stream, &record);
    }
    return stream_check(stream, "samrena_labels_print");
}
