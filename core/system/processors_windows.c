// SPDX-License-Identifier: MIT
// Processors on Windows: what affinity and the job's share leave. How many threads want one now is not told.
#include "wide_windows.h"

#include "processors_windows.h"

#include "checked_math.h"
#include "system.h"

/* ---- Judging ---- */

static uint64_t count_bits(uint64_t bits) {
    uint64_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

/* What is no whole processor is none to spare. */
uint64_t processors_judge(const ProcessorReading *reading) {
    uint64_t usable = reading->affinity ? count_bits(reading->affinity) : reading->machine;
    if (reading->job_rate > 0 && reading->machine > 0)
        usable = min_u64(usable, reading->machine * reading->job_rate / 10000);
    return max_u64(usable, 1);
}

/* ---- Reading ---- */

static uint64_t job_rate(void) {
    const DWORD capped = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION told;
    if (!QueryInformationJobObject(NULL, JobObjectCpuRateControlInformation, &told, sizeof(told), NULL))
        return 0;
    return (told.ControlFlags & capped) == capped ? told.CpuRate : 0;
}

uint64_t system_processors(const char *root) {
    DWORD_PTR affinity, machine;
    (void)root;
    ProcessorReading reading = {
        .affinity = GetProcessAffinityMask(GetCurrentProcess(), &affinity, &machine) ? affinity : 0,
        .machine = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS),
        .job_rate = job_rate(),
    };
    return processors_judge(&reading);
}

uint64_t system_running(const char *root) {
    (void)root;
    return 0;
}
