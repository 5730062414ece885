// SPDX-License-Identifier: MIT
// The inline functions of the public header as real ones, for programs that cannot inline C.
#include <stdint.h>

#include "samrena/compiler.h"

typedef struct Samrena Samrena;
SAMRENA_API void *samrena_push(Samrena *arena, uint64_t size);
SAMRENA_API void *samrena_push_aligned(Samrena *arena, uint64_t size, uint64_t alignment);
SAMRENA_API void *samrena_push_array(Samrena *arena, uint64_t count, uint64_t size);
SAMRENA_API void *samrena_push_array_aligned(Samrena *arena, uint64_t count, uint64_t size, uint64_t alignment);

#define SAMRENA_INLINE SAMRENA_API
#include "samrena.h"
