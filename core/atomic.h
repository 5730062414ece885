// SPDX-License-Identifier: MIT
// The atomic operations of C11, by their own names: the one page that a compiler without <stdatomic.h> has to have
// another one for. So that it can, types are written _Atomic(type), and each access is one of those operations.
//
// And words that threads share without order among them: fields of public structs, which cannot be _Atomic there.
#ifndef SAMRENA_CORE_ATOMIC_H
#define SAMRENA_CORE_ATOMIC_H

#include <stdatomic.h>
#include <stddef.h>

#include "compiler.h"

_Static_assert(sizeof(_Atomic(size_t)) == sizeof(size_t), "a word of a public struct is used as an atomic one");

static inline size_t relaxed_load(const size_t *word) {
    return atomic_load_explicit((const _Atomic(size_t) *)word, memory_order_relaxed);
}

static inline void relaxed_store(size_t *word, size_t value) {
    atomic_store_explicit((_Atomic(size_t) *)word, value, memory_order_relaxed);
}

static inline void relaxed_add_locked(size_t *word, size_t value) {
    (void)atomic_fetch_add_explicit((_Atomic(size_t) *)word, value, memory_order_relaxed);
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
    return atomic_exchange_explicit((_Atomic(size_t) *)word, value, memory_order_relaxed);
}

#endif
