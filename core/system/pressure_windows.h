// SPDX-License-Identifier: MIT
// What Windows tells of memory, and what follows from it.
#ifndef SAMRENA_CORE_PRESSURE_WINDOWS_H
#define SAMRENA_CORE_PRESSURE_WINDOWS_H

#include "system.h"

/* Bytes; UINT64_MAX: not told, or no limit. */
typedef struct MemoryReading {
    uint64_t available;     /* physical memory that is free, or can be had without writing anything out */
    uint64_t working_set;   /* what the process has resident */
    uint64_t working_limit; /* the most that it may have, by its own choice or its job's */
    bool low;               /* the system itself says that memory is short */
} MemoryReading;

SystemPressure pressure_judge(const MemoryReading *reading);

#endif
