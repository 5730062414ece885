// SPDX-License-Identifier: MIT
// What the proofs share: any value of a type, what is taken for granted, and what is to be shown. CBMC reads these
// files; no compiler does. What run.sh has to know of each stands in the file beside it that ends in .proof.
#ifndef SAMRENA_TESTS_PROOF_H
#define SAMRENA_TESTS_PROOF_H

#include <stdbool.h>
#include <stdint.h>

bool any_bool(void);
uint8_t any_u8(void);
uint32_t any_u32(void);
uint64_t any_u64(void);

#define GIVEN(condition) __CPROVER_assume(condition)
#define SHOW(condition) __CPROVER_assert(condition, #condition)

#endif
