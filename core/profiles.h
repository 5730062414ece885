// SPDX-License-Identifier: MIT
// What earlier runs told: profiles that were read, and the file that this run's is written to.
#ifndef SAMRENA_CORE_PROFILES_H
#define SAMRENA_CORE_PROFILES_H

#include "samrena.h"

/* The first time reads $SAMRENA_PROFILE. The label, which is in the list, learns from what was read of its name. */
void profiles_teach(SamrenaLabel *label);

/* For the end of the library, when all arenas that end by themselves have told their labels: writes that file, and
   shows what $SAMRENA_STATS asks for. A forked child that ends tells its own, with what it had from its parent. */
void profiles_end(void);

#endif
