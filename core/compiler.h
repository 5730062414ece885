// SPDX-License-Identifier: MIT
// What is said to the compiler alone.
#ifndef SAMRENA_CORE_COMPILER_H
#define SAMRENA_CORE_COMPILER_H

/* For what is rare in a function that is not: it costs the common way no register. And for what is all of the common
   way, whatever the compiler thinks of its size. */
#if defined(__GNUC__)
#define SAMRENA_NOINLINE __attribute__((noinline))
#define SAMRENA_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define SAMRENA_NOINLINE
#define SAMRENA_ALWAYS_INLINE inline
#endif

/* Whether no other thread was ever started, where the C library tells: then counting needs no locked instruction. */
#define SAMRENA_IS_SINGLE_THREADED 0
#if defined(__has_include)
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#undef SAMRENA_IS_SINGLE_THREADED
#define SAMRENA_IS_SINGLE_THREADED __libc_single_threaded
#endif
#endif

/* For what reads memory that a checker keeps others from. */
#if defined(__GNUC__)
#define SAMRENA_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define SAMRENA_UNCHECKED
#endif

#endif
