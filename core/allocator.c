// SPDX-License-Identifier: MIT
// An arena's heap in one function, for owners who know the sizes of their blocks: small ones have no tags.
#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "compiler.h"
#include "error.h"
#include "heap.h"
#include "poison.h"
#include "push.h"
#include "regions.h"
#include "report.h"
#include "samrena/heap.h"

/* What is larger is a block with a tag; where a checker watches, all are pushes. */
static inline bool is_small(uint64_t size) {
    return size - 1 < SMALL_MOST;
}

/* ---- Making ---- */

static SamrenaError make_without_header(Samrena *arena, uint64_t size, uint64_t headroom, void **made) {
    Heap *heap;
    uint64_t *unit = NULL;
    Made large = {NULL, false};
    if (arena_is_watched(arena))
        return push_block(arena, size, SAMRENA_DEFAULT_ALIGNMENT, push_growth(arena, 0), made);
    if (!is_small(size)) {
        SamrenaError error = heap_make(arena, size, headroom, &large);
        *made = large.block;
        return error;
    }
    SamrenaError error = heap_open(arena, &heap);
    if (!error)
        error = heap_make_small(arena, heap, &heap->plain, small_class(size), &unit);
    *made = unit;
    return error;
}

SAMRENA_NOINLINE static void *make_block_slowly(Samrena *arena, uint64_t size) {
    void *made = NULL;
    if (check_alive(arena, "samrena_allocator"))
        return NULL;
    SamrenaError error = make_without_header(arena, size, 0, &made);
    if (error)
        (void)report_of(arena, error, "samrena_allocator: a block of %" PRIu64 " bytes", size);
    return made;
}

static inline void *make_block(Samrena *arena, uint64_t size) {
    Heap *heap = arena ? arena->heaps.open : NULL;
    uint64_t class = small_class(size);
    void *block = heap && is_small(size) && class < heap->classes ? small_take(&heap->plain, class) : NULL;
    return SAMRENA_LIKELY(block) ? block : make_block_slowly(arena, size);
}

/* ---- Taking back ---- */

/* What came with samrena_splice(), or is being taken back, goes before the heap does that would have it. */
static bool lasts(const Samrena *arena, const void *block, uint64_t size) {
    Position position;
    return arena->now.state == ALIVE && regions_find_block(arena, block, size, &position);
}

SAMRENA_NOINLINE static void give_back_slowly(Samrena *arena, void *block, uint64_t size) {
    Heap *heap;
    if (check_alive(arena, "samrena_allocator") || size == 0)
        return;
    if (arena_is_watched(arena)) {
        (void)samrena_resize(arena, block, size, 0);
    } else if (!is_small(size)) {
        SamrenaError error = heap_find(arena, "samrena_allocator", block, &heap);
        if (error)
            (void)report(arena, error);
        else
            heap_free(arena, heap, block);
    } else if (arena->heaps.newest && lasts(arena, block, size)) {
        if (regions_spoil(arena))
            memset(block, JUNK, (size_t)size);
        small_put(&arena->heaps.newest->plain, block, small_class(size));
    }
}

/* Into the newest heap, whichever it is from: a block from before a mark is then lost when that is rewound to. */
static inline void give_back(Samrena *arena, void *block, uint64_t size) {
    Heap *heap = arena ? arena->heaps.newest : NULL;
    uint64_t class = small_class(size);
    bool all_last = heap && arena->now.state == ALIVE && !arena->parts.newest;
    if (SAMRENA_LIKELY(all_last && is_small(size) && class < heap->classes))
        small_put(&heap->plain, block, class);
    else
        give_back_slowly(arena, block, size);
}

/* ---- Resizing ---- */

/* Whether the block has the new size where it lies. *error: it is none. */
static bool stays(Samrena *arena, void *block, uint64_t old_size, uint64_t new_size, SamrenaError *error) {
    Heap *heap;
    *error = SAMRENA_OK;
    if (is_small(old_size) || is_small(new_size))
        return is_small(old_size) && is_small(new_size) && small_class(old_size) == small_class(new_size);
    *error = heap_find(arena, "samrena_allocator", block, &heap);
    return !*error && heap_resize_in_place(arena, heap, block, new_size);
}

/* Who makes a block smaller does not expect to fail. */
SAMRENA_NOINLINE static void *resize_block(Samrena *arena, void *block, uint64_t old_size, uint64_t new_size) {
    void *made = NULL;
    SamrenaError error;
    if (check_alive(arena, "samrena_allocator"))
        return NULL;
    if (old_size == 0) {
        (void)report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                      "samrena_allocator: %p cannot be resized without its old size", block));
        return NULL;
    }
    if (arena_is_watched(arena))
        return samrena_resize(arena, block, old_size, new_size);
    if (stays(arena, block, old_size, new_size, &error))
        return block;
    if (error && new_size > old_size)
        (void)report(arena, error);
    if (error)
        return new_size > old_size ? NULL : block;
    error = make_without_header(arena, new_size, heap_headroom(old_size, new_size), &made);
    if (error && new_size <= old_size)
        return block;
    if (error) {
        (void)report_of(arena, error, "samrena_allocator: a block of %" PRIu64 " bytes resized to %" PRIu64, old_size,
                        new_size);
        return NULL;
    }
    memcpy(made, block, (size_t)min_u64(old_size, new_size));
    give_back(arena, block, old_size);
    return made;
}

void *samrena_allocator(void *context, void *block, size_t old_size, size_t new_size) {
    Samrena *arena = context;
    if (!block)
        return new_size > 0 ? make_block(arena, new_size) : NULL;
    if (new_size > 0)
        return resize_block(arena, block, old_size, new_size);
    give_back(arena, block, old_size);
    return NULL;
}
