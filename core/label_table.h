// SPDX-License-Identifier: MIT
// A table of labels for people.
#ifndef SAMRENA_CORE_LABEL_TABLE_H
#define SAMRENA_CORE_LABEL_TABLE_H

#include <stdio.h>

#include "label_record.h"

void label_table_head(FILE *stream);
/* Two lines of numbers, and below it the line of code. */
void label_table_row(FILE *stream, const LabelRecord *record);

#endif
