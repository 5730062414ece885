// SPDX-License-Identifier: MIT
// A long sequence of calls at random, with the contents of every block checked: an arena that is watched does the same
// as any other, and a correct program is not reported.
#include <string.h>

#include "debug.h"

__attribute__((weak)) int __asan_address_is_poisoned(const volatile void *at);

enum { MOST_BLOCKS = 400, MOST_MARKS = 40 };

typedef struct Block {
    unsigned char *at;
    uint64_t size;
    unsigned char fill;
} Block;

/* Blocks and marks in the order in which they would be taken back. */
typedef struct Model {
    Place place;
    Block blocks[MOST_BLOCKS];
    int block_count;
    struct {
        SamrenaMark mark;
        int block_count;
    } marks[MOST_MARKS];
    int mark_count;
    uint64_t seed;
    unsigned char next_fill;
} Model;

static uint64_t below(Model *model, uint64_t bound) {
    model->seed ^= model->seed << 13;
    model->seed ^= model->seed >> 7;
    model->seed ^= model->seed << 17;
    return model->seed % bound;
}

/* Mostly small. */
static uint64_t some_size(Model *model) {
    return below(model, 50) == 0 ? below(model, 50000) : below(model, 200);
}

static bool holds(const unsigned char *at, uint64_t size, int byte) {
    for (uint64_t i = 0; i < size; i++)
        if (at[i] != byte)
            return false;
    return true;
}

static void fill(Model *model, Block *block) {
    block->fill = ++model->next_fill;
    if (block->size > 0)
        memset(block->at, block->fill, (size_t)block->size);
}

static void note(Model *model, void *at, uint64_t size, uint64_t alignment) {
    check(at && is_aligned(at, alignment));
    check(size == 0 || (samrena_contains(model->place.arena, at) &&
                        samrena_contains(model->place.arena, (unsigned char *)at + size - 1)));
    Block *block = &model->blocks[model->block_count++];
    *block = (Block){at, size, 0};
    fill(model, block);
}

/* What is next to a block must not be touched; AddressSanitizer can be asked. */
static void check_surroundings(const Block *block) {
    if (__asan_address_is_poisoned) {
        check(__asan_address_is_poisoned(block->at - 1));
        check(__asan_address_is_poisoned(block->at + block->size));
    }
}

static void check_blocks(const Model *model) {
    for (int i = 0; i < model->block_count; i++) {
        check(holds(model->blocks[i].at, model->blocks[i].size, model->blocks[i].fill));
        check_surroundings(&model->blocks[i]);
    }
}

/* ---- Steps ---- */

static void push_some(Model *model) {
    Samrena *arena = model->place.arena;
    static const unsigned char source[200];
    uint64_t size = some_size(model);
    uint64_t alignment = UINT64_C(1) << below(model, 13);
    uint64_t shorter = size % sizeof(source);
    unsigned char *block;
    switch (below(model, 6)) {
    case 0: note(model, samrena_push_aligned(arena, size, alignment), size, alignment); break;
    case 1:
        block = samrena_push_zero(arena, size);
        check(block && holds(block, size, 0));
        note(model, block, size, SAMRENA_DEFAULT_ALIGNMENT);
        break;
    case 2: note(model, samrena_push_copy(arena, source, shorter), shorter, SAMRENA_DEFAULT_ALIGNMENT); break;
    case 3: note(model, samrena_push_format(arena, "%*s", (int)shorter, ""), shorter + 1, 1); break;
    default: note(model, samrena_push(arena, size), size, SAMRENA_DEFAULT_ALIGNMENT); break;
    }
}

/* A block that moves is as new as one that was pushed now, and so is one that had no bytes. */
static void resize_some(Model *model) {
    if (model->block_count == 0)
        return;
    int last = model->block_count - 1;
    int chosen = below(model, 2) == 0 ? last : (int)below(model, (uint64_t)model->block_count);
    Block block = model->blocks[chosen];
    uint64_t size = some_size(model);
    uint64_t kept = size < block.size ? size : block.size;
    uint64_t alignment = below(model, 3) == 0 ? UINT64_C(1) << below(model, 8) : SAMRENA_DEFAULT_ALIGNMENT;
    unsigned char *at = samrena_resize_aligned(model->place.arena, block.at, block.size, size, alignment);
    check(at && holds(at, kept, block.fill));
    if (at == block.at && (block.size > 0 || size == 0)) {
        model->blocks[chosen].size = size;
        fill(model, &model->blocks[chosen]);
        return;
    }
    memmove(&model->blocks[chosen], &model->blocks[chosen + 1], (size_t)(last - chosen) * sizeof(Block));
    model->block_count--;
    for (int i = 0; i < model->mark_count; i++)
        model->marks[i].block_count -= model->marks[i].block_count > chosen;
    note(model, at, size, at == block.at ? 1 : alignment);
}

static void mark_some(Model *model) {
    if (model->mark_count == MOST_MARKS)
        return;
    SamrenaMark mark = samrena_mark(model->place.arena);
    check(mark.serial != 0);
    model->marks[model->mark_count].mark = mark;
    model->marks[model->mark_count++].block_count = model->block_count;
}

static void rewind_some(Model *model, bool drop) {
    if (model->mark_count == 0)
        return;
    check_blocks(model);
    int chosen = model->mark_count - 1 - (int)below(model, (uint64_t)(model->mark_count < 5 ? model->mark_count : 5));
    SamrenaMark mark = model->marks[chosen].mark;
    check((drop ? samrena_rewind_and_drop : samrena_rewind)(model->place.arena, mark) == SAMRENA_OK);
    model->mark_count = chosen + (drop ? 0 : 1);
    model->block_count = model->marks[chosen].block_count;
}

static void reset(Model *model) {
    check_blocks(model);
    check(samrena_reset(model->place.arena) == SAMRENA_OK);
    check(samrena_allocated(model->place.arena) == 0);
    model->mark_count = 0;
    model->block_count = 0;
}

static void step(Model *model) {
    Samrena *arena = model->place.arena;
    if (model->block_count == MOST_BLOCKS)
        reset(model);
    uint64_t chosen = below(model, 1000);
    if (chosen < 700)
        push_some(model);
    else if (chosen < 850)
        resize_some(model);
    else if (chosen < 910)
        mark_some(model);
    else if (chosen < 940)
        rewind_some(model, false);
    else if (chosen < 970)
        rewind_some(model, true);
    else if (chosen < 980)
        check(samrena_reserve(arena, below(model, 400000)) == SAMRENA_OK);
    else if (chosen < 985)
        check(samrena_reserve_more(arena, below(model, 100000)) == SAMRENA_OK);
    else if (chosen < 996)
        samrena_trim(arena, below(model, 2) * below(model, 100000));
    else
        reset(model);
}

void sequence(Source source, int steps) {
    static Model model;
    model = (Model){.place = open_place(source), .seed = 0x5eed0000 + (uint64_t)source};
    for (int i = 0; i < steps; i++) {
        step(&model);
        if (i % 64 == 0)
            check_blocks(&model);
    }
    check_blocks(&model);
    samrena_destroy(model.place.arena);
}
