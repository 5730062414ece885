// SPDX-License-Identifier: MIT
// An arena's list of regions: where its memory is, and the calls to the adapter that change it.
#include "regions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checked_math.h"
#include "error.h"

static const SamrenaAdapterOperations *operations(const Samrena *arena) {
    return &arena->adapter->descriptor.operations;
}

static const char *adapter_name(const Samrena *arena) {
    return arena->adapter->descriptor.name;
}

void region_set_used(Samrena *arena, uint64_t used) {
    Region *region = region_current(arena);
    uint64_t allowed = arena->limit - region->start; /* of this region, by the arena's limit */
    uint64_t end = round_down(min_u64(region_usable(region), allowed), SAMRENA_REGION_ALIGNMENT);

    region->used = used;
    arena->window.cursor = end > used ? region->memory.base + used : NULL;
    arena->window.limit = end > used ? region->memory.base + end : NULL;
}

/* Notes what the current region knows about its bytes before the cursor leaves or moves back. */
static void settle_current(Samrena *arena) {
    Region *region = region_current(arena);
    region->used = region_used(arena);
    region->memory.zero_from = max_u64(region->memory.zero_from, region->used);
    region->resident = max_u64(region->resident, region->used);
}

void region_enter(Samrena *arena, uint32_t index) {
    uint64_t allocated = arena_allocated(arena);
    uint32_t next = arena->current + 1;

    settle_current(arena);
    Region entered = arena->regions[index];
    arena->regions[index] = arena->regions[next];
    arena->regions[next] = entered;

    arena->current = next;
    arena->spare -= region_usable(&entered);
    arena->regions[next].start = allocated;
    region_set_used(arena, 0);
    arena->reserved = min_u64(arena->reserved, arena_capacity(arena));
}

void regions_rewind(Samrena *arena) {
    arena->high_water = max_u64(arena->high_water, arena_allocated(arena));
    settle_current(arena);
    arena->current = 0;
    arena->spare = arena->held - region_usable(&arena->regions[0]);
    arena->largest_spare = UINT64_MAX;
    region_set_used(arena, 0);
    arena->reserved = 0; /* tails that were skipped are reachable again, and may not be resident */
}

/* ---- Asking the adapter ---- */

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
    arena->regions[next].memory.struct_size = sizeof(SamrenaRegion);
    arena->newest = memory.base;
    arena->regions[next].memory.zero_from = min_u64(memory.zero_from, memory.size);
    arena->held += region_usable(&arena->regions[next]);
    arena->spare += region_usable(&arena->regions[next]);
    arena->largest_spare = max_u64(arena->largest_spare, region_usable(&arena->regions[next]));
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
    Region *newest = region_current(arena);
    uint64_t old_usable = region_usable(newest);
    uint64_t used = region_used(arena);

    if (larger.base != newest->memory.base)
        return broken(arena, operation, "moved the region");
    const char *fault = region_fault(&larger, add_saturating(newest->memory.size, required));
    if (fault)
        return broken(arena, operation, fault);

    /* The adapter may know fewer zeros than before, never more: it does not see where the cursor was. */
    newest->memory.size = larger.size;
    newest->memory.zero_from = min_u64(max_u64(newest->memory.zero_from, larger.zero_from), larger.size);
    newest->memory.cookie = larger.cookie;
    arena->held += region_usable(newest) - old_usable;
    region_set_used(arena, used);
    log_line(&arena->log, SAMRENA_LOG_DEBUG, "arena %p: %s() of %s grew the region to %" PRIu64 " bytes at %p",
             (void *)arena, operation, adapter_name(arena), larger.size, (void *)larger.base);
    return SAMRENA_OK;
}

SamrenaError region_extend(Samrena *arena, uint64_t required, uint64_t desired) {
    if (!region_grows_in_place(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaRegion larger;
    SamrenaError error;
    for (uint64_t ask = desired;; ask = required) {
        larger = region_current(arena)->memory;
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
    if (!region_grows_in_place(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    SamrenaRegion larger = region_current(arena)->memory;
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

uint64_t region_prefault(Samrena *arena, Region *region, uint64_t from, uint64_t bytes) {
    uint64_t populated = 0;
    error_clear_note();
    SamrenaError error = operations(arena)->prefault(arena->context, &region->memory, from, bytes, &populated);
    populated = min_u64(populated, bytes);
    if (error)
        log_line(&arena->log, SAMRENA_LOG_WARNING, "arena %p: %s prefaulted %" PRIu64 " of %" PRIu64 " bytes: %s",
                 (void *)arena, adapter_name(arena), populated, bytes, error_note_or_string(error));
    region->resident = from + populated;
    return populated;
}

void regions_release(Samrena *arena) {
    while (arena->region_count > 0)
        operations(arena)->release(arena->context, &arena->regions[--arena->region_count].memory);
    if (arena->regions != arena->first_regions)
        free(arena->regions);
}
