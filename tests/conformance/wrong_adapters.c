// SPDX-License-Identifier: MIT
// A sound adapter with separate regions that grow in place, and the ways in which it can be wrong.
//
// A region is a mapping of its own with room behind it. Where an adapter that is wrong everywhere would bring the
// library down before it is noticed, it is wrong for one size alone.
#define _GNU_SOURCE
#include "wrong_adapters.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)
#define CEILING (128 * MIB)
#define ROOM_TO_GROW (4 * MIB)
#define RECYCLED_SIZE (MIB / 4) /* of the check that is to notice */

typedef struct Sound {
    const SamrenaHost *host;
    uint64_t held;
    uint64_t max_reserve;
    int acquired;
    bool trimmed;
    SamrenaRegion newest; /* base NULL: none */
    pthread_t creator;
    pid_t process;
} Sound;

static Wrong wrong;
static bool blocked;
static bool alive;
static unsigned char *recycled;

/* ---- Contexts ---- */

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Sound *own = context;
    if (blocked || (wrong == MAIN_THREAD_ONLY && gettid() != getpid()))
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    if (wrong == CREATE_WRITES_THEN_REFUSES && params->max_reserve > UINT64_MAX / 4) {
        params->ceiling = 0;
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    own->host = host;
    own->creator = pthread_self();
    own->process = getpid();
    own->max_reserve = params->max_reserve;
    params->ceiling = wrong == NO_CEILING ? MIB : CEILING;
    if (wrong == ONE_LIVE_CONTEXT)
        alive = true;
    if (wrong == LEAKS_FILES && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
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

static SamrenaError fresh(Sound *own, uint64_t size, SamrenaRegion *region) {
    if (wrong == DIRTY_MEMORY && recycled && size == RECYCLED_SIZE) {
        region->base = recycled;
        recycled = NULL;
    } else {
        void *mapping = size > CEILING ? MAP_FAILED
                                       : mmap(NULL, size + ROOM_TO_GROW, PROT_READ | PROT_WRITE,
                                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapping == MAP_FAILED)
            return SAMRENA_ERROR_OUT_OF_MEMORY;
        region->base = mapping;
    }
    region->cookie = (void *)(uintptr_t)(size + ROOM_TO_GROW);
    region->size = size;
    region->zero_from = 0;
    own->held += size;
    own->acquired++;
    return SAMRENA_OK;
}

static SamrenaError refusal(const Sound *own, uint64_t required) {
    bool refused = (wrong == REFUSES_SMALL && required == 24) || (wrong == NO_REUSE && own->acquired >= 150) ||
                   (wrong == ONE_LIVE_CONTEXT && !alive) ||
                   (wrong == CREATING_THREAD_ONLY && !pthread_equal(own->creator, pthread_self())) ||
                   (wrong == CREATING_PROCESS_ONLY && own->process != getpid());
    if (wrong == CRASHES_IN_CHILD && own->process != getpid())
        abort();
    if (wrong == REFUSES_UNSUPPORTED && required > CEILING)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (wrong != NO_CEILING && required > CEILING - own->held)
        refused = true;
    return refused ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_OK;
}

static void spoil(Sound *own, SamrenaRegion *region, uint64_t required) {
    SamrenaRegion before = own->newest;
    if (wrong == MISALIGNED && required == 15)
        region->base += 8;
    if (wrong == TOO_SMALL && required == 17)
        region->size = 16;
    if (wrong == WRAPPING_SIZE && required == 1)
        region->size = UINT64_MAX;
    if (wrong == ZERO_FROM_BEHIND_END)
        region->zero_from = region->size + 1;
    if (wrong == CLEARS_OTHERS && before.base)
        memset(before.base, 0, before.size);
    if (wrong == OVERLAPS && before.base && before.size > 16 && region->size <= ROOM_TO_GROW)
        region->base = before.base + before.size - 16; /* the other's mapping has the room */
    if (wrong == WRITES_BEHIND_REGION && own->max_reserve == 96 * MIB)
        *(unsigned char *)(region + 1) = 0;
    if (wrong == CHANGES_STRUCT_SIZE)
        region->struct_size += 8;
}

static SamrenaError acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    Sound *own = context;
    if (wrong == WRITES_THEN_REFUSES)
        region->size = required;
    SamrenaError error = refusal(own, required);
    uint64_t size = desired <= CEILING - own->held ? desired : required;
    if (wrong == DESIRED_COUNTS && desired > CEILING - own->held && desired > required) {
        own->held = CEILING;
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    if (wrong == GRANTS_ANYTHING && required > CEILING) {
        error = SAMRENA_OK;
        size = 4096;
    }
    if (!error)
        error = fresh(own, size, region);
    if (error)
        return error;
    if (wrong == GRANTS_ANYTHING && required > CEILING)
        region->size = required;
    spoil(own, region, required);
    own->newest = *region;
    return SAMRENA_OK;
}

static void release(void *context, const SamrenaRegion *region) {
    Sound *own = context;
    uint64_t mapped = (uintptr_t)region->cookie;
    unsigned char *base = (unsigned char *)((uintptr_t)region->base & ~(uintptr_t)4095);
    if (own->newest.base == region->base)
        own->newest.base = NULL;
    own->held -= region->size < own->held ? region->size : own->held;
    if (wrong == DIRTY_MEMORY && !recycled && mapped - ROOM_TO_GROW == RECYCLED_SIZE) {
        recycled = base;
    } else if (wrong != LEAKS_MEMORY && wrong != OVERLAPS) {
        munmap(base, wrong == TRIM_LEAKS && own->trimmed ? region->size : mapped);
    }
}

/* ---- Growing ---- */

/* Arenas are created with this, no check of the operations is. */
static bool in_arena(const Sound *own) {
    return own->max_reserve == 200 * MIB;
}

static void spoil_larger(const Sound *own, SamrenaRegion *newest, uint64_t before) {
    if (wrong == EXTEND_MOVES)
        newest->base += 16;
    if (wrong == EXTEND_TOO_LITTLE)
        newest->size = before;
    if (wrong == EXTEND_LOSES_CONTENTS || (wrong == ARENA_LOSES_CONTENTS && in_arena(own)))
        memset(newest->base, 0, before);
    if (wrong == EXTEND_DIRTY || (wrong == ARENA_GETS_DIRT && in_arena(own)))
        memset(newest->base + before, 1, newest->size - before);
}

static SamrenaError extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    Sound *own = context;
    uint64_t before = newest->size;
    uint64_t room = (uintptr_t)newest->cookie - before;
    uint64_t left = CEILING - own->held;
    if (wrong == EXTEND_WRITES_THEN_REFUSES)
        newest->zero_from++;
    if (wrong == ARENA_SAYS_LIMIT && in_arena(own))
        return SAMRENA_ERROR_LIMIT_EXCEEDED;
    if (wrong == ARENA_STOPS_GROWING && in_arena(own) && own->held > MIB / 2)
        return SAMRENA_ERROR_INVALID_PARAMETER;
    if (required > left || required > room)
        return required > left ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_ERROR_UNSUPPORTED;
    uint64_t bytes = desired <= left && desired <= room ? desired : required;
    newest->size += bytes;
    own->held += bytes;
    spoil_larger(own, newest, before);
    own->newest = *newest;
    return SAMRENA_OK;
}

static SamrenaError reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    if (newest && (wrong == RESERVE_DOES_NOTHING || (wrong == ARENA_RESERVES_NOTHING && in_arena(context))))
        return SAMRENA_OK;
    if (newest && wrong == RESERVE_FILLS_BOTH)
        extra->size = bytes;
    if (newest)
        return extend(context, newest, bytes, bytes);
    SamrenaError error = acquire(context, bytes, bytes, extra);
    if (!error && wrong == RESERVE_TOO_LITTLE && extra->size >= 4096)
        extra->size /= 2;
    return error;
}

static SamrenaError prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated) {
    const Sound *own = context;
    volatile unsigned char *memory = region->base;
    if (wrong == TRIM_FORGOTTEN && own->trimmed) {
        *populated = bytes;
        return SAMRENA_OK;
    }
    for (uint64_t at = from; at < from + bytes && wrong != PREFAULT_LIES;
         at += 4096 - ((uintptr_t)(memory + at) & 4095))
        memory[at] = wrong == PREFAULT_SCRIBBLES ? 1 : memory[at];
    if (wrong == PREFAULT_ROUNDS_DOWN)
        memset(region->base + (from & ~UINT64_C(4095)), 0, from & 4095);
    *populated = wrong == PREFAULT_COUNTS_TOO_MUCH ? bytes + 4096 : bytes;
    return SAMRENA_OK;
}

/* ---- Giving back ---- */

/* Takes the pages from offset `from` on, up to the end of the region. */
static void discard(const SamrenaRegion *region, uint64_t from) {
    uintptr_t start = (uintptr_t)region->base + (uintptr_t)from;
    uintptr_t end = ((uintptr_t)region->base + (uintptr_t)region->size + 4095) & ~(uintptr_t)4095;
    if (wrong == TRIMS_TO_THE_BYTE)
        memset((void *)start, 0, (size_t)(-start & 4095));
    start = (start + 4095) & ~(uintptr_t)4095;
    if (wrong == TRIM_LIES)
        memset((void *)start, 0, end - start);
    else if (start < end)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

static uint64_t smaller_size(const SamrenaRegion *region, uint64_t keep) {
    uintptr_t base = (uintptr_t)region->base;
    uintptr_t end = (base + (uintptr_t)keep + 4095) & ~(uintptr_t)4095;
    return wrong == TRIM_DIRTY || wrong == TRIMS_TO_THE_BYTE ? keep : end - base;
}

static SamrenaError trim_refusal(SamrenaRegion *region, uint64_t keep) {
    if (wrong == TRIM_REFUSES_AND_WRITES)
        region->size = keep;
    if (wrong == TRIM_DOES_NOTHING)
        return SAMRENA_OK;
    return wrong == TRIM_SAYS_OUT_OF_MEMORY ? SAMRENA_ERROR_OUT_OF_MEMORY : SAMRENA_ERROR_UNSUPPORTED;
}

static void spoil_smaller(const Sound *own, SamrenaRegion *region, uint64_t keep) {
    bool odd = keep == 12345; /* of the check that is to notice */
    if (wrong == TRIM_LOSES_CONTENTS && odd)
        memset(region->base + keep / 2, 0, keep - keep / 2);
    if (wrong == TRIM_BELOW_KEEP && odd)
        region->size = keep - 1;
    if (wrong == TRIM_MOVES && odd)
        region->base += 16;
    if (wrong == TRIM_GROWS && odd)
        region->size += MIB;
    if (wrong == TRIM_WRITES_BEHIND_REGION && own->max_reserve == 96 * MIB)
        *(unsigned char *)(region + 1) = 0;
    if (wrong == ARENA_TRIM_LOSES_CONTENTS && in_arena(own))
        memset(region->base, 0, keep);
}

static SamrenaError trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Sound *own = context;
    uint64_t size = smaller_size(region, keep);
    if (size >= region->size || (wrong == ARENA_TRIM_REFUSES && in_arena(own)))
        return trim_refusal(region, keep);
    discard(wrong == TRIM_OF_NEWEST && own->newest.size > size ? &own->newest : region, size);
    if (wrong != TRIM_KEEPS_COUNTING)
        own->held -= region->size - size;
    region->size = size;
    own->trimmed = true;
    if (wrong == TRIMS_BY_UNMAPPING) {
        munmap(region->base + size, (uintptr_t)region->cookie - size);
        region->cookie = (void *)(uintptr_t)size;
    }
    if (own->newest.base == region->base)
        own->newest.size = size;
    spoil_smaller(own, region, keep);
    return SAMRENA_OK;
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
                                      .trim = trim});

const SamrenaAdapter *wrong_adapter(Wrong chosen) {
    static SamrenaAdapter adapter;
    wrong = chosen;
    adapter = samrena_adapter_wrong;
    if (wrong == UNKNOWN_CAPABILITY)
        adapter.capabilities = UINT32_C(1) << 7;
    if (wrong == EMPTY_OPTION_KEY)
        adapter.option_keys = "path,,size";
    if (wrong == LONG_SUMMARY)
        adapter.summary = "one line\nand another";
    return &adapter;
}
