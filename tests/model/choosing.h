// SPDX-License-Identifier: MIT
// Which operation comes next, and what holds around each. A run: operations_begin(), some operations, operations_end().
#ifndef SAMRENA_TESTS_MODEL_CHOOSING_H
#define SAMRENA_TESTS_MODEL_CHOOSING_H

#include "model.h"

typedef struct Operation {
    void (*run)(Model *model);
    const char *name;
    unsigned weight;
} Operation;

/* Drawn by weight. */
const Operation *draw_operation(Model *model);
/* By a number, any: each as likely as any other. */
const Operation *choose_operation(Model *model, unsigned number);

/* The arena, and another one that is foreign to it. */
void operations_begin(Model *model);
void operations_do(Model *model, const Operation *operation);
/* All that the model knows, which takes long. */
void operations_check(Model *model);
void operations_end(Model *model);

#endif
