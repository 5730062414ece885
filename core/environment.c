// SPDX-License-Identifier: MIT
// Choices that an operator makes by an environment variable.
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/system.h"

static int find_choice(const EnvironmentChoice *choice, const char *value) {
    for (int i = 0; i < choice->count; i++)
        if (strcmp(value, choice->values[i]) == 0)
            return i;
    fprintf(stderr, "samrena: %s=%s is ignored: expected", choice->name, value);
    for (int i = 0; i < choice->count; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : i + 1 < choice->count ? "," : " or", choice->values[i]);
    fprintf(stderr, "\n");
    return 0;
}

int environment_read_choice(EnvironmentChoice *choice) {
    char *text;
    if (!system_environment(choice->name, &text))
        return 0; /* it is asked for again the next time */
    int value = text && *text ? find_choice(choice, text) : 0;
    free(text);
    atomic_store_explicit(&choice->known, value + 1, memory_order_relaxed);
    return value;
}
