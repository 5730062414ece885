// SPDX-License-Identifier: MIT
// Makes arenas over the adapter, and pushes what can be looked at later.
#include "arenas.h"

#include <inttypes.h>
#include <string.h>

/* Of these checks alone, so that an adapter that is made to fail can fail in them alone. */
#define ARENA_MAX_RESERVE (200 * MIB)

enum { LARGEST_BLOCK = 3000 };

/* ---- Arenas ---- */

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

uint64_t trial_arena_in_steps(Trial *trial, uint64_t size, unsigned steps) {
    Context *context = context_try(trial, USUAL_MAX_RESERVE);
    uint64_t bytes = context ? in_steps(context, size, steps) : size;
    if (context)
        context_end(context);
    return bytes;
}

SamrenaConfig trial_arena_config(Trial *trial, SamrenaConfig config) {
    static SamrenaLabel label = SAMRENA_LABEL("conformance");
    make_known(trial);
    config.adapter = trial->adapter.name;
    config.adapter_options = trial->subject->options;
    config.label = &label;
    config.max_reserve = trial_arena_in_steps(trial, ARENA_MAX_RESERVE, 8);
    config.log = quiet;
    return config;
}

Samrena *trial_arena_new(Trial *trial, SamrenaConfig config) {
    config = trial_arena_config(trial, config);
    trial->arena = samrena_create(&config);
    SamrenaError error = trial->arena ? SAMRENA_OK : samrena_last_error();
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY || error == SAMRENA_ERROR_UNSUPPORTED)
        untested(trial, "no arena: %s", samrena_last_error_message());
    REQUIRE(trial, trial->arena, "%s", samrena_last_error_message());
    return trial->arena;
}

void trial_arena_end(Trial *trial) {
    samrena_destroy(trial->arena);
    samrena_destroy(trial->other_arena);
    trial->arena = trial->other_arena = NULL;
}

SamrenaInfo trial_arena_info(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    (void)samrena_get_info(arena, &info);
    return info;
}

uint64_t trial_arena_ceiling(const Samrena *arena) {
    uint64_t ceiling = trial_arena_info(arena).ceiling;
    return ceiling ? ceiling : UINT64_MAX;
}

void require_out_of_memory(Trial *trial) {
    REQUIRE(trial, samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY, "a push failed: %s",
            samrena_last_error_message());
}

/* ---- Pushes ---- */

size_t push_blocks(Trial *trial, Block *blocks, size_t most) {
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
        memset(bytes, (int)(count * 31 + 7) & 0xFF, (size_t)size);
        blocks[count] = (Block){bytes, size};
    }
    return count;
}

void verify_blocks(Trial *trial, const Block *blocks, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (uint64_t at = 0; at < blocks[i].size; at++)
            REQUIRE(trial, blocks[i].bytes[at] == (unsigned char)(i * 31 + 7),
                    "byte %" PRIu64 " of push %zu is 0x%02x, 0x%02x was written", at, i, blocks[i].bytes[at],
                    (unsigned)(i * 31 + 7) & 0xFF);
}

void push_zeros(Trial *trial, int round) {
    for (int push = 0; push < 200; push++) {
        uint64_t size = 1 + (uint64_t)push * 13;
        unsigned char *bytes = samrena_push_zero(trial->arena, size);
        if (!bytes) {
            require_out_of_memory(trial);
            break;
        }
        for (uint64_t i = 0; i < size; i++)
            REQUIRE(trial, bytes[i] == 0, "byte %" PRIu64 " of push_zero is 0x%02x, round %d", i, bytes[i], round);
        memset(bytes, 0xFF, (size_t)size);
    }
}
