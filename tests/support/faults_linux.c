// SPDX-License-Identifier: MIT
// Page faults as Linux counts them.
#define _GNU_SOURCE
#include <sys/resource.h>

#include "faults.h"

static long faults_of(int whose) {
    struct rusage usage;
    getrusage(whose, &usage);
    return usage.ru_minflt;
}

long faults_so_far(void) {
    return faults_of(RUSAGE_SELF);
}

long faults_of_thread(void) {
    return faults_of(RUSAGE_THREAD);
}
