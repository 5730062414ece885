// SPDX-License-Identifier: MIT
// How much memory the machine can spare: asked before a large prefault, never learnt from being killed by one.
#ifndef SAMRENA_CORE_PRESSURE_H
#define SAMRENA_CORE_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Pressure {
    uint64_t spare;    /* bytes that can be made resident before something has to give; UINT64_MAX: nothing is known */
    bool stalled;      /* tasks are already waiting for memory: spare nothing */
    char decided[128]; /* what the answer rests on, for people: "MemAvailable", "memory.max of /a/b", "RLIMIT_DATA" */
} Pressure;

/* Reads afresh at every call. `root` is put before /proc and /sys, so that tests can show it made-up trees: "" for
   the real ones. What is missing or garbled counts as not known; it never fails. */
Pressure pressure_read(const char *root);

#endif
