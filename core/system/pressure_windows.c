// SPDX-License-Identifier: MIT
// What Windows can spare: physical memory, and what the process's working set may come to.
//
// Limits on commit, a job's above all, have had their say when the memory was got: making it resident commits no more.
#include "wide_windows.h"

#include "pressure_windows.h"

#include <psapi.h>
#include <stdio.h>

#include "checked_math.h"

/* ---- Judging ---- */

static void at_most(SystemPressure *pressure, uint64_t bytes, const char *what) {
    if (bytes < pressure->spare) {
        pressure->spare = bytes;
        snprintf(pressure->decided, sizeof(pressure->decided), "%s", what);
    }
}

SystemPressure pressure_judge(const MemoryReading *reading) {
    SystemPressure pressure = {.spare = UINT64_MAX, .stalled = reading->low, .decided = "nothing is known"};
    at_most(&pressure, reading->available, "available physical memory");
    if (reading->working_limit != UINT64_MAX && reading->working_set != UINT64_MAX)
        at_most(&pressure, reading->working_limit - min_u64(reading->working_set, reading->working_limit),
                "the limit of the working set");
    return pressure;
}

/* ---- Reading ---- */

static bool system_is_low(void) {
    BOOL low = FALSE;
    HANDLE notification = CreateMemoryResourceNotification(LowMemoryResourceNotification);
    if (!notification)
        return false;
    (void)QueryMemoryResourceNotification(notification, &low);
    CloseHandle(notification);
    return low;
}

/* What a process asked for itself is a limit only where it said so; its job's always is. */
static uint64_t working_limit(void) {
    SIZE_T least, most;
    DWORD flags;
    JOBOBJECT_BASIC_LIMIT_INFORMATION job;
    uint64_t limit = UINT64_MAX;
    if (GetProcessWorkingSetSizeEx(GetCurrentProcess(), &least, &most, &flags) &&
        (flags & QUOTA_LIMITS_HARDWS_MAX_ENABLE))
        limit = most;
    if (QueryInformationJobObject(NULL, JobObjectBasicLimitInformation, &job, sizeof(job), NULL) &&
        (job.LimitFlags & JOB_OBJECT_LIMIT_WORKINGSET))
        limit = min_u64(limit, job.MaximumWorkingSetSize);
    return limit;
}

SystemPressure system_pressure(const char *root) {
    MEMORYSTATUSEX memory = {.dwLength = sizeof(memory)};
    PROCESS_MEMORY_COUNTERS process = {.cb = sizeof(process)};
    (void)root;
    MemoryReading reading = {
        .available = GlobalMemoryStatusEx(&memory) ? memory.ullAvailPhys : UINT64_MAX,
        .working_set = K32GetProcessMemoryInfo(GetCurrentProcess(), &process, sizeof(process)) ? process.WorkingSetSize
                                                                                               : UINT64_MAX,
        .working_limit = working_limit(),
        .low = system_is_low(),
    };
    return pressure_judge(&reading);
}
