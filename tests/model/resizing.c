// SPDX-License-Identifier: MIT
// Another size for a block: in place where it was pushed last or shrinks, otherwise a copy.
#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "operations.h"

enum { JUNK_BYTE = 0xdd };

typedef struct Resize {
    size_t index;
    uint64_t old_size;
    uint64_t new_size;
    uint64_t alignment;
    bool last;  /* the block ends at the cursor */
    bool alone; /* nothing with bytes came after it: it is the last, in whatever region */
    bool near;  /* or before it, with nothing but padding in between: the arena may know. So it may of the newest block
                   where the cursor is not known, under a limit that was reached */
} Resize;

/* It came with a part, or a part came in behind it: then it stays where it is. */
static bool is_fixed(const Model *model, const Entry *block) {
    for (const Entry *above = block + 1; above < model->entries + model->count; above++)
        if (above->kind == ENTRY_PART)
            return true;
    return block->spliced;
}

/* Of one that was rounded the arena only may know that it is the last. */
static bool is_last(const Model *model, const Entry *block) {
    return !is_fixed(model, block) && model->now.cursor != NULL && block->bytes + block->size == model->now.cursor;
}

/* The distance from the block's end to the cursor, where that is padding alone; NOT_KNOWN: it is not, or may not be. */
static uint64_t padding_behind(const Model *model, const Entry *block) {
    uintptr_t end = (uintptr_t)(block->bytes + block->size);
    uintptr_t cursor = (uintptr_t)model->now.cursor;
    if (cursor < end || cursor - end >= SAMRENA_DEFAULT_ALIGNMENT + model->red_zone)
        return NOT_KNOWN;
    for (const Entry *above = block + 1; above < model->entries + model->count; above++)
        if (above->kind == ENTRY_BLOCK && above->size > 0 && (uintptr_t)above->bytes >= end &&
            (uintptr_t)above->bytes < cursor)
            return NOT_KNOWN;
    return cursor - end;
}

static bool is_alone(const Model *model, const Entry *block) {
    for (const Entry *above = block + 1; above < model->entries + model->count; above++)
        if (above->kind == ENTRY_HEAP ? above->alive : above->kind != ENTRY_BLOCK || above->size > 0)
            return false;
    return !is_fixed(model, block);
}

/* Where the cursor is not known, what has none but empty blocks above may be the last. */
static bool is_near(const Model *model, const Entry *block) {
    if (is_fixed(model, block))
        return false;
    return model->now.cursor ? padding_behind(model, block) != NOT_KNOWN : is_alone(model, block);
}

static void set_size(Entry *block, uint64_t size, uint64_t behind) {
    block->size = size;
    block->behind = behind;
    fill(block->bytes, size, block->id);
}

static void expect_junk_behind(Model *model, const unsigned char *block, uint64_t from, uint64_t to) {
    if (model->setting->debug != SAMRENA_DEBUG_JUNK || model->red_zone)
        return;
    for (uint64_t i = from; i < to; i++)
        expect(model, block[i] == JUNK_BYTE, "byte %" PRIu64 " of a shrunk block is no junk", i);
}

/* A block that ends there is followed by that much up to a multiple of 8, which the limit may have cut, or by nothing.
 */
static void expect_rounding(Model *model, const unsigned char *end, uint64_t behind) {
    uint64_t whole = to_granule(end);
    expect(model, behind == 0 || behind == whole || (model->setting->limit && behind < whole),
           "%" PRIu64 " bytes behind a resized block that ends at %p", behind, (const void *)end);
}

/* To the region before, which may end where this one begins; what is out of reach tells. Under a limit nothing does: a
   block that the cursor is not just behind may lie there, where all that came after it was taken back. */
static bool may_have_stepped_back(Model *model, Resize resize) {
    uint64_t lost = lost_now(model);
    bool ends_here = resize.last || resize.near;
    return lost == NOT_KNOWN ? resize.new_size == 0 || !ends_here : lost != model->now.lost;
}

/* The last block gives its tail back, and where it is shrunk to nothing, perhaps the padding before it as well. */
static void expect_given_back(Model *model, Resize resize, uint64_t given_back) {
    Entry *block = &model->entries[resize.index];
    const unsigned char *end = block->bytes + resize.new_size;
    if (!model->now.cursor || may_have_stepped_back(model, resize) || (!resize.last && !resize.near)) {
        expect(model, given_back <= resize.old_size - resize.new_size + 2 * SAMRENA_DEFAULT_ALIGNMENT + model->red_zone,
               "%" PRIu64 " bytes given back by a block that shrinks from %" PRIu64 " to %" PRIu64, given_back,
               resize.old_size, resize.new_size);
        move_to(model, (Place){model->now.allocated - given_back, lost_now(model), NULL});
        set_size(block, resize.new_size, 0);
        return;
    }
    uint64_t tail = (uint64_t)(model->now.cursor - end);
    uint64_t before = given_back > tail ? given_back - tail : 0;
    uint64_t behind = given_back < tail ? tail - given_back : 0;
    uint64_t most = resize.new_size == 0 ? SAMRENA_DEFAULT_ALIGNMENT - 1 + model->red_zone : 0;
    expect(model, before <= most, "%" PRIu64 " bytes given back by a block that shrinks from %" PRIu64 " to %" PRIu64,
           given_back, resize.old_size, resize.new_size);
    expect_rounding(model, end, behind);
    expect_junk_behind(model, block->bytes, resize.new_size, resize.old_size);
    move_to(model, (Place){model->now.allocated - given_back, model->now.lost, end + behind - before});
    set_size(block, resize.new_size, behind);
}

/* No byte was given back; the arena may yet have gone back to the block's region, from one that is empty again. */
static void expect_kept(Model *model, Resize resize) {
    uint64_t lost = lost_now(model);
    expect(model, lost == model->now.lost || resize.near || resize.alone, "%" PRIu64 " bytes out of reach", lost);
    if ((resize.near || resize.alone) && may_have_stepped_back(model, resize))
        move_to(model, (Place){model->now.allocated, lost, NULL});
    set_size(&model->entries[resize.index], resize.new_size, 0);
}

static void expect_shrunk(Model *model, Resize resize, const unsigned char *got) {
    Entry *block = &model->entries[resize.index];
    uint64_t given_back = model->now.allocated - samrena_allocated(model->arena);
    expect_success(model);
    expect(model, got == block->bytes, "a block that shrinks moved from %p to %p", (const void *)block->bytes,
           (const void *)got);
    expect_filled(model, block->bytes, resize.new_size, block->id);
    if (resize.last || ((resize.near || resize.alone) && given_back != 0))
        expect_given_back(model, resize, given_back);
    else
        expect(model, given_back == 0, "%" PRIu64 " bytes given back by a block that is not the last", given_back);
    if (given_back == 0)
        expect_kept(model, resize);
}

static void expect_grown_in_place(Model *model, Resize resize) {
    Entry *block = &model->entries[resize.index];
    expect_success(model);
    expect(model, resize.last || resize.near, "a block grew over what was pushed after it");
    const unsigned char *end = block->bytes + resize.new_size;
    const unsigned char *cursor = model->now.cursor;
    uint64_t more = samrena_allocated(model->arena) - model->now.allocated;
    uint64_t behind = cursor ? (uint64_t)(cursor + more - end) : 0;
    expect_rounding(model, end, behind);
    arena_expect_inside(model, block->bytes, resize.new_size);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity >= samrena_allocated(model->arena), "capacity %" PRIu64, capacity);
    bool may_be_pushed = !cursor && resize.old_size == 0; /* to the next region, which began where the block lies */
    if (model->setting->growth == SAMRENA_GROWTH_NONE)
        expect(model, capacity == model->capacity || (may_be_pushed && capacity < model->capacity),
               "capacity %" PRIu64 " under growth NONE, before %" PRIu64, capacity, model->capacity);
    expect_filled(model, block->bytes, resize.old_size, block->id);
    uint64_t lost = cursor ? model->now.lost : lost_now(model);
    if (resize.old_size == 0) { /* blocks below it may have been given back since it was pushed */
        block->before = model->now;
        block->before.cursor = cursor == block->bytes ? cursor : NULL;
    }
    move_to(model, (Place){model->now.allocated + more, lost, cursor ? end + behind : NULL});
    set_size(block, resize.new_size, behind);
}

/* In one range of addresses the last block grows wherever the range has room. */
static bool must_stay(const Model *model, Resize resize) {
    uint64_t unused = model->capacity - model->now.allocated;
    uint64_t more = resize.new_size - resize.old_size;
    return resize.last && model->contiguous && more <= unused && more + model->red_zone <= unused;
}

static void expect_moved(Model *model, Resize resize, unsigned char *got) {
    uint64_t id = model->entries[resize.index].id;
    expect(model, !must_stay(model, resize), "the last block was copied, though there is room to grow");
    /* An adapter that refused it more room in place may give it to the copy. */
    bool moved = resize.last && !model->setting->refuses && !model->setting->exhausted;
    bool stayed = got == model->entries[resize.index].bytes;
    Attempt attempt = {.size = resize.new_size, .alignment = resize.alignment, .moved = moved, .empty = stayed};
    Entry *copy = expect_push(model, attempt, got); /* an empty one may have stayed */
    expect_filled(model, copy->bytes, resize.old_size, id);
    model->entries[resize.index].alive = false;
    fill(copy->bytes, copy->size, copy->id);
}

static void expect_resize_failed(Model *model, Resize resize) {
    expect(model, resize.new_size > resize.old_size, "shrinking failed: %s", samrena_last_error_message());
    expect(model, !must_stay(model, resize), "the last block did not grow: %s", samrena_last_error_message());
    expect_push_error(model, (Attempt){.size = resize.new_size, .alignment = resize.alignment}, samrena_last_error());
    expect_entry_intact(model, &model->entries[resize.index]);
}

static void resize(Model *model, size_t index, uint64_t new_size, uint64_t alignment) {
    Entry *block = &model->entries[index];
    Resize asked = {
        index, block->size, new_size, alignment, is_last(model, block), is_alone(model, block), is_near(model, block)};
    /* A block of no bytes may lie on top of it, and shares its end. */
    if (asked.last && index + 1 != model->count)
        return;
    unsigned char *got = alignment == SAMRENA_DEFAULT_ALIGNMENT && one_in(model, 2)
                             ? samrena_resize(model->arena, block->bytes, asked.old_size, new_size)
                             : samrena_resize_aligned(model->arena, block->bytes, asked.old_size, new_size, alignment);
    bool began_anew = asked.old_size == 0 && !asked.near; /* a push, perhaps to the same place */
    if (got && new_size <= asked.old_size)
        expect_shrunk(model, asked, got);
    else if (got == block->bytes && !began_anew)
        expect_grown_in_place(model, asked);
    else if (got)
        expect_moved(model, asked, got);
    else
        expect_resize_failed(model, asked);
}

/* Of the blocks, mostly the newest ones. */
static Entry *draw_block(Model *model, uint64_t reach) {
    for (int tries = 0; tries < 8 && model->count > 0; tries++) {
        uint64_t back = below(model, reach < model->count ? reach : model->count);
        Entry *entry = &model->entries[model->count - 1 - back];
        if (entry->kind == ENTRY_BLOCK && entry->alive)
            return entry;
    }
    return NULL;
}

static uint64_t draw_new_size(Model *model, uint64_t old_size) {
    switch (below(model, 5)) {
    case 0: return old_size ? below(model, old_size) : 0;
    case 1: return old_size + below(model, 40);
    case 2: return old_size + draw_size(model) < old_size ? UINT64_MAX : old_size + below(model, 2000);
    case 3: return one_in(model, 4) ? 0 : old_size;
    default: return draw_size(model);
    }
}

static uint64_t draw_alignment(Model *model) {
    return one_in(model, 3) ? UINT64_C(1) << below(model, 9) : SAMRENA_DEFAULT_ALIGNMENT;
}

void do_resize(Model *model) {
    const Entry *block = draw_block(model, 100);
    if (block)
        resize(model, (size_t)(block - model->entries), draw_new_size(model, block->size), draw_alignment(model));
}

void do_resize_last(Model *model) {
    const Entry *block = draw_block(model, 1);
    if (block)
        resize(model, (size_t)(block - model->entries), draw_new_size(model, block->size), draw_alignment(model));
}

void do_resize_nothing(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = 16};
    Entry *entry = expect_push(model, attempt, samrena_resize(model->arena, NULL, 0, attempt.size));
    if (entry)
        fill(entry->bytes, entry->size, entry->id);
}

/* Up to a dozen blocks, one after the other, in whatever regions. *before: what was allocated before the first, the
   padding after that included; false: there is none. */
static bool push_in_a_row(Model *model, uint64_t *before) {
    enum { MOST = 12 };
    bool any = false;
    for (uint64_t i = 1 + below(model, MOST); i > 0; i--) {
        begin(model);
        Attempt attempt = {.size = 1 + below(model, 300), .alignment = 16};
        Entry *entry = expect_push(model, attempt, samrena_push(model->arena, attempt.size));
        if (!entry)
            break;
        fill(entry->bytes, entry->size, entry->id);
        if (!any)
            *before = samrena_allocated(model->arena) - attempt.size - entry->behind;
        any = true;
        if (samrena_allocated(model->arena) == model->setting->limit)
            return false; /* the cursor was learnt, by a push that lies behind the block */
    }
    return any;
}

/* Given back from the newest on: nothing is left of them. */
void do_free_in_reverse(Model *model) {
    size_t first = model->count;
    uint64_t before = 0;
    bool any = push_in_a_row(model, &before);
    for (size_t i = model->count; i-- > first;) {
        Entry *block = &model->entries[i];
        begin(model);
        unsigned char *got = samrena_resize(model->arena, block->bytes, block->size, 0);
        Resize asked = {i, block->size, 0, 16, is_last(model, block), is_alone(model, block), is_near(model, block)};
        expect(model, got == block->bytes, "freeing failed: %s", samrena_last_error_message());
        expect_shrunk(model, asked, got);
    }
    expect(model, !any || model->now.allocated <= before, "%" PRIu64 " bytes are left of blocks freed in reverse",
           model->now.allocated - before);
}

/* Memory that is not the arena's, or more than it handed out there. */
void do_resize_wrong(Model *model) {
    const Entry *block = draw_block(model, 50);
    void *ptr = model;
    uint64_t size = 1 + below(model, 100);
    if (block && one_in(model, 2)) {
        ptr = block->bytes;
        size = one_in(model, 2) ? UINT64_MAX - below(model, 40) : UINT64_C(1) << 62;
        /* Behind it a part may lie, and at an empty one another region of the arena. */
        if (is_last(model, block) && block->size > 0 && model->parts == 0 && one_in(model, 2))
            size = block->size + 1;
    } else if (one_in(model, 3)) {
        ptr = NULL;
    }
    expect(model, samrena_resize(model->arena, ptr, size, draw_size(model)) == NULL, "a wrong block was resized");
    expect_refused(model, samrena_last_error());
    expect(model, samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER, "error %d", (int)samrena_last_error());
}
