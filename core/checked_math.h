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

static inline uint64_t double_saturating(uint64_t value) {
    return add_saturating(value, value);
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

#endif
