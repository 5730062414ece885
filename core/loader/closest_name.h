// SPDX-License-Identifier: MIT
// Which of the names that there are somebody may have meant.
#ifndef SAMRENA_CORE_LOADER_CLOSEST_NAME_H
#define SAMRENA_CORE_LOADER_CLOSEST_NAME_H

#include "samrena/adapter.h"

typedef struct ClosestName {
    const char *given;
    char name[SAMRENA_ADAPTER_NAME_SIZE]; /* "": none is close */
    unsigned distance;                    /* of `name` */
} ClosestName;

/* Looks at one more name: it is kept if it is closer than those before, and close enough to be meant: a letter in three
   may be wrong, missing or too much, and two that changed places count as one. */
void closest_name_look(ClosestName *closest, const char *name);

#endif
