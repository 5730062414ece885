// SPDX-License-Identifier: MIT
// An adapter that uses every freedom the contract leaves to adapters.
//
//     heap block   [ Piece | guard | base ... size ... room ][ guard's length ]
//                                          `- guard, moves as the region grows and shrinks
#include "fickle_adapter.h"

#include <stdlib.h>
#include <string.h>

#define MOST_DESIRED (UINT64_C(1) << 20)

enum { GUARD_SIZE = 64, GUARD = 0x6b, LEFT_BEHIND = 0xa7 };

typedef struct Piece {
    struct Piece *next;
    unsigned char *base;
    uint64_t size;
    uint64_t room;
    bool guarded; /* behind the region; the bytes before it always are */
} Piece;

typedef struct Context {
    const SamrenaHost *host;
    Piece *newest; /* got last */
    uint64_t live;
} Context;

FickleState fickle;
static Piece *pieces;

static void must(bool holds) {
    if (!holds)
        abort(); /* the host broke the contract, or something wrote where it may not */
}

static uint64_t draw(uint64_t bound) {
    fickle.random = fickle.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (fickle.random >> 33) % bound;
}

/* ---- Guards ---- */

static bool is_all(const unsigned char *bytes, size_t size, int value) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static bool is_intact(const Piece *piece) {
    return is_all(piece->base - GUARD_SIZE, GUARD_SIZE, GUARD) &&
           (!piece->guarded || is_all(piece->base + piece->size, GUARD_SIZE, GUARD));
}

static void put_guard(Piece *piece) {
    memset(piece->base + piece->size, GUARD, GUARD_SIZE);
    piece->guarded = true;
}

bool fickle_guards_intact(void) {
    for (const Piece *piece = pieces; piece; piece = piece->next)
        if (!is_intact(piece))
            return false;
    return true;
}

bool fickle_holds(const void *block, uint64_t size) {
    for (const Piece *piece = pieces; piece; piece = piece->next) {
        uint64_t offset = (uint64_t)((uintptr_t)block - (uintptr_t)piece->base);
        if (offset <= piece->size && size <= piece->size - offset)
            return true;
    }
    return false;
}

FickleHeld fickle_held(void) {
    FickleHeld held = {0};
    for (const Piece *piece = pieces; piece; piece = piece->next) {
        uint64_t usable = piece->size / 16 * 16;
        held.regions++;
        held.usable += usable;
        if (usable > held.largest)
            held.largest = usable;
    }
    return held;
}

/* ---- Getting memory ---- */

static SamrenaError refuse(const Context *context) {
    fickle.refusals++;
    if (draw(2))
        context->host->set_error(context->host, "not in the mood");
    return SAMRENA_ERROR_OUT_OF_MEMORY;
}

static bool feels_like_it(void) {
    return fickle.refuses == 0 || draw(fickle.refuses) != 0;
}

/* Anything from `required` up, mostly what was asked for, but no more than a test has use for. */
static uint64_t generous(uint64_t required, uint64_t desired) {
    if (desired - required > MOST_DESIRED)
        desired = required + MOST_DESIRED;
    switch (draw(4)) {
    case 0: return required + draw(desired - required + 1);
    case 1: return required;
    case 2: return desired + draw(5000);
    default: return desired;
    }
}

/* Fresh bytes: used by somebody else, or zero, or the one and then the other. Returns from where on they are zero. */
static uint64_t lay_out(unsigned char *base, uint64_t from, uint64_t to) {
    uint64_t zero_from = to;
    if (draw(3) == 0)
        zero_from = from;
    else if (draw(2))
        zero_from = from + draw(to - from + 1);
    memset(base + from, LEFT_BEHIND, (size_t)(zero_from - from));
    memset(base + zero_from, 0, (size_t)(to - zero_from));
    return zero_from;
}

static SamrenaError give(Context *context, uint64_t size, SamrenaRegion *region) {
    uint64_t room = size + (draw(2) ? draw(2 * size + 1) : 0);
    uint64_t offset = (sizeof(Piece) + GUARD_SIZE + 15) / 16 * 16 + draw(4) * 16;
    if (size > (UINT64_C(1) << 40))
        return refuse(context);
    unsigned char *memory = malloc((size_t)(offset + room + GUARD_SIZE));
    if (!memory)
        return refuse(context);
    Piece *piece = (Piece *)(void *)memory;
    *piece = (Piece){.next = pieces, .base = memory + offset, .size = size, .room = room};
    pieces = piece;
    memset(piece->base - GUARD_SIZE, GUARD, GUARD_SIZE);
    region->zero_from = lay_out(piece->base, 0, size);
    region->base = piece->base;
    region->size = size;
    region->cookie = piece;
    put_guard(piece);
    context->newest = piece;
    context->live++;
    return SAMRENA_OK;
}

static SamrenaError fickle_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    ((Context *)context)->host = host;
    params->keep = fickle.keep;
    return feels_like_it() ? SAMRENA_OK : refuse(context);
}

static void fickle_destroy(void *context) {
    must(((Context *)context)->live == 0);
}

static SamrenaError fickle_acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    must(region->struct_size == sizeof(*region) && required > 0 && required <= desired && desired <= PTRDIFF_MAX);
    return feels_like_it() ? give(context, generous(required, desired), region) : refuse(context);
}

static void check_piece(const Piece *piece, const SamrenaRegion *region) {
    must(region->struct_size == sizeof(*region));
    must(piece->base == region->base && piece->size == region->size && region->zero_from <= region->size);
}

/* What was given out is not to be used any more: it is spoiled before the heap gets it. */
static void fickle_release(void *context, const SamrenaRegion *region) {
    Context *own = context;
    Piece *piece = region->cookie;
    check_piece(piece, region);
    must(is_intact(piece));
    Piece **link = &pieces;
    while (*link != piece)
        link = &(*link)->next;
    *link = piece->next;
    if (own->newest == piece)
        own->newest = NULL;
    own->live--;
    memset(piece->base, LEFT_BEHIND, (size_t)piece->size);
    free(piece);
}

static SamrenaError fickle_extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    Context *own = context;
    Piece *piece = newest->cookie;
    check_piece(piece, newest);
    must(piece == own->newest && required > 0 && required <= desired && desired <= PTRDIFF_MAX && is_intact(piece));
    uint64_t left = piece->room - piece->size;
    if (required > left || draw(8) == 0)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (!feels_like_it())
        return refuse(own);
    uint64_t more = generous(required, desired);
    uint64_t before = piece->size;
    piece->size += more < left ? more : left;
    uint64_t zero_from = lay_out(piece->base, before, piece->size);
    if (zero_from > before)
        newest->zero_from = zero_from;
    newest->size = piece->size;
    put_guard(piece);
    return SAMRENA_OK;
}

static SamrenaError fickle_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    return newest ? fickle_extend(context, newest, bytes, bytes) : fickle_acquire(context, bytes, bytes, extra);
}

static SamrenaError pieces_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    must(newest == NULL);
    return fickle_acquire(context, bytes, bytes, extra);
}

/* ---- Preparing and giving back ---- */

/* The range holds nothing yet, and may hold zeros only where it is known to: writing zeros is allowed. */
static SamrenaError fickle_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                    uint64_t *populated) {
    (void)context;
    check_piece(region->cookie, region);
    must(from <= region->size && bytes <= region->size - from);
    memset(region->base + from, 0, (size_t)bytes);
    *populated = feels_like_it() ? bytes : draw(bytes + 1);
    return *populated == bytes ? SAMRENA_OK : SAMRENA_ERROR_UNSUPPORTED;
}

/* Bytes of a region are not for the adapter to touch while a checker watches them. */
static SamrenaError fickle_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    Piece *piece = region->cookie;
    check_piece(piece, region);
    must(keep > 0 && keep <= region->size && is_intact(piece));
    uint64_t kept = keep + draw(FICKLE_TRIM_STEP);
    if (kept >= region->size || !feels_like_it()) {
        fickle.trims_refused += kept < region->size;
        return SAMRENA_ERROR_UNSUPPORTED;
    }
    uint64_t before = piece->size;
    piece->size = kept;
    piece->guarded = false;
    if (!fickle.watched) {
        memset(piece->base + kept, LEFT_BEHIND, (size_t)(before - kept));
        put_guard(piece);
    }
    region->size = kept;
    if (region->zero_from > kept)
        region->zero_from = kept;
    return SAMRENA_OK;
}

#define FICKLE_COMMON .version = "1.0.0", .context_size = sizeof(Context)

SAMRENA_ADAPTER_DEFINE(fickle, "fickle", FICKLE_COMMON,
                       .operations = {.create = fickle_create,
                                      .destroy = fickle_destroy,
                                      .acquire = fickle_acquire,
                                      .release = fickle_release,
                                      .extend = fickle_extend,
                                      .reserve = fickle_reserve,
                                      .prefault = fickle_prefault,
                                      .trim = fickle_trim});

SAMRENA_ADAPTER_DEFINE(fickle_pieces, "fickle_pieces", FICKLE_COMMON,
                       .operations = {.create = fickle_create,
                                      .destroy = fickle_destroy,
                                      .acquire = fickle_acquire,
                                      .release = fickle_release,
                                      .reserve = pieces_reserve,
                                      .prefault = fickle_prefault,
                                      .trim = fickle_trim});
