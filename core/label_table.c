// SPDX-License-Identifier: MIT
// A table of labels for people.
#include "label_table.h"

#include <inttypes.h>

enum { NAME_WIDTH = 24 };

/* Two lines a label, of 79 columns. */
void label_table_head(FILE *stream) {
    static const char *const lines[][6] = {{"label", "arenas", "alive", "most", "median", "90 of 100"},
                                           {"", "calls", "", "faults", "bytes", "need"},
                                           {"", "", "", "avoided", "regretted", ""}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        fprintf(stream, "%-*s %8s %6s %12s %12s %12s\n", NAME_WIDTH, lines[i][0], lines[i][1], lines[i][2], lines[i][3],
                lines[i][4], lines[i][5]);
}

/* What a terminal would obey is not told. */
static void print_name(FILE *stream, const char *name) {
    int width = 0;
    for (; *name; name++, width++)
        fputc((unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name, stream);
    fprintf(stream, "%*s", width < NAME_WIDTH ? NAME_WIDTH - width : 0, "");
}

void label_table_row(FILE *stream, const LabelRecord *record) {
    char advice[ADVICE_SIZE];
    label_record_advise(record, advice);
    print_name(stream, record->name);
    fprintf(stream, " %8" PRIu64 " %6" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", record->arenas,
            record->alive, record->most, label_record_median(record), label_record_ninetieth(record));
    fprintf(stream, "%*s %8" PRIu64 " %6s %12" PRIu64 " %12" PRIu64 "\n", NAME_WIDTH, "", record->calls, "",
            record->avoided, record->regretted);
    fprintf(stream, "    %s\n", advice);
}
