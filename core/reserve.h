// SPDX-License-Identifier: MIT
// What came of a reserve, in words.
#ifndef SAMRENA_CORE_RESERVE_H
#define SAMRENA_CORE_RESERVE_H

#include <stdint.h>

/* `reason` is a SamrenaReserveReason. */
const char *reserve_reason_text(int32_t reason);

#endif
