// SPDX-License-Identifier: MIT
// The inline pushes, for every window, size and alignment: what is handed out lies in the window and nowhere else, is
// aligned, and is handed out inline exactly where it fits.
#include "proof.h"

#include "samrena/compiler.h"

/* Proved for what a compiler knows and for what it does not. */
#undef SAMRENA_IS_KNOWN
#define SAMRENA_IS_KNOWN(value) any_bool()
#undef SAMRENA_OPAQUE
#define SAMRENA_OPAQUE(value) (void)0

#include "samrena.h"

static uint64_t slow_calls, slow_size, slow_alignment;

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment) {
    (void)arena;
    slow_calls++;
    slow_size = size;
    slow_alignment = alignment;
    return NULL;
}

static uint64_t number(const unsigned char *pointer) {
    return (uintptr_t)pointer;
}

/* As regions.c shows it: closed, or a piece of memory below 2^63. No memory ends at the last address. */
static SamrenaWindow any_window(void) {
    SamrenaWindow window = {(unsigned char *)any_u64(), (unsigned char *)any_u64(), (unsigned char *)any_u64()};
    uint64_t cursor = number(window.cursor), end = number(window.end), packed = number(window.packed);
    GIVEN(cursor % 8 == 0 && end % 16 == 0 && cursor <= end && end <= INT64_MAX);
    GIVEN(cursor == 0 ? end == 0 && packed < UINT64_MAX - 16 : packed <= cursor);
    return window;
}

static bool is_power(uint64_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

static bool is_of_case(uint64_t alignment) {
    switch (CASE) {
    case 1: return alignment < 8;
    case 2: return alignment == 8;
    case 3: return alignment == 16;
    case 4: return alignment > 16 && is_power(alignment);
    default: return alignment >= 8 && !is_power(alignment);
    }
}

int main(void) {
    const SamrenaWindow before = any_window();
    SamrenaWindow window = before;
    uint64_t size = any_u64(), alignment = any_u64();
    GIVEN(is_of_case(alignment));

    uint64_t cursor = number(before.cursor), packed = number(before.packed), end = number(before.end);
    bool small = alignment < 8;
    uint64_t whole = small ? size : (size + 7) & ~UINT64_C(7);
    uint64_t from = small && cursor - packed < 8 ? packed : cursor;
    uint64_t padding = (0 - from) & (alignment - 1);
    uint64_t start = small ? (from + (alignment - 1)) & ~(alignment - 1) : from + padding;
    uint64_t past = start + whole;
    bool fits =
        is_power(alignment) && before.cursor && size > 0 && size <= INT64_MAX && whole <= INT64_MAX && past <= end;
    /* Laws of unsigned arithmetic, which the solver would take minutes to find out by itself. */
    GIVEN(from + whole + padding == (from + padding) + whole);
    GIVEN(past - whole == start);

    unsigned char *block = samrena_push_aligned((Samrena *)&window, size, alignment);

    SHOW(slow_calls == (fits ? 0 : 1));
    SHOW(window.end == before.end);
    if (!fits) {
        SHOW(slow_size == size && slow_alignment == alignment);
        SHOW(window.cursor == before.cursor && window.packed == before.packed);
        return 0;
    }
    SHOW(number(block) == start);
    SHOW((start & (alignment - 1)) == 0 && start - from < alignment);
    SHOW(from <= start && start < past && past <= end); /* nothing wraps */
    SHOW(number(window.cursor) == ((past + 7) & ~UINT64_C(7)) && number(window.cursor) <= end);
    SHOW(small ? number(window.packed) == past : window.packed == before.packed || window.packed == window.cursor);
    return 0;
}
