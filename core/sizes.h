// SPDX-License-Identifier: MIT
// What sizes came up how often: a histogram of eighth octaves that forgets, and what follows from it for the next one.
//
// 192 classes from 288 bytes to 4 GiB; a class holds what is above the one before and up to its own top. Each has one
// byte of count, several of them in a word, so that all are summed and halved in a few steps.
#ifndef SAMRENA_CORE_SIZES_H
#define SAMRENA_CORE_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checked_math.h"
#include "compiler.h"

enum {
    SIZE_CLASSES = 192,
    SIZES_IN_A_WORD = sizeof(size_t),
    SIZES_WORDS = SIZE_CLASSES / SIZES_IN_A_WORD,
    SIZES_REMEMBERED = 64, /* where so many are counted, all counts are halved */
    SIZES_ENOUGH = 4,      /* fewer of one run say nothing */
    SIZES_USUAL = 4 << 10, /* what an arena takes at first where nothing is known */
    SIZE_SMALLEST_OCTAVE = 8
};

typedef struct Sizes {
    size_t words[SIZES_WORDS];
} Sizes;

/* 0 counts as 1, what is above 4 GiB as that. */
static inline unsigned size_class(uint64_t size) {
    uint64_t last = max_u64(size, (UINT64_C(1) << SIZE_SMALLEST_OCTAVE) + 1) - 1;
    unsigned octave = highest_bit(last);
    unsigned eighth = (unsigned)(last >> (octave - 3)) & 7;
    unsigned found = (octave - SIZE_SMALLEST_OCTAVE) * 8 + eighth;
    return found < SIZE_CLASSES ? found : SIZE_CLASSES - 1;
}

/* The largest size of that class. */
static inline uint64_t size_class_top(unsigned size_class) {
    return (uint64_t)(8 + size_class % 8 + 1) << (size_class / 8 + SIZE_SMALLEST_OCTAVE - 3);
}

static inline unsigned sizes_shift(unsigned size_class) {
    return size_class % SIZES_IN_A_WORD * 8;
}

static inline unsigned sizes_count(const Sizes *sizes, unsigned size_class) {
    return (unsigned)(sizes->words[size_class / SIZES_IN_A_WORD] >> sizes_shift(size_class)) & 0xff;
}

/* Each count of a word halved. */
static inline size_t sizes_halved(size_t word) {
    return (word >> 1) & ((size_t)-1 / 0xff * 0x7f);
}

/* Sums of counts are kept in pairs of bytes: of two bytes each, which are then added up. */
static inline size_t sizes_in_pairs(size_t word) {
    const size_t every_other_byte = (size_t)-1 / 0xffff * 0xff;
    return (word & every_other_byte) + ((word >> 8) & every_other_byte);
}

static inline unsigned sizes_sum_of_pairs(size_t pairs) {
    return (unsigned)(pairs * ((size_t)-1 / 0xffff) >> (sizeof(size_t) - 2) * 8);
}

unsigned sizes_total(const Sizes *sizes);

/* What `other` counted is counted as well; where that is too much for a count, all are halved. */
void sizes_merge(Sizes *sizes, const Sizes *other);

/* Halves until no more than are remembered are counted. */
void sizes_settle(Sizes *sizes);

typedef struct Quantiles {
    unsigned low, middle, upper, high; /* classes: of 25, 50, 75 and 90 of 100 */
} Quantiles;

/* `total` is that of the sizes, and not 0. */
Quantiles sizes_quantiles(const Sizes *sizes, unsigned total);

/* What the next arena takes at first, as classes + 1; 0: as where nothing is known. */
typedef struct SizePlan {
    unsigned first;
    unsigned prefault; /* of it, as that much will surely be used */
    unsigned rest;     /* what those come to that outgrow it; 0: that differs */
} SizePlan;

static inline uint64_t size_plan_bytes(unsigned planned) {
    return planned ? size_class_top(planned - 1) : 0;
}

/* Narrow, 90 of 100 within one and a half of the median, and that within twice of what 25 are below: what 90 need, in
   one region. Wide: what 75 need, but no more than a quarter above the median, nor than twice of what 25 are below, and
   doubling from there. So a quarter at most use less than half of the first region, and the waste stays as without, for
   the regions that are saved. Nothing where that is no more than an arena takes anyway. Those that outgrow it, where
   they come to much the same, get the rest at once. `total` is that of the sizes, and not 0. */
SizePlan sizes_plan(const Sizes *sizes, unsigned total);

/* Whether the newest sizes, a class in each byte, are close to one another. */
bool sizes_are_close(size_t newest);

/* Whether they are, where few of all are: a new phase has begun. Then the others are forgotten. */
bool sizes_forget(Sizes *sizes, unsigned total, size_t newest);

#endif
