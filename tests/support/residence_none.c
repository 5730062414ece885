// SPDX-License-Identifier: MIT
// Pages on systems that tell nothing about them.
#include "residence.h"

bool residence_is_told(void) {
    return false;
}

bool pages_can_be_discarded(void) {
    return false;
}
