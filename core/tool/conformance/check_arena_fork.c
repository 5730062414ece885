// SPDX-License-Identifier: MIT
// The check of arenas in a forked child: whether its memory is a copy or shared, the parent loses nothing.
#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "checks.h"
#include "forked.h"

typedef struct Inherited {
    Samrena *arena;
    SamrenaConfig config;
    bool shared; /* then a child gets no more memory */
} Inherited;

/* ---- What the child does to the arena that it has from its parent ---- */

static void trim_in_child(Trial *trial, void *user) {
    const Inherited *inherited = user;
    (void)trial;
    samrena_trim(inherited->arena, 0);
}

static void reset_in_child(Trial *trial, void *user) {
    const Inherited *inherited = user;
    SamrenaError error = samrena_reset(inherited->arena);
    REQUIRE(trial, !error, "a reset failed: %s", samrena_last_error_message());
}

static void destroy_in_child(Trial *trial, void *user) {
    const Inherited *inherited = user;
    (void)trial;
    samrena_destroy(inherited->arena);
}

/* More than there is room for, and written to where it is had. */
static void grow_in_child(Trial *trial, void *user) {
    const Inherited *inherited = user;
    uint64_t size = samrena_capacity(inherited->arena) - samrena_allocated(inherited->arena) + 64 * KIB;
    unsigned char *bytes = samrena_push(inherited->arena, size);
    REQUIRE(trial, !bytes || !inherited->shared, "an arena in shared memory grew by a push of %" PRIu64 " bytes", size);
    if (bytes)
        memset(bytes, 0xCC, (size_t)size);
}

/* One of its own, which may be one that the parent had recycled. */
static void create_in_child(Trial *trial, void *user) {
    const Inherited *inherited = user;
    Samrena *arena = samrena_create(&inherited->config);
    (void)trial;
    uint64_t size = samrena_capacity(arena);
    unsigned char *bytes = arena && size > 0 ? samrena_push(arena, size) : NULL;
    if (bytes)
        memset(bytes, 0xCC, (size_t)size);
    samrena_destroy(arena);
}

/* ---- What the parent has meanwhile ---- */

/* A push that the child does not know of, in room that the child takes for unused. NULL bytes: it did not fit. */
static Block push_one(Samrena *arena, uint64_t size, int byte) {
    Block block = {size > 0 ? samrena_push(arena, size) : NULL, size};
    if (block.bytes)
        memset(block.bytes, byte, (size_t)size);
    return block;
}

static void require_kept(Trial *trial, const Block *block, int byte, const char *what) {
    for (uint64_t at = 0; block->bytes && at < block->size; at++)
        REQUIRE(trial, block->bytes[at] == byte,
                "after %s in a forked child byte %" PRIu64 " of the parent's %" PRIu64 " is 0x%02x, 0x%02x was written",
                what, at, block->size, block->bytes[at], (unsigned)byte);
}

/* An arena with unused room behind what is pushed; one of its kind that ended before may have been recycled. */
static Inherited arena_with_room(Trial *trial) {
    SamrenaConfig config = samrena_default_config();
    config.retain = 1;
    uint64_t size = trial_arena_in_steps(trial, MIB, 1);
    (void)trial_arena_new(trial, config);
    trial_arena_end(trial);
    Inherited inherited = {trial_arena_new(trial, config), trial_arena_config(trial, config), is_shared(trial)};
    if (size > trial_arena_ceiling(inherited.arena) / 2)
        size = trial_arena_ceiling(inherited.arena) / 2;
    (void)samrena_reserve(inherited.arena, size);
    return inherited;
}

static void act_in_child(Trial *trial, TrialPart *act, const char *what) {
    Inherited inherited = arena_with_room(trial);
    uint64_t room = samrena_capacity(inherited.arena);
    Block early = push_one(inherited.arena, room / 8, 0x11);
    Forked forked = forked_begin(trial, act, &inherited);
    Block late = push_one(inherited.arena, room / 2, 0x22);
    trial->other_arena = samrena_create(&inherited.config);
    Block others = push_one(trial->other_arena, samrena_capacity(trial->other_arena), 0x33);
    forked_end(trial, &forked);
    require_kept(trial, &early, 0x11, what);
    require_kept(trial, &late, 0x22, what);
    require_kept(trial, &others, 0x33, what);
    Block after = push_one(inherited.arena, 1000, 0x44);
    require_kept(trial, &after, 0x44, what);
    trial_arena_end(trial);
}

void check_arena_fork(Trial *trial) {
    static const struct {
        TrialPart *act;
        const char *what;
    } acts[] = {{trim_in_child, "a trim"},
                {reset_in_child, "a reset"},
                {destroy_in_child, "a destroy"},
                {grow_in_child, "growing"},
                {create_in_child, "another arena"}};
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
        act_in_child(trial, acts[i].act, acts[i].what);
}
