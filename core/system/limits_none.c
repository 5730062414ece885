// SPDX-License-Identifier: MIT
// Systems whose words for a refusal are all that there is to tell.
#include "system.h"

SystemLimits system_limits(void) {
    return (SystemLimits){.text = ""};
}
