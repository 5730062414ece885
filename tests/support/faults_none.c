// SPDX-License-Identifier: MIT
// Page faults where nobody counts them as Linux does.
#include "faults.h"

long faults_so_far(void) {
    return 0;
}

long faults_of_thread(void) {
    return 0;
}
