// SPDX-License-Identifier: MIT
// Checks through the public API: what a program sees of the adapter.
#include <inttypes.h>
#include <string.h>

#include "checks.h"

/* Of these checks alone, so that an adapter that is made to fail can fail in them alone. */
#define ARENA_MAX_RESERVE (200 * MIB)

enum { MOST_BLOCKS = 2000, LARGEST_BLOCK = 3000 };

static void quiet(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    (void)message;
    (void)user;
}

/* The library's own entry for the adapter; one of the same name that is built into the library will do. */
static void make_known(Trial *trial) {
    const char *file = trial->subject->plugin_file;
    SamrenaError error = file ? samrena_adapter_load(file) : samrena_adapter_register(trial->subject->adapter);
    REQUIRE(trial, !error || !file, "the library does not load it: %s", samrena_last_error_message());
}

static Samrena *arena_new(Trial *trial, SamrenaConfig config) {
    make_known(trial);
    config.adapter = trial->adapter.name;
    config.adapter_options = trial->subject->options;
    config.max_reserve = ARENA_MAX_RESERVE;
    config.log = quiet;
    trial->arena = samrena_create(&config);
    if (!trial->arena && samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY)
        skip(trial, "%s", samrena_last_error_message());
    REQUIRE(trial, trial->arena, "%s", samrena_last_error_message());
    return trial->arena;
}

static SamrenaInfo info_of(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    (void)samrena_get_info(arena, &info);
    return info;
}

/* A failed push is the adapter's right where its memory ends, and nowhere else. */
static void require_out_of_memory(Trial *trial) {
    REQUIRE(trial, samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY, "a push failed: %s",
            samrena_last_error_message());
}

/* ---- Contents ---- */

typedef struct Block {
    unsigned char *bytes;
    uint64_t size;
} Block;

static size_t push_blocks(Trial *trial, Block *blocks, size_t most) {
    uint32_t random = 12345;
    size_t count = 0;
    for (; count < most; count++) {
        random = random * 1664525 + 1013904223;
        uint64_t size = 1 + (random >> 8) % LARGEST_BLOCK;
        unsigned char *bytes = samrena_push(trial->arena, size);
        if (!bytes) {
            require_out_of_memory(trial);
            break;
        }
        REQUIRE(trial, (uintptr_t)bytes % SAMRENA_DEFAULT_ALIGNMENT == 0, "a push gave %p", (void *)bytes);
        memset(bytes, (int)(count * 31 + 7) & 0xFF, size);
        blocks[count] = (Block){bytes, size};
    }
    return count;
}

static void verify_blocks(Trial *trial, const Block *blocks, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (uint64_t at = 0; at < blocks[i].size; at++)
            REQUIRE(trial, blocks[i].bytes[at] == (unsigned char)(i * 31 + 7),
                    "byte %" PRIu64 " of push %zu is 0x%02x, 0x%02x was written", at, i, blocks[i].bytes[at],
                    (unsigned)(i * 31 + 7) & 0xFF);
}

void check_arena_contents(Trial *trial) {
    Block blocks[MOST_BLOCKS];
    Samrena *arena = arena_new(trial, samrena_default_config());
    size_t first = 0;
    for (int round = 0; round < 3; round++) {
        size_t count = push_blocks(trial, blocks, MOST_BLOCKS);
        if (count == 0)
            skip(trial, "its memory ends before the first push");
        first = round == 0 ? count : first;
        REQUIRE(trial, count >= first, "before a reset %zu pushes fit, after it %zu", first, count);
        verify_blocks(trial, blocks, count);
        samrena_reset(arena);
        REQUIRE(trial, samrena_allocated(arena) == 0, "%" PRIu64 " bytes are allocated after a reset",
                samrena_allocated(arena));
    }
}

/* ---- Limit and growth ---- */

void check_arena_limit(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.limit = 100001;
    Samrena *arena = arena_new(trial, config);
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
        samrena_reset(arena);
    }
}

static void grow_where_asked(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = arena_new(trial, config);
    uint64_t calls = info_of(arena).adapter_calls;
    for (int i = 0; i < 100000 && samrena_push(arena, 1000); i++) {
    }
    require_out_of_memory(trial);
    REQUIRE(trial, info_of(arena).adapter_calls == calls, "under growth NONE the adapter was asked");
    if (!samrena_push_with_reserve(arena, 64 * KIB))
        require_out_of_memory(trial);
    samrena_destroy(arena);
    trial->arena = NULL;
}

void check_arena_growth(Trial *trial) {
    static const int32_t policies[] = {SAMRENA_GROWTH_GEOMETRIC, SAMRENA_GROWTH_FIXED};
    for (int i = 0; i < 2; i++) {
        SamrenaConfig config = samrena_default_config();
        config.growth = policies[i];
        config.growth_pages = 8;
        Samrena *arena = arena_new(trial, config);
        for (int push = 0; push < 1000; push++) {
            unsigned char *bytes = samrena_push(arena, 1000);
            if (!bytes) {
                require_out_of_memory(trial);
                break;
            }
            memset(bytes, 1, 1000);
        }
        REQUIRE(trial, samrena_capacity(arena) >= samrena_allocated(arena), "capacity is below what is allocated");
        samrena_destroy(arena);
        trial->arena = NULL;
    }
    grow_where_asked(trial);
}

/* ---- Reserve ---- */

void check_arena_reserve(Trial *trial) {
    if (!trial->adapter.operations.reserve)
        skip(trial, "it has no reserve()");
    Samrena *arena = arena_new(trial, samrena_default_config());
    uint64_t ceiling = info_of(arena).ceiling;
    uint64_t size = ceiling / 2 < MIB ? ceiling / 2 : MIB;
    SamrenaError error = samrena_reserve(arena, size);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY)
        skip(trial, "%s", samrena_last_error_message());
    REQUIRE(trial, !error, "%s", samrena_last_error_message());
    REQUIRE(trial, samrena_capacity(arena) >= size, "after a reserve of %" PRIu64 " the capacity is %" PRIu64, size,
            samrena_capacity(arena));

    uint64_t calls = info_of(arena).adapter_calls;
    while (samrena_allocated(arena) + 1008 <= size) {
        unsigned char *bytes = samrena_push(arena, 1000);
        REQUIRE(trial, bytes, "a push within what is reserved failed: %s", samrena_last_error_message());
        memset(bytes, 1, 1000);
    }
    REQUIRE(trial, info_of(arena).adapter_calls == calls, "pushes within what is reserved asked the adapter");
}

/* ---- Zeros ---- */

/* Pushes zeros and writes over them. */
static void push_zeros(Trial *trial, int round) {
    for (int push = 0; push < 200; push++) {
        uint64_t size = 1 + (uint64_t)push * 13;
        unsigned char *bytes = samrena_push_zero(trial->arena, size);
        if (!bytes) {
            require_out_of_memory(trial);
            break;
        }
        for (uint64_t i = 0; i < size; i++)
            REQUIRE(trial, bytes[i] == 0, "byte %" PRIu64 " of push_zero is 0x%02x, round %d", i, bytes[i], round);
        memset(bytes, 0xFF, size);
    }
}

void check_arena_zero(Trial *trial) {
    Samrena *arena = arena_new(trial, samrena_default_config());
    for (int round = 0; round < 4; round++) {
        push_zeros(trial, round);
        samrena_reset(arena);
    }
}

/* ---- Trim ---- */

/* How much above what is kept the adapter's pages leave; UINT64_MAX: any amount, it gives back no parts. */
static uint64_t granularity(Trial *trial) {
    if (!trial->adapter.operations.trim)
        return UINT64_MAX;
    Context *context = context_new(trial);
    Area *area = area_of(context, 4 * MIB);
    uint64_t left = area_trim(area, 1) == SAMRENA_OK ? area->region.size : UINT64_MAX;
    uint64_t page = context->host.page_size;
    context_end(context);
    return left == UINT64_MAX ? left : 2 * (left > page ? left : page); /* it may refuse less than two of its pages */
}

static void require_trimmed(Trial *trial, uint64_t keep, uint64_t most_above) {
    uint64_t before = samrena_capacity(trial->arena);
    uint64_t allocated = samrena_allocated(trial->arena);
    samrena_trim(trial->arena, keep);
    uint64_t after = samrena_capacity(trial->arena);
    REQUIRE(trial, samrena_allocated(trial->arena) == allocated && after >= allocated && after <= before,
            "a trim with %" PRIu64 " bytes allocated made a capacity of %" PRIu64 " of %" PRIu64, allocated, after,
            before);
    REQUIRE(trial, most_above > PTRDIFF_MAX || after - allocated <= keep + most_above,
            "a trim that was to keep %" PRIu64 " bytes left %" PRIu64, keep, after - allocated);
}

void check_arena_trim(Trial *trial) {
    static const uint64_t keeps[] = {0, 64 * KIB, 1001, MIB, 0};
    static Block blocks[MOST_BLOCKS];
    enum { KEPT_BLOCKS = 50 };
    uint64_t most_above = granularity(trial);
    Samrena *arena = arena_new(trial, samrena_default_config());
    for (size_t round = 0; round < sizeof(keeps) / sizeof(keeps[0]); round++) {
        if (push_blocks(trial, blocks, MOST_BLOCKS) == 0)
            skip(trial, "its memory ends before the first push");
        samrena_reset(arena);
        size_t count = push_blocks(trial, blocks, KEPT_BLOCKS);
        require_trimmed(trial, keeps[round], most_above);
        verify_blocks(trial, blocks, count);
        push_zeros(trial, (int)round);
        verify_blocks(trial, blocks, count);
        samrena_reset(arena);
        require_trimmed(trial, keeps[round], most_above);
    }
}
