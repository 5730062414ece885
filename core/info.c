// SPDX-License-Identifier: MIT
// What an arena tells about itself.
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "checked_math.h"
#include "loader/descriptor.h"
#include "error.h"
#include "regions.h"
#include "reserve.h"
#include "system/system.h"

/* The struct's size in the first version: no caller can have a smaller one. */
#define FIRST_VERSION_SIZE (offsetof(SamrenaInfo, reserve) + sizeof(SamrenaReserveInfo))

uint64_t samrena_allocated(const Samrena *arena) {
    if (arena)
        return arena_allocated(arena);
    (void)arena_missing("samrena_allocated");
    return 0;
}

uint64_t samrena_capacity(const Samrena *arena) {
    if (arena)
        return min_u64(arena_capacity(arena), arena->limit);
    (void)arena_missing("samrena_capacity");
    return 0;
}

bool samrena_has_capability(const Samrena *arena, SamrenaCapability capability) {
    if (!arena)
        (void)arena_missing("samrena_has_capability");
    if (!arena || (unsigned)capability >= 32)
        return false;
    if (capability == SAMRENA_CAPABILITY_CONTIGUOUS && arena->callers)
        return false; /* the block of the caller's own lies elsewhere */
    return (descriptor_capabilities(&arena->adapter->descriptor) >> (unsigned)capability & 1) != 0;
}

bool samrena_contains(const Samrena *arena, const void *ptr) {
    Position position;
    if (arena)
        return region_find_block(arena, ptr, 1, &position);
    (void)arena_missing("samrena_contains");
    return false;
}

static uint64_t resident(const Samrena *arena) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < arena->region_count; i++) {
        const SamrenaRegion *memory = &arena->regions[i].memory;
        total = add_saturating(total, system_resident(memory->base, memory->size));
    }
    return total;
}

SamrenaError samrena_get_info(const Samrena *arena, SamrenaInfo *info) {
    if (!arena)
        return arena_missing("samrena_get_info");
    if (!info)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_get_info: info is NULL");
    size_t size = info->struct_size;
    if (size < FIRST_VERSION_SIZE)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaInfo.struct_size is %zu, expected %zu or more: set it to sizeof(SamrenaInfo)", size,
                         (size_t)FIRST_VERSION_SIZE);
    SamrenaInfo ours = {
        .struct_size = size,
        .adapter = arena->adapter->descriptor.name,
        .allocated = arena_allocated(arena),
        .capacity = samrena_capacity(arena),
        .high_water = max_u64(arena->high_water, arena_allocated(arena)),
        .committed = arena->held,
        .resident = resident(arena),
        .regions = arena->region_count,
        .adapter_calls = arena->adapter_calls,
        .growth_hint = arena->growth.hint,
        .ceiling = arena->ceiling,
        .limit = arena->limit == UINT64_MAX ? 0 : arena->limit,
        .reserve = arena->last_reserve,
    };
    memset(info, 0, size);
    memcpy(info, &ours, size < sizeof(ours) ? size : sizeof(ours));
    return SAMRENA_OK;
}

/* ---- For people ---- */

/* "name   1.5 MiB (1572864)"; `absent` stands for what `none` means. */
static void print_bytes(FILE *stream, const char *name, uint64_t bytes, uint64_t none, const char *absent) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double scaled = (double)bytes;
    int unit = 0;
    while (scaled >= 1024) {
        scaled /= 1024;
        unit++;
    }
    if (bytes == none && absent)
        fprintf(stream, "  %-15s%s\n", name, absent);
    else if (unit == 0)
        fprintf(stream, "  %-15s%" PRIu64 " B\n", name, bytes);
    else
        fprintf(stream, "  %-15s%.1f %s (%" PRIu64 ")\n", name, scaled, units[unit], bytes);
}

static void print_reserve(FILE *stream, const SamrenaReserveInfo *reserve) {
    if (reserve->requested == 0) {
        fprintf(stream, "  %-15snone yet\n", "last reserve");
        return;
    }
    fprintf(stream, "  %-15s%" PRIu64 " asked for, capacity %" PRIu64 ", %" PRIu64 " prefaulted: %s\n", "last reserve",
            reserve->requested, reserve->capacity, reserve->prefaulted, reserve_reason_text(reserve->reason));
}

SamrenaError samrena_print_info(const Samrena *arena, FILE *stream) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    if (!arena)
        return arena_missing("samrena_print_info");
    if (!stream)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_print_info: the stream is NULL");
    SamrenaError error = samrena_get_info(arena, &info);
    if (error)
        return error;
    fprintf(stream, "arena %p, adapter %s\n", (const void *)arena, info.adapter);
    print_bytes(stream, "allocated", info.allocated, 0, NULL);
    print_bytes(stream, "capacity", info.capacity, 0, NULL);
    print_bytes(stream, "committed", info.committed, 0, NULL);
    print_bytes(stream, "resident", info.resident, UINT64_MAX, "not told by the system");
    print_bytes(stream, "high water", info.high_water, 0, NULL);
    fprintf(stream, "  %-15s%" PRIu64 "\n", "regions", info.regions);
    fprintf(stream, "  %-15s%" PRIu64 "\n", "adapter calls", info.adapter_calls);
    print_bytes(stream, "growth hint", info.growth_hint, 0, "none");
    print_bytes(stream, "ceiling", info.ceiling, UINT64_MAX, "none");
    print_bytes(stream, "limit", info.limit, 0, "none");
    print_reserve(stream, &info.reserve);
    return SAMRENA_OK;
}
