// SPDX-License-Identifier: MIT
// Every call that gets memory from an adapter, prepares it or gives it back.
#include "supply.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checked_math.h"
#include "error.h"
#include "poison.h"
#include "regions.h"

static const SamrenaAdapterOperations *operations(const Samrena *arena) {
    return &arena->adapter->descriptor.operations;
}

static const char *adapter_name(const Samrena *arena) {
    return arena->adapter->descriptor.name;
}

/* An adapter's error is passed on to the program: it has to be one. */
static SamrenaError refused(const Samrena *arena, SamrenaError error, uint64_t required) {
    if (!error_is_known(error))
        return error_set_unknown(adapter_name(arena), error);
    return error_set(error, "adapter %s gave no %" PRIu64 " bytes to an arena that holds %" PRIu64 ": %s",
                     adapter_name(arena), required, arena->held, error_note_or_string(error));
}

static SamrenaError broken(const Samrena *arena, const char *operation, const char *what) {
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "adapter %s broke its contract: %s() %s", adapter_name(arena),
                     operation, what);
}

/* Room for one more record, got before the region itself: nothing then has to be given back. */
static SamrenaError make_record(Samrena *arena) {
    if (arena->region_count < arena->region_room)
        return SAMRENA_OK;
    bool first = arena->regions == arena->first_regions;
    uint32_t room = arena->region_room * 2;
    Region *regions = room > arena->region_room ? realloc(first ? NULL : arena->regions, room * sizeof(Region)) : NULL;
    if (!regions)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no heap memory for the records of %" PRIu32 " regions", room);
    if (first)
        memcpy(regions, arena->first_regions, sizeof(arena->first_regions));
    arena->regions = regions;
    arena->region_room = room;
    return SAMRENA_OK;
}

/* What an adapter returned for a region, before anything relies on it. NULL: it is sound. */
static const char *region_fault(const SamrenaRegion *region, uint64_t required) {
    if (!region->base)
        return "returned OK without memory";
    if ((uintptr_t)region->base % SAMRENA_REGION_ALIGNMENT != 0)
        return "returned memory that is not aligned to 16";
    if (region->size < required)
        return "returned less than was required";
    if (region->size > PTRDIFF_MAX || (uintptr_t)region->base > UINTPTR_MAX - (uintptr_t)region->size)
        return "returned a size that wraps the address space";
    return NULL;
}

/* Whether memory that an adapter gave is in use already. Looks at some regions on both sides of the current one, where
   the newest stand, and not at all of them: growing stays constant in time. */
static bool overlaps_another(const Samrena *arena, const SamrenaRegion *memory) {
    enum { REGIONS_LOOKED_AT = 16 };
    uintptr_t base = (uintptr_t)memory->base;
    uint32_t first = arena->current < REGIONS_LOOKED_AT ? 0 : arena->current - REGIONS_LOOKED_AT;
    for (uint32_t i = first; i < arena->region_count && i <= arena->current + REGIONS_LOOKED_AT; i++) {
        const SamrenaRegion *other = &arena->regions[i].memory;
        if (base < (uintptr_t)other->base + other->size && (uintptr_t)other->base < base + memory->size)
            return true;
    }
    return false;
}

static SamrenaRegion empty_region(void) {
    SamrenaRegion region = {.struct_size = sizeof(SamrenaRegion)};
    return region;
}

/* Books a new region as the next spare one; the order of spare regions is free. */
static SamrenaError book(Samrena *arena, const char *operation, SamrenaRegion memory, uint64_t required) {
    const char *fault = region_fault(&memory, required);
    if (fault) {
        if (memory.base)
            operations(arena)->release(arena->context, &memory);
        return broken(arena, operation, fault);
    }
    if (overlaps_another(arena, &memory)) /* and is not given back: it would take the other with it */
        return broken(arena, operation, "returned memory that is in use already");

    uint32_t next = arena->region_count == 0 ? 0 : arena->current + 1;
    arena->regions[arena->region_count++] = arena->regions[next];
    arena->regions[next] = (Region){.memory = memory};
    arena->newest = next;
    Region *region = &arena->regions[next];
    region->memory.struct_size = sizeof(SamrenaRegion);
    region->memory.zero_from = min_u64(memory.zero_from, memory.size);
    arena->held += region_usable(region);
    arena->spare += region_usable(region);
    arena->largest_spare = max_u64(arena->largest_spare, region_usable(region));
    if (arena->red_zone)
        poison(memory.base, memory.size);
    log_line(&arena->log, SAMRENA_LOG_DEBUG, "arena %p: %s() of %s gave a region of %" PRIu64 " bytes at %p",
             (void *)arena, operation, adapter_name(arena), memory.size, (void *)memory.base);
    return SAMRENA_OK;
}

SamrenaError region_acquire(Samrena *arena, uint64_t required, uint64_t desired) {
    SamrenaError error = make_record(arena);
    if (error)
        return error;
    SamrenaRegion memory;
    for (uint64_t ask = desired;; ask = required) {
        memory = empty_region();
        error_clear_note();
        arena->adapter_calls++;
        error = operations(arena)->acquire(arena->context, required, ask, &memory);
        if (error != SAMRENA_ERROR_OUT_OF_MEMORY || ask == required)
            break;
    }
    return error ? refused(arena, error, required) : book(arena, "acquire", memory, required);
}

/* Takes over what an adapter made of the newest region, when it is at least `required` bytes larger. */
static SamrenaError adopt_larger(Samrena *arena, const char *operation, SamrenaRegion larger, uint64_t required) {
    Region *newest = &arena->regions[arena->newest];
    uint64_t old_size = newest->memory.size;
    uint64_t old_usable = region_usable(newest);

    if (larger.base != newest->memory.base)
        return broken(arena, operation, "moved the region");
    const char *fault = region_fault(&larger, add_saturating(old_size, required));
    if (fault)
        return broken(arena, operation, fault);

    /* The adapter may know fewer zeros than before, never more: it does not see where the cursor was. */
    uint64_t used = region_used(arena);
    newest->memory.size = larger.size;
    newest->memory.zero_from = min_u64(max_u64(newest->memory.zero_from, larger.zero_from), larger.size);
    newest->memory.cookie = larger.cookie;
    arena->held += region_usable(newest) - old_usable;
    if (arena->newest == arena->current) {
        region_set_used(arena, used);
    } else {
        arena->spare += region_usable(newest) - old_usable;
        arena->largest_spare = max_u64(arena->largest_spare, region_usable(newest));
    }
    if (arena->red_zone)
        poison(larger.base + old_usable, larger.size - old_usable);
    log_line(&arena->log, SAMRENA_LOG_DEBUG, "arena %p: %s() of %s grew the region to %" PRIu64 " bytes at %p",
             (void *)arena, operation, adapter_name(arena), larger.size, (void *)larger.base);
    return SAMRENA_OK;
}

SamrenaError region_extend(Samrena *arena, uint64_t required, uint64_t desired) {
    if (!newest_may_grow(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaRegion larger;
    SamrenaError error;
    for (uint64_t ask = desired;; ask = required) {
        larger = arena->regions[arena->newest].memory;
        error_clear_note();
        arena->adapter_calls++;
        error = operations(arena)->extend(arena->context, &larger, required, ask);
        if (error != SAMRENA_ERROR_OUT_OF_MEMORY || ask == required)
            break;
    }
    if (error == SAMRENA_ERROR_UNSUPPORTED)
        return error;
    return error ? refused(arena, error, required) : adopt_larger(arena, "extend", larger, required);
}

SamrenaError region_reserve_in_place(Samrena *arena, uint64_t bytes) {
    if (!newest_may_grow(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaRegion larger = arena->regions[arena->newest].memory;
    SamrenaRegion unused = empty_region();
    error_clear_note();
    arena->adapter_calls++;
    SamrenaError error = operations(arena)->reserve(arena->context, &larger, bytes, &unused);
    if (error == SAMRENA_ERROR_UNSUPPORTED)
        return error;
    return error ? refused(arena, error, bytes) : adopt_larger(arena, "reserve", larger, bytes);
}

SamrenaError region_reserve_extra(Samrena *arena, uint64_t bytes) {
    SamrenaError error = make_record(arena);
    if (error)
        return error;
    SamrenaRegion extra = empty_region();
    error_clear_note();
    arena->adapter_calls++;
    error = operations(arena)->reserve(arena->context, NULL, bytes, &extra);
    return error ? refused(arena, error, bytes) : book(arena, "reserve", extra, bytes);
}

/* ---- Preparing and giving back ---- */

uint64_t region_prefault(Samrena *arena, Region *region, uint64_t from, uint64_t bytes) {
    uint64_t populated = 0;
    error_clear_note();
    if (arena->red_zone)
        poison_lend(region->memory.base, from, from + bytes); /* it may be done by touching */
    SamrenaError error = operations(arena)->prefault(arena->context, &region->memory, from, bytes, &populated);
    if (arena->red_zone)
        poison_lent(region->memory.base, region_used_at(arena, (uint32_t)(region - arena->regions)), from,
                    from + bytes);
    populated = min_u64(populated, bytes);
    if (error)
        log_line(&arena->log, SAMRENA_LOG_WARNING, "arena %p: %s prefaulted %" PRIu64 " of %" PRIu64 " bytes: %s",
                 (void *)arena, adapter_name(arena), populated, bytes, error_note_or_string(error));
    region->resident = from + populated;
    return populated;
}

static void release(Samrena *arena, const Region *region) {
    if (arena->red_zone)
        unpoison(region->memory.base, region->memory.size);
    if (!arena->callers || region != &arena->regions[0])
        operations(arena)->release(arena->context, &region->memory);
}

static void release_spare(Samrena *arena, uint32_t index) {
    uint32_t last = --arena->region_count;
    arena->held -= region_usable(&arena->regions[index]);
    arena->spare -= region_usable(&arena->regions[index]);
    release(arena, &arena->regions[index]);
    if (arena->newest == index)
        arena->newest = NO_REGION;
    else if (arena->newest == last)
        arena->newest = index;
    arena->regions[index] = arena->regions[last];
}

/* Lets the adapter take back what lies behind offset `keep` of the region at `index`, which nothing uses. What is left
   of the last 16 bytes could not be used: they are kept whole. */
static bool trim_region(Samrena *arena, uint32_t index, uint64_t keep) {
    Region *region = &arena->regions[index];
    SamrenaRegion smaller = region->memory;
    keep = round_up(keep, SAMRENA_REGION_ALIGNMENT);
    if (!operations(arena)->trim || (index == 0 && arena->callers))
        return false;
    error_clear_note();
    if (arena->red_zone)
        poison_lend(region->memory.base, keep, region->memory.size); /* given back to who may write there */
    SamrenaError error = operations(arena)->trim(arena->context, &smaller, keep);
    bool trimmed =
        !error && smaller.base == region->memory.base && smaller.size >= keep && smaller.size <= region->memory.size;
    if (arena->red_zone)
        poison_lent(region->memory.base, region_used_at(arena, index), keep,
                    trimmed ? smaller.size : region->memory.size);
    if (!trimmed) {
        if (error != SAMRENA_ERROR_UNSUPPORTED)
            log_line(&arena->log, SAMRENA_LOG_WARNING, "arena %p: %s could not trim a region to %" PRIu64 " bytes: %s",
                     (void *)arena, adapter_name(arena), keep, error_note_or_string(error));
        return false;
    }
    uint64_t given_back = region_usable(region);
    region->memory.size = smaller.size;
    region->memory.cookie = smaller.cookie;
    region->memory.zero_from = min_u64(region->memory.zero_from, smaller.size);
    region->resident = min_u64(region->resident, smaller.size);
    given_back -= region_usable(region);
    arena->held -= given_back;
    if (index != arena->current)
        arena->spare -= given_back;
    return true;
}

/* What is kept is kept where the next pushes come: in the current region, then in the spare ones that fit. */
void regions_trim(Samrena *arena, uint64_t keep) {
    uint64_t used = region_used(arena);
    if (region_left(arena) + arena->spare <= keep)
        return;
    uint64_t red_zone = used > 0 ? arena->red_zone : 0; /* of the block before the cursor */
    if (region_left(arena) > keep && trim_region(arena, arena->current, max_u64(used + max_u64(keep, red_zone), 1)))
        region_set_used(arena, used);
    keep -= min_u64(keep, region_left(arena));
    for (uint32_t i = arena->region_count; --i > arena->current;) {
        uint64_t usable = region_usable(&arena->regions[i]);
        if (usable > keep && (keep == 0 || !trim_region(arena, i, keep)))
            release_spare(arena, i);
        else
            keep -= min_u64(keep, usable);
    }
    arena->largest_spare = UINT64_MAX;
    arena->reserved = 0;
}

/* Back to the records inside the handle, which one region is enough for. */
static void free_records(Samrena *arena) {
    if (arena->regions == arena->first_regions)
        return;
    arena->first_regions[0] = arena->regions[0];
    free(arena->regions);
    arena->regions = arena->first_regions;
    arena->region_room = FIRST_REGIONS;
}

bool regions_keep_first(Samrena *arena) {
    if (arena->callers)
        return false;
    if (arena->region_count > 1 || arena->junk)
        regions_rewind(arena, (Position){0, 0});
    else
        region_settle(arena);
    while (arena->region_count > 1)
        release_spare(arena, arena->region_count - 1);
    free_records(arena);
    const SamrenaRegion *first = &arena->regions[0].memory;
    if (first->size > arena->first_size)
        (void)trim_region(arena, 0, arena->first_size);
    return first->size == arena->first_size && (arena->newest == 0 || !operations(arena)->extend);
}

void regions_release(Samrena *arena) {
    while (arena->region_count > 0)
        release(arena, &arena->regions[--arena->region_count]);
    if (arena->regions != arena->first_regions)
        free(arena->regions);
}
