// SPDX-License-Identifier: MIT
// Checks through the public API: what a program sees of the adapter.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arenas.h"
#include "checks.h"

/* ---- Contents ---- */

static void require_reset(Trial *trial) {
    SamrenaError error = samrena_reset(trial->arena);
    REQUIRE(trial, !error && samrena_allocated(trial->arena) == 0, "a reset leaves %" PRIu64 " bytes allocated: %s",
            samrena_allocated(trial->arena), samrena_error_string(error));
}

void check_arena_contents(Trial *trial) {
    Block blocks[MOST_BLOCKS];
    (void)trial_arena_new(trial, samrena_default_config());
    size_t first = 0;
    for (int round = 0; round < 3; round++) {
        size_t count = push_blocks(trial, blocks, MOST_BLOCKS);
        if (count == 0)
            skip(trial, "its memory ends before the first push");
        first = round == 0 ? count : first;
        REQUIRE(trial, count >= first, "before a reset %zu pushes fit, after it %zu", first, count);
        verify_blocks(trial, blocks, count);
        require_reset(trial);
    }
}

/* ---- Limit and growth ---- */

void check_arena_limit(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.limit = 100001;
    Samrena *arena = trial_arena_new(trial, config);
    for (int round = 0; round < 2; round++) {
        while (samrena_push(arena, 1000)) {
        }
        if (samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY)
            skip(trial, "its memory ends at %" PRIu64 " bytes", samrena_allocated(arena));
        uint64_t left = config.limit - samrena_allocated(arena);
        REQUIRE(trial, samrena_last_error() == SAMRENA_ERROR_LIMIT_EXCEEDED && left < 1016,
                "a push failed %" PRIu64 " bytes before the limit: %s", left, samrena_last_error_message());
        REQUIRE(trial, samrena_push_aligned(arena, left, 1), "the last %" PRIu64 " bytes: %s", left,
                samrena_last_error_message());
        REQUIRE(trial, !samrena_push_aligned(arena, 1, 1), "a push beyond the limit is OK");
        require_reset(trial);
    }
}

/* All but the last bytes at once: there may be many. */
static void grow_where_asked(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = trial_arena_new(trial, config);
    uint64_t calls = trial_arena_info(arena).adapter_calls;
    if (samrena_capacity(arena) > 16 * KIB)
        (void)samrena_push(arena, samrena_capacity(arena) - 16 * KIB);
    while (samrena_push(arena, 1000)) {
    }
    require_out_of_memory(trial);
    REQUIRE(trial, trial_arena_info(arena).adapter_calls == calls, "under growth NONE the adapter was asked");
    if (!samrena_push_with_reserve(arena, 64 * KIB))
        require_out_of_memory(trial);
    trial_arena_end(trial);
}

static void grow_by(Trial *trial, int32_t policy, uint64_t size) {
    SamrenaConfig config = samrena_default_config();
    config.growth = policy;
    config.growth_size = 32 * KIB;
    Samrena *arena = trial_arena_new(trial, config);
    for (int push = 0; push < 1000; push++) {
        unsigned char *bytes = samrena_push(arena, size / 1000);
        if (!bytes) {
            require_out_of_memory(trial);
            break;
        }
        memset(bytes, 1, 1000);
    }
    REQUIRE(trial, samrena_capacity(arena) >= samrena_allocated(arena), "capacity is below what is allocated");
    trial_arena_end(trial);
}

void check_arena_growth(Trial *trial) {
    uint64_t size = trial_arena_in_steps(trial, 1000000, 3);
    grow_by(trial, SAMRENA_GROWTH_GEOMETRIC, size);
    grow_by(trial, SAMRENA_GROWTH_FIXED, size);
    grow_where_asked(trial);
}

/* ---- Growing past an extend() that is refused ---- */

static const SamrenaAdapterOperations *stuck_operations;

static SamrenaError stuck_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    (void)newest;
    (void)want;
    return SAMRENA_ERROR_OUT_OF_MEMORY;
}

static SamrenaError stuck_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? stuck_extend(context, newest, want) : stuck_operations->reserve(context, NULL, want, extra);
}

/* The adapter itself, but for its regions, which can never grow where they are. */
static const char *make_stuck(Trial *trial) {
    static SamrenaAdapter stuck;
    static SamrenaAdapterOperations operations;
    if (!stuck_operations) {
        operations = trial->adapter.operations;
        stuck_operations = &operations;
        stuck = trial->adapter;
        stuck.abi_minor = SAMRENA_ADAPTER_ABI_MINOR;
        stuck.struct_size = sizeof(stuck);
        snprintf(stuck.name, sizeof(stuck.name), "conformance-stuck");
        stuck.operations.extend = stuck_extend;
        if (operations.reserve)
            stuck.operations.reserve = stuck_reserve;
    }
    SamrenaError error = samrena_adapter_register(&stuck);
    REQUIRE(trial, !error, "%s", samrena_last_error_message());
    return stuck.name;
}

/* Whether the arena comes to hold `size` bytes; the pushes are small beside its first region, and never written to. */
static bool grows_to(Samrena *arena, uint64_t size) {
    while (samrena_allocated(arena) < size)
        if (!samrena_push(arena, 48 * KIB))
            return false;
    return true;
}

void check_arena_apart(Trial *trial) {
    if (!trial->adapter.operations.extend)
        skip(trial, "it has no extend()");
    if (is_contiguous(trial))
        skip(trial, "its memory is one range");
    uint64_t size = trial_arena_in_steps(trial, MIB, 3);
    bool enough = grows_to(trial_arena_new(trial, samrena_default_config()), size);
    trial_arena_end(trial);
    if (!enough)
        skip(trial, "its memory ends before %" PRIu64 " bytes", size);
    SamrenaConfig config = trial_arena_config(trial, samrena_default_config());
    config.adapter = make_stuck(trial);
    trial->arena = samrena_create(&config);
    REQUIRE(trial, trial->arena && grows_to(trial->arena, size),
            "where extend() is refused, an arena ends before %" PRIu64 " bytes: %s", size,
            samrena_last_error_message());
}

/* ---- Reserve ---- */

void check_arena_reserve(Trial *trial) {
    if (!trial->adapter.operations.reserve)
        skip(trial, "it has no reserve()");
    uint64_t size = trial_arena_in_steps(trial, MIB, 2);
    Samrena *arena = trial_arena_new(trial, samrena_default_config());
    if (size > trial_arena_ceiling(arena) / 2)
        size = trial_arena_ceiling(arena) / 2;
    SamrenaError error = samrena_reserve(arena, size);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY)
        skip(trial, "%s", samrena_last_error_message());
    REQUIRE(trial, !error, "%s", samrena_last_error_message());
    REQUIRE(trial, samrena_capacity(arena) >= size, "after a reserve of %" PRIu64 " the capacity is %" PRIu64, size,
            samrena_capacity(arena));

    uint64_t calls = trial_arena_info(arena).adapter_calls;
    while (samrena_allocated(arena) + 1008 <= size) {
        unsigned char *bytes = samrena_push(arena, 1000);
        REQUIRE(trial, bytes, "a push within what is reserved failed: %s", samrena_last_error_message());
        memset(bytes, 1, 1000);
    }
    REQUIRE(trial, trial_arena_info(arena).adapter_calls == calls, "pushes within what is reserved asked the adapter");
}

/* ---- Zeros ---- */

/* Also in an arena that another one became, where the adapter lets arenas be recycled. */
void check_arena_zero(Trial *trial) {
    for (int arenas = 0; arenas < 3; arenas++) {
        (void)trial_arena_new(trial, samrena_default_config());
        for (int round = 0; round < 4; round++) {
            push_zeros(trial, round);
            require_reset(trial);
        }
        trial_arena_end(trial);
    }
}
