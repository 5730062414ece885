// SPDX-License-Identifier: MIT
// Arithmetic on sizes, for every value, against arithmetic of more bits than can wrap.
#include "checked_math.h"
#include "proof.h"

typedef unsigned __int128 Wide;

static uint64_t saturated(Wide value) {
    return value > UINT64_MAX ? UINT64_MAX : (uint64_t)value;
}

static void sums(uint64_t a, uint64_t b) {
    SHOW(add_saturating(a, b) == saturated((Wide)a + b));
    SHOW(double_saturating(a) == saturated((Wide)a * 2));
    SHOW(min_u64(a, b) == (a <= b ? a : b) && max_u64(a, b) == (a >= b ? a : b));
}

static void multiples(uint64_t value, uint32_t bit) {
    GIVEN(bit < 64);
    uint64_t alignment = UINT64_C(1) << bit, down = round_down(value, alignment), up = round_up(value, alignment);
    uint64_t largest = 0 - alignment;
    SHOW(is_power_of_two(alignment));
    SHOW(is_power_of_two(value) == (value != 0 && value == (value & (0 - value))));
    SHOW((down & (alignment - 1)) == 0 && down <= value && value - down < alignment);
    SHOW((up & (alignment - 1)) == 0);
    SHOW(value > largest ? up == largest : up >= value && up - value < alignment);
}

int main(void) {
    uint64_t a = any_u64(), b = any_u64();
    sums(a, b);
    multiples(a, any_u32());
    return 0;
}
