// SPDX-License-Identifier: MIT
// What Valgrind's Memcheck is asked and told: instructions that change nothing, in an order that no compiler has a use
// for, which Valgrind takes for a request. They and its numbers are those of valgrind.h (Copyright (C) 2000-2017 Julian
// Seward, under a licence of the BSD kind), an interface that is kept. Standing here they make the library the same
// whether or not the machine that built it had that header.
#ifndef SAMRENA_CORE_MEMCHECK_H
#define SAMRENA_CORE_MEMCHECK_H

#include <stdint.h>

/* MEMCHECK_REQUEST(request, answer): `answer` stays as it is where Valgrind does not run. */
#if !defined(__GNUC__)
/* Valgrind does not run what such compilers make. */
#elif defined(__x86_64__) && !defined(__ILP32__)
#define MEMCHECK_REQUEST(request, answer)                                                                              \
    __asm__ volatile("rolq $3, %%rdi ; rolq $13, %%rdi ; rolq $61, %%rdi ; rolq $51, %%rdi ; xchgq %%rbx, %%rbx"       \
                     : "=d"(answer)                                                                                    \
                     : "a"(request), "0"(answer)                                                                       \
                     : "cc", "memory")
#elif defined(__i386__)
#define MEMCHECK_REQUEST(request, answer)                                                                              \
    __asm__ volatile("roll $3, %%edi ; roll $13, %%edi ; roll $29, %%edi ; roll $19, %%edi ; xchgl %%ebx, %%ebx"       \
                     : "=d"(answer)                                                                                    \
                     : "a"(request), "0"(answer)                                                                       \
                     : "cc", "memory")
#elif defined(__aarch64__) && !defined(__ILP32__)
#define MEMCHECK_REQUEST(request, answer)                                                                              \
    __asm__ volatile("mov x3, %1 ; mov x4, %2 ; ror x12, x12, #3 ; ror x12, x12, #13 ; ror x12, x12, #51 ; "           \
                     "ror x12, x12, #61 ; orr x10, x10, x10 ; mov %0, x3"                                              \
                     : "=r"(answer)                                                                                    \
                     : "r"(answer), "r"(request)                                                                       \
                     : "cc", "memory", "x3", "x4")
#elif defined(__arm__) && (!defined(__thumb__) || defined(__thumb2__))
#define MEMCHECK_REQUEST(request, answer)                                                                              \
    __asm__ volatile("mov r3, %1 ; mov r4, %2 ; mov r12, r12, ror #3 ; mov r12, r12, ror #13 ; "                       \
                     "mov r12, r12, ror #29 ; mov r12, r12, ror #19 ; orr r10, r10, r10 ; mov %0, r3"                  \
                     : "=r"(answer)                                                                                    \
                     : "r"(answer), "r"(request)                                                                       \
                     : "cc", "memory", "r3", "r4")
#elif defined(__s390x__)
#define MEMCHECK_REQUEST(request, answer)                                                                              \
    __asm__ volatile("lgr 2, %1 ; lgr 3, %2 ; lr 15, 15 ; lr 1, 1 ; lr 2, 2 ; lr 3, 3 ; lr 2, 2 ; lgr %0, 3"           \
                     : "=d"(answer)                                                                                    \
                     : "a"(request), "0"(answer)                                                                       \
                     : "cc", "memory", "2", "3")
#endif

#if defined(MEMCHECK_REQUEST)
#define HAVE_MEMCHECK 1
#else
#define HAVE_MEMCHECK 0
#define MEMCHECK_REQUEST(request, answer) ((void)(request))
#endif

enum {
    MEMCHECK_NO_ACCESS = 0x4d430000, /* Memcheck's own begin with "MC" */
    MEMCHECK_UNDEFINED,
    MEMCHECK_DEFINED,
    VALGRIND_ERRORS = 0x1801 /* reported from here on by as much more, -1, or less, 1 */
};

static inline uintptr_t memcheck_request(int number, uintptr_t first, uintptr_t second) {
    volatile uintptr_t request[6] = {(uintptr_t)number, first, second, 0, 0, 0};
    uintptr_t answer = 0;
    MEMCHECK_REQUEST(&request[0], answer);
    return answer;
}

#endif
