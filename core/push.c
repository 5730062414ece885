// SPDX-License-Identifier: MIT
// The slow path of every push: what the window is too small for.
#include "push.h"

#include <inttypes.h>
#include <string.h>

#include "ahead.h"
#include "checked_math.h"
#include "error.h"
#include "grow.h"
#include "growth.h"
#include "poison.h"
#include "regions.h"
#include "report.h"
#include "supply.h"

/* ---- Room ---- */

/* Bytes from offset `used` of the region to where a block would start: the red zone, if any, and up to the next
   multiple of `alignment`. */
static uint64_t padding_at(const Samrena *arena, const Region *region, uint64_t used, uint64_t alignment) {
    uintptr_t earliest = (uintptr_t)region->base + (uintptr_t)(used + arena->red_zone);
    return arena->red_zone + ((0 - earliest) & (alignment - 1));
}

static bool fits(const Samrena *arena, uint32_t index, uint64_t size, uint64_t alignment) {
    const Region *region = region_at(arena, index);
    uint64_t used = region_used_at(arena, index);
    uint64_t left = region_usable(region) - used;
    uint64_t padding = padding_at(arena, region, used, alignment);
    return padding <= left && size + arena->red_zone <= left - padding;
}

/* Most padding before a block in a region that holds nothing yet: bases are aligned to 16. */
static uint64_t most_padding(const Samrena *arena, uint64_t alignment) {
    uint64_t slack = alignment > SAMRENA_REGION_ALIGNMENT ? alignment - SAMRENA_REGION_ALIGNMENT : 0;
    return slack + arena->red_zone;
}

/* What a region needs to hold the block wherever it lies. */
static uint64_t need_in_any_region(const Samrena *arena, uint64_t size, uint64_t alignment) {
    uint64_t need = add_saturating(size + most_padding(arena, alignment), arena->red_zone);
    return round_up(max_u64(need, 1), SAMRENA_REGION_ALIGNMENT);
}

/* The first spare region that is large enough, whatever the alignment may cost, or happens to lie well. Mostly that is
   the next one, at once. */
static uint32_t find_spare(const Samrena *arena, uint64_t size, uint64_t alignment) {
    uint32_t next = arena->regions.current + 1;
    if (!regions_has_spare(arena))
        return NO_REGION;
    uint64_t need = need_in_any_region(arena, size, alignment);
    uint32_t found = regions_find_spare(arena, next, need_in_any_region(arena, size, 1));
    if (found == NO_REGION || fits(arena, found, size, alignment))
        return found;
    return regions_find_spare(arena, next, need);
}

static SamrenaError check_limit(const Samrena *arena, uint64_t needed) {
    if (arena->config->limit == UINT64_MAX)
        return SAMRENA_OK;
    uint64_t allocated = arena_allocated(arena);
    if (needed <= arena->config->limit - allocated)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED,
                     "%" PRIu64 " bytes are needed, and %" PRIu64 " of the arena's limit of %" PRIu64
                     " are allocated already",
                     needed, allocated, arena->config->limit);
}

/* ---- Growing ---- */

static uint64_t smallest_step(const Samrena *arena) {
    return arena->supply ? arena->supply->step : arena->config->growth_size;
}

/* What growth would like to add to an arena of that capacity for a push, within what an adapter may be asked for and
   the limit lets be used. */
static uint64_t growth_wish(const Samrena *arena, uint64_t required, uint64_t capacity, uint64_t headroom,
                            uint64_t hint) {
    GrowthPolicy policy = {.kind = (SamrenaGrowth)arena->config->growth,
                           .step = smallest_step(arena),
                           .most = arena->config->growth_most,
                           .hint = hint,
                           .headroom = headroom};
    uint64_t wish = growth_step(&policy, arena_own_allocated(arena), capacity);
    uint64_t allowed = round_up(arena->config->limit - arena_allocated(arena), SAMRENA_REGION_ALIGNMENT);
    return max_u64(required, min_u64(min_u64(wish, allowed), round_down(PTRDIFF_MAX, SAMRENA_REGION_ALIGNMENT)));
}

typedef SamrenaError Grow(Samrena *arena, SamrenaWant want);

/* `want` says what is required. What a hint adds is had as a whole or not at all, and not asked for where as much was
   refused lately: a hint that the system cannot satisfy costs no more than none. */
static SamrenaError grow_as_wished(Samrena *arena, Grow *grow, SamrenaWant want, uint64_t capacity, PushGrowth growth) {
    uint64_t hint = arena->now.hint;
    uint64_t rest = growth.to_hint ? hint - min_u64(hint, capacity) : 0;
    want.desired = growth_wish(arena, want.required, capacity, max_u64(growth.headroom, rest), hint);
    if (growth.lean && !hint && !growth.headroom && want.required >= arena_own_allocated(arena) / 8)
        want.desired = max_u64(want.required, min_u64(want.desired, smallest_step(arena)));
    uint64_t plain = hint ? growth_wish(arena, want.required, capacity, growth.headroom, 0) : want.desired;
    if (want.desired > plain && arena->supply) {
        SamrenaWant whole = want;
        whole.required = want.desired;
        bool likely = want.desired <= min_u64(arena->supply->wish, supply_budget_left(arena->supply)) &&
                      supply_can_have(arena->supply, want.desired);
        SamrenaError error = likely ? grow(arena, whole) : SAMRENA_ERROR_OUT_OF_MEMORY;
        if (!grow_was_refused(arena, error))
            return error;
        want.desired = plain;
    }
    return grow(arena, want);
}

/* A push that the limit forbids must not grow the arena first: what padding may come to is checked before. */
static SamrenaError extend_newest(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth) {
    if (!grow_may_be_in_place(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    uint32_t newest = arena->regions.newest;
    uint64_t used = region_used_at(arena, newest);
    uint64_t padding = padding_at(arena, region_at(arena, newest), used, alignment);
    uint64_t needed = add_saturating(padding + size, arena->red_zone);
    uint64_t left = region_usable(region_at(arena, newest)) - used;
    if (needed <= left)
        return SAMRENA_OK; /* a spare one that happens to lie well for a large alignment */
    uint64_t required = round_up(needed - left, SAMRENA_REGION_ALIGNMENT);
    if (required > PTRDIFF_MAX)
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaError error = check_limit(arena, padding + size);
    if (error)
        return error;
    uint64_t lost = newest == arena->regions.current ? 0 : region_left(arena);
    SamrenaWant want = {.required = required, .alignment = SAMRENA_REGION_ALIGNMENT};
    return grow_as_wished(arena, grow_in_place, want, arena_capacity(arena) - lost, growth);
}

/* What is left in the current region is lost with a separate one. */
static SamrenaError add_region(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth) {
    SamrenaWant want = {.required = need_in_any_region(arena, size, alignment),
                        .alignment = max_u64(alignment, SAMRENA_REGION_ALIGNMENT)};
    if (want.required > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no region can have as much");
    SamrenaError error = check_limit(arena, size + most_padding(arena, alignment));
    if (error)
        return error;
    return grow_as_wished(arena, grow_by_region, want, arena_capacity(arena) - region_left(arena), growth);
}

static SamrenaError grow(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth) {
    if (!growth.allowed)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "that does not fit what is reserved, and growth is NONE");
    SamrenaError error = extend_newest(arena, size, alignment, growth);
    return error == SAMRENA_ERROR_UNSUPPORTED ? add_region(arena, size, alignment, growth) : error;
}

static bool find_room_behind(Samrena *arena, uint64_t end, uint64_t more, PushGrowth growth) {
    uint64_t padding = region_used(arena) - end; /* behind the last block, and taken back with it */
    if (more <= padding)
        return true;
    more -= padding;
    if (more > PTRDIFF_MAX || more > arena->config->limit - arena_allocated(arena))
        return false;
    more += arena->red_zone;
    if (more <= region_left(arena))
        return true;
    SamrenaWant want = {.required = round_up(more - region_left(arena), SAMRENA_REGION_ALIGNMENT),
                        .alignment = SAMRENA_REGION_ALIGNMENT};
    return growth.allowed && arena->regions.newest == arena->regions.current && grow_may_be_in_place(arena) &&
           grow_as_wished(arena, grow_in_place, want, arena_capacity(arena), growth) == SAMRENA_OK;
}

bool push_make_room(Samrena *arena, uint64_t end, uint64_t more, PushGrowth growth) {
    if (!find_room_behind(arena, end, more, growth))
        return false;
    const Region *region = region_current(arena);
    return unpoison(region_watch(arena, region), region->base + end, more);
}

/* ---- Pushing ---- */

static SamrenaError check_push(const Samrena *arena, uint64_t size, uint64_t alignment) {
    if (size > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "expected at most %" PRIu64, (uint64_t)PTRDIFF_MAX);
    if (!is_power_of_two(alignment))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "expected a power of two");
    return check_limit(arena, size);
}

/* Where a region has come, or grown, for a push, it is the newest. */
static SamrenaError find_or_grow(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth,
                                 uint32_t *found) {
    *found = arena->regions.current;
    if (fits(arena, *found, size, alignment))
        return SAMRENA_OK;
    *found = find_spare(arena, size, alignment);
    if (*found != NO_REGION)
        return SAMRENA_OK;
    SamrenaError error = grow(arena, size, alignment, growth);
    *found = arena->regions.newest;
    return error;
}

SamrenaError push_block(Samrena *arena, uint64_t size, uint64_t alignment, PushGrowth growth, void **block) {
    uint32_t index;
    SamrenaError error = check_push(arena, size, alignment);
    if (error)
        return error;
    uint64_t least = arena_is_watched(arena) ? max_u64(alignment, POISON_GRANULE) : alignment;
    error = find_or_grow(arena, size, least, growth, &index);
    if (error)
        return error;

    uint64_t used = region_used_at(arena, index);
    uint64_t padding = padding_at(arena, region_at(arena, index), used, least);
    error = check_limit(arena, padding + size);
    if (error)
        return error;
    uint64_t start = used + padding;
    unsigned char *base = region_at(arena, index)->base;
    if (arena->watch != NOT_WATCHED && !unpoison(region_watch(arena, region_at(arena, index)), base + start, size))
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "the system does not let guard pages be used again");
    bool enters = index != arena->regions.current;
    if (enters)
        regions_enter(arena, index);
    regions_hand_out(arena, start, size, alignment);
    ahead_heed(arena, enters);
    regions_check(arena);
    *block = base + start;
    return SAMRENA_OK;
}

static void report_push(const Samrena *arena, SamrenaError error, uint64_t size, uint64_t alignment) {
    if (alignment == SAMRENA_DEFAULT_ALIGNMENT)
        (void)report_of(arena, error, "a push of %" PRIu64 " bytes", size);
    else
        (void)report_of(arena, error, "a push of %" PRIu64 " bytes aligned to %" PRIu64, size, alignment);
}

void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment) {
    void *block = NULL;
    if (check_alive(arena, "samrena_push"))
        return NULL;
    SamrenaError error = push_block(arena, size, alignment, push_growth(arena, 0), &block);
    if (error)
        report_push(arena, error, size, alignment);
    return block;
}

/* The second try is for twice what is then allocated, or for the hint. */
void *samrena_push_with_reserve(Samrena *arena, uint64_t size) {
    void *block = NULL;
    if (check_alive(arena, "samrena_push_with_reserve"))
        return NULL;
    SamrenaError error = push_block(arena, size, SAMRENA_DEFAULT_ALIGNMENT, push_growth(arena, 0), &block);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY) {
        uint64_t total = double_saturating(add_saturating(arena_own_allocated(arena), size));
        uint64_t capacity = arena_capacity(arena) - arena->parts.allocated;
        PushGrowth growth = {.allowed = true, .to_hint = true, .headroom = total - min_u64(total, capacity)};
        error = push_block(arena, size, SAMRENA_DEFAULT_ALIGNMENT, growth, &block);
    }
    if (error)
        report_push(arena, error, size, SAMRENA_DEFAULT_ALIGNMENT);
    return block;
}

void *samrena_push_overflow(Samrena *arena, uint64_t count, uint64_t size) {
    if (!check_alive(arena, "samrena_push_array"))
        (void)report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                      "an array of %" PRIu64 " elements of %" PRIu64 " bytes is larger than 2^64",
                                      count, size));
    return NULL;
}

/* What is beyond the region's zero_from was never used. A checker that watches does not know that. */
void push_clear(const Samrena *arena, void *block, uint64_t size, bool fresh) {
    const Region *region = region_current(arena);
    uint64_t offset = (uint64_t)((unsigned char *)block - region->base);
    if (!fresh || arena_is_watched(arena))
        memset(block, 0, (size_t)size);
    else if (offset < region->zero_from)
        memset(block, 0, (size_t)min_u64(size, region->zero_from - offset));
}

void *samrena_push_array_zero(Samrena *arena, uint64_t count, uint64_t size, uint64_t alignment) {
    if (check_alive(arena, "samrena_push_zero"))
        return NULL;
    void *block = samrena_push_array_aligned(arena, count, size, alignment);
    if (block)
        push_clear(arena, block, count * size, true);
    return block;
}

void *samrena_push_zero(Samrena *arena, uint64_t size) {
    return samrena_push_array_zero(arena, 1, size, SAMRENA_DEFAULT_ALIGNMENT);
}
