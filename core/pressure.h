// SPDX-License-Identifier: MIT
// What may be made resident: half of what the machine can spare, shared out among all who ask.
#ifndef SAMRENA_CORE_PRESSURE_H
#define SAMRENA_CORE_PRESSURE_H

#include "samrena.h"

/* For less than this nobody asks: reading what the machine can spare costs more than so little could hurt. */
#define PRESSURE_LEAST (UINT64_C(1) << 20)

/* How much of `bytes` may be made resident now; the log of that config hears where it is less. What the machine was
   read to spare is used again for some milliseconds, less what was admitted since: nobody is promised what somebody
   else was. Each admission has to be settled. Costs a hundred microseconds or two where the machine is read. */
uint64_t pressure_admit(const SamrenaConfig *config, uint64_t bytes);

/* What was admitted is resident, or never will be: from now on the next reading tells. */
void pressure_settle(uint64_t admitted);

#endif
