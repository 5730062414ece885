// SPDX-License-Identifier: MIT
// The check of samrena_trim() over the adapter.
#include <inttypes.h>

#include "area.h"
#include "arenas.h"
#include "checks.h"

/* What a trim may leave above what is kept; UINT64_MAX: any amount. */
typedef struct Slack {
    uint64_t capacity;
    uint64_t resident;
} Slack;

/* By the pages of the adapter: it may refuse less than two of them, and have notes of its own in what it was given. */
static Slack slack_of(Trial *trial) {
    if (!trial->adapter.operations.trim)
        return (Slack){UINT64_MAX, UINT64_MAX};
    Context *context = context_new(trial);
    Area *area = area_of(context, in_steps(context, 4 * MIB, 4));
    uint64_t page = context->host.page_size;
    uint64_t before = area->region.size;
    bool trimmed = area_trim(area, 16) == SAMRENA_OK;
    uint64_t left = area->region.size > page ? area->region.size : page;
    bool stays = area->region.size == before;
    uint64_t step = in_steps(context, page, 1);
    context_end(context);
    if (!trimmed)
        return (Slack){UINT64_MAX, UINT64_MAX};
    return (Slack){stays ? UINT64_MAX : 2 * left, 2 * (stays ? step : left) + 16 * page};
}

static void require_trimmed(Trial *trial, uint64_t keep, Slack slack) {
    Samrena *arena = trial->arena;
    uint64_t before = samrena_capacity(arena);
    uint64_t allocated = samrena_allocated(arena);
    samrena_trim(arena, keep);
    uint64_t after = samrena_capacity(arena);
    uint64_t resident = samrena_resident(arena);
    REQUIRE(trial, samrena_allocated(arena) == allocated && after >= allocated && after <= before,
            "a trim with %" PRIu64 " bytes allocated made a capacity of %" PRIu64 " of %" PRIu64, allocated, after,
            before);
    REQUIRE(trial, slack.capacity > PTRDIFF_MAX || after - allocated <= keep + slack.capacity,
            "a trim that was to keep %" PRIu64 " bytes left %" PRIu64, keep, after - allocated);
    REQUIRE(trial, slack.resident > PTRDIFF_MAX || resident <= allocated + keep + slack.resident,
            "a trim that was to keep %" PRIu64 " bytes above %" PRIu64 " left %" PRIu64 " resident", keep, allocated,
            resident);
}

/* What comes back where the size stays may hold anything, also what the arena has never used. */
static void trim_what_was_never_used(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = trial_arena_new(trial, config);
    (void)samrena_reserve(arena, 64 * KIB);
    push_zeros(trial, 0);
    samrena_trim(arena, 0);
    push_zeros(trial, 1);
    trial_arena_end(trial);
}

void check_arena_trim(Trial *trial) {
    static const uint64_t keeps[] = {0, 64 * KIB, 1001, MIB, 0};
    static Block blocks[MOST_BLOCKS];
    enum { KEPT_BLOCKS = 50 };
    trim_what_was_never_used(trial);
    Slack slack = slack_of(trial);
    (void)trial_arena_new(trial, samrena_default_config());
    for (size_t round = 0; round < sizeof(keeps) / sizeof(keeps[0]); round++) {
        if (push_blocks(trial, blocks, MOST_BLOCKS) == 0)
            skip(trial, "its memory ends before the first push");
        (void)samrena_reset(trial->arena);
        size_t count = push_blocks(trial, blocks, KEPT_BLOCKS);
        require_trimmed(trial, keeps[round], slack);
        verify_blocks(trial, blocks, count);
        push_zeros(trial, (int)round);
        verify_blocks(trial, blocks, count);
        (void)samrena_reset(trial->arena);
        require_trimmed(trial, keeps[round], slack);
    }
}
