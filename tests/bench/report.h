// SPDX-License-Identifier: MIT
// What a benchmark tells: tables that read well as text and as Markdown, and rows of CSV.
#ifndef SAMRENA_TESTS_REPORT_H
#define SAMRENA_TESTS_REPORT_H

#include "bench.h"

void report_open_csv(Bench *bench);
void report_question(Bench *bench, const Question *question);
void report_figures(const Bench *bench);
void report_csv_row(Bench *bench, const char *question, const char *candidate, const char *unit, Spread value,
                    Spread ratio);

#endif
