// SPDX-License-Identifier: MIT
// What an arena tells about itself.
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "checked_math.h"
#include "config.h"
#include "error.h"
#include "grow.h"
#include "loader/descriptor.h"
#include "regions.h"
#include "report.h"
#include "reserve.h"
#include "splice.h"
#include "supply.h"
#include "system/system.h"

/* The struct's size in the first version: no caller can have a smaller one. */
#define INFO_FIRST_SIZE (offsetof(SamrenaInfo, reserve) + sizeof(SamrenaReserveInfo))

uint64_t samrena_allocated(const Samrena *arena) {
    return check_askable(arena, "samrena_allocated") ? 0 : arena_allocated(arena);
}

uint64_t samrena_capacity(const Samrena *arena) {
    return check_askable(arena, "samrena_capacity") ? 0 : min_u64(arena_capacity(arena), arena->config->limit);
}

/* In storage of the caller's the first memory lies elsewhere than what comes after; so it may in a recycled arena. */
bool samrena_has_capability(const Samrena *arena, SamrenaCapability capability) {
    if (check_askable(arena, "samrena_has_capability") || !arena->supply)
        return false;
    uint32_t has = descriptor_capabilities(&arena->supply->adapter->descriptor);
    if (arena->in_storage || arena->regions.count > 1)
        has &= ~(uint32_t)SAMRENA_CAPABILITY_CONTIGUOUS;
    return ((uint32_t)capability & ~has) == 0;
}

bool samrena_contains(const Samrena *arena, const void *ptr) {
    Position position;
    return !check_askable(arena, "samrena_contains") && parts_find_block(arena, ptr, 1, &position);
}

/* UINT64_MAX: not told, which is not asked for again. */
static uint64_t own_resident(const Samrena *arena) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < arena->regions.count && total != UINT64_MAX; i++) {
        const Region *region = region_at(arena, i);
        total = add_saturating(total, system_resident(region->base, region_usable(region)));
    }
    return total;
}

static uint64_t resident(const Samrena *arena) {
    uint64_t total = own_resident(arena);
    for (const Part *part = arena->parts.newest; part; part = part->older)
        total = add_saturating(total, own_resident(part->arena));
    return total;
}

/* What stands for "none" inside is 0 outside. */
static uint64_t none_is_0(uint64_t value) {
    return value == UINT64_MAX ? 0 : value;
}

uint64_t samrena_resident(const Samrena *arena) {
    return check_askable(arena, "samrena_resident") ? 0 : none_is_0(resident(arena));
}

SamrenaError samrena_get_info(const Samrena *arena, SamrenaInfo *info) {
    SamrenaError error = check_askable(arena, "samrena_get_info");
    if (error)
        return error;
    if (!info)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_get_info: info is NULL");
    size_t size = info->struct_size;
    if (!config_size_is_sane(size, INFO_FIRST_SIZE))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "SamrenaInfo.struct_size is %zu, expected %zu: set it to sizeof(SamrenaInfo)", size,
                         sizeof(SamrenaInfo));
    Parts parts = arena->parts.newest ? arena->parts : (Parts){.newest = NULL};
    SamrenaInfo ours = {
        .struct_size = size,
        .adapter = arena->supply ? arena->supply->adapter->descriptor.name : NULL,
        .allocated = arena_allocated(arena),
        .capacity = samrena_capacity(arena),
        .high_water = max_u64(max_u64(arena->now.high_water, arena_allocated(arena)),
                              arena->ties & TIED_TO_LABEL ? arena->past : 0),
        .committed = arena->regions.held + parts.held,
        .regions = arena->regions.count + parts.regions,
        .adapter_calls = arena->supply ? arena->supply->calls : 0,
        .growth_hint = arena->now.hint,
        .ceiling = none_is_0(grow_ceiling(arena)),
        .limit = none_is_0(arena->config->limit),
        .reserve = arena->now.last_reserve,
    };
    memset(info, 0, size);
    memcpy(info, &ours, size < sizeof(ours) ? size : sizeof(ours));
    return SAMRENA_OK;
}

/* ---- For people ---- */

/* "name   1.5 MiB (1572864)"; `absent` stands for 0 where that means something else. */
static void print_bytes(FILE *stream, const char *name, uint64_t bytes, const char *absent) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double scaled = (double)bytes;
    int unit = 0;
    while (scaled >= 1024) {
        scaled /= 1024;
        unit++;
    }
    if (bytes == 0 && absent)
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
    fprintf(stream, "  %-15s%" PRIu64 " asked for, capacity %" PRIu64 ",\n", "last reserve", reserve->requested,
            reserve->capacity);
    fprintf(stream, "  %-15s%" PRIu64 " prefaulted:\n  %-15s%s\n", "", reserve->prefaulted, "",
            reserve_reason_text(reserve->reason));
}

SamrenaError samrena_print_info(const Samrena *arena, FILE *stream) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    SamrenaError error = check_askable(arena, "samrena_print_info");
    if (error)
        return error;
    if (!stream)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_print_info: the stream is NULL");
    (void)samrena_get_info(arena, &info);
    const char *label = config_label_name(arena->config);
    fprintf(stream, "arena %p%s%s, adapter %s\n", (const void *)arena, label ? " " : "", label ? label : "",
            info.adapter ? info.adapter : "none yet");
    print_bytes(stream, "allocated", info.allocated, NULL);
    print_bytes(stream, "capacity", info.capacity, NULL);
    print_bytes(stream, "committed", info.committed, NULL);
    uint64_t there = resident(arena);
    print_bytes(stream, "resident", none_is_0(there), there == UINT64_MAX ? "not told by the system" : NULL);
    print_bytes(stream, "high water", info.high_water, NULL);
    fprintf(stream, "  %-15s%" PRIu64 "\n", "regions", info.regions);
    fprintf(stream, "  %-15s%" PRIu64 "\n", "adapter calls", info.adapter_calls);
    print_bytes(stream, "growth hint", info.growth_hint, "none");
    print_bytes(stream, "ceiling", info.ceiling, "none");
    print_bytes(stream, "limit", info.limit, "none");
    if (arena->config->budget)
        fprintf(stream, "  %-15s%" PRIu64 " of %" PRIu64 " B used, by all of its arenas\n", "budget",
                samrena_budget_used(arena->config->budget), arena->config->budget->most);
    print_reserve(stream, &info.reserve);
    return stream_check(stream, "samrena_print_info");
}
