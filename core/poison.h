// SPDX-License-Identifier: MIT
// Says what of a region is handed out to who watches it: AddressSanitizer and Valgrind's Memcheck, which report what
// touches the rest, or guard pages, which have it fault. The two are found at run time, whatever this library was built
// with: AddressSanitizer by its symbols, which the program brings along, Memcheck by client requests.
//
// Memcheck's requests for memory pools are not used: a rewind costs them a walk over every block of the pool, a pool in
// a block of another ends Valgrind's leak check, and what an arena holds at exit would count as leaked block by block.
#ifndef SAMRENA_CORE_POISON_H
#define SAMRENA_CORE_POISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address_sanitizer.h"
#include "atomic.h"
#include "compiler.h"
#include "guard.h"
#include "memcheck.h"

enum {
    JUNK = 0xdd,       /* what is taken back is filled with, where that is wanted and nobody looks */
    RED_ZONE = 16,     /* bytes before and behind each block that nothing may touch */
    POISON_GRANULE = 8 /* AddressSanitizer can tell where in 8 bytes a block ends, not where it begins */
};

/* Where it is NOT_WATCHED, what follows does nothing. */
typedef enum Watch { NOT_WATCHED, WATCHED_BY_CHECKER, WATCHED_BY_GUARDS } Watch;

/* Whether somebody looks, which does not change: 1: nobody; 2: somebody; 0: not asked yet. Memcheck alone answers this
   request; Valgrind's other tools do not. */
SAMRENA_NOINLINE static int poison_ask(atomic_int *known) {
    unsigned char probe = 0;
    uintptr_t answer = memcheck_request(MEMCHECK_DEFINED, (uintptr_t)&probe, sizeof(probe));
    int watched = 1 + (address_sanitizer_runs() || answer != 0);
    atomic_store_explicit(known, watched, memory_order_relaxed);
    return watched;
}

static inline bool poison_is_watched(void) {
    static atomic_int known;
    int watched = atomic_load_explicit(&known, memory_order_relaxed);
    return (watched ? watched : poison_ask(&known)) == 2;
}

/* Nobody may touch this. Returns how many of the first bytes can be touched all the same. */
static inline uint64_t poison(Watch watch, unsigned char *from, uint64_t size) {
    if (watch != WATCHED_BY_CHECKER)
        return watch == WATCHED_BY_GUARDS ? guard_close(from, size) : size;
    address_sanitizer_poison(from, (size_t)size);
    (void)memcheck_request(MEMCHECK_NO_ACCESS, (uintptr_t)from, (uintptr_t)size);
    return 0;
}

/* Around a read of poisoned memory by the library itself, in a function that is SAMRENA_UNCHECKED. */
static inline void poison_look_away(void) {
    (void)memcheck_request(VALGRIND_ERRORS, 1, 0);
}
static inline void poison_look_again(void) {
    (void)memcheck_request(VALGRIND_ERRORS, (uintptr_t)-1, 0);
}

/* Handed out, or given back to where it came from; what it holds is not known. False: the system does not let it be
   touched again. */
static inline bool unpoison(Watch watch, unsigned char *from, uint64_t size) {
    if (watch != WATCHED_BY_CHECKER)
        return watch != WATCHED_BY_GUARDS || guard_open(from, size);
    address_sanitizer_unpoison(from, (size_t)size);
    (void)memcheck_request(MEMCHECK_UNDEFINED, (uintptr_t)from, (uintptr_t)size);
    return true;
}

/* The adapter may touch bytes [from, to) of the region, of which nothing is handed out. */
static inline bool poison_lend(Watch watch, unsigned char *base, uint64_t from, uint64_t to) {
    if (watch == WATCHED_BY_GUARDS)
        from = guard_page_at(base, from);
    return unpoison(watch, base + from, to - from);
}

/* Back from poison_lend(). `used`: where the last block ends. All of the granule around `from` was opened, or the page.
 */
static inline void poison_lent(Watch watch, unsigned char *base, uint64_t used, uint64_t from, uint64_t to) {
    uint64_t opened = watch == WATCHED_BY_GUARDS ? guard_page_at(base, from) : from & ~(uint64_t)(POISON_GRANULE - 1);
    from = opened > used ? opened : used;
    (void)poison(watch, base + from, to > from ? to - from : 0);
}

#endif
