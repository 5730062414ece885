// SPDX-License-Identifier: MIT
// Holds any adapter to the contract of samrena/adapter.h: one check after another, each with contexts of its own.
//
// The checks call the adapter's operations with a host of their own and keep a model of what every byte must be; some
// then use it through the public API. An adapter that breaks its contract badly enough takes the process with it: who
// does not trust it runs the checks in a child, as samrena-adapter does.
#ifndef SAMRENA_CONFORMANCE_H
#define SAMRENA_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "samrena/adapter.h"

typedef enum ConformanceOutcome {
    CONFORMANCE_PASSED,
    CONFORMANCE_FAILED,
    CONFORMANCE_SKIPPED, /* the adapter, or this build, cannot take part; the message says why */
    CONFORMANCE_UNTESTED /* there was nothing to check: no context or no arena could be had; the message says why */
} ConformanceOutcome;

typedef struct ConformanceResult {
    const char *check; /* its name, a word */
    const char *about; /* what it holds the adapter to, a line */
    ConformanceOutcome outcome;
    const char *message; /* "" where it passed; valid during the report */
} ConformanceResult;

typedef struct ConformanceSubject {
    const SamrenaAdapter *adapter;
    const char *options;     /* as SamrenaConfig.adapter_options, checked already; NULL: none */
    const char *plugin_file; /* where the adapter was loaded from; NULL: linked into the program */
} ConformanceSubject;

typedef void (*ConformanceReport)(const ConformanceResult *result, void *user);

/* The checks are numbered from 0 to conformance_count() - 1. */
size_t conformance_count(void);
void conformance_run_one(const ConformanceSubject *subject, size_t check, ConformanceReport report, void *user);

/* What a check is called, for those who run it in another process. */
const char *conformance_name(size_t check);
const char *conformance_about(size_t check);
/* Whether it calls the adapter; the others read its descriptor and file alone. */
bool conformance_needs_context(size_t check);

/* All checks; returns how many failed. */
int conformance_run(const ConformanceSubject *subject, ConformanceReport report, void *user);

#endif
