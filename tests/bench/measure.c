// SPDX-License-Identifier: MIT
// What benchmarks measure with: time, page faults, resident memory, medians, and a histogram of latencies.
#define _GNU_SOURCE
#include "measure.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static double seconds_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double now_seconds(void) {
    return seconds_of(CLOCK_MONOTONIC);
}

double processor_seconds(void) {
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

long page_faults(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

/* A line of /proc/self/status, which tells KiB. */
static double status_mib(const char *name) {
    char line[256];
    double value = NAN;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtod(line + strlen(name), NULL) / 1024;
    if (file)
        fclose(file);
    return value;
}

double resident_mib(void) {
    return status_mib("VmRSS:");
}

double peak_mib(void) {
    return status_mib("VmHWM:");
}

void forget_peak(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file) {
        fputs("5", file);
        fclose(file);
    }
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, size_t count) {
    qsort(values, count, sizeof(values[0]), compare_doubles);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double quantile(const double *sorted, size_t count, double share) {
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (sorted[above] - sorted[below]) * (place - (double)below);
}

static double time_batch(void (*loop)(void *state, uint64_t turns), void *state, uint64_t turns) {
    double start = now_seconds();
    loop(state, turns);
    return now_seconds() - start;
}

double time_operations(void (*loop)(void *state, uint64_t turns), void *state, double operations) {
    enum { BATCHES = 15 };
    double batches[BATCHES];
    uint64_t turns = 1;
    while (time_batch(loop, state, turns) < 1e-3)
        turns *= 2;
    for (int i = 0; i < BATCHES; i++)
        batches[i] = time_batch(loop, state, turns);
    return median(batches, BATCHES) * 1e9 / ((double)turns * operations);
}

/* The upper end of a bucket; the inverse of histogram_bucket(). */
static uint64_t bucket_end(unsigned bucket) {
    unsigned octave = bucket / 16;
    return octave == 0 ? bucket : ((uint64_t)(16 + bucket % 16 + 1) << (octave - 1)) - 1;
}

uint64_t histogram_quantile(const Histogram *histogram, double quantile) {
    uint64_t wanted = (uint64_t)(quantile * (double)histogram->count);
    uint64_t seen = 0;
    for (unsigned i = 0; i < sizeof(histogram->buckets) / sizeof(histogram->buckets[0]); i++) {
        seen += histogram->buckets[i];
        if (seen > wanted)
            return bucket_end(i) < histogram->largest ? bucket_end(i) : histogram->largest;
    }
    return histogram->largest;
}

#if !defined(__x86_64__)
uint64_t ticks(void) {
    return (uint64_t)(now_seconds() * 1e9);
}
#endif

double seconds_per_tick(void) {
    double start = now_seconds();
    uint64_t first = ticks();
    while (now_seconds() - start < 0.02) {
    }
    uint64_t last = ticks();
    return (now_seconds() - start) / (double)(last - first);
}

void warm_up_memory(uint64_t bytes, bool huge) {
    unsigned char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    if (huge)
        madvise(memory, bytes, MADV_HUGEPAGE);
    if (madvise(memory, bytes, MADV_POPULATE_WRITE) != 0)
        for (uint64_t i = 0; i < bytes; i += 4096)
            memory[i] = 1;
    munmap(memory, bytes);
}

static void use(void *block) {
    *(volatile uint64_t *)block = 1;
}

void warm_up_heap(size_t pages) {
    enum { BLOCK = 4096 - 16 };
    void **blocks = malloc(pages * sizeof(blocks[0]));
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    for (size_t i = 0; blocks && i < pages; i++) {
        blocks[i] = malloc(BLOCK);
        use(blocks[i]);
    }
    for (size_t i = 0; blocks && i < pages; i++)
        free(blocks[i]);
    free(blocks);
}

void empty_caches(void) {
    enum { BYTES = 64 << 20, LINE = 64 };
    unsigned char *memory = malloc(BYTES);
    for (size_t i = 0; memory && i < BYTES; i += LINE)
        use(memory + i);
    free(memory);
}
