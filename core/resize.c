// SPDX-License-Identifier: MIT
// Another size for a block that was pushed already.
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "checked_math.h"
#include "error.h"
#include "poison.h"
#include "push.h"
#include "regions.h"
#include "report.h"
#include "splice.h"

/* A block of the arena's own memory, not of a part. */
static bool in_place(Samrena *arena, Position block, uint64_t old_size, uint64_t new_size) {
    uint64_t end = block.used + old_size;
    bool last = parts_lie_behind(arena, block) ? false
                : block.region == arena->regions.current
                    ? regions_ends_last(arena, old_size, end)
                    : new_size < old_size && region_used(arena) <= arena->red_zone &&
                          regions_step_back(arena, block.region, old_size, end);
    if (last && (new_size <= old_size || push_make_room(arena, end, new_size - old_size, push_growth(arena, 0)))) {
        regions_resize_last(arena, block.used, end, block.used + new_size);
        return true;
    }
    return !last && new_size <= old_size;
}

/* A block that grew once grows again: where memory has to be got for it, it is twice as much, whatever the growth
   policy. A million steps of a byte then copy no more than a few times its size. */
static void *copy(Samrena *arena, const unsigned char *block, uint64_t old_size, uint64_t new_size,
                  uint64_t alignment) {
    void *larger = NULL;
    PushGrowth growth = push_growth(arena, double_saturating(new_size));
    SamrenaError error = push_block(arena, new_size, alignment, growth, &larger);
    if (error) {
        (void)report_of(arena, error, "a block of %" PRIu64 " bytes resized to %" PRIu64, old_size, new_size);
        return NULL;
    }
    if (old_size > 0)
        memcpy(larger, block, (size_t)old_size);
    return larger;
}

static void *resize(Samrena *arena, const char *function, void *ptr, uint64_t old_size, uint64_t new_size,
                    uint64_t alignment) {
    Position block;
    if (check_alive(arena, function))
        return NULL;
    const Samrena *holder = parts_find_block(arena, ptr, old_size, &block);
    if (!holder && old_size == 0) /* an empty block may lie anywhere, also where memory was given back since */
        return ptr && new_size == 0 ? ptr : samrena_push_aligned(arena, new_size, alignment);
    if (!holder) {
        (void)report(arena,
                     error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                               "%s: the %" PRIu64 " bytes at %p are no block of this arena", function, old_size, ptr));
        return NULL;
    }
    bool stays = holder == arena ? in_place(arena, block, old_size, new_size) : new_size <= old_size;
    void *resized = stays ? ptr : copy(arena, ptr, old_size, new_size, alignment);
    uint64_t kept = stays ? new_size : 0;
    if (resized && kept < old_size && arena_is_watched(holder)) /* who still has the old pointer is told */
        (void)poison(WATCHED_BY_CHECKER, (unsigned char *)ptr + kept, old_size - kept);
    regions_check(arena);
    return resized;
}

void *samrena_resize(Samrena *arena, void *ptr, uint64_t old_size, uint64_t new_size) {
    return resize(arena, "samrena_resize", ptr, old_size, new_size, SAMRENA_DEFAULT_ALIGNMENT);
}

void *samrena_resize_aligned(Samrena *arena, void *ptr, uint64_t old_size, uint64_t new_size, uint64_t alignment) {
    if (is_power_of_two(alignment))
        return resize(arena, "samrena_resize_aligned", ptr, old_size, new_size, alignment);
    if (!check_alive(arena, "samrena_resize_aligned"))
        (void)report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                      "samrena_resize_aligned: an alignment of %" PRIu64 ": expected a power of two",
                                      alignment));
    return NULL;
}
