// SPDX-License-Identifier: MIT
// Counts, and fails on demand, what the library and its plugins ask of the heap and of the kernel; counts what they ask
// of the environment.
//
// The program that links calls.c defines these functions itself, before the C library's.
#ifndef SAMRENA_TESTS_CALLS_H
#define SAMRENA_TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Calls {
    long heap;             /* malloc and its family, free not counted */
    long frees;            /* of non-NULL pointers */
    long kernel;           /* mmap, munmap, mprotect, madvise */
    long residence;        /* mincore */
    long populates;        /* of these, madvise(MADV_POPULATE_WRITE) of any bytes */
    long huge_advices;     /* of these, madvise(MADV_HUGEPAGE) */
    size_t huge_bytes;     /* that were advised so */
    long collapses;        /* of these, madvise(MADV_COLLAPSE) of any bytes */
    void *collapse_from;   /* of the first of them */
    size_t collapse_bytes; /* of all */
    long fail_heap_at;     /* the nth heap call from here on fails; 0: none */
    long fail_kernel_at;   /* likewise, with fail_errno */
    int fail_errno;
    int fail_populate; /* errno that every populate fails with; 0: none */
    int fail_collapse; /* likewise */
    /* What the system's settings on huge pages are said to be, in all sizes and in that of 2 MiB, "" for no such file.
       Both NULL: what they are; else collapses are only said to succeed. */
    const char *huge_setting;
    const char *huge_setting_2_mib;
    long environment; /* getenv */
} Calls;

extern Calls calls;

#endif
