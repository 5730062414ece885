// SPDX-License-Identifier: MIT
// What is said to the compiler alone: GCC, clang, clang-cl and MSVC. What the public headers need of them too stands in
// samrena/compiler.h; one way a macro, so that nothing else of the core asks which compiler it is.
#ifndef SAMRENA_CORE_COMPILER_H
#define SAMRENA_CORE_COMPILER_H

#include <stdint.h>

#include "build_config.h"
#include "samrena/compiler.h"

/* SAMRENA_NOINLINE: for what is rare in a function that is not: it costs the common way no register.
   SAMRENA_ALWAYS_INLINE: for what is all of the common way, whatever the compiler thinks of its size.
   SAMRENA_UNCHECKED: for what reads memory that a checker keeps others from.
   SAMRENA_AT_END: declares a static function that is called where the library goes before the process does, and at
   exit, after all functions that the program has for that.
   SAMRENA_IN: before the type of a variable that a section of that name in the object's file is made of. */
#if defined(__GNUC__) || defined(__clang__)
#define SAMRENA_NOINLINE __attribute__((noinline))
#define SAMRENA_ALWAYS_INLINE inline __attribute__((always_inline))
#define SAMRENA_UNCHECKED __attribute__((no_sanitize("address")))
#define SAMRENA_AT_END(function) __attribute__((destructor(1000))) static void function(void)
#define SAMRENA_IN(name) __attribute__((section(name), used))
#elif defined(_MSC_VER)
#define SAMRENA_NOINLINE __declspec(noinline)
#define SAMRENA_ALWAYS_INLINE __forceinline
#define SAMRENA_UNCHECKED __declspec(no_sanitize_address)
#define SAMRENA_AT_END(function)                                                                                       \
    static inline void function(void) /* core/system/library_end_windows.c has another way */
#define SAMRENA_IN(name) __pragma(section(name, read)) __declspec(allocate(name))
#else
#define SAMRENA_NOINLINE
#define SAMRENA_ALWAYS_INLINE inline
#define SAMRENA_UNCHECKED
#define SAMRENA_AT_END(function) static inline void function(void) /* memory goes with the process */
#endif

/* Whether no other thread was ever started, where the C library tells: then counting needs no locked instruction. */
#ifdef HAVE_SINGLE_THREADED
#include <sys/single_threaded.h>
#define SAMRENA_IS_SINGLE_THREADED __libc_single_threaded
#else
#define SAMRENA_IS_SINGLE_THREADED 0
#endif

/* The position of the highest, or the lowest, bit of `value` that is set; it is not 0. */
#if defined(__GNUC__) || defined(__clang__)
static inline unsigned highest_bit(uint64_t value) {
    return 63 - (unsigned)__builtin_clzll(value);
}
static inline unsigned lowest_bit(uint64_t value) {
    return (unsigned)__builtin_ctzll(value);
}
#elif defined(_M_X64) || defined(_M_ARM64)
#include <intrin.h>
static inline unsigned highest_bit(uint64_t value) {
    unsigned long bit;
    _BitScanReverse64(&bit, value);
    return bit;
}
static inline unsigned lowest_bit(uint64_t value) {
    unsigned long bit;
    _BitScanForward64(&bit, value);
    return bit;
}
#else
static inline unsigned highest_bit(uint64_t value) {
    unsigned bit = 0;
    while (value >>= 1)
        bit++;
    return bit;
}
static inline unsigned lowest_bit(uint64_t value) {
    return highest_bit(value & (0 - value));
}
#endif

#endif
