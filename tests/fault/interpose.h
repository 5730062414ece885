// SPDX-License-Identifier: MIT
// Fails, by its number, one of the calls that the library makes of the heap, the kernel, the file system, the dynamic
// linker and the threads; and counts what it took and gave back.
//
// The program that links interpose.c defines these functions itself, before the C library's, for all that it loads.
// Calls count between fault_arm() and fault_disarm(), those of any thread, and those that the C library makes of itself
// for them.
#ifndef SAMRENA_TESTS_FAULT_INTERPOSE_H
#define SAMRENA_TESTS_FAULT_INTERPOSE_H

#include <stdbool.h>

typedef enum FaultCall {
    FAULT_MALLOC,
    FAULT_CALLOC,
    FAULT_REALLOC,
    FAULT_ALIGNED_ALLOC, /* and posix_memalign */
    FAULT_MMAP,
    FAULT_MUNMAP,
    FAULT_MPROTECT,
    FAULT_MADVISE,
    FAULT_MINCORE,
    FAULT_OPEN,
    FAULT_FOPEN,
    FAULT_FSTAT, /* and stat, lstat */
    FAULT_READ,  /* and pread */
    FAULT_WRITE,
    FAULT_CLOSE, /* the file is closed all the same */
    FAULT_MKSTEMP,
    FAULT_RENAME,
    FAULT_SCANDIR,
    FAULT_REALPATH, /* and readlink */
    FAULT_DLOPEN,
    FAULT_DLSYM,
    FAULT_DLADDR,
    FAULT_PTHREAD_CREATE,
    FAULT_THREADS, /* what else is made for threads: keys and what they hold, conditions, attributes */
    FAULT_LIMITS,  /* getrlimit, sysinfo, sched_getaffinity */
    FAULT_CALLS
} FaultCall;

enum { FAULT_ERRORS_MOST = 8 };

typedef struct FaultKind {
    const char *name;
    int errors[FAULT_ERRORS_MOST]; /* that the system may well answer, the likeliest first; up to the first 0 */
} FaultKind;
extern const FaultKind fault_kinds[FAULT_CALLS];

/* How many of a kind's errors there are; one where it has no errno. */
int fault_errors(FaultCall call);

typedef struct Fault {
    long at;           /* the number of the call that fails; 0: none */
    int error;         /* with which of its kind's errors */
    bool from_then_on; /* and all later ones of its kind */
} Fault;

/* Calls count from 1. */
void fault_begin(const Fault *fault);
void fault_arm(void);
void fault_disarm(void);

/* Since fault_begin(). */
long fault_made(void);
bool fault_met(FaultCall *call); /* whether the call was made, and which it was */
int fault_errno(void);           /* what it failed with */
long fault_made_of(FaultCall call);

/* Of the process. */
long fault_blocks(void); /* of the heap, that were not freed */
long fault_mapped(void); /* bytes: mapped less unmapped; what unmapping refused counts as unmapped */

#endif
