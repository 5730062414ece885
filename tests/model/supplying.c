// SPDX-License-Identifier: MIT
// Memory ahead of need and back again, and questions.
#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "operations.h"

/* ---- Trim ---- */

/* The room in the region in use; NOT_KNOWN where the window does not show it. */
static uint64_t room_in_use(const Model *model) {
    SamrenaWindow window = window_of(model);
    if (!window.end || model->ahead)
        return NOT_KNOWN;
    bool packed = (uintptr_t)window.cursor - (uintptr_t)window.packed < GRANULE;
    return (uint64_t)(window.end - (packed ? window.packed : window.cursor));
}

void expect_trimmed(Model *model, uint64_t keep, uint64_t before) {
    uint64_t slack = arena_trim_slack(model);
    uint64_t unused = samrena_capacity(model->arena) - samrena_allocated(model->arena);
    uint64_t room = room_in_use(model);
    expect(model, slack == NOT_KNOWN || keep >= UINT64_MAX - slack || unused <= keep + slack,
           "%" PRIu64 " unused bytes left, expected at most %" PRIu64 " and %" PRIu64 " more", unused, keep, slack);
    expect(model, unused >= (keep < before ? keep : before),
           "%" PRIu64 " of %" PRIu64 " unused bytes left, less than the %" PRIu64 " to keep", unused, before, keep);
    if (room != NOT_KNOWN && !model->setting->limit && room >= keep)
        expect(model, unused == room, "%" PRIu64 " unused bytes left, where %" PRIu64 " for %" PRIu64 " are in use",
               unused, room, keep);
}

void do_trim(Model *model) {
    uint64_t unused = samrena_capacity(model->arena) - samrena_allocated(model->arena);
    const uint64_t keeps[] = {0, 1, unused / 2, unused - (unused > 0), unused, below(model, 64 * KIB), UINT64_MAX};
    uint64_t keep = keeps[below(model, COUNT_OF(keeps))];
    samrena_trim(model->arena, keep);
    expect_success(model);
    expect_unchanged(model);
    expect_trimmed(model, keep, unused);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity <= model->capacity, "trimming raised the capacity from %" PRIu64 " to %" PRIu64,
           model->capacity, capacity);
    model->just_marked = false;
    expect_sound_info(model);
}

/* ---- Reserve ---- */

static uint64_t draw_total(Model *model) {
    uint64_t capacity = samrena_capacity(model->arena);
    if (model->now.allocated == 0 && one_in(model, 3))
        return (uint64_t)PTRDIFF_MAX - below(model, 2); /* which is no whole alignment */
    switch (below(model, 200)) {
    case 0: return UINT64_MAX - below(model, 2);
    case 1: return (uint64_t)PTRDIFF_MAX + 1 - below(model, 2);
    case 2: return model->ceiling ? model->ceiling - below(model, 2) : 0;
    case 3: return model->ceiling - 1 < 64 * MIB ? model->ceiling + below(model, 3) : 0;
    case 4: return model->now.allocated + MIB + below(model, MIB);
    default: break;
    }
    switch (below(model, 7)) {
    case 6: return capacity + 1; /* a few bytes only, in the smallest pages */
    case 0: return model->setting->limit + below(model, 3) - 1;
    case 1: return capacity + below(model, 40) - 20;
    case 2: return capacity + below(model, 200 * KIB);
    case 3: return model->now.allocated + below(model, 100 * KIB);
    default: return capacity + below(model, 8 * KIB);
    }
}

static bool too_large(const Model *model, uint64_t size) {
    return size > PTRDIFF_MAX || (model->ceiling != 0 && size > model->ceiling);
}

static void expect_reserve_error(Model *model, uint64_t size, SamrenaError error) {
    uint64_t limit = model->setting->limit;
    SamrenaInfo info = expect_sound_info(model);
    expect(model, info.reserve.error == (int32_t)error && info.reserve.reason != SAMRENA_RESERVE_COMPLETE,
           "error %d for a reserve, and the info tells %d", (int)error, (int)info.reserve.error);
    bool refused = is_for_want_of_memory(model, error) && arena_refusals() > model->refusals_before;
    if (!refused && (too_large(model, size) || (limit && size > limit))) {
        SamrenaError expected = too_large(model, size) ? SAMRENA_ERROR_INVALID_PARAMETER : SAMRENA_ERROR_LIMIT_EXCEEDED;
        expect_refused(model, error);
        expect(model, error == expected, "error %d for a reserve of %" PRIu64, (int)error, size);
        return;
    }
    expect_failure(model, error);
    bool allowed = model->setting->exhausted || arena_refusals() > model->refusals_before || size > BEYOND_ALL_MEMORY;
    expect(model, is_for_want_of_memory(model, error) && allowed, "error %d for a reserve of %" PRIu64 ": %s",
           (int)error, size, samrena_last_error_message());
    expect(model, samrena_capacity(model->arena) >= model->capacity, "what was there before is gone");
}

/* Whether `size` is reserved now, as far as the adapter reserves at all. */
static bool expect_reserved(Model *model, uint64_t size, SamrenaError error) {
    model->just_marked = false;
    learn_adapter(model);
    if (error) {
        expect_reserve_error(model, size, error);
        return false;
    }
    expect_success(model);
    expect_unchanged(model);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity >= model->capacity, "reserving lowered the capacity to %" PRIu64, capacity);
    expect(model, !model->reserves || capacity >= size, "capacity %" PRIu64 " after a reserve of %" PRIu64, capacity,
           size);
    expect_sound_info(model);
    return model->reserves;
}

void do_reserve(Model *model) {
    uint64_t size = draw_total(model);
    if (!expect_reserved(model, size, samrena_reserve(model->arena, size)))
        return;
    uint64_t calls = model->adapter_calls;
    expect(model, samrena_reserve(model->arena, size) == SAMRENA_OK, "the same reserve again failed");
    expect(model, expect_sound_info(model).adapter_calls == calls, "the same reserve again asked the adapter");
}

static uint64_t add_saturating(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void do_reserve_more(Model *model) {
    uint64_t size = one_in(model, 20) ? UINT64_MAX - below(model, 100) : below(model, 40 * KIB);
    uint64_t total = add_saturating(model->now.allocated, size);
    expect_reserved(model, total, samrena_reserve_more(model->arena, size));
}

/* A reserve that could not be had as a whole stands in pieces, and goes on to count as reserved. */
static bool may_stand_in_pieces(const Model *model, uint64_t total, uint64_t size) {
    bool near_ceiling = model->ceiling != 0 && total + model->callers_size + 64 * KIB > model->ceiling;
    bool was_there = model->adapter_calls == model->calls_before;
    bool in_pieces_before = arena_refusals() > model->refusals_at_birth || arena_largest_told() < UINT64_MAX;
    uint64_t largest = arena_largest_told() & ~UINT64_C(15); /* whole alignments of it */
    return (model->callers_size > 0 && near_ceiling) || size > largest || model->setting->exhausted ||
           arena_refusals() > model->refusals_before || (was_there && in_pieces_before);
}

/* Pushes that together need no more than `size`. */
static void use_reserved(Model *model, uint64_t size) {
    bool whole = one_in(model, 3);
    uint64_t overhead = 15 + 2 * model->red_zone;
    for (uint64_t left = size; left > overhead;) {
        uint64_t most = left - overhead;
        Attempt attempt = {.size = whole ? most : below(model, most + 1), .alignment = whole ? 1 : 16};
        if (!whole && one_in(model, 2))
            attempt.size = below(model, most / 6 + 1);
        begin(model);
        Entry *entry = expect_push(model, attempt, samrena_push_aligned(model->arena, attempt.size, attempt.alignment));
        expect(model, entry != NULL, "what was reserved could not be pushed: %s", samrena_last_error_message());
        fill(entry->bytes, entry->size, entry->id);
        left -= attempt.size + overhead;
    }
}

/* Pushes that need no more than was reserved ask the adapter for nothing, in whatever sizes they come: also where as
   much was there before, but in pieces. */
void do_reserve_and_use(Model *model) {
    uint64_t unused = model->capacity - model->now.allocated;
    uint64_t size = one_in(model, 3) && unused > 64 ? 64 + below(model, unused - 63) : unused + 1;
    size += below(model, 30 * KIB);
    uint64_t total = model->now.allocated + size;
    if (!expect_reserved(model, total, samrena_reserve_more(model->arena, size)) ||
        may_stand_in_pieces(model, total, size))
        return;
    uint64_t calls = model->adapter_calls;
    use_reserved(model, size);
    expect(model, expect_sound_info(model).adapter_calls == calls, "what was reserved was asked for again");
}

void do_reserve_with_growth(Model *model) {
    uint64_t immediate = model->capacity < 2 * MIB ? draw_total(model) : below(model, 2 * MIB);
    uint64_t expected = one_in(model, 4) ? below(model, 64 * KIB) : add_saturating(immediate, below(model, 200 * KIB));
    if (one_in(model, 50))
        expected = UINT64_MAX;
    uint64_t hint = model->hint;
    SamrenaError error = samrena_reserve_with_growth(model->arena, immediate, expected);
    if (error == SAMRENA_OK)
        model->hint = expected >= immediate ? expected : 0;
    expect(model, error == SAMRENA_OK || model->hint == hint, "a hint of a reserve that failed");
    expect_reserved(model, immediate, error);
}

/* ---- Questions ---- */

void do_contains(Model *model) {
    char here = 0;
    expect(model,
           !samrena_contains(model->arena, &here) && !samrena_contains(model->arena, NULL) &&
               !samrena_contains(model->arena, model->arena) && !samrena_contains(model->arena, model->entries),
           "memory of others is contained");
    if (model->count == 0)
        return;
    const Entry *entry = &model->entries[below(model, model->count)];
    if (entry->kind != ENTRY_BLOCK || !entry->alive || entry->size == 0)
        return;
    expect(model,
           samrena_contains(model->arena, entry->bytes) &&
               samrena_contains(model->arena, entry->bytes + below(model, entry->size)),
           "a live block is not contained");
    if (model->contiguous && model->now.cursor && model->parts == 0)
        expect(model, !samrena_contains(model->arena, model->now.cursor), "what was not handed out is contained");
}

void do_info(Model *model) {
    SamrenaInfo info = expect_sound_info(model);
    uint64_t resident = samrena_resident(model->arena);
    expect(model, resident <= info.committed, "%" PRIu64 " bytes of %" PRIu64 " are resident", resident,
           info.committed);
}
