// SPDX-License-Identifier: MIT
// The sound adapter, and the ways in which it can be wrong.
//
// Where an adapter that is wrong everywhere would bring the library down before it is noticed, it is wrong for one size
// alone, or only where a check of the operations, or only where an arena, has the context.
#include "wrong_adapters.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mapping.h"
#include "sound_adapter.h"

#define LARGEST (8 * MIB)
#define RECYCLED_SIZE (MIB / 4) /* of the check that is to notice */
#define ODD_KEEP 12352          /* of the check that is to notice */
#define LEAKED_SIZE (2 * MIB)   /* of the check that is to notice */

static Wrong wrong;
static const char *main_thread;
static bool blocked;
static bool alive;
static SamrenaRegion recycled;

/* Arenas are created with this, no check of the operations is. */
static bool is_for_arena(uint64_t max_reserve) {
    return max_reserve == 200 * MIB;
}

static bool in_arena(const Sound *own) {
    return is_for_arena(own->max_reserve);
}

static bool wrong_in_arena(const Sound *own, Wrong which) {
    return wrong == which && in_arena(own);
}

static bool wrong_in_check(const Sound *own, Wrong which) {
    return wrong == which && !in_arena(own);
}

/* ---- Contexts ---- */

static SamrenaError creation_refusal(const SamrenaHost *host, SamrenaAdapterParams *params) {
    bool refuses = wrong == CREATE_REFUSES || (wrong == ARENA_CREATE_REFUSES && is_for_arena(params->max_reserve));
    if (refuses || wrong == CREATE_UNSUPPORTED)
        host->set_error(host, "the pool is empty");
    if (wrong == CREATE_UNSUPPORTED)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (wrong == CREATE_WRITES_THEN_REFUSES && params->max_reserve > PTRDIFF_MAX / 2) {
        params->ceiling = 1;
        refuses = true;
    }
    refuses = refuses || blocked || (wrong == MAIN_THREAD_ONLY && this_thread() != main_thread);
    return refuses ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_OK;
}

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Sound *own = context;
    SamrenaError error = creation_refusal(host, params);
    if (!error)
        error = sound_create(host, params, context);
    if (error)
        return error;
    if (wrong == NO_CEILING)
        params->ceiling = MIB;
    if (wrong == LARGEST_PASSED || wrong == LARGEST_EXTENDED)
        params->largest = in_arena(own) ? 0 : LARGEST;
    if (wrong == LARGEST_ABOVE_CEILING)
        params->largest = params->ceiling + 1;
    if (wrong == ONE_LIVE_CONTEXT)
        alive = true;
    if (wrong == ARENA_SHARED_UNSAID)
        own->shares = in_arena(own);
    if (wrong == LEAKS_FILES && dup(STDERR_FILENO) < 0)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    if (wrong == WRITES_BEHIND_PARAMS && params->max_reserve == 96 * MIB)
        *(unsigned char *)(params + 1) = 0;
    if (wrong == WRITES_BEHIND_CONTEXT && params->max_reserve == 80 * MIB)
        *(unsigned char *)(own + 1) = 0;
    return SAMRENA_OK;
}

static void destroy(void *context) {
    const Sound *own = context;
    if (wrong == ONE_LIVE_CONTEXT)
        alive = false;
    if (wrong == DESTROY_BLOCKS_CREATE && own->acquired == 0)
        blocked = true;
}

/* ---- Regions ---- */

static SamrenaError refusal(const Sound *own, const SamrenaWant *want) {
    if (wrong == CRASHES_IN_CHILD && own->process != getpid())
        abort();
    if (wrong == REFUSES_UNSUPPORTED && want->required > sound_kind.ceiling)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (wrong == ALIGNMENT_REFUSED && want->alignment > 4096)
        return SAMRENA_ERROR_INVALID_PARAMETER;
    bool refused = (wrong == REFUSES_SMALL && want->required == 24) || (wrong == NO_REUSE && own->acquired >= 150) ||
                   (wrong == ONE_LIVE_CONTEXT && !alive) ||
                   (wrong == CREATING_THREAD_ONLY && own->creator != this_thread()) ||
                   (wrong == CREATING_PROCESS_ONLY && own->process != getpid()) ||
                   (wrong_in_check(own, LARGEST_PASSED) && want->required > LARGEST) ||
                   (wrong_in_check(own, LARGEST_EXTENDED) && want->desired > LARGEST) ||
                   (wrong_in_arena(own, ARENA_HAS_ONE_REGION) && own->held > 0) || own->stuck;
    return refused ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_OK;
}

static void spoil(const Sound *own, SamrenaRegion before, SamrenaRegion *region, const SamrenaWant *want) {
    if (wrong == MISALIGNED && want->required == 15)
        region->base += 8;
    if (wrong == TOO_SMALL && want->required == 17)
        region->size = 16;
    if (wrong == WRAPPING_SIZE && want->required == 1)
        region->size = UINT64_MAX;
    if (wrong == ALIGNMENT_TAKES_ROOM && want->alignment > 4096)
        region->size = want->required - 16;
    if (wrong_in_check(own, AHEAD_TOO_LITTLE) && want->ahead)
        region->size = want->required / 2;
    if (wrong_in_check(own, AHEAD_DIRTY) && want->ahead)
        memset(region->base, 1, (size_t)region->size);
    if (wrong == ZERO_FROM_BEHIND_END)
        region->zero_from = region->size + 1;
    if (wrong == CLEARS_OTHERS && before.base)
        memset(before.base, 0, (size_t)before.size);
    if (wrong == OVERLAPS && before.base && before.size > 16 && region->size <= sound_kind.room)
        region->base = before.base + before.size - 16; /* the other's mapping has the room */
    if (wrong == WRITES_BEHIND_REGION && own->max_reserve == 96 * MIB)
        *(unsigned char *)(region + 1) = 0;
    if (wrong == CHANGES_STRUCT_SIZE)
        region->struct_size += 8;
}

static SamrenaError take_recycled(Sound *own, SamrenaRegion *region) {
    uint32_t struct_size = region->struct_size;
    *region = recycled;
    region->struct_size = struct_size;
    region->zero_from = 0;
    recycled.base = NULL;
    own->held += region->size;
    own->acquired++;
    return SAMRENA_OK;
}

static SamrenaError take_anything(Sound *own, const SamrenaWant *want, SamrenaRegion *region) {
    SamrenaWant little = *want;
    little.required = little.desired = 4096;
    SamrenaError error = sound_acquire(own, &little, region);
    region->size = want->required;
    return error;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Sound *own = context;
    SamrenaRegion before = own->newest;
    if (wrong == WRITES_THEN_REFUSES)
        region->size = want->required;
    SamrenaError error = refusal(own, want);
    if (error)
        return error;
    if (wrong == GRANTS_ANYTHING && want->required > sound_kind.ceiling)
        return take_anything(own, want, region);
    if (wrong == DIRTY_MEMORY && recycled.base && want->required == RECYCLED_SIZE)
        return take_recycled(own, region);
    if (wrong == DESIRED_COUNTS && want->desired > want->required && want->desired > sound_kind.ceiling - own->held) {
        own->held = sound_kind.ceiling;
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    error = sound_acquire(context, want, region);
    if (error)
        return error;
    spoil(own, before, region, want);
    own->newest = *region;
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    Sound *own = context;
    SamrenaRegion given = *region;
    if (wrong == DIRTY_MEMORY && !recycled.base && given.size == RECYCLED_SIZE) {
        recycled = given;
        own->held -= given.size;
        return;
    }
    if ((wrong == LEAKS_MEMORY && given.size == LEAKED_SIZE) || wrong == OVERLAPS) {
        own->held -= given.size < own->held ? given.size : own->held;
        own->newest.base = own->newest.base == given.base ? NULL : own->newest.base;
        return;
    }
    if (wrong == TRIM_LEAKS && own->trimmed)
        given.cookie = (void *)(uintptr_t)given.size;
    sound_release(context, &given);
}

/* ---- Growing ---- */

static void spoil_larger(const Sound *own, SamrenaRegion *newest, uint64_t before, const SamrenaWant *want) {
    if (wrong == EXTEND_MOVES)
        newest->base += 16;
    if (wrong == EXTEND_TOO_LITTLE)
        newest->size = before;
    if (wrong == EXTEND_LOSES_CONTENTS || wrong_in_arena(own, ARENA_LOSES_CONTENTS))
        memset(newest->base, 0, (size_t)before);
    if (wrong == EXTEND_DIRTY || wrong_in_arena(own, ARENA_GETS_DIRT) ||
        (wrong_in_check(own, AHEAD_DIRTY) && want->ahead))
        memset(newest->base + before, 1, (size_t)(newest->size - before));
    if (wrong_in_check(own, COARSE_EXTEND_DIRTY) && newest->size - before > sound_kind.grain)
        newest->base[before + sound_kind.grain] = 1;
}

static SamrenaError growth_refusal(const Sound *own, const SamrenaRegion *newest, const SamrenaWant *want) {
    uint64_t room = (uintptr_t)newest->cookie - newest->size;
    if (wrong_in_arena(own, ARENA_SAYS_LIMIT))
        return SAMRENA_ERROR_LIMIT_EXCEEDED;
    if (wrong_in_arena(own, ARENA_STOPS_GROWING) && own->held > MIB / 2)
        return SAMRENA_ERROR_INVALID_PARAMETER;
    if (wrong_in_check(own, REST_STOPS_GROWING) && own->resting)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    if (wrong == EXTEND_REFUSES_FOR_GOOD && want->required > room)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (wrong_in_check(own, LARGEST_PASSED) && newest->size + want->desired > LARGEST)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    return SAMRENA_OK;
}

static SamrenaError extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Sound *own = context;
    uint64_t before = newest->size;
    if (wrong == EXTEND_WRITES_THEN_REFUSES)
        newest->zero_from++;
    SamrenaError error = growth_refusal(own, newest, want);
    if (!error)
        error = sound_extend(context, newest, want);
    if (wrong_in_check(own, EXTEND_REFUSAL_STICKS) && error && want->required < 32 * MIB)
        own->stuck = true;
    if (error)
        return error;
    spoil_larger(own, newest, before, want);
    own->newest = *newest;
    return SAMRENA_OK;
}

static SamrenaError reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    if (newest && (wrong == RESERVE_DOES_NOTHING || wrong_in_arena(context, ARENA_RESERVES_NOTHING)))
        return SAMRENA_OK;
    if (newest && wrong == RESERVE_FILLS_BOTH)
        extra->size = want->required;
    if (newest)
        return extend(context, newest, want);
    Sound *own = context;
    own->shares = own->shares || wrong == SHARED_IN_PART;
    SamrenaError error = acquire(context, want, extra);
    own->shares = own->shares && wrong != SHARED_IN_PART;
    if (!error && wrong == RESERVE_TOO_LITTLE && extra->size >= 4096)
        extra->size /= 2;
    return error;
}

static SamrenaError prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated) {
    const Sound *own = context;
    *populated = bytes;
    if (wrong == PREFAULT_LIES || (wrong == TRIM_FORGOTTEN && own->trimmed))
        return SAMRENA_OK;
    (void)sound_prefault(context, region, from, bytes, populated);
    if (wrong == PREFAULT_SCRIBBLES && !in_arena(own))
        region->base[from + bytes / 2] = 1;
    if (wrong == PREFAULT_ROUNDS_DOWN)
        memset(region->base + (from & ~UINT64_C(4095)), 0, from & 4095);
    if (wrong == PREFAULT_COUNTS_TOO_MUCH)
        *populated += 4096;
    if (wrong == PREFAULT_SAYS_OK)
        *populated /= 2;
    return SAMRENA_OK;
}

/* As prefault() does, on a machine where the thread that does it may have to wait for its processor at any time. */
static SamrenaError touch(const SamrenaRegion *region, uint64_t from, uint64_t bytes) {
    for (uint64_t at = from; at < from + bytes; at += 4096) {
        unsigned char there = *(volatile unsigned char *)(region->base + at);
        mapping_give_way();
        *(volatile unsigned char *)(region->base + at) = there;
    }
    return SAMRENA_OK;
}

static SamrenaError prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                          uint64_t bytes, uint64_t *populated) {
    *populated = bytes;
    if (wrong == CONCURRENT_LIES)
        return SAMRENA_OK;
    if (wrong == CONCURRENT_SAYS_LIMIT)
        return SAMRENA_ERROR_LIMIT_EXCEEDED;
    if (wrong == CONCURRENT_TOUCHES)
        return touch(region, from, bytes);
    SamrenaError error = sound_prefault_concurrently(context, region, from, bytes, populated);
    if (wrong == CONCURRENT_SCRIBBLES)
        region->base[from + bytes / 2] = 1;
    if (wrong == CONCURRENT_ROUNDS_DOWN)
        memset(region->base + (from & ~UINT64_C(4095)), 0, from & 4095);
    if (wrong == CONCURRENT_COUNTS_TOO_MUCH)
        *populated += 4096;
    if (wrong == CONCURRENT_SAYS_OK)
        *populated /= 2;
    return error;
}

/* ---- Giving back ---- */

static void spoil_smaller(Sound *own, SamrenaRegion *region, const SamrenaRegion *before, uint64_t keep) {
    bool odd = keep == ODD_KEEP;
    if (wrong == TRIM_LOSES_CONTENTS && odd)
        memset(region->base + keep / 2, 0, (size_t)(keep - keep / 2));
    if (wrong == TRIM_DIRTIES_KEPT && odd && before->zero_from < keep)
        region->base[keep - 1] = 1;
    if (wrong == TRIM_BELOW_KEEP && odd)
        region->size = keep - 1;
    if (wrong == TRIM_MOVES && odd)
        region->base += 16;
    if (wrong == TRIM_GROWS && odd)
        region->size = before->size + MIB;
    if (wrong == TRIM_DIRTY) { /* it cuts off where it was told, and forgets the rest of the page */
        own->held -= region->size - keep;
        region->size = keep;
    }
    if (wrong == TRIM_KEEPS_COUNTING)
        own->held += before->size - region->size;
    if (wrong == TRIM_WRITES_BEHIND_REGION && own->max_reserve == 96 * MIB)
        *(unsigned char *)(region + 1) = 0;
    if (wrong_in_arena(own, ARENA_TRIM_LOSES_CONTENTS))
        memset(region->base, 0, (size_t)keep);
}

static SamrenaError refuse_trim(SamrenaRegion *region, uint64_t keep) {
    if (wrong == TRIM_REFUSES_AND_WRITES)
        region->size = keep;
    return wrong == TRIM_SAYS_OUT_OF_MEMORY ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Sound *own = context;
    SamrenaRegion before = *region;
    SamrenaRegion newest = own->newest;
    if (wrong == TRIM_DOES_NOTHING)
        return SAMRENA_OK;
    if (wrong_in_arena(own, ARENA_TRIM_REFUSES) || sound_trim(context, region, keep) != SAMRENA_OK)
        return refuse_trim(region, keep);
    if (wrong == TRIM_OF_NEWEST && newest.base && newest.size > region->size)
        sound_discard(own, &newest, region->size);
    spoil_smaller(own, region, &before, keep);
    return SAMRENA_OK;
}

static void rest(void *context) {
    Sound *own = context;
    if (wrong_in_check(own, REST_LOSES_CONTENTS) && own->newest.base)
        sound_discard(own, &own->newest, 0);
    own->resting = true;
}

/* ---- The descriptor ---- */

SAMRENA_ADAPTER_DEFINE(wrong, "wrong", .version = "1.0.0", .summary = "sound but for one thing",
                       .context_size = sizeof(Sound),
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = acquire,
                                      .release = release,
                                      .extend = extend,
                                      .reserve = reserve,
                                      .prefault = prefault,
                                      .prefault_concurrently = prefault_concurrently,
                                      .trim = trim,
                                      .rest = rest});

static SoundKind coarse(uint64_t grain) {
    return (SoundKind){.ceiling = 16 * grain, .grain = grain, .room = 3 * grain};
}

static SoundKind kind_of(Wrong chosen) {
    SoundKind kind = {.ceiling = 128 * MIB, .grain = 1, .room = 4 * MIB};
    kind.trims_to_the_byte = chosen == TRIMS_TO_THE_BYTE;
    kind.trims_by_unmapping = chosen == TRIMS_BY_UNMAPPING;
    kind.trims_in_place = chosen == TRIMS_IN_PLACE;
    kind.shares = chosen == SHARES || chosen == SHARED_UNSAID;
    kind.keeps_pages = chosen == TRIM_LIES;
    switch (chosen) {
    case TELLS_LARGEST:
        kind.largest = LARGEST;
        kind.ceiling = 0;
        break;
    case EXTENDS_BY_REMAPPING: kind.room = 0; break;
    case LARGEST_EXTENDED: kind.room = 32 * MIB; break;
    case IS_COARSE: return coarse(2 * MIB);
    case IS_VERY_COARSE: return coarse(64 * MIB);
    case COARSE_EXTEND_DIRTY:
        kind = coarse(16 * MIB);
        kind.room *= 2;
        break;
    case COARSE_TRIM_LIES:
        kind = coarse(16 * MIB);
        kind.keeps_pages = true;
        break;
    default: break;
    }
    return kind;
}

const SamrenaAdapter *wrong_adapter(Wrong chosen) {
    static SamrenaAdapter adapter;
    wrong = chosen;
    main_thread = this_thread();
    sound_kind = kind_of(chosen);
    adapter = samrena_adapter_wrong;
    if (wrong == UNKNOWN_CAPABILITY)
        adapter.capabilities = UINT32_C(1) << 7;
    if (wrong == SHARES || wrong == SHARED_SAID)
        adapter.capabilities = SAMRENA_ADAPTER_SHARED;
    if (wrong == EMPTY_OPTION_KEY)
        adapter.option_keys = "path,,size";
    if (wrong == LONG_SUMMARY)
        adapter.summary = "one line\nand another";
    return &adapter;
}
