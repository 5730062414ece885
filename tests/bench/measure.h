// SPDX-License-Identifier: MIT
// What benchmarks measure with: time, page faults, resident memory, medians, and a histogram of latencies.
#ifndef SAMRENA_TESTS_MEASURE_H
#define SAMRENA_TESTS_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

double now_seconds(void);
double processor_seconds(void); /* of this process, in user and system mode */
long page_faults(void);

/* What is resident of this process now, and was at most since forget_peak(); NAN where the system does not tell. The
   kernel counts for each processor on its own, so both may be wrong by some tens of pages. */
double resident_mib(void);
double peak_mib(void);
void forget_peak(void);

/* Sorts `values`. */
double median(double *values, size_t count);

/* What `share`, 0 to 1, of the values do not pass. The values are sorted. */
double quantile(const double *sorted, size_t count, double share);

/* Nanoseconds an operation: `loop` does its work `turns` times, `operations` a turn. The median of some batches, each
   about a millisecond long, after a warm-up; a batch that another program interrupts does not count. */
double time_operations(void (*loop)(void *state, uint64_t turns), void *state, double operations);

/* Counts of ticks in buckets a sixteenth of an octave wide: quantiles to within 6 %, in a few kilobytes that stay in
   the cache however many samples there are. */
typedef struct Histogram {
    uint64_t buckets[64 * 16];
    uint64_t count;
    uint64_t largest;
} Histogram;

static inline unsigned histogram_bucket(uint64_t ticks) {
    unsigned octave = ticks < 16 ? 0 : 63 - (unsigned)__builtin_clzll(ticks) - 3;
    return ticks < 16 ? (unsigned)ticks : octave * 16 + (unsigned)(ticks >> (octave - 1) & 15);
}

static inline void histogram_add(Histogram *histogram, uint64_t ticks) {
    histogram->buckets[histogram_bucket(ticks)]++;
    histogram->count++;
    if (ticks > histogram->largest)
        histogram->largest = ticks;
}

/* The ticks that `quantile`, 0 to 1, of the samples do not pass. */
uint64_t histogram_quantile(const Histogram *histogram, double quantile);

/* Ticks of the processor's clock where it can be read in a few instructions, else nanoseconds. */
#if defined(__x86_64__)
static inline uint64_t ticks(void) {
    unsigned processor;
    return __builtin_ia32_rdtscp(&processor);
}
#else
uint64_t ticks(void);
#endif

double seconds_per_tick(void);

/* The heap comes to keep as many blocks of a page each, touched, for memory and for records of it, so that no fault
   falls into what is measured then. */
void warm_up_heap(size_t pages);

/* Fills them with something else: a small arena would be in them, a large one not. */
void empty_caches(void);

/* Populates as much memory and gives it back. What a virtual machine never touched, or gave back to its host long ago,
   costs a second a gigabyte more, and would be charged to whoever comes first. The pages have to be of the size that
   the measured phase will use: what was freed in one size is given out again in that size. */
void warm_up_memory(uint64_t bytes, bool huge);

#endif
