// SPDX-License-Identifier: MIT
// The heap: blocks that come and go one by one. What it pushes on its own behalf is not foreseen, but learnt.
#include "samrena/heap.h"

#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "operations.h"

/* Bytes that the heap may push beside a block: its own state, and a run of small blocks. */
enum { MOST_STATE = 2300, MOST_RUN = (16 << 10) + 64 };
/* What is larger is given back to the arena where it is the last. */
enum { LARGEST_SMALL = 504, LARGEST_PLAIN = 512 };

/* ---- Where the arena stands ---- */

static bool lies_between(const void *block, const unsigned char *from, const unsigned char *to) {
    return (uintptr_t)block >= (uintptr_t)from && (uintptr_t)block < (uintptr_t)to;
}

static bool holds_bytes(const Entry *entry) {
    return entry->kind != ENTRY_HEAP && (entry->kind != ENTRY_BLOCK || entry->size > 0);
}

static void expect_nothing_between(Model *model, const unsigned char *from, const unsigned char *to) {
    for (size_t i = 0; i < model->heap_count; i++)
        expect(model, !lies_between(model->heap[i].bytes, from, to), "block %" PRIu64 " was given back with another",
               model->heap[i].id);
    for (size_t i = 0; i < model->count; i++)
        expect(model, !holds_bytes(&model->entries[i]) || !lies_between(model->entries[i].bytes, from, to),
               "the heap gave back what was pushed, entry %" PRIu64, model->entries[i].id);
}

/* What was last, and free. */
static void expect_given_back(Model *model, Place before) {
    for (size_t i = model->count; i-- > 0 && !holds_bytes(&model->entries[i]);)
        if (model->entries[i].kind == ENTRY_HEAP)
            model->entries[i].alive = false;
    if (!model->now.cursor || !before.cursor)
        return;
    uint64_t given_back = before.allocated - model->now.allocated;
    expect(model, (uintptr_t)before.cursor - (uintptr_t)model->now.cursor == given_back,
           "%" PRIu64 " bytes given back, the cursor went from %p to %p", given_back, (const void *)before.cursor,
           (const void *)model->now.cursor);
    expect(model, model->now.lost == before.lost, "%" PRIu64 " bytes out of reach", model->now.lost);
    expect_nothing_between(model, model->now.cursor, before.cursor);
}

static void note_pushed(Model *model) {
    bool is_noted = model->count > 0 && model->entries[model->count - 1].kind == ENTRY_HEAP;
    Entry *top = is_noted ? &model->entries[model->count - 1] : add_entry(model, ENTRY_HEAP);
    top->alive = true;
}

/* In one region, where nobody refused to make it larger, at most `most` bytes were pushed: the rest of one that is left
   becomes a free block. */
static void learn_place(Model *model, uint64_t most) {
    Place before = model->now;
    uint64_t allocated = samrena_allocated(model->arena), limit = model->setting->limit;
    if (allocated == before.allocated)
        return;
    expect(model, limit == 0 || allocated <= limit, "%" PRIu64 " allocated", allocated);
    move_to(model, (Place){.allocated = allocated, .lost = lost_now(model)});
    if (one_in(model, 2))
        learn_cursor(model); /* which is a push, though of no bytes */
    uint64_t pushed = allocated - before.allocated;
    bool may_use_rest = !model->contiguous || model->setting->exhausted || arena_refusals() > model->refusals_before;
    expect(model, allocated < before.allocated || may_use_rest || pushed <= most,
           "%" PRIu64 " more bytes allocated, expected at most %" PRIu64, pushed, most);
    if (allocated > before.allocated)
        note_pushed(model);
    else
        expect_given_back(model, before);
}

static void expect_capacity_grew_with_reason(Model *model) {
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity >= samrena_allocated(model->arena), "capacity %" PRIu64, capacity);
    expect(model, model->setting->growth != SAMRENA_GROWTH_NONE || capacity <= model->capacity,
           "capacity %" PRIu64 " grew to %" PRIu64 " under growth NONE", model->capacity, capacity);
}

/* ---- Blocks ---- */

static uint64_t newest_mark(const Model *model) {
    for (size_t i = model->count; i-- > 0 && !model->taking_back;)
        if (model->entries[i].kind == ENTRY_MARK)
            return model->entries[i].id;
    return 0;
}

/* A block as it was handed out; all of it is the caller's. */
static void take_over(Model *model, HeapBlock *block, unsigned char *got, uint64_t asked) {
    uint64_t size = block->plain ? asked : samrena_block_size(got);
    expect(model, (uintptr_t)got % 16 == 0, "%p is not aligned", (void *)got);
    bool is_tight = size <= asked + 64 || size <= block->size; /* one that shrinks may stay */
    expect(model, size >= asked && is_tight, "a block of %" PRIu64 " bytes for %" PRIu64, size, asked);
    expect(model, size == 0 || (samrena_contains(model->arena, got) && samrena_contains(model->arena, got + size - 1)),
           "a new block is not contained");
    arena_expect_inside(model, got, size);
    if (got != block->bytes) {
        block->id = model->next_id++;
        block->behind = newest_mark(model);
    }
    block->bytes = got;
    block->size = size;
    fill(got, size, block->id);
}

static void expect_block_intact(Model *model, const HeapBlock *block) {
    expect_filled(model, block->bytes, block->size, block->id);
    uint64_t told = block->plain ? block->size : samrena_block_size(block->bytes);
    expect(model, told == block->size, "a block has %" PRIu64 " bytes", told);
}

void heap_expect_intact(Model *model) {
    for (size_t i = 0; i < model->heap_count; i++)
        expect_block_intact(model, &model->heap[i]);
}

static HeapBlock remove_block(Model *model, size_t index) {
    HeapBlock removed = model->heap[index];
    model->heap[index] = model->heap[--model->heap_count];
    return removed;
}

/* Not before the block's first byte, which may be another's; an empty one has its size there. */
static bool is_handed_out(const Model *model, const HeapBlock *block) {
    return samrena_contains(model->arena, block->size > 0 ? block->bytes : block->bytes - 1);
}

void heap_expect_taken_back(Model *model, uint64_t id) {
    for (size_t i = model->heap_count; i-- > 0;) {
        const HeapBlock *block = &model->heap[i];
        bool lost = block->plain && block->behind >= id; /* may be in memory that was freed behind the mark */
        bool stays = !lost && is_handed_out(model, block);
        expect(model, stays || block->id > id, "block %" PRIu64 " went with what came later", block->id);
        expect(model, !stays || block->behind < id, "block %" PRIu64 " is still there", block->id);
        if (stays)
            expect_block_intact(model, block);
        else
            remove_block(model, i);
    }
}

/* ---- Failures ---- */

/* Room that was of no use after all counts as used for a moment. */
static void learn_high_water(Model *model) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    expect(model,
           info.high_water == model->high_water ||
               (info.high_water > model->high_water && info.high_water <= info.capacity),
           "high water %" PRIu64, info.high_water);
    model->high_water = info.high_water;
}

static void expect_heap_failure(Model *model, uint64_t size) {
    SamrenaError error = samrena_last_error();
    uint64_t limit = model->setting->limit;
    learn_high_water(model);
    expect_failure(model, error);
    Attempt attempt = {.size = size + MOST_STATE, .alignment = 16};
    switch ((int)error) {
    case SAMRENA_ERROR_INVALID_PARAMETER:
        expect(model, size > PTRDIFF_MAX - 64, "invalid: %s", samrena_last_error_message());
        break;
    case SAMRENA_ERROR_LIMIT_EXCEEDED:
        expect(model, limit && size + MOST_STATE > limit - model->now.allocated,
               "LIMIT_EXCEEDED with %" PRIu64 " of %" PRIu64 " bytes allocated", model->now.allocated, limit);
        break;
    default:
        expect(model, is_for_want_of_memory(model, error) && may_be_out_of_memory(model, attempt),
               "error %d for a block of %" PRIu64 ", %" PRIu64 " allocated of %" PRIu64 ": %s", (int)error, size,
               model->now.allocated, model->capacity, samrena_last_error_message());
        break;
    }
}

/* ---- Making ---- */

static uint64_t draw_heap_size(Model *model) {
    switch (below(model, 8)) {
    case 0: return 480 + below(model, 60);
    case 1: return below(model, 6000);
    case 2: return draw_size(model);
    case 3: return below(model, 600);
    default: return below(model, 130);
    }
}

static unsigned char *make_zeroed(Model *model, uint64_t size) {
    uint64_t count = size % 3 == 0 ? 3 : 1;
    unsigned char *got = samrena_calloc(model->arena, count, size / count);
    for (uint64_t i = 0; got && i < size; i++)
        expect(model, got[i] == 0, "byte %" PRIu64 " of %" PRIu64 " is not zero", i, size);
    return got;
}

/* A block from one of the makers, or NULL; valid until the next is removed. */
static HeapBlock *expect_made(Model *model, unsigned char *got, uint64_t size, bool plain) {
    if (!got) {
        expect_heap_failure(model, size);
        return NULL;
    }
    expect_success(model);
    HeapBlock *block = &model->heap[model->heap_count];
    *block = (HeapBlock){.plain = plain};
    take_over(model, block, got, size);
    learn_place(model, size + MOST_STATE + MOST_RUN);
    expect_capacity_grew_with_reason(model);
    model->heap_count++;
    return block;
}

static HeapBlock *make(Model *model, uint64_t size) {
    unsigned char *got = one_in(model, 4) ? make_zeroed(model, size) : samrena_malloc(model->arena, size);
    return expect_made(model, got, size, false);
}

static HeapBlock *make_plain(Model *model, uint64_t size) {
    return expect_made(model, samrena_allocator(model->arena, NULL, (size_t)below(model, 9), (size_t)size), size, true);
}

void heap_fill_another(Model *model, Samrena *arena) {
    for (uint64_t i = below(model, 4); i > 0 && model->heap_count < MOST_HEAP_BLOCKS; i--) {
        uint64_t size = 1 + below(model, 1500);
        HeapBlock *block = &model->heap[model->heap_count];
        *block = (HeapBlock){.plain = one_in(model, 3), .id = model->next_id++, .behind = newest_mark(model)};
        block->bytes = block->plain ? samrena_allocator(arena, NULL, 0, (size_t)size) : samrena_malloc(arena, size);
        block->size = block->plain || !block->bytes ? size : samrena_block_size(block->bytes);
        if (!block->bytes)
            return;
        fill(block->bytes, block->size, block->id);
        model->heap_count++;
    }
}

void do_heap_make(Model *model) {
    if (model->heap_count == MOST_HEAP_BLOCKS)
        do_heap_free(model);
    else
        make(model, draw_heap_size(model));
}

void do_heap_make_plain(Model *model) {
    uint64_t size = draw_heap_size(model);
    if (model->heap_count < MOST_HEAP_BLOCKS && size > 0)
        make_plain(model, size);
}

/* ---- Freeing ---- */

static HeapBlock free_block(Model *model, size_t index) {
    HeapBlock block = remove_block(model, index);
    uint64_t largest_kept = block.plain ? LARGEST_PLAIN : LARGEST_SMALL;
    uint64_t before = model->now.allocated;
    expect_block_intact(model, &block);
    if (block.plain)
        expect(model, samrena_allocator(model->arena, block.bytes, (size_t)block.size, 0) == NULL,
               "freed, and not NULL");
    else if (one_in(model, 4))
        expect(model, samrena_realloc(model->arena, block.bytes, 0) == NULL, "freed, and not NULL");
    else
        samrena_free(model->arena, block.bytes);
    expect_success(model);
    learn_place(model, 0);
    expect(model, model->now.allocated == before || block.size > largest_kept || model->red_zone,
           "a small block was given back to the arena");
    return block;
}

/* Mostly one of the newest. */
static size_t draw_heap_block(Model *model) {
    uint64_t reach = one_in(model, 2) && model->heap_count > 4 ? 4 : model->heap_count;
    return (size_t)(model->heap_count - 1 - below(model, reach));
}

void do_heap_free(Model *model) {
    if (model->heap_count > 0)
        free_block(model, draw_heap_block(model));
}

/* ---- Resizing ---- */

static uint64_t draw_new_size(Model *model, uint64_t size) {
    uint64_t drawn = draw_heap_size(model);
    switch (below(model, 4)) {
    case 0: drawn = size > 0 ? below(model, size) : 0; break;
    case 1: drawn = size + below(model, 200); break;
    case 2: drawn = size * 2; break;
    default: break;
    }
    return drawn > 0 ? drawn : 1;
}

/* False: it failed. */
static bool resize_block(Model *model, HeapBlock *block, uint64_t size) {
    expect_block_intact(model, block);
    unsigned char *got = block->plain ? samrena_allocator(model->arena, block->bytes, (size_t)block->size, (size_t)size)
                                      : samrena_realloc(model->arena, block->bytes, size);
    if (!got) {
        expect(model, size > block->size, "making a block smaller failed: %s", samrena_last_error_message());
        expect_heap_failure(model, size);
        expect_block_intact(model, block);
        return false;
    }
    expect_success(model);
    expect_filled(model, got, size < block->size ? size : block->size, block->id);
    take_over(model, block, got, size);
    learn_place(model, size + MOST_STATE + MOST_RUN);
    learn_high_water(model); /* one that got smaller may have failed to move */
    expect_capacity_grew_with_reason(model);
    return true;
}

void do_heap_resize(Model *model) {
    if (model->heap_count == 0)
        return;
    HeapBlock *block = &model->heap[draw_heap_block(model)];
    resize_block(model, block, draw_new_size(model, block->size));
}

/* ---- Reuse ---- */

enum { LARGEST_DOUBLED = 200 };

/* A block of that size, and where both are small, another size for it. */
static bool come(Model *model, uint64_t size, bool plain) {
    begin(model);
    HeapBlock *block = plain ? make_plain(model, size) : make(model, size);
    if (!block || size > LARGEST_DOUBLED)
        return block;
    begin(model);
    return resize_block(model, block, size * 2);
}

/* Blocks of one size that come and go: what sufficed for them once does so again. */
void do_heap_churn(Model *model) {
    enum { MOST_BLOCKS = 20, ROUNDS = 6 };
    uint64_t drawn = draw_heap_size(model), size = drawn + 1, count = 1 + below(model, MOST_BLOCKS), most = 0;
    bool plain = one_in(model, 2);
    if (model->red_zone || drawn >= 20 * KIB || model->heap_count + count > MOST_HEAP_BLOCKS)
        return;
    size_t first = model->heap_count;
    for (int round = 0; round < ROUNDS; round++) {
        for (uint64_t i = 0; i < count; i++)
            if (!come(model, size, plain))
                return;
        if (round == 0)
            most = model->now.allocated;
        expect(model, model->now.allocated <= most, "%" PRIu64 " allocated in round %d, %" PRIu64 " in the first",
               model->now.allocated, round, most);
        while (model->heap_count > first) {
            begin(model);
            free_block(model, (size_t)(first + below(model, model->heap_count - first)));
        }
    }
}

/* ---- What is refused ---- */

static void expect_invalid(Model *model) {
    expect_refused(model, samrena_last_error());
    expect(model, samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER, "error %d", (int)samrena_last_error());
}

/* Freed, or resized. */
static void do_with_wrong_block(Model *model, void *block) {
    if (one_in(model, 2))
        samrena_free(model->arena, block);
    else
        expect(model, samrena_realloc(model->arena, block, 1 + below(model, 2000)) == NULL,
               "a wrong block was resized");
    expect_invalid(model);
}

static void free_twice(Model *model, size_t index) {
    HeapBlock freed = free_block(model, index);
    if (model->guarded && !samrena_contains(model->arena, freed.bytes - 1))
        return; /* which is a fault */
    begin(model);
    do_with_wrong_block(model, freed.bytes);
}

void do_heap_wrong(Model *model) {
    static _Alignas(16) uint64_t nobodys[8];
    size_t index = model->heap_count > 0 ? draw_heap_block(model) : 0;
    bool any = model->heap_count > 0;
    switch (below(model, 5)) {
    case 0: do_with_wrong_block(model, &nobodys[4]); break;
    case 1: do_with_wrong_block(model, model->foreign_heap); break;
    case 2:
        expect(model, samrena_calloc(model->arena, UINT64_MAX / 2, 3 + below(model, 9)) == NULL,
               "more than 2^64 bytes");
        expect_invalid(model);
        break;
    case 3:
        if (any && model->heap[index].plain) {
            void *got = samrena_allocator(model->arena, model->heap[index].bytes, 0, 1 + (size_t)below(model, 2000));
            expect(model, got == NULL, "a block was resized without its size");
            expect_invalid(model);
        }
        break;
    default:
        if (any && !model->heap[index].plain)
            free_twice(model, index);
        break;
    }
}
