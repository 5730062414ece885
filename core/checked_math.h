// SPDX-License-Identifier: MIT
// Arithmetic on sizes that cannot wrap unseen.
#ifndef SAMRENA_CORE_CHECKED_MATH_H
#define SAMRENA_CORE_CHECKED_MATH_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t min_u64(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static inline uint64_t add_saturating(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t multiply_saturating(uint64_t a, uint64_t b) {
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static inline bool is_power_of_two(uint64_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

/* `alignment` is a power of two. Rounding up saturates at the largest multiple. */
static inline uint64_t round_down(uint64_t value, uint64_t alignment) {
    return value & ~(alignment - 1);
}

static inline uint64_t round_up(uint64_t value, uint64_t alignment) {
    return round_down(add_saturating(value, alignment - 1), alignment);
}

/* The position of the highest, or the lowest, bit of `value` that is set; it is not 0. */
#if defined(__GNUC__)
static inline unsigned highest_bit(uint64_t value) {
    return 63 - (unsigned)__builtin_clzll(value);
}
static inline unsigned lowest_bit(uint64_t value) {
    return (unsigned)__builtin_ctzll(value);
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
