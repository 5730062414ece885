// SPDX-License-Identifier: MIT
// A table of labels for people.
#include "label_table.h"

#include <inttypes.h>

void label_table_head(FILE *stream) {
    fprintf(stream, "%-24s %10s %8s %12s %12s %12s %10s %10s %14s\n", "label", "arenas", "alive", "most", "median",
            "90 of 100", "calls", "faults", "bytes");
    fprintf(stream, "%-24s %10s %8s %12s %12s %12s %10s %10s %14s\n", "", "", "", "", "", "need", "", "avoided",
            "regretted");
}

/* What a terminal would obey is not told. */
static void print_name(FILE *stream, const char *name) {
    int width = 0;
    for (; *name; name++, width++)
        fputc((unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name, stream);
    fprintf(stream, "%*s", width < 24 ? 24 - width : 0, "");
}

void label_table_row(FILE *stream, const LabelRecord *record) {
    char advice[ADVICE_SIZE];
    label_record_advise(record, advice);
    print_name(stream, record->name);
    fprintf(stream, " %10" PRIu64 " %8" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64, record->arenas, record->alive,
            record->most, label_record_median(record), label_record_ninetieth(record));
    fprintf(stream, " %10" PRIu64 " %10" PRIu64 " %14" PRIu64 "\n", record->calls, record->avoided, record->regretted);
    fprintf(stream, "    %s\n", advice);
}
