// SPDX-License-Identifier: MIT
// What the public headers need of a compiler or a system beyond C99 and C++11, and where those differ: the one place
// where they ask which it is. GCC, clang, clang-cl and MSVC; any other goes without what only makes code faster or
// finds mistakes.
#ifndef SAMRENA_COMPILER_H
#define SAMRENA_COMPILER_H

#if defined(__MINGW32__)
#include <stdio.h> /* __MINGW_PRINTF_FORMAT */
#endif

/* ---- What a shared object exports ----
 *
 * Each stands before the type. On Windows the library's own build defines SAMRENA_BUILDING; programs need no
 * dllimport for functions. */
#if defined(_WIN32)
#if defined(SAMRENA_BUILDING)
#define SAMRENA_API __declspec(dllexport)
#else
#define SAMRENA_API
#endif
#define SAMRENA_ADAPTER_VISIBLE __declspec(dllexport)
#define SAMRENA_ADAPTER_HIDDEN
#elif defined(__GNUC__)
#define SAMRENA_API __attribute__((visibility("default")))
#define SAMRENA_ADAPTER_VISIBLE __attribute__((visibility("default")))
#define SAMRENA_ADAPTER_HIDDEN __attribute__((visibility("hidden")))
#else
#define SAMRENA_API
#define SAMRENA_ADAPTER_VISIBLE
#define SAMRENA_ADAPTER_HIDDEN
#endif

/* ---- Speed ---- */

#if defined(__GNUC__) || defined(__clang__)
#define SAMRENA_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define SAMRENA_COLD __attribute__((cold))
/* Hides from the compiler how a value came about, as it would undo what was written for speed. */
#define SAMRENA_OPAQUE(value) __asm__("" : "+r"(value))
/* Whether the compiler knows a value; it need not. */
#define SAMRENA_IS_KNOWN(value) __builtin_constant_p(value)
#else
#define SAMRENA_LIKELY(condition) (condition)
#define SAMRENA_COLD
#define SAMRENA_OPAQUE(value) (void)0
#define SAMRENA_IS_KNOWN(value) 0
#endif

/* ---- Warnings ----
 *
 * Around what is written on purpose and clang has warnings for that no program can be rid of in another way: pointers
 * that are counted with, and classes whose functions are all inline. */
#if defined(__clang__)
#define SAMRENA_QUIET_BEGIN                                                                                            \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wunknown-warning-option\"")                  \
        _Pragma("clang diagnostic ignored \"-Wunsafe-buffer-usage\"")                                                  \
            _Pragma("clang diagnostic ignored \"-Wweak-vtables\"")
#define SAMRENA_QUIET_END _Pragma("clang diagnostic pop")
#else
#define SAMRENA_QUIET_BEGIN
#define SAMRENA_QUIET_END
#endif

/* ---- What C and C++ write differently ---- */

#if defined(__cplusplus)
#define SAMRENA_NULL nullptr
#define SAMRENA_CAST(type, value) static_cast<type>(value)
#define SAMRENA_ADDRESS(pointer) reinterpret_cast<uintptr_t>(pointer)
#define SAMRENA_POINTER(type, address) reinterpret_cast<type>(static_cast<uintptr_t>(address))
#else
#define SAMRENA_NULL NULL
#define SAMRENA_CAST(type, value) ((type)(value))
#define SAMRENA_ADDRESS(pointer) ((uintptr_t)(pointer))
#define SAMRENA_POINTER(type, address) ((type)(uintptr_t)(address))
#endif

/* ---- Declarations ---- */

/* Arguments are held against a format, as this library's own printf reads it. 0 in place of the first: a va_list. */
#if defined(__MINGW_PRINTF_FORMAT)
#define SAMRENA_PRINTF_FORMAT(format_index, first_argument)                                                            \
    __attribute__((format(__MINGW_PRINTF_FORMAT, format_index, first_argument)))
#elif defined(__GNUC__) || defined(__clang__)
#define SAMRENA_PRINTF_FORMAT(format_index, first_argument)                                                            \
    __attribute__((format(printf, format_index, first_argument)))
#else
#define SAMRENA_PRINTF_FORMAT(format_index, first_argument)
#endif

/* Before the type of a variable, also after `static`, where C++ takes no alignas. */
#if defined(__GNUC__) || defined(__clang__)
#define SAMRENA_ALIGNED(alignment) __attribute__((aligned(alignment)))
#elif defined(_MSC_VER)
#define SAMRENA_ALIGNED(alignment) __declspec(align(alignment))
#else
#define SAMRENA_ALIGNED(alignment) _Alignas(alignment)
#endif

/* Behind the name of a local variable: function(&variable) is called at the end of its block. MSVC has no such thing,
   and no macro of this name. */
#if defined(__GNUC__) || defined(__clang__)
#define SAMRENA_CLEANUP(function) __attribute__((cleanup(function), unused))
#endif

#if defined(__cplusplus)
#define SAMRENA_ALIGNOF(type) alignof(type)
#define SAMRENA_ABI_ASSERT(condition, text) static_assert(condition, text)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SAMRENA_ALIGNOF(type) _Alignof(type)
#define SAMRENA_ABI_ASSERT(condition, text) _Static_assert(condition, text)
#else
#if defined(_MSC_VER)
#define SAMRENA_ALIGNOF(type) __alignof(type)
#else
#define SAMRENA_ALIGNOF(type) __alignof__(type)
#endif
#define SAMRENA_ABI_ASSERT(condition, text) struct samrena_abi_assert_in_c11
#endif

#endif
