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
    bool last;
} Resize;

static bool is_last(const Model *model, const Entry *block) {
    return model->now.cursor != NULL && block->bytes + block->size == model->now.cursor;
}

static void set_size(Entry *block, uint64_t size) {
    block->size = size;
    fill(block->bytes, size, block->id);
}

static void expect_shrunk(Model *model, Resize resize, const unsigned char *got) {
    Entry *block = &model->entries[resize.index];
    expect_success(model);
    expect(model, got == block->bytes, "a block that shrinks moved from %p to %p", (const void *)block->bytes,
           (const void *)got);
    uint64_t given_back = resize.last ? resize.old_size - resize.new_size : 0;
    uint64_t allocated = model->now.allocated - given_back;
    expect(model, samrena_allocated(model->arena) == allocated, "%" PRIu64 " allocated, expected %" PRIu64,
           samrena_allocated(model->arena), allocated);
    if (resize.last && model->setting->debug == SAMRENA_DEBUG_JUNK && !model->red_zone)
        for (uint64_t i = resize.new_size; i < resize.old_size; i++)
            expect(model, got[i] == JUNK_BYTE, "byte %" PRIu64 " of a shrunk block is no junk", i);
    expect_filled(model, block->bytes, resize.new_size, block->id);
    if (resize.last)
        move_to(model, (Place){allocated, model->now.lost, block->bytes + resize.new_size});
    set_size(block, resize.new_size);
}

static void expect_grown_in_place(Model *model, Resize resize) {
    Entry *block = &model->entries[resize.index];
    uint64_t more = resize.new_size - resize.old_size;
    expect_success(model);
    expect(model, resize.last, "a block grew over what was pushed after it");
    expect(model, samrena_allocated(model->arena) == model->now.allocated + more,
           "%" PRIu64 " allocated after growing by %" PRIu64 ", before %" PRIu64, samrena_allocated(model->arena), more,
           model->now.allocated);
    arena_expect_inside(model, block->bytes, resize.new_size);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity >= samrena_allocated(model->arena), "capacity %" PRIu64, capacity);
    if (model->setting->growth == SAMRENA_GROWTH_NONE)
        expect(model, capacity == model->capacity, "capacity %" PRIu64 " under growth NONE, before %" PRIu64, capacity,
               model->capacity);
    expect_filled(model, block->bytes, resize.old_size, block->id);
    move_to(model, (Place){model->now.allocated + more, model->now.lost, block->bytes + resize.new_size});
    set_size(block, resize.new_size);
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
    Attempt attempt = {.size = resize.new_size, .alignment = 16, .moved = moved};
    Entry *copy = expect_push(model, attempt, got);
    expect_filled(model, copy->bytes, resize.old_size, id);
    model->entries[resize.index].alive = false;
    fill(copy->bytes, copy->size, copy->id);
}

static void resize(Model *model, size_t index, uint64_t new_size) {
    Entry *block = &model->entries[index];
    Resize asked = {index, block->size, new_size, is_last(model, block)};
    /* A block of no bytes may lie on top of it, and shares its end. */
    if (asked.last && index + 1 != model->count)
        return;
    unsigned char *got = samrena_resize(model->arena, block->bytes, asked.old_size, new_size);
    if (got && new_size <= asked.old_size) {
        expect_shrunk(model, asked, got);
    } else if (got == block->bytes) {
        expect_grown_in_place(model, asked);
    } else if (got) {
        expect_moved(model, asked, got);
    } else {
        expect(model, new_size > asked.old_size, "shrinking failed: %s", samrena_last_error_message());
        expect(model, !must_stay(model, asked), "the last block did not grow: %s", samrena_last_error_message());
        expect_push_error(model, (Attempt){.size = new_size, .alignment = 16}, samrena_last_error());
        expect_entry_intact(model, block);
    }
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

void do_resize(Model *model) {
    const Entry *block = draw_block(model, 100);
    if (block)
        resize(model, (size_t)(block - model->entries), draw_new_size(model, block->size));
}

void do_resize_last(Model *model) {
    const Entry *block = draw_block(model, 1);
    if (block)
        resize(model, (size_t)(block - model->entries), draw_new_size(model, block->size));
}

void do_resize_nothing(Model *model) {
    Attempt attempt = {.size = draw_size(model), .alignment = 16};
    Entry *entry = expect_push(model, attempt, samrena_resize(model->arena, NULL, 0, attempt.size));
    if (entry)
        fill(entry->bytes, entry->size, entry->id);
}

/* Memory that is not the arena's, or more than it handed out there. */
void do_resize_wrong(Model *model) {
    const Entry *block = draw_block(model, 50);
    void *ptr = model;
    uint64_t size = 1 + below(model, 100);
    if (block && one_in(model, 2)) {
        ptr = block->bytes;
        size = one_in(model, 2) ? UINT64_MAX - below(model, 40) : UINT64_C(1) << 62;
        if (is_last(model, block) && one_in(model, 2))
            size = block->size + 1;
    } else if (one_in(model, 3)) {
        ptr = NULL;
    }
    expect(model, samrena_resize(model->arena, ptr, size, draw_size(model)) == NULL, "a wrong block was resized");
    expect_refused(model, samrena_last_error());
    expect(model, samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER, "error %d", (int)samrena_last_error());
}
