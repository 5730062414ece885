// SPDX-License-Identifier: MIT
// Which of the names that there are somebody may have meant.
#include "closest_name.h"

#include <stdio.h>
#include <string.h>

static unsigned fewest(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Letters to be changed, put in, left out or exchanged with their neighbour: Damerau and Levenshtein's distance, row by
   row. Both are shorter than SAMRENA_ADAPTER_NAME_SIZE. */
static unsigned name_distance(const char *one, const char *other) {
    unsigned rows[3][SAMRENA_ADAPTER_NAME_SIZE];
    size_t length = strlen(other);
    for (size_t j = 0; j <= length; j++)
        rows[0][j] = (unsigned)j;
    size_t i = 0;
    for (; one[i]; i++) {
        unsigned *row = rows[(i + 1) % 3], *before = rows[i % 3], *earlier = rows[(i + 2) % 3];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < length; j++) {
            row[j + 1] = fewest(before[j] + (one[i] != other[j]), fewest(before[j + 1], row[j]) + 1);
            if (i > 0 && j > 0 && one[i] == other[j - 1] && one[i - 1] == other[j])
                row[j + 1] = fewest(row[j + 1], earlier[j - 1] + 1);
        }
    }
    return rows[i % 3][length];
}

/* What is given may be of any length; names that there are fit. */
void closest_name_look(ClosestName *closest, const char *name) {
    size_t length = strlen(closest->given);
    if (length >= SAMRENA_ADAPTER_NAME_SIZE)
        return;
    unsigned found = name_distance(closest->given, name);
    if (found > (length + 2) / 3 || (closest->name[0] && found >= closest->distance))
        return;
    closest->distance = found;
    snprintf(closest->name, sizeof(closest->name), "%s", name);
}
