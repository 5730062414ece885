// SPDX-License-Identifier: MIT
// The slow path of every push: what the window is too small for.
#include <inttypes.h>
#include <string.h>

#include "checked_math.h"
#include "error.h"
#include "poison.h"
#include "push.h"
#include "regions.h"
#include "supply.h"

/* Bytes from offset `used` of the region to where a block would start: the red zone, if any, and up to the next
   multiple of `alignment`. */
static uint64_t padding_at(const Samrena *arena, const Region *region, uint64_t used, uint64_t alignment) {
    uintptr_t earliest = (uintptr_t)region->memory.base + (uintptr_t)(used + arena->red_zone);
    return arena->red_zone + ((0 - earliest) & (alignment - 1));
}

static bool fits(const Samrena *arena, uint32_t index, uint64_t size, uint64_t alignment) {
    const Region *region = &arena->regions[index];
    uint64_t used = region_used_at(arena, index);
    uint64_t left = region_usable(region) - used;
    uint64_t padding = padding_at(arena, region, used, alignment);
    return padding <= left && size + arena->red_zone <= left - padding;
}

/* The current region, or else the first spare one that holds the bytes. Mostly that is the next one; what all were
   searched for in vain is not searched for again, so that growing stays constant in time. */
static uint32_t find_region(Samrena *arena, uint64_t size, uint64_t alignment) {
    if (fits(arena, arena->current, size, alignment))
        return arena->current;
    if (size > arena->largest_spare)
        return NO_REGION;
    uint64_t largest = 0;
    for (uint32_t i = arena->current + 1; i < arena->region_count; i++) {
        if (fits(arena, i, size, alignment))
            return i;
        largest = max_u64(largest, region_usable(&arena->regions[i]));
    }
    arena->largest_spare = largest;
    return NO_REGION;
}

/* What growth would like to add to an arena of that capacity for a push of `size`. */
static uint64_t wanted(const Samrena *arena, uint64_t size, uint64_t capacity, bool rescue) {
    uint64_t allocated = arena_allocated(arena);
    uint64_t step = growth_step(&arena->growth, allocated, capacity);
    if (rescue) {
        uint64_t total = max_u64(multiply_saturating(add_saturating(allocated, size), 2), arena->growth.hint);
        step = total - min_u64(total, capacity);
    }
    uint64_t allowed = round_up(arena->limit - allocated, SAMRENA_REGION_ALIGNMENT);
    return min_u64(min_u64(step, allowed), round_down(PTRDIFF_MAX, SAMRENA_REGION_ALIGNMENT));
}

static SamrenaError check_limit(const Samrena *arena, uint64_t needed) {
    uint64_t allocated = arena_allocated(arena);
    if (needed <= arena->limit - allocated)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED,
                     "a push that needs %" PRIu64 " bytes: %" PRIu64 " of the arena's limit of %" PRIu64
                     " are allocated already",
                     needed, allocated, arena->limit);
}

/* A push that the limit forbids must not grow the arena first: what padding may come to is checked before. */
static SamrenaError grow_newest(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue) {
    if (!newest_may_grow(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    const Region *newest = &arena->regions[arena->newest];
    uint64_t used = region_used_at(arena, arena->newest);
    uint64_t padding = padding_at(arena, newest, used, alignment);
    uint64_t needed = add_saturating(padding + size, arena->red_zone);
    uint64_t required = round_up(needed - (region_usable(newest) - used), SAMRENA_REGION_ALIGNMENT);
    if (required > PTRDIFF_MAX)
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaError error = check_limit(arena, padding + size);
    if (error)
        return error;
    uint64_t lost = arena->newest == arena->current ? 0 : region_left(arena);
    return region_extend(arena, required, max_u64(required, wanted(arena, size, arena_capacity(arena) - lost, rescue)));
}

/* A base is aligned to 16 at least. What is left in the current region is lost with a separate one. */
static SamrenaError grow_by_region(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue) {
    uint64_t slack = alignment > SAMRENA_REGION_ALIGNMENT ? alignment - SAMRENA_REGION_ALIGNMENT : 0;
    uint64_t required = add_saturating(size + slack, 2 * arena->red_zone);
    required = round_up(max_u64(required, 1), SAMRENA_REGION_ALIGNMENT);
    if (required > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                         "a push of %" PRIu64 " bytes aligned to %" PRIu64 " fits into no region", size, alignment);
    SamrenaError error = check_limit(arena, add_saturating(size + slack, arena->red_zone));
    if (error)
        return error;
    uint64_t capacity = arena_capacity(arena) - region_left(arena);
    return region_acquire(arena, required, max_u64(required, wanted(arena, size, capacity, rescue)));
}

static SamrenaError grow(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue) {
    if (arena->growth.kind == SAMRENA_GROWTH_NONE && !rescue)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                         "a push of %" PRIu64 " bytes does not fit what is reserved, and growth is NONE", size);
    SamrenaError error = grow_newest(arena, size, alignment, rescue);
    return error == SAMRENA_ERROR_UNSUPPORTED ? grow_by_region(arena, size, alignment, rescue) : error;
}

bool push_make_room(Samrena *arena, uint64_t more) {
    if (more > PTRDIFF_MAX || more > arena->limit - arena_allocated(arena))
        return false;
    if (more + arena->red_zone <= region_left(arena))
        return true;
    return arena->growth.kind != SAMRENA_GROWTH_NONE && arena->newest == arena->current &&
           grow_newest(arena, more, 1, false) == SAMRENA_OK;
}

static SamrenaError check_push(uint64_t size, uint64_t alignment) {
    if (size > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "a push of %" PRIu64 " bytes: expected at most %" PRIu64,
                         size, (uint64_t)PTRDIFF_MAX);
    if (!is_power_of_two(alignment))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "a push of %" PRIu64 " bytes aligned to %" PRIu64 ": expected a power of two", size,
                         alignment);
    return SAMRENA_OK;
}

static SamrenaError push_block(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue, void **block) {
    SamrenaError error = check_push(size, alignment);
    if (!error)
        error = check_limit(arena, size);
    if (error)
        return error;
    if (arena->red_zone)
        alignment = max_u64(alignment, POISON_GRANULE);

    uint32_t index = find_region(arena, size, alignment);
    if (index == NO_REGION) {
        error = grow(arena, size, alignment, rescue);
        if (error)
            return error;
        index = find_region(arena, size, alignment);
    }

    uint64_t padding = padding_at(arena, &arena->regions[index], region_used_at(arena, index), alignment);
    error = check_limit(arena, padding + size);
    if (error)
        return error;
    if (index != arena->current)
        region_enter(arena, index);
    uint64_t start = region_used(arena) + padding;
    unsigned char *base = region_current(arena)->memory.base;
    if (arena->red_zone)
        unpoison(base + start, size);
    region_set_used(arena, start + size);
    *block = base + start;
    return SAMRENA_OK;
}

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment) {
    void *block = NULL;
    if (!arena) {
        (void)arena_missing("samrena_push");
        return NULL;
    }
    SamrenaError error = push_block(arena, size, alignment, false, &block);
    if (error)
        (void)arena_report(arena, error);
    return block;
}

void *samrena_push_with_reserve(Samrena *arena, uint64_t size) {
    void *block = NULL;
    if (!arena) {
        (void)arena_missing("samrena_push_with_reserve");
        return NULL;
    }
    SamrenaError error = push_block(arena, size, SAMRENA_DEFAULT_ALIGNMENT, false, &block);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY)
        error = push_block(arena, size, SAMRENA_DEFAULT_ALIGNMENT, true, &block);
    if (error)
        (void)arena_report(arena, error);
    return block;
}

void *samrena_push_overflow(Samrena *arena, uint64_t count, uint64_t size) {
    if (!arena) {
        (void)arena_missing("samrena_push_array");
        return NULL;
    }
    SamrenaError error =
        error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                  "an array of %" PRIu64 " elements of %" PRIu64 " bytes is larger than 2^64", count, size);
    (void)arena_report(arena, error);
    return NULL;
}

void *samrena_push_array_zero(Samrena *arena, uint64_t count, uint64_t size, uint64_t alignment) {
    if (!arena) {
        (void)arena_missing("samrena_push_zero");
        return NULL;
    }
    unsigned char *block = samrena_push_array_aligned(arena, count, size, alignment);
    if (!block)
        return NULL;

    /* The block lies in the current region; what is beyond its zero_from was never used. A checker that watches does
       not know that. */
    const SamrenaRegion *region = &region_current(arena)->memory;
    uint64_t offset = (uint64_t)(block - region->base);
    if (arena->red_zone)
        memset(block, 0, (size_t)(count * size));
    else if (offset < region->zero_from)
        memset(block, 0, (size_t)min_u64(count * size, region->zero_from - offset));
    return block;
}

void *samrena_push_zero(Samrena *arena, uint64_t size) {
    return samrena_push_array_zero(arena, 1, size, SAMRENA_DEFAULT_ALIGNMENT);
}
