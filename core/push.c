// SPDX-License-Identifier: MIT
// The slow path of every push: what the window is too small for.
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "checked_math.h"
#include "error.h"
#include "regions.h"

static const uint32_t NO_REGION = UINT32_MAX;

/* Bytes from offset `used` of the region to the next multiple of `alignment`. */
static uint64_t padding_at(const Region *region, uint64_t used, uint64_t alignment) {
    return (0 - ((uintptr_t)region->memory.base + used)) & (alignment - 1);
}

static bool fits(const Region *region, uint64_t used, uint64_t size, uint64_t alignment) {
    uint64_t left = region_usable(region) - used;
    uint64_t padding = padding_at(region, used, alignment);
    return padding <= left && size <= left - padding;
}

/* The current region, or else the first spare one that holds the bytes. Mostly that is the next one; what all were
   searched for in vain is not searched for again, so that growing stays constant in time. */
static uint32_t find_region(Samrena *arena, uint64_t size, uint64_t alignment) {
    if (fits(region_current(arena), region_used(arena), size, alignment))
        return arena->current;
    if (size > arena->largest_spare)
        return NO_REGION;
    uint64_t largest = 0;
    for (uint32_t i = arena->current + 1; i < arena->region_count; i++) {
        if (fits(&arena->regions[i], 0, size, alignment))
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
static SamrenaError grow(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue) {
    uint64_t left = region_left(arena);
    uint64_t capacity = arena_capacity(arena);
    uint64_t padding = padding_at(region_current(arena), region_used(arena), alignment);
    uint64_t required = round_up(padding + size - left, SAMRENA_REGION_ALIGNMENT);
    SamrenaError error = SAMRENA_ERROR_UNSUPPORTED;
    if (region_grows_in_place(arena) && required <= PTRDIFF_MAX) {
        error = check_limit(arena, padding + size);
        if (!error)
            error = region_extend(arena, required, max_u64(required, wanted(arena, size, capacity, rescue)));
    }
    if (error != SAMRENA_ERROR_UNSUPPORTED)
        return error;

    /* A base is aligned to 16 at least. What is left in the current region is lost with a separate one. */
    uint64_t slack = alignment > SAMRENA_REGION_ALIGNMENT ? alignment - SAMRENA_REGION_ALIGNMENT : 0;
    required = round_up(max_u64(size + slack, 1), SAMRENA_REGION_ALIGNMENT);
    if (required > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                         "a push of %" PRIu64 " bytes aligned to %" PRIu64 " fits into no region", size, alignment);
    error = check_limit(arena, size + slack);
    if (error)
        return error;
    return region_acquire(arena, required, max_u64(required, wanted(arena, size, capacity - left, rescue)));
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

/* One push, whole; with `rescue` growth is allowed whatever the config says, and generous. The position moves last,
   after everything that can fail. */
static SamrenaError push(Samrena *arena, uint64_t size, uint64_t alignment, bool rescue, void **block) {
    SamrenaError error = check_push(size, alignment);
    if (!error)
        error = check_limit(arena, size);
    if (error)
        return error;

    uint32_t index = find_region(arena, size, alignment);
    if (index == NO_REGION) {
        if (arena->growth.kind == SAMRENA_GROWTH_NONE && !rescue)
            return error_set(SAMRENA_ERROR_OUT_OF_MEMORY,
                             "a push of %" PRIu64 " bytes does not fit what is reserved, and growth is NONE", size);
        error = grow(arena, size, alignment, rescue);
        if (error)
            return error;
        index = find_region(arena, size, alignment);
    }

    bool current = index == arena->current;
    const Region *region = &arena->regions[index];
    uint64_t padding = padding_at(region, current ? region_used(arena) : 0, alignment);
    error = check_limit(arena, padding + size);
    if (error)
        return error;
    if (!current)
        region_enter(arena, index);
    uint64_t start = region_used(arena) + padding;
    *block = region_current(arena)->memory.base + start;
    region_set_used(arena, start + size);
    return SAMRENA_OK;
}

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment) {
    void *block = NULL;
    if (!arena) {
        (void)arena_missing("samrena_push");
        return NULL;
    }
    SamrenaError error = push(arena, size, alignment, false, &block);
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
    SamrenaError error = push(arena, size, SAMRENA_DEFAULT_ALIGNMENT, false, &block);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY)
        error = push(arena, size, SAMRENA_DEFAULT_ALIGNMENT, true, &block);
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
    unsigned char *block = arena ? samrena_push_array_aligned(arena, count, size, alignment) : NULL;
    if (!arena)
        (void)arena_missing("samrena_push_zero");
    if (!block)
        return NULL;

    /* The block lies in the current region; what is beyond its zero_from was never used. */
    const SamrenaRegion *region = &region_current(arena)->memory;
    uint64_t offset = (uint64_t)(block - region->base);
    if (offset < region->zero_from)
        memset(block, 0, (size_t)min_u64(count * size, region->zero_from - offset));
    return block;
}

void *samrena_push_zero(Samrena *arena, uint64_t size) {
    return samrena_push_array_zero(arena, 1, size, SAMRENA_DEFAULT_ALIGNMENT);
}
