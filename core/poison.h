// SPDX-License-Identifier: MIT
// Tells AddressSanitizer and Valgrind's Memcheck what of a region is handed out, so that they report what touches the
// rest. Both are found at run time, whatever this library was built with: AddressSanitizer by its symbols, which the
// program brings along, Memcheck by client requests, where the build had its headers.
//
// All calls but the first are made for arenas that are watched, and only for those.
#ifndef SAMRENA_CORE_POISON_H
#define SAMRENA_CORE_POISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "build_config.h"

#ifdef HAVE_MEMCHECK
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_NOACCESS(from, size) 0
#define VALGRIND_MAKE_MEM_UNDEFINED(from, size) 0
#define VALGRIND_MAKE_MEM_DEFINED(from, size) 0
#define VALGRIND_CREATE_MEMPOOL(pool, red_zone, zeroed) ((void)0)
#define VALGRIND_DESTROY_MEMPOOL(pool) ((void)0)
#define VALGRIND_MEMPOOL_ALLOC(pool, block, size) ((void)0)
#define VALGRIND_MEMPOOL_FREE(pool, block) ((void)0)
#define VALGRIND_MEMPOOL_TRIM(pool, from, size) ((void)0)
#define VALGRIND_MEMPOOL_CHANGE(pool, from, to, size) ((void)0)
#endif

#if defined(__GNUC__)
__attribute__((weak)) void __asan_poison_memory_region(const volatile void *from, size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void *from, size_t size);
#define ADDRESS_SANITIZER_RUNS (__asan_poison_memory_region && __asan_unpoison_memory_region)
#else
#define __asan_poison_memory_region(from, size) ((void)0)
#define __asan_unpoison_memory_region(from, size) ((void)0)
#define ADDRESS_SANITIZER_RUNS false
#endif

enum {
    RED_ZONE = 16,     /* bytes before and behind each block that nothing may touch */
    POISON_GRANULE = 8 /* AddressSanitizer can tell where in 8 bytes a block ends, not where it begins */
};

/* Whether somebody would look. Memcheck alone answers this request; Valgrind's other tools do not. */
static inline bool poison_is_watched(void) {
    unsigned char probe = 0;
    return ADDRESS_SANITIZER_RUNS || VALGRIND_MAKE_MEM_DEFINED(&probe, sizeof(probe)) != 0;
}

static inline void poison(const unsigned char *from, uint64_t size) {
    if (ADDRESS_SANITIZER_RUNS)
        __asan_poison_memory_region(from, (size_t)size);
    (void)VALGRIND_MAKE_MEM_NOACCESS(from, size);
}

static inline void unpoison(const unsigned char *from, uint64_t size) {
    if (ADDRESS_SANITIZER_RUNS)
        __asan_unpoison_memory_region(from, (size_t)size);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(from, size);
}

/* A new region, of which nothing is handed out yet. For Memcheck each region is a pool of its own. */
static inline void poison_region(const unsigned char *base, uint64_t size) {
    VALGRIND_CREATE_MEMPOOL(base, 0, 0);
    poison(base, size);
}

/* The region goes back to where it came from. */
static inline void poison_forget_region(const unsigned char *base, uint64_t size) {
    VALGRIND_DESTROY_MEMPOOL(base);
    unpoison(base, size);
}

static inline void poison_hand_out(const unsigned char *base, const unsigned char *block, uint64_t size) {
    (void)base;
    unpoison(block, size);
    VALGRIND_MEMPOOL_ALLOC(base, block, size);
}

/* One block shrinks or grows in place. */
static inline void poison_resize(const unsigned char *base, const unsigned char *block, uint64_t old_size,
                                 uint64_t new_size) {
    (void)base;
    VALGRIND_MEMPOOL_CHANGE(base, block, block, new_size);
    if (new_size < old_size)
        poison(block + new_size, old_size - new_size);
    else
        unpoison(block + old_size, new_size - old_size);
}

/* One block, of which there is a copy elsewhere now. */
static inline void poison_block(const unsigned char *base, const unsigned char *block, uint64_t size) {
    (void)base;
    VALGRIND_MEMPOOL_FREE(base, block);
    poison(block, size);
}

/* All blocks of the region from offset `from` up to `to`, where the last one ended. */
static inline void poison_take_back(const unsigned char *base, uint64_t from, uint64_t to) {
    VALGRIND_MEMPOOL_TRIM(base, base, from);
    poison(base + from, to - from);
}

#endif
