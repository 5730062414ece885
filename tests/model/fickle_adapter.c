// SPDX-License-Identifier: MIT
// An adapter that uses every freedom the contract leaves to adapters.
//
//     heap block   [ Piece | guard | base ... size ... room ][ guard's length ]
//                                          `- guard, moves as the region grows and shrinks
#define _DEFAULT_SOURCE
#include "fickle_adapter.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_DESIRED (UINT64_C(1) << 20)
#define MOST_ALIGNMENT UINT64_C(4096)
#define BUDGET (UINT64_C(256) << 20) /* of all regions: what they have is written to */

enum { GUARD_SIZE = 64, GUARD = 0x6b, LEFT_BEHIND = 0xa7, TRIM_STEP = 64 };

typedef struct Piece {
    struct Piece *next;
    unsigned char *base;
    uint64_t size;
    uint64_t room;
    uintptr_t turn; /* 0 or 1, part of the cookie: the host has to hand out the last one it was given */
    bool rigid;     /* never grows, as it said once */
    bool untrue;    /* the host was told another base, or size, and has it no more */
    bool guarded;   /* behind the region; the bytes before it always are */
} Piece;

typedef struct Context {
    const SamrenaHost *host;
    Piece *newest; /* got last */
    uint64_t live;
    uint64_t largest; /* 0: any size */
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

/* ---- What the host hands in ---- */

static void check_want(const SamrenaWant *want) {
    must(want->struct_size == sizeof(*want) && want->required > 0 && want->required <= want->desired);
    must(want->desired <= PTRDIFF_MAX && want->alignment >= SAMRENA_REGION_ALIGNMENT);
    must((want->alignment & (want->alignment - 1)) == 0);
}

static void *cookie_of(const Piece *piece) {
    return (unsigned char *)(uintptr_t)piece + piece->turn;
}

static Piece *check_region(const SamrenaRegion *region) {
    uintptr_t turn = (uintptr_t)region->cookie & 1;
    Piece *piece = (Piece *)(void *)((unsigned char *)region->cookie - turn);
    must(region->struct_size == sizeof(*region) && piece->turn == turn);
    if (!piece->untrue)
        must(piece->base == region->base && piece->size == region->size && region->zero_from <= region->size);
    return piece;
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

static uint64_t usable_of(const Piece *piece) {
    uint64_t page = fickle.guard_page;
    uint64_t end = (uint64_t)((uintptr_t)piece->base + piece->size);
    if (page == 0 || piece->size < 2 * page)
        return piece->size / 16 * 16;
    return end / page * page - page - (uintptr_t)piece->base;
}

FickleHeld fickle_held(void) {
    FickleHeld held = {0};
    for (const Piece *piece = pieces; piece; piece = piece->next) {
        uint64_t usable = usable_of(piece);
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

/* ---- Breaking the contract ---- */

static bool would_lie(void) {
    return fickle.lies != 0 && draw(fickle.lies) == 0;
}

/* An error that is none. */
static SamrenaError unknown_error(void) {
    return (SamrenaError)(draw(2) ? 1000 + (int)draw(9) : -1 - (int)draw(9));
}

/* No region, and no error that says so; or one that is out already, large enough to be taken for a new one. */
static SamrenaError lie_without_memory(const Context *context, const SamrenaWant *want, SamrenaRegion *region) {
    const Piece *out = context->newest;
    fickle.told_lies++;
    if (draw(2))
        return draw(2) ? SAMRENA_OK : unknown_error();
    if (!out || out->size < want->required)
        return SAMRENA_OK;
    region->base = out->base;
    region->size = out->size;
    region->cookie = cookie_of(out);
    return SAMRENA_OK;
}

/* A region that the host has to give back at once, as it was told. */
static SamrenaError lie_about(const SamrenaWant *want, SamrenaRegion *region) {
    Piece *piece = check_region(region);
    fickle.told_lies++;
    piece->untrue = true;
    switch (draw(3)) {
    case 0: region->size = want->required - 1 - draw(want->required); break;
    case 1: region->base += 1 + draw(SAMRENA_REGION_ALIGNMENT - 1); break;
    default: region->size = (uint64_t)PTRDIFF_MAX + 1 + draw(64); break;
    }
    return SAMRENA_OK;
}

/* An extension that the host has to refuse: the region stays as it was. */
static SamrenaError lie_about_growth(const SamrenaWant *want, SamrenaRegion *newest) {
    fickle.told_lies++;
    switch (draw(4)) {
    case 0: newest->size += draw(want->required); break;
    case 1: newest->base += SAMRENA_REGION_ALIGNMENT; break;
    case 2: newest->base = NULL; break;
    default: return unknown_error();
    }
    return SAMRENA_OK;
}

/* A trim that the host has to overlook: the region stays as it was. */
static SamrenaError lie_about_trim(SamrenaRegion *region, uint64_t keep) {
    switch (draw(4)) {
    case 0: region->size = draw(keep); break;
    case 1: region->size += 1 + draw(64); break;
    case 2: region->base += SAMRENA_REGION_ALIGNMENT; break;
    default: return unknown_error();
    }
    return SAMRENA_OK;
}

/* ---- Getting memory, again ---- */

/* Anything from `required` up to `most`, mostly what was asked for, but no more than a test has use for. */
static uint64_t generous(const SamrenaWant *want, uint64_t most) {
    uint64_t spare = want->desired - want->required;
    uint64_t size = want->required + (spare < MOST_DESIRED ? spare : MOST_DESIRED);
    switch (draw(4)) {
    case 0: size = want->required + draw(size - want->required + 1); break;
    case 1: size = want->required; break;
    case 2: size += draw(5000); break;
    default: break;
    }
    return size < most ? size : most;
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

/* As was wished, half of the time, or at any multiple of 16. */
static unsigned char *draw_base(unsigned char *memory, uint64_t alignment) {
    unsigned char *earliest = memory + (sizeof(Piece) + GUARD_SIZE + 15) / 16 * 16 + draw(4) * 16;
    if (alignment > MOST_ALIGNMENT || draw(2))
        alignment = SAMRENA_REGION_ALIGNMENT;
    return earliest + ((0 - (uintptr_t)earliest) & (uintptr_t)(alignment - 1));
}

static SamrenaError give(Context *context, uint64_t size, uint64_t alignment, SamrenaRegion *region) {
    uint64_t room = size + (draw(2) ? draw(2 * size + 1) : 0);
    if (size > BUDGET || fickle_held().usable > BUDGET - size)
        return refuse(context);
    unsigned char *memory = malloc((size_t)(sizeof(Piece) + room + 3 * GUARD_SIZE + MOST_ALIGNMENT + 64));
    if (!memory)
        return refuse(context);
    Piece *piece = (Piece *)(void *)memory;
    *piece = (Piece){.next = pieces, .base = draw_base(memory, alignment), .size = size, .room = room};
    pieces = piece;
    memset(piece->base - GUARD_SIZE, GUARD, GUARD_SIZE);
    region->zero_from = lay_out(piece->base, 0, size);
    region->base = piece->base;
    region->size = size;
    region->cookie = cookie_of(piece);
    put_guard(piece);
    context->newest = piece;
    context->live++;
    return SAMRENA_OK;
}

static SamrenaError fickle_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Context *own = context;
    own->host = host;
    own->largest = fickle.largest;
    params->largest = fickle.largest;
    params->recyclable = fickle.recyclable;
    if (fickle.step)
        params->step = fickle.step;
    return feels_like_it() ? SAMRENA_OK : refuse(own);
}

static void fickle_destroy(void *context) {
    must(((Context *)context)->live == 0);
}

static SamrenaError fickle_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Context *own = context;
    check_want(want);
    must(region->struct_size == sizeof(*region));
    uint64_t most = own->largest ? own->largest : UINT64_MAX;
    if (want->required > most || !feels_like_it())
        return refuse(own);
    if (would_lie() && draw(2))
        return lie_without_memory(own, want, region);
    SamrenaError error = give(own, generous(want, most), want->alignment, region);
    return error == SAMRENA_OK && would_lie() ? lie_about(want, region) : error;
}

/* What was given out is not to be used any more: it is spoiled before the heap gets it. */
static void fickle_release(void *context, const SamrenaRegion *region) {
    Context *own = context;
    Piece *piece = check_region(region);
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

/* Not now is no reason to fail: the host is to acquire another region then. */
static SamrenaError fickle_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Context *own = context;
    Piece *piece = check_region(newest);
    check_want(want);
    must(piece == own->newest && is_intact(piece));
    if (would_lie())
        return lie_about_growth(want, newest);
    uint64_t most = own->largest && own->largest < piece->room ? own->largest : piece->room;
    uint64_t left = most > piece->size ? most - piece->size : 0;
    piece->rigid = piece->rigid || draw(16) == 0;
    if (piece->rigid)
        return SAMRENA_ERROR_UNSUPPORTED;
    if (want->required > left || draw(8) == 0)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    uint64_t before = piece->size;
    piece->size += generous(want, left);
    uint64_t zero_from = lay_out(piece->base, before, piece->size);
    if (zero_from > before)
        newest->zero_from = zero_from;
    newest->size = piece->size;
    put_guard(piece);
    return SAMRENA_OK;
}

static SamrenaError fickle_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    return newest ? fickle_extend(context, newest, want) : fickle_acquire(context, want, extra);
}

static SamrenaError pieces_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    must(newest == NULL);
    return fickle_acquire(context, want, extra);
}

/* ---- Preparing and giving back ---- */

/* The range holds nothing yet, and may hold zeros only where it is known to: writing zeros is allowed. */
static SamrenaError fickle_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                    uint64_t *populated) {
    (void)context;
    (void)check_region(region);
    must(from <= region->size && bytes <= region->size - from);
    memset(region->base + from, 0, (size_t)bytes);
    *populated = feels_like_it() ? bytes : draw(bytes + 1);
    SamrenaError error = *populated == bytes ? SAMRENA_OK : SAMRENA_ERROR_UNSUPPORTED;
    if (would_lie())
        *populated = UINT64_MAX - draw(8);
    return error;
}

/* On another thread, while the host goes on with this region, which may have grown, and with others: of all that is
   known of it only what never changes can be looked at. It has to be there to the end of the call. */
static SamrenaError fickle_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                                 uint64_t bytes, uint64_t *populated) {
    static atomic_uint turn;
    const Piece *piece =
        (const Piece *)(const void *)((unsigned char *)region->cookie - ((uintptr_t)region->cookie & 1));
    const struct timespec moment = {0, 20000};
    (void)context;
    must(region->struct_size == sizeof(*region) && piece->base == region->base);
    must(bytes > 0 && from <= region->size && bytes <= region->size - from);
    unsigned number = atomic_fetch_add(&turn, 1);
    if (number % 4 == 0)
        nanosleep(&moment, NULL);
    must(piece->base == region->base);
    *populated = number % 5 ? bytes : 0;
    return number % 5 ? SAMRENA_OK : SAMRENA_ERROR_UNSUPPORTED;
}

/* Bytes of a region are not for the adapter to touch while a checker watches them. */
static void spoil(Piece *piece, uint64_t from, uint64_t to) {
    if (!fickle.watched)
        memset(piece->base + from, LEFT_BEHIND, (size_t)(to - from));
}

/* Pages without their addresses, or both. */
static SamrenaError fickle_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    Piece *piece = check_region(region);
    must(keep > 0 && keep % 16 == 0 && keep <= region->size && is_intact(piece));
    if (would_lie())
        return lie_about_trim(region, keep);
    uint64_t kept = keep + draw(TRIM_STEP);
    if (kept >= region->size || !feels_like_it())
        return SAMRENA_ERROR_UNSUPPORTED;
    spoil(piece, keep, piece->size);
    piece->turn = (uintptr_t)draw(2);
    region->cookie = cookie_of(piece);
    if (draw(2))
        return SAMRENA_OK;
    piece->size = kept;
    piece->guarded = false;
    if (!fickle.watched)
        put_guard(piece);
    region->size = kept;
    if (region->zero_from > kept)
        region->zero_from = kept;
    return SAMRENA_OK;
}

/* A kept arena has its first region; the room behind that goes. */
static void fickle_rest(void *context) {
    Context *own = context;
    must(own->live == 1 && fickle.recyclable > 0);
    if (own->newest)
        own->newest->room = own->newest->size;
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
                                      .prefault_concurrently = fickle_prefault_concurrently,
                                      .trim = fickle_trim,
                                      .rest = fickle_rest});

SAMRENA_ADAPTER_DEFINE(fickle_pieces, "fickle_pieces", FICKLE_COMMON,
                       .operations = {.create = fickle_create,
                                      .destroy = fickle_destroy,
                                      .acquire = fickle_acquire,
                                      .release = fickle_release,
                                      .reserve = pieces_reserve,
                                      .prefault = fickle_prefault,
                                      .prefault_concurrently = fickle_prefault_concurrently,
                                      .trim = fickle_trim,
                                      .rest = fickle_rest});
