// SPDX-License-Identifier: MIT
// C11's atomics for Valgrind's drd, which takes them for plain accesses: in a build whose compiler calls functions for
// them (-fno-inline-atomics) these stand before those of the compiler's library, and tell what is ordered by what. A
// relaxed access orders nothing.
#include <stdbool.h>
#include <stdint.h>
#include <valgrind/drd.h>

static void is_before(const volatile void *word, int order) {
    if (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST)
        ANNOTATE_HAPPENS_BEFORE(word);
}

static void is_after(const volatile void *word, int order) {
    if (order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME || order == __ATOMIC_ACQ_REL ||
        order == __ATOMIC_SEQ_CST)
        ANNOTATE_HAPPENS_AFTER(word);
}

/* Names of their own, and those of the compiler's library as symbols only: it knows them, and sees a recursion. */
#define LOAD(name, bytes, type)                                                                                        \
    type name##bytes(const volatile void *word, int order) __asm__("__atomic_" #name #bytes);                          \
    type name##bytes(const volatile void *word, int order) {                                                           \
        type value = __atomic_load_n((const volatile type *)word, __ATOMIC_SEQ_CST);                                   \
        is_after(word, order);                                                                                         \
        return value;                                                                                                  \
    }
#define STORE(name, bytes, type)                                                                                       \
    void name##bytes(volatile void *word, type value, int order) __asm__("__atomic_" #name #bytes);                    \
    void name##bytes(volatile void *word, type value, int order) {                                                     \
        is_before(word, order);                                                                                        \
        __atomic_store_n((volatile type *)word, value, __ATOMIC_RELEASE);                                              \
    }
#define CHANGE(name, bytes, type, builtin)                                                                             \
    type name##bytes(volatile void *word, type value, int order) __asm__("__atomic_" #name #bytes);                    \
    type name##bytes(volatile void *word, type value, int order) {                                                     \
        is_before(word, order);                                                                                        \
        type old = builtin((volatile type *)word, value, __ATOMIC_SEQ_CST);                                            \
        is_after(word, order);                                                                                         \
        return old;                                                                                                    \
    }
#define COMPARE(name, bytes, type)                                                                                     \
    bool name##bytes(volatile void *word, void *expected, type desired, int order,                                     \
                     int failed) __asm__("__atomic_" #name #bytes);                                                    \
    bool name##bytes(volatile void *word, void *expected, type desired, int order, int failed) {                       \
        is_before(word, order);                                                                                        \
        bool done = __atomic_compare_exchange_n((volatile type *)word, (type *)expected, desired, false,               \
                                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                                   \
        is_after(word, done ? order : failed);                                                                         \
        return done;                                                                                                   \
    }
#define OF_SIZE(bytes, type)                                                                                           \
    LOAD(load_, bytes, type)                                                                                           \
    STORE(store_, bytes, type)                                                                                         \
    CHANGE(exchange_, bytes, type, __atomic_exchange_n)                                                                \
    CHANGE(fetch_add_, bytes, type, __atomic_fetch_add)                                                                \
    CHANGE(fetch_sub_, bytes, type, __atomic_fetch_sub)                                                                \
    CHANGE(fetch_or_, bytes, type, __atomic_fetch_or)                                                                  \
    CHANGE(fetch_and_, bytes, type, __atomic_fetch_and)                                                                \
    COMPARE(compare_exchange_, bytes, type)

OF_SIZE(1, uint8_t)
OF_SIZE(2, uint16_t)
OF_SIZE(4, uint32_t)
OF_SIZE(8, uint64_t)
