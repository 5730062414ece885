// SPDX-License-Identifier: MIT
// What is said to the compiler alone.
#ifndef SAMRENA_CORE_COMPILER_H
#define SAMRENA_CORE_COMPILER_H

/* For what is rare in a function that is not: it costs the common way no register. */
#if defined(__GNUC__)
#define SAMRENA_NOINLINE __attribute__((noinline))
#else
#define SAMRENA_NOINLINE
#endif

/* For what reads memory that a checker keeps others from. */
#if defined(__GNUC__)
#define SAMRENA_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define SAMRENA_UNCHECKED
#endif

#endif
