// SPDX-License-Identifier: MIT
// What Windows tells of processors, and what follows from it.
#ifndef SAMRENA_CORE_PROCESSORS_WINDOWS_H
#define SAMRENA_CORE_PROCESSORS_WINDOWS_H

#include <stdint.h>

typedef struct ProcessorReading {
    uint64_t affinity; /* a bit for each that the process may use; 0: it is in several groups of processors */
    uint64_t machine;  /* processors in all groups; 0: not told */
    uint64_t job_rate; /* what the job may use of the machine, in ten thousandths; 0: any */
} ProcessorReading;

uint64_t processors_judge(const ProcessorReading *reading);

#endif
