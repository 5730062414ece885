// SPDX-License-Identifier: MIT
// malloc, calloc, realloc and free over an arena.
#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "compiler.h"
#include "error.h"
#include "heap.h"
#include "push.h"
#include "report.h"
#include "samrena/heap.h"

/* ---- Making ---- */

static Made make(Samrena *arena, const char *function, uint64_t count, uint64_t size) {
    Made made = {NULL, false};
    if (check_alive(arena, function))
        return made;
    SamrenaError error = heap_make(arena, count * size, 0, &made);
    if (error)
        (void)report_of(arena, error, "%s: %" PRIu64 " block%s of %" PRIu64 " bytes", function, count,
                        count == 1 ? "" : "s", size);
    return made;
}

SAMRENA_NOINLINE static void *make_slowly(Samrena *arena, uint64_t size) {
    return make(arena, "samrena_malloc", 1, size).block;
}

void *samrena_malloc(Samrena *arena, uint64_t size) {
    Heap *heap = arena ? arena->heaps.open : NULL;
    if (SAMRENA_LIKELY(heap && size <= SMALL_MOST - TAG_SIZE)) {
        uint64_t class = small_class(size + TAG_SIZE);
        uint64_t *unit = class < heap->classes ? small_take(&heap->tagged, class) : NULL;
        if (SAMRENA_LIKELY(unit))
            return block_with_tag(unit, heap->stamp | class);
    }
    return make_slowly(arena, size);
}

void *samrena_calloc(Samrena *arena, uint64_t count, uint64_t size) {
    if (size != 0 && count > UINT64_MAX / size) {
        if (!check_alive(arena, "samrena_calloc"))
            (void)report(arena,
                         error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                   "samrena_calloc: %" PRIu64 " blocks of %" PRIu64 " bytes are more than 2^64 bytes",
                                   count, size));
        return NULL;
    }
    Made made = make(arena, "samrena_calloc", count, size);
    if (made.block)
        push_clear(arena, made.block, count * size, made.fresh);
    return made.block;
}

/* ---- Taking back ---- */

SAMRENA_NOINLINE static void free_slowly(Samrena *arena, void *block) {
    Heap *heap;
    if (check_alive(arena, "samrena_free") || !block)
        return;
    SamrenaError error = heap_find(arena, "samrena_free", block, &heap);
    if (error)
        (void)report(arena, error);
    else
        heap_free(arena, heap, block);
}

/* The class is what the tag has more than the stamp, where it has that. */
void samrena_free(Samrena *arena, void *block) {
    Heap *heap = arena ? arena->heaps.newest : NULL;
    if (SAMRENA_LIKELY(heap && block)) {
        uint64_t *unit = (uint64_t *)block - 1;
        uint64_t class = *unit ^ heap->stamp;
        if (SAMRENA_LIKELY(class < heap->classes)) {
            small_put(&heap->tagged, unit, class);
            return;
        }
    }
    free_slowly(arena, block);
}

/* ---- Resizing ---- */

/* One that gets smaller may stay where it is. */
static SamrenaError move(Samrena *arena, Heap *heap, void *block, uint64_t size, void **moved) {
    Made made;
    uint64_t had = samrena_block_size(block);
    SamrenaError error = heap_make(arena, size, heap_headroom(had, size), &made);
    *moved = error && size <= had ? block : NULL;
    if (error)
        return *moved ? SAMRENA_OK : error;
    memcpy(made.block, block, (size_t)min_u64(had, size));
    heap_free(arena, heap, block);
    *moved = made.block;
    return SAMRENA_OK;
}

void *samrena_realloc(Samrena *arena, void *block, uint64_t size) {
    Heap *heap;
    if (!block)
        return samrena_malloc(arena, size);
    if (size == 0) {
        samrena_free(arena, block);
        return NULL;
    }
    if (check_alive(arena, "samrena_realloc"))
        return NULL;
    SamrenaError error = heap_find(arena, "samrena_realloc", block, &heap);
    if (error) {
        (void)report(arena, error);
        return NULL;
    }
    if (heap_resize_in_place(arena, heap, block, size))
        return block;
    error = move(arena, heap, block, size, &block);
    if (error)
        (void)report_of(arena, error, "samrena_realloc: a block of %" PRIu64 " bytes", size);
    return block;
}
