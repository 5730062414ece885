// SPDX-License-Identifier: MIT
// Words that threads share without order among them: fields of public structs, which cannot be _Atomic there.
#ifndef SAMRENA_CORE_RELAXED_H
#define SAMRENA_CORE_RELAXED_H

#include <stddef.h>

#include "compiler.h"

#if !defined(__GNUC__)
#include <stdatomic.h>
#endif

static inline size_t relaxed_load(const size_t *word) {
#if defined(__GNUC__)
    return __atomic_load_n(word, __ATOMIC_RELAXED);
#else
    return atomic_load_explicit((const _Atomic size_t *)word, memory_order_relaxed);
#endif
}

static inline void relaxed_store(size_t *word, size_t value) {
#if defined(__GNUC__)
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
#else
    atomic_store_explicit((_Atomic size_t *)word, value, memory_order_relaxed);
#endif
}

static inline void relaxed_add_locked(size_t *word, size_t value) {
#if defined(__GNUC__)
    (void)__atomic_fetch_add(word, value, __ATOMIC_RELAXED);
#else
    (void)atomic_fetch_add_explicit((_Atomic size_t *)word, value, memory_order_relaxed);
#endif
}

/* Cheaper; of two threads that meet one may lose its count. */
static inline void relaxed_add_loosely(size_t *word, size_t value) {
    relaxed_store(word, relaxed_load(word) + value);
}

/* No count is lost. */
static inline void relaxed_add(size_t *word, size_t value) {
    if (SAMRENA_IS_SINGLE_THREADED)
        relaxed_add_loosely(word, value);
    else
        relaxed_add_locked(word, value);
}

/* Of several threads one gets what was there before. */
static inline size_t relaxed_exchange(size_t *word, size_t value) {
#if defined(__GNUC__)
    return __atomic_exchange_n(word, value, __ATOMIC_RELAXED);
#else
    return atomic_exchange_explicit((_Atomic size_t *)word, value, memory_order_relaxed);
#endif
}

#endif
