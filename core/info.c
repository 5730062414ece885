// SPDX-License-Identifier: MIT
// What an arena tells about itself.
#include <string.h>

#include "adapter_check.h"
#include "arena.h"
#include "build_config.h"
#include "checked_math.h"
#include "error.h"
#include "regions.h"

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
    return arena && (unsigned)capability < 32 &&
           (adapter_capabilities(&arena->adapter->descriptor) >> (unsigned)capability & 1) != 0;
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
        .held = arena->held,
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

const char *samrena_version(void) {
    return VERSION;
}
