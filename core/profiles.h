// SPDX-License-Identifier: MIT
// What earlier runs told: profiles that were read, and the file that this run's is written to.
#ifndef SAMRENA_CORE_PROFILES_H
#define SAMRENA_CORE_PROFILES_H

#include "samrena.h"

/* The first time reads $SAMRENA_PROFILE. The label, which is in the list, learns from what was read of its name. */
void profiles_teach(SamrenaLabel *label);

#endif
