// SPDX-License-Identifier: MIT
// The inline pushes as programs have compiled them in, since the window got its form: a copy, which is not to follow
// include/samrena.h. The test program compiles it with another compiler than the library, where there is one.
#include <stdbool.h>
#include <stdint.h>

#include "frozen.h"

typedef struct FrozenWindow {
    unsigned char *cursor;
    unsigned char *end;
    unsigned char *packed;
} FrozenWindow;

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment);

#define OPAQUE(value) __asm__("" : "+r"(value))

static inline void *push_packed(Samrena *arena, uint64_t size, uint64_t alignment) {
    FrozenWindow *window = (FrozenWindow *)(void *)arena;
    uint64_t cursor = (uintptr_t)window->cursor;
    uint64_t start = (uintptr_t)window->packed;
    if (!(cursor - start < 8)) {
        start = cursor;
        OPAQUE(start);
    }
    start = (start + (alignment - 1)) & ~(alignment - 1);
    uint64_t past = start + size;
    if ((0x16 >> alignment & 1) && (int64_t)size > 0 && past <= (uintptr_t)window->end) {
        window->packed = (unsigned char *)(uintptr_t)past;
        window->cursor = (unsigned char *)(uintptr_t)((past + 7) & ~UINT64_C(7));
        return (void *)(uintptr_t)start;
    }
    return samrena_push_slow(arena, size, alignment);
}

static inline void *push_aligned(Samrena *arena, uint64_t size, uint64_t alignment) {
    if (alignment < 8)
        return push_packed(arena, size, alignment);
    uint64_t rounded = (size + 7) & ~UINT64_C(7);
    if ((int64_t)rounded > 0 && (alignment & (alignment - 1)) == 0) {
        FrozenWindow *window = (FrozenWindow *)(void *)arena;
        uint64_t cursor = (uintptr_t)window->cursor;
        uint64_t past = cursor + rounded;
        bool by_size = alignment == 16 && __builtin_constant_p(rounded);
        if (by_size) {
            past = rounded & 8 ? past | 8 : (past + 8) & ~UINT64_C(8);
        } else if (alignment > 8) {
            OPAQUE(past);
            past += (alignment == 16 ? cursor : 0 - cursor) & (alignment - 1);
        }
        if (past <= (uintptr_t)window->end) {
            window->cursor = (unsigned char *)(uintptr_t)past;
            if (alignment == 8 && rounded == 8)
                window->packed = window->cursor;
            if (!by_size)
                return (void *)(uintptr_t)(past - rounded);
            OPAQUE(cursor);
            return (void *)(uintptr_t)(cursor + (cursor & 8));
        }
    }
    return samrena_push_slow(arena, size, alignment);
}

/* Most sizes and alignments of a program are constants, for which the compiler makes other code. */
void *frozen_push(Samrena *arena, uint64_t size, uint64_t alignment) {
    switch (alignment) {
    case 1: return push_aligned(arena, size, 1);
    case 4:
        return size == 4    ? push_aligned(arena, 4, 4)
               : size == 12 ? push_aligned(arena, 12, 4)
                            : push_aligned(arena, size, 4);
    case 8:
        return size == 8    ? push_aligned(arena, 8, 8)
               : size == 24 ? push_aligned(arena, 24, 8)
                            : push_aligned(arena, size, 8);
    case 16:
        switch (size) {
        case 1: return push_aligned(arena, 1, 16);
        case 8: return push_aligned(arena, 8, 16);
        case 24: return push_aligned(arena, 24, 16);
        case 64: return push_aligned(arena, 64, 16);
        default: return push_aligned(arena, size, 16);
        }
    case 64: return push_aligned(arena, size, 64);
    default: return push_aligned(arena, size, alignment);
    }
}
