// SPDX-License-Identifier: MIT
// What a benchmark tells: tables that read well as text and as Markdown, and rows of CSV.
#include "report.h"

#include <math.h>
#include <stdlib.h>

void report_open_csv(Bench *bench) {
    if (!bench->csv_path)
        return;
    bench->csv = fopen(bench->csv_path, "w");
    if (!bench->csv) {
        perror(bench->csv_path);
        exit(1);
    }
    fprintf(bench->csv, "program,question,candidate,unit,median,lower_quartile,upper_quartile,ratio,ratio_lower,"
                        "ratio_upper\n");
}

static void csv_spread(FILE *file, Spread spread) {
    if (isnan(spread.median))
        fprintf(file, ",,,");
    else
        fprintf(file, ",%.6g,%.6g,%.6g", spread.median, spread.lower, spread.upper);
}

void report_csv_row(Bench *bench, const char *question, const char *candidate, const char *unit, Spread value,
                    Spread ratio) {
    if (!bench->csv)
        return;
    fprintf(bench->csv, "%s,\"%s\",\"%s\",%s", bench->name, question, candidate, unit);
    csv_spread(bench->csv, value);
    csv_spread(bench->csv, ratio);
    fprintf(bench->csv, "\n");
}

/* Three digits are what a noisy machine can tell. */
static const char *number(char *text, size_t size, double value) {
    snprintf(text, size, value < 100 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
    return text;
}

static void print_row(const Bench *bench, const Question *question, const char *candidate) {
    char middle[32], lower[32], upper[32], quartiles[80];
    Spread value = spread_of(bench, question, candidate);
    Spread ratio = ratio_of(bench, question, candidate, question->reference);
    number(lower, sizeof(lower), value.lower);
    snprintf(quartiles, sizeof(quartiles), "%s to %s", lower, number(upper, sizeof(upper), value.upper));
    printf("| %-30s | %12s | %22s | %6.2f | %.2f to %.2f |\n", candidate, number(middle, sizeof(middle), value.median),
           quartiles, ratio.median, ratio.lower, ratio.upper);
}

void report_question(Bench *bench, const Question *question) {
    printf("\n## %s\n\n", question->title);
    printf("| %-30s | %12s | %22s | %6s | %-12s |\n", "", question->unit, "quartiles", "ratio", "quartiles");
    printf("| %-30s | %12s | %22s | %6s | %-12s |\n", ":---", "---:", "---:", "---:", "---:");
    for (int i = 0; i < question->candidate_count; i++) {
        const char *candidate = question->candidates[i].name;
        if (question->skipped[i])
            continue;
        print_row(bench, question, candidate);
        report_csv_row(bench, question->title, candidate, question->unit, spread_of(bench, question, candidate),
                       ratio_of(bench, question, candidate, question->reference));
    }
    printf("\nMedians of %d rounds with quartiles; the ratio is over \"%s\".\n", bench->rounds, question->reference);
    for (int i = 0; i < question->candidate_count; i++)
        if (question->skipped[i])
            printf("skipped: %s (%s)\n", question->candidates[i].name, question->skipped[i]);
    fflush(stdout);
}

static const char *verdict(const Figure *figure) {
    if (isnan(figure->value.median))
        return "not measured";
    double value = figure->value.median;
    return (figure->at_most ? value <= figure->bound : value >= figure->bound) ? "reached" : "MISSED";
}

void report_figures(const Bench *bench) {
    if (bench->figure_count == 0)
        return;
    printf("\n## Figures: %s\n\n", bench->name);
    printf("| %-88s | %8s | %-16s | %-14s | %-12s |\n", "figure", "measured", "quartiles", "must reach", "");
    printf("| %-88s | %8s | %-16s | %-14s | %-12s |\n", ":---", "---:", ":---", ":---", ":---");
    for (int i = 0; i < bench->figure_count; i++) {
        const Figure *figure = &bench->figures[i];
        char middle[40] = "-", quartiles[80] = "-";
        if (!isnan(figure->value.median)) {
            snprintf(middle, sizeof(middle), "%.2f", figure->value.median);
            snprintf(quartiles, sizeof(quartiles), "%.2f to %.2f", figure->value.lower, figure->value.upper);
        }
        printf("| %-88s | %8s | %-16s | %s %-5.2f | %-12s |\n", figure->what, middle, quartiles,
               figure->at_most ? "at most " : "at least", figure->bound, verdict(figure));
    }
}
