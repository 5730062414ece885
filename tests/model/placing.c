// SPDX-License-Identifier: MIT
// Pushes, and the rules that hold for each of them.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arenas.h"
#include "operations.h"

enum { LARGEST_SCRATCH = 3000 };

/* ---- Sizes and alignments ---- */

/* Around the end of what is there: where the window, a region, the limit or the ceiling ends. */
static uint64_t size_at_the_edge(Model *model) {
    uint64_t unused = samrena_capacity(model->arena) - samrena_allocated(model->arena);
    uint64_t size = unused + 20 - below(model, 60);
    return size <= 256 * KIB ? size : below(model, 64);
}

static uint64_t rare_size(Model *model) {
    static const uint64_t beyond[] = {PTRDIFF_MAX, PTRDIFF_MAX - 15, UINT64_C(1) << 60};
    static const uint64_t invalid[] = {(uint64_t)PTRDIFF_MAX + 1, UINT64_MAX, UINT64_MAX - 15, UINT64_MAX - 16};
    uint64_t kind = below(model, 40);
    if (kind < 30)
        return invalid[below(model, COUNT_OF(invalid))];
    return kind < 32 ? beyond[below(model, COUNT_OF(beyond))] : MIB + below(model, MIB);
}

uint64_t draw_size(Model *model) {
    static const uint64_t edges[] = {0, 0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33};
    uint64_t kind = below(model, 1000);
    if (kind < 420)
        return below(model, 65);
    if (kind < 600)
        return edges[below(model, COUNT_OF(edges))];
    if (kind < 860)
        return below(model, 1025);
    if (kind < 900)
        return (1 + below(model, 2)) * 4096 - 40 + below(model, 80);
    if (kind < 975)
        return size_at_the_edge(model);
    if (kind < 996)
        return below(model, 20 * KIB);
    return one_in(model, 2) ? rare_size(model) : below(model, 200 * KIB);
}

static uint64_t draw_alignment(Model *model) {
    static const uint64_t strange[] = {
        0, 3, 24, 4097, UINT64_MAX, 0x30000000, (UINT64_C(1) << 63) + 1, UINT64_C(1) << 63, UINT64_C(1) << 62};
    uint64_t kind = below(model, 1000);
    if (kind < 700)
        return UINT64_C(1) << below(model, 5);
    if (kind < 985)
        return UINT64_C(32) << below(model, 8);
    if (kind < 996)
        return strange[below(model, COUNT_OF(strange))];
    return UINT64_C(1) << (13 + below(model, 8));
}

static bool is_valid(Attempt attempt) {
    return attempt.size <= PTRDIFF_MAX && attempt.alignment != 0 && (attempt.alignment & (attempt.alignment - 1)) == 0;
}

/* ---- The rules ---- */

/* What lies between the cursor and a block that is put there. */
static uint64_t padding_after(const Model *model, uintptr_t cursor, uint64_t alignment) {
    uintptr_t earliest = cursor + (uintptr_t)model->red_zone;
    return model->red_zone + ((0 - earliest) & (uintptr_t)(alignment - 1));
}

static uint64_t alignment_there(const Model *model, uint64_t alignment) {
    return model->red_zone && alignment < 8 ? 8 : alignment;
}

/* Most that a push can come to, wherever it is put. */
static uint64_t most_needed(const Model *model, Attempt attempt) {
    uint64_t most = attempt.size + attempt.alignment + 2 * model->red_zone + 16;
    return attempt.size > BEYOND_ALL_MEMORY || attempt.alignment > BEYOND_ALL_MEMORY ? UINT64_MAX / 2 : most;
}

bool is_for_want_of_memory(const Model *model, SamrenaError error) {
    return error == SAMRENA_ERROR_OUT_OF_MEMORY ||
           (error == SAMRENA_ERROR_ADAPTER_INVALID && arena_lies() > model->lies_before);
}

/* Growth NONE: out of memory is what does not fit. In one range of addresses it is known what fits. */
bool may_be_out_of_memory(const Model *model, Attempt attempt) {
    uint64_t needed = most_needed(model, attempt);
    bool fits = model->contiguous && needed <= model->capacity - model->now.allocated;
    if (needed > BEYOND_ALL_MEMORY)
        return true;
    if (fits)
        return false;
    if (model->setting->exhausted || arena_refusals() > model->refusals_before)
        return true;
    if (model->setting->growth == SAMRENA_GROWTH_NONE && !attempt.rescue)
        return true;
    if (needed > arena_largest_told())
        return true;
    return model->ceiling != 0 && model->now.allocated + needed + model->callers_size + 64 * KIB > model->ceiling;
}

void expect_push_error(Model *model, Attempt attempt, SamrenaError error) {
    uint64_t limit = model->setting->limit;
    if (!is_valid(attempt)) {
        expect_refused(model, error);
        expect(model, error == SAMRENA_ERROR_INVALID_PARAMETER, "error %d for a push that is invalid", (int)error);
        return;
    }
    expect_failure(model, error);
    if (error == SAMRENA_ERROR_LIMIT_EXCEEDED) {
        expect(model, limit != 0 && most_needed(model, attempt) > limit - model->now.allocated,
               "LIMIT_EXCEEDED with %" PRIu64 " of %" PRIu64 " bytes allocated", model->now.allocated, limit);
        if (!model->red_zone)
            expect_refused(model, error);
    } else {
        expect(model, is_for_want_of_memory(model, error), "error %d for a push: %s", (int)error,
               samrena_last_error_message());
        expect(model, may_be_out_of_memory(model, attempt), "out of memory: %s", samrena_last_error_message());
    }
    if (limit != 0 && attempt.size > limit - model->now.allocated)
        expect(model, error == SAMRENA_ERROR_LIMIT_EXCEEDED, "error %d for a push beyond the limit", (int)error);
}

/* A region is left only for what does not fit any more. */
static void expect_left_with_reason(Model *model, Attempt attempt) {
    expect(model, !model->contiguous, "a gap in one range of addresses");
    if (model->setting->limit || !model->now.cursor)
        return;
    uint64_t lost = lost_now(model);
    uint64_t padding = padding_after(model, (uintptr_t)model->now.cursor, attempt.alignment);
    expect(model, lost >= model->now.lost, "what is out of reach fell to %" PRIu64, lost);
    expect(model, padding + attempt.size + model->red_zone > lost - model->now.lost,
           "a region was left with %" PRIu64 " bytes, enough for the %" PRIu64 " needed", lost - model->now.lost,
           padding + attempt.size);
}

uint64_t to_granule(const unsigned char *end) {
    return (0 - (uintptr_t)end) % GRANULE;
}

/* Whether the block may have been put there from `start` on. An empty one that is resized may stay where it is. */
static bool may_start_at(const Model *model, uintptr_t start, Attempt attempt, const unsigned char *block) {
    uint64_t padding = (uintptr_t)block - start;
    return padding == padding_after(model, start, alignment_there(model, attempt.alignment)) ||
           (attempt.empty && padding == 0);
}

/* What was handed out behind the block to make a multiple of 8; the limit may have cut it. From where the cursor was,
   if that can be, else from the beginning of a region, or anywhere where it is not known. */
static uint64_t rounding_behind(Model *model, const unsigned char *block, Attempt attempt, uint64_t taken) {
    bool may_be_less = attempt.empty || samrena_allocated(model->arena) == model->setting->limit;
    uint64_t rounding = attempt.alignment < GRANULE && !attempt.empty ? 0 : to_granule(block + attempt.size);
    uint64_t least = may_be_less ? 0 : rounding;
    uintptr_t cursor = (uintptr_t)model->now.cursor;
    uint64_t behind = (uint64_t)(cursor + (uintptr_t)taken - (uintptr_t)(block + attempt.size));
    if (cursor && behind >= least && behind <= rounding && may_start_at(model, cursor, attempt, block))
        return behind;
    for (behind = rounding + 1; behind-- > least;) {
        uintptr_t start = (uintptr_t)block + (uintptr_t)attempt.size + (uintptr_t)behind - (uintptr_t)taken;
        if ((!cursor || start % SAMRENA_REGION_ALIGNMENT == 0) && taken - attempt.size >= behind &&
            may_start_at(model, start, attempt, block))
            return behind;
    }
    expect(model, false, "%" PRIu64 " bytes taken by a block of %" PRIu64 " aligned to %" PRIu64 " at %p, cursor %p",
           taken, attempt.size, attempt.alignment, (const void *)block, (const void *)model->now.cursor);
    return 0;
}

/* Where the arena stands with that block, and what of it lies behind the block. */
static Place expect_placed(Model *model, Attempt attempt, const unsigned char *block, uint64_t *behind) {
    uint64_t allocated = samrena_allocated(model->arena);
    uint64_t taken = allocated - model->now.allocated;
    uint64_t alignment = alignment_there(model, attempt.alignment);
    expect(model, (uintptr_t)block % alignment == 0 || attempt.empty, "%p is not aligned to %" PRIu64,
           (const void *)block, alignment);
    expect(model, allocated >= model->now.allocated && taken >= attempt.size,
           "allocated went from %" PRIu64 " to %" PRIu64 " with a push of %" PRIu64, model->now.allocated, allocated,
           attempt.size);

    const unsigned char *cursor = model->now.cursor;
    *behind = rounding_behind(model, block, attempt, taken);
    uintptr_t start = (uintptr_t)block - (uintptr_t)(taken - attempt.size - *behind);
    bool stays = start == (uintptr_t)cursor;
    bool is_known = stays || (allocated != model->setting->limit && !attempt.empty); /* else padded, or cut */
    if (!stays && cursor)
        expect_left_with_reason(model, (Attempt){.size = attempt.size, .alignment = alignment});
    bool may_be_next = start % SAMRENA_REGION_ALIGNMENT == 0; /* a region that begins where a full one ends */
    expect(model, !stays || !attempt.moved || may_be_next, "the last block was copied to where it could have stayed");
    uint64_t lost = stays ? model->now.lost : lost_now(model);
    return (Place){.allocated = allocated, .lost = lost, .cursor = is_known ? block + attempt.size + *behind : NULL};
}

/* Growth only where it is needed. */
static void expect_capacity_after(Model *model, Attempt attempt, uint64_t taken) {
    uint64_t capacity = samrena_capacity(model->arena);
    uint64_t allocated = samrena_allocated(model->arena);
    expect(model, capacity >= allocated, "capacity %" PRIu64 " with %" PRIu64 " allocated", capacity, allocated);
    expect(model, model->setting->limit == 0 || allocated <= model->setting->limit, "%" PRIu64 " allocated", allocated);
    if (model->contiguous && taken + model->red_zone <= model->capacity - (allocated - taken))
        expect(model, capacity == model->capacity, "capacity %" PRIu64 " became %" PRIu64 " without need",
               model->capacity, capacity);
    if (model->setting->growth == SAMRENA_GROWTH_NONE && !attempt.rescue)
        expect(model, capacity <= model->capacity, "capacity %" PRIu64 " grew to %" PRIu64 " under growth NONE",
               model->capacity, capacity);
}

Entry *expect_push(Model *model, Attempt attempt, void *got) {
    if (!got) {
        expect_push_error(model, attempt, samrena_last_error());
        return NULL;
    }
    expect_success(model);
    expect(model, is_valid(attempt), "a push of %" PRIu64 " aligned to %" PRIu64 " succeeded", attempt.size,
           attempt.alignment);
    uint64_t behind;
    Place place = expect_placed(model, attempt, got, &behind);
    expect_capacity_after(model, attempt, place.allocated - model->now.allocated);
    arena_expect_inside(model, got, attempt.size);
    expect(model, attempt.size == 0 || samrena_contains(model->arena, got), "a new block is not contained");

    move_to(model, place);
    learn_cursor(model);
    Entry *entry = add_entry(model, ENTRY_BLOCK);
    entry->bytes = got;
    entry->size = attempt.size;
    entry->behind = behind;
    if (place.cursor)
        entry->before = (Place){place.allocated - attempt.size - behind, place.lost, got};
    return entry;
}

void expect_note(Model *model, uint64_t most) {
    uint64_t allocated = samrena_allocated(model->arena);
    expect(model, allocated > model->now.allocated && allocated - model->now.allocated <= most,
           "%" PRIu64 " bytes for a note", allocated - model->now.allocated);
    expect_capacity_after(model, (Attempt){0}, allocated - model->now.allocated);
    uint64_t lost = lost_now(model);
    expect(model, lost >= model->now.lost, "what is out of reach fell to %" PRIu64, lost);
    move_to(model, (Place){.allocated = allocated, .lost = lost});
    if (one_in(model, 2))
        learn_cursor(model);
}

/* ---- Pushes ---- */

static void expect_push_filled(Model *model, Attempt attempt, void *got) {
    Entry *entry = expect_push(model, attempt, got);
    if (entry)
        fill(entry->bytes, entry->size, entry->id);
}

static void expect_push_zeroed(Model *model, Attempt attempt, void *got) {
    static const unsigned char zeros[4096];
    Entry *entry = expect_push(model, attempt, got);
    if (!entry)
        return;
    for (uint64_t at = 0; at < entry->size; at += sizeof(zeros)) {
        uint64_t bytes = entry->size - at < sizeof(zeros) ? entry->size - at : sizeof(zeros);
        expect(model, memcmp(entry->bytes + at, zeros, (size_t)bytes) == 0,
               "of %" PRIu64 " bytes that should be zero, some from offset %" PRIu64 " on are not", entry->size, at);
    }
    fill(entry->bytes, entry->size, entry->id);
}

void do_push(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = 16};
    expect_push_filled(model, attempt, samrena_push(model->arena, attempt.size));
}

void do_push_aligned(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = draw_alignment(model)};
    expect_push_filled(model, attempt, samrena_push_aligned(model->arena, attempt.size, attempt.alignment));
}

/* Half of the time not inline. */
void do_push_array(Model *model) {
    uint64_t size = draw_size(model);
    uint64_t count = 1 + below(model, 4);
    if (one_in(model, 200))
        count = UINT64_MAX / (size | 1) + 1 + below(model, 3);
    bool overflows = size != 0 && count > UINT64_MAX / size;
    Attempt attempt = {.size = overflows ? UINT64_MAX : count * size, .alignment = 16};
    if (one_in(model, 2)) {
        expect_push_filled(model, attempt, samrena_push_array(model->arena, count, size));
        return;
    }
    attempt.alignment = draw_alignment(model);
    expect_push_filled(model, attempt, samrena_push_array_aligned(model->arena, count, size, attempt.alignment));
}

void do_push_zero(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = 16};
    expect_push_zeroed(model, attempt, samrena_push_zero(model->arena, attempt.size));
}

void do_push_array_zero(Model *model) {
    uint64_t size = draw_size(model);
    uint64_t count = 1 + below(model, 4);
    bool overflows = size != 0 && count > UINT64_MAX / size;
    Attempt attempt = {.size = overflows ? UINT64_MAX : count * size, .alignment = draw_alignment(model)};
    expect_push_zeroed(model, attempt, samrena_push_array_zero(model->arena, count, size, attempt.alignment));
}

void do_push_with_reserve(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = 16, .rescue = true};
    expect_push_filled(model, attempt, samrena_push_with_reserve(model->arena, attempt.size));
}

void do_push_copy(Model *model) {
    unsigned char source[LARGEST_SCRATCH];
    Attempt attempt = {.size = below(model, sizeof(source)), .alignment = 16};
    uint64_t id = model->next_id;
    fill(source, attempt.size, id);
    Entry *entry = expect_push(model, attempt, samrena_push_copy(model->arena, source, attempt.size));
    if (entry)
        expect_filled(model, entry->bytes, entry->size, id);
}

/* ---- Text ---- */

static void draw_text(Model *model, char *text, uint64_t length) {
    uint64_t letters = draw(model);
    for (uint64_t i = 0; i < length; i++)
        text[i] = (char)('a' + (letters + i * 7) % 26);
    text[length] = '\0';
}

static void expect_text(Model *model, const char *text, uint64_t length, void *got) {
    Entry *entry = expect_push(model, (Attempt){.size = length + 1, .alignment = 1}, got);
    if (!entry)
        return;
    expect(model, memcmp(entry->bytes, text, (size_t)length) == 0 && entry->bytes[length] == '\0',
           "the text differs from its source of %" PRIu64 " characters", length);
    fill(entry->bytes, entry->size, entry->id);
}

void do_push_string(Model *model) {
    char text[LARGEST_SCRATCH];
    uint64_t length = below(model, one_in(model, 8) ? sizeof(text) : 40);
    draw_text(model, text, length);
    expect_text(model, text, length, samrena_push_string(model->arena, text));
}

void do_push_substring(Model *model) {
    char text[400];
    uint64_t length = below(model, sizeof(text));
    draw_text(model, text, length);
    uint64_t wanted = one_in(model, 4) ? UINT64_MAX - below(model, 2) : below(model, sizeof(text));
    uint64_t expected = wanted < length ? wanted : length;
    if (wanted <= length)
        text[wanted] = '!'; /* not to be read */
    expect_text(model, text, expected, samrena_push_substring(model->arena, text, wanted));
}

/* Up to 511 characters are formatted on the stack, longer texts in place. */
void do_push_format(Model *model) {
    char text[1100];
    char expected[sizeof(text) + 40];
    draw_text(model, text, one_in(model, 3) ? 480 + below(model, 60) : below(model, 60));
    int number = (int)below(model, 100000);
    int length = snprintf(expected, sizeof(expected), "%s, %d", text, number);
    expect_text(model, expected, (uint64_t)length, samrena_push_format(model->arena, "%s, %d", text, number));
}

/* ---- Calls that are wrong, and one that changes nothing ---- */

void do_push_nonsense(Model *model) {
    void *got = NULL;
    switch (below(model, 5)) {
    case 0: got = samrena_push_copy(model->arena, NULL, 1 + below(model, 9)); break;
    case 1: got = samrena_push_string(model->arena, NULL); break;
    case 2: got = samrena_push_substring(model->arena, NULL, 1 + below(model, 9)); break;
    case 3: got = samrena_push_overflow(model->arena, UINT64_MAX, 2); break;
    default: got = samrena_push_slow(model->arena, 8, below(model, 2) * 6); break;
    }
    expect(model, got == NULL, "a call that is invalid gave %p", got);
    expect_refused(model, samrena_last_error());
    expect(model, samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER, "error %d", (int)samrena_last_error());
}

void do_learn_cursor(Model *model) {
    const unsigned char *known = model->now.cursor;
    model->now.cursor = NULL;
    learn_cursor(model);
    expect(model, model->red_zone || !known || model->now.cursor == known, "the cursor is at %p, expected %p",
           (const void *)model->now.cursor, (const void *)known);
    if (model->red_zone)
        model->now.cursor = known;
}
