// SPDX-License-Identifier: MIT
// A sound adapter: a region is a mapping of its own, whose size is its cookie.
#include "sound_adapter.h"

#include <string.h>
#include <unistd.h>

#include "mapping.h"

#define PAGE UINT64_C(4096)
#define RECYCLABLE (16 * PAGE)
#define GAP (16 * MIB) /* behind what grows by mapping more */

SoundKind sound_kind;

static uint64_t round_up(uint64_t value, uint64_t step) {
    return (value + step - 1) / step * step;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* ---- Contexts ---- */

const char *this_thread(void) {
    static _Thread_local char here;
    return &here;
}

SamrenaError sound_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Sound *own = context;
    own->host = host;
    own->max_reserve = params->max_reserve;
    own->shares = sound_kind.shares;
    own->creator = this_thread();
    own->process = getpid();
    params->ceiling = sound_kind.ceiling;
    params->largest = sound_kind.largest;
    params->recyclable = sound_kind.grain > RECYCLABLE ? sound_kind.grain : RECYCLABLE;
    if (params->step < sound_kind.grain)
        params->step = sound_kind.grain;
    return SAMRENA_OK;
}

/* What a region of `size` bytes, 0: a new one, can grow by. */
static uint64_t most_more(const Sound *own, uint64_t size) {
    uint64_t below_ceiling = sound_kind.ceiling ? sound_kind.ceiling - own->held : UINT64_MAX;
    uint64_t below_largest = sound_kind.largest ? sound_kind.largest - size : UINT64_MAX;
    return least(below_ceiling, below_largest);
}

/* Of what is wanted, as much as is there; 0: not what is required. */
static uint64_t granted(const SamrenaWant *want, uint64_t size, uint64_t most) {
    if (want->required > most || want->required > PTRDIFF_MAX / 2)
        return 0;
    uint64_t desired = least(want->desired, PTRDIFF_MAX / 2);
    uint64_t whole = round_up(size + desired, sound_kind.grain) - size;
    return whole <= most ? whole : round_up(size + want->required, sound_kind.grain) - size;
}

/* ---- Regions ---- */

SamrenaError sound_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Sound *own = context;
    uint64_t size = granted(want, 0, most_more(own, 0));
    uint64_t mapped = sound_kind.room ? size + sound_kind.room : round_up(size, PAGE);
    void *memory = size > 0 ? mapping_new(mapped, sound_kind.room ? 0 : GAP, own->shares) : NULL;
    if (!memory) {
        own->host->set_error(own->host, "no memory");
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    region->base = memory;
    region->size = size;
    region->zero_from = 0;
    region->cookie = (void *)(uintptr_t)mapped;
    own->held += size;
    own->acquired++;
    own->newest = *region;
    return SAMRENA_OK;
}

void sound_release(void *context, const SamrenaRegion *region) {
    Sound *own = context;
    if (own->newest.base == region->base)
        own->newest.base = NULL;
    own->held -= least(region->size, own->held);
    mapping_end((void *)((uintptr_t)region->base & ~(uintptr_t)(PAGE - 1)), (uintptr_t)region->cookie);
}

/* ---- Growing ---- */

/* Where the addresses behind it are taken, there may be room later. */
static SamrenaError remap(SamrenaRegion *region, uint64_t size) {
    uint64_t mapped = round_up(size, PAGE);
    if (mapped <= (uintptr_t)region->cookie)
        return SAMRENA_OK;
    if (!mapping_grow(region->base, (uintptr_t)region->cookie, mapped))
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->cookie = (void *)(uintptr_t)mapped;
    return SAMRENA_OK;
}

SamrenaError sound_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Sound *own = context;
    uint64_t most = most_more(own, newest->size);
    uint64_t room = (uintptr_t)newest->cookie - newest->size;
    if (want->required > most)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    if (sound_kind.room && room < SAMRENA_REGION_ALIGNMENT)
        return SAMRENA_ERROR_UNSUPPORTED;
    uint64_t bytes = granted(want, newest->size, sound_kind.room ? least(room, most) : most);
    if (bytes == 0)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    if (!sound_kind.room && remap(newest, newest->size + bytes) != SAMRENA_OK)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    newest->size += bytes;
    own->held += bytes;
    own->newest = *newest;
    return SAMRENA_OK;
}

SamrenaError sound_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                            uint64_t *populated) {
    volatile unsigned char *memory = region->base;
    (void)context;
    for (uint64_t at = from; at < from + bytes; at += PAGE - ((uintptr_t)(memory + at) & (PAGE - 1)))
        memory[at] = memory[at];
    *populated = bytes;
    return SAMRENA_OK;
}

/* Where the system has no such call, nothing is done. */
SamrenaError sound_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                         uint64_t bytes, uint64_t *populated) {
    uintptr_t start = ((uintptr_t)region->base + from) & ~(uintptr_t)(PAGE - 1);
    uintptr_t end = (uintptr_t)round_up((uintptr_t)region->base + from + bytes, PAGE);
    (void)context;
    bool done = mapping_populate((unsigned char *)start, end - start);
    *populated = done ? bytes : 0;
    return done ? SAMRENA_OK : SAMRENA_ERROR_UNSUPPORTED;
}

/* ---- Giving back ---- */

void sound_discard(const Sound *own, const SamrenaRegion *region, uint64_t from) {
    uintptr_t start = (uintptr_t)round_up((uintptr_t)region->base + from, PAGE);
    uintptr_t end = (uintptr_t)round_up((uintptr_t)region->base + region->size, PAGE);
    if (start >= end)
        return;
    if (sound_kind.keeps_pages)
        memset((void *)start, 0, end - start);
    else
        mapping_empty((unsigned char *)start, end - start, own->shares);
}

static uint64_t smaller_size(uint64_t keep) {
    return sound_kind.trims_to_the_byte ? keep : round_up(keep, sound_kind.grain < PAGE ? PAGE : sound_kind.grain);
}

SamrenaError sound_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Sound *own = context;
    uint64_t size = smaller_size(keep);
    if (size >= region->size)
        return SAMRENA_ERROR_UNSUPPORTED;
    sound_discard(own, region, size);
    own->trimmed = true;
    if (sound_kind.trims_to_the_byte)
        memset(region->base + keep, 0, (size_t)(least(round_up(keep, PAGE), region->size) - keep));
    if (sound_kind.trims_in_place) {
        memset(region->base + keep, 0xAA, (size_t)(size - keep + 1)); /* of a page that came back, too */
        return SAMRENA_OK;
    }
    if (sound_kind.trims_by_unmapping) {
        mapping_shrink(region->base, (uintptr_t)region->cookie, size);
        region->cookie = (void *)(uintptr_t)size;
    }
    own->held -= region->size - size;
    region->size = size;
    if (own->newest.base == region->base)
        own->newest = *region;
    return SAMRENA_OK;
}
