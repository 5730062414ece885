// SPDX-License-Identifier: MIT
// What the frozen inline pushes are called as.
#ifndef SAMRENA_TESTS_FROZEN_H
#define SAMRENA_TESTS_FROZEN_H

#include <stdint.h>

typedef struct Samrena Samrena;

void *frozen_push(Samrena *arena, uint64_t size, uint64_t alignment);

#endif
