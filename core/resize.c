// SPDX-License-Identifier: MIT
// Another size for a block that was pushed already.
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "error.h"
#include "poison.h"
#include "push.h"
#include "regions.h"

static bool in_place(Samrena *arena, Position block, uint64_t old_size, uint64_t new_size) {
    bool last = block.region == arena->current && block.used + old_size == region_used(arena);
    if (last && (new_size <= old_size || push_make_room(arena, new_size - old_size))) {
        region_resize_last(arena, block.used + new_size);
        return true;
    }
    if (!last && new_size <= old_size) {
        const unsigned char *base = arena->regions[block.region].memory.base;
        if (arena->red_zone)
            poison(base + block.used + new_size, old_size - new_size);
        return true;
    }
    return false;
}

static void *copy(Samrena *arena, Position block, uint64_t old_size, uint64_t new_size) {
    const unsigned char *base = arena->regions[block.region].memory.base;
    void *larger = samrena_push(arena, new_size);
    if (!larger)
        return NULL;
    memcpy(larger, base + block.used, (size_t)old_size);
    if (arena->red_zone)
        poison(base + block.used, old_size); /* who still has the old pointer is told */
    return larger;
}

void *samrena_resize(Samrena *arena, void *ptr, uint64_t old_size, uint64_t new_size) {
    if (!arena) {
        (void)arena_missing("samrena_resize");
        return NULL;
    }
    if (!ptr && old_size == 0)
        return samrena_push(arena, new_size);
    Position block;
    if (!region_find_block(arena, ptr, old_size, &block)) {
        (void)arena_report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                            "samrena_resize: the %" PRIu64 " bytes at %p are no block of this arena",
                                            old_size, ptr));
        return NULL;
    }
    return in_place(arena, block, old_size, new_size) ? ptr : copy(arena, block, old_size, new_size);
}
