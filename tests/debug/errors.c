// SPDX-License-Identifier: MIT
// One error a case, with the legal access next to it.
#include <string.h>

#include "debug.h"
#include "pages.h"

#define TEXT "twelve chars"

static void *pushed(void *block) {
    check(block);
    return block;
}

/* Something on both sides of a block under test. */
static void neighbour(const Place *place) {
    memset(pushed(samrena_push(place->arena, 40)), 1, 40);
}

static uint64_t regions(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    check(samrena_get_info(arena, &info) == SAMRENA_OK);
    return info.regions;
}

static unsigned char *end_of(unsigned char *block, uint64_t size, bool wrong) {
    return block + size - (wrong ? 0 : 1);
}

static unsigned char *start_of(unsigned char *block, bool wrong) {
    return wrong ? block - 1 : block;
}

/* ---- Beyond a block, and before it ---- */

static unsigned char *overrun(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push(place->arena, size)), size, wrong);
}

static unsigned char *overrun_between(Place *place, uint64_t size, bool wrong) {
    neighbour(place);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    neighbour(place);
    return end_of(block, size, wrong);
}

/* Memory that was an unwatched arena's before is watched all the same. */
static unsigned char *overrun_after_unwatched(Place *place, uint64_t size, bool wrong) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    check(samrena_get_info(place->arena, &info) == SAMRENA_OK);
    SamrenaConfig config = samrena_default_config();
    config.adapter = info.adapter;
    config.debug = SAMRENA_DEBUG_NEVER;
    samrena_destroy(pushed(samrena_create(&config)));
    samrena_destroy(place->arena);
    config.debug = SAMRENA_DEBUG_AUTO;
    place->arena = pushed(samrena_create(&config));
    return overrun(place, size, wrong);
}

static unsigned char *underrun(Place *place, uint64_t size, bool wrong) {
    return start_of(pushed(samrena_push(place->arena, size)), wrong);
}

static unsigned char *underrun_between(Place *place, uint64_t size, bool wrong) {
    neighbour(place);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    neighbour(place);
    return start_of(block, wrong);
}

/* The last block, too large for the region that the arena began with. */
static unsigned char *later_block(Place *place, uint64_t size) {
    neighbour(place);
    uint64_t before = regions(place->arena);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(place->source == VIRTUAL || regions(place->arena) > before);
    return block;
}

static unsigned char *overrun_later(Place *place, uint64_t size, bool wrong) {
    return end_of(later_block(place, size), size, wrong);
}

static unsigned char *underrun_later(Place *place, uint64_t size, bool wrong) {
    return start_of(later_block(place, size), wrong);
}

/* Behind the block lies the red zone alone; then the region ends. */
static unsigned char *overrun_full_region(Place *place, uint64_t keep, bool wrong) {
    uint64_t before = regions(place->arena);
    uint64_t size = samrena_capacity(place->arena) - samrena_allocated(place->arena) - keep;
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(regions(place->arena) == before);
    check(samrena_capacity(place->arena) - samrena_allocated(place->arena) == keep / 2);
    return end_of(block, size, wrong);
}

static unsigned char *overrun_aligned(Place *place, uint64_t alignment, bool wrong) {
    neighbour(place);
    unsigned char *block = pushed(samrena_push_aligned(place->arena, 21, alignment));
    check(is_aligned(block, alignment));
    return end_of(block, 21, wrong);
}

/* The block before ends anywhere in its eight bytes. */
static unsigned char *underrun_aligned(Place *place, uint64_t alignment, bool wrong) {
    (void)pushed(samrena_push_aligned(place->arena, 3, 1));
    unsigned char *block = pushed(samrena_push_aligned(place->arena, 21, alignment));
    check(is_aligned(block, alignment));
    return start_of(block, wrong);
}

static unsigned char *second_overrun_aligned(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push_aligned(place->arena, size, 1));
    (void)pushed(samrena_push_aligned(place->arena, size, 1));
    return end_of(block, size, wrong);
}

/* ---- Of every other push ---- */

static unsigned char *overrun_string(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push_string(place->arena, size == 1 ? "" : TEXT));
    return end_of(block, size, wrong);
}

static unsigned char *overrun_substring(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push_substring(place->arena, TEXT, size - 1)), size, wrong);
}

static unsigned char *overrun_format(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push_format(place->arena, "%*s", (int)size - 1, "x")), size, wrong);
}

static unsigned char *overrun_zero(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push_zero(place->arena, size)), size, wrong);
}

static unsigned char *overrun_array_zero(Place *place, uint64_t count, bool wrong) {
    return end_of(pushed(samrena_push_array_zero(place->arena, count, 3, 4)), 3 * count, wrong);
}

static unsigned char *overrun_array(Place *place, uint64_t count, bool wrong) {
    unsigned char *block = pushed(SAMRENA_PUSH_ARRAY(place->arena, uint16_t, count));
    return end_of(block, count * sizeof(uint16_t), wrong);
}

static unsigned char *overrun_copy(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push_copy(place->arena, TEXT, size)), size, wrong);
}

static unsigned char *overrun_with_reserve(Place *place, uint64_t size, bool wrong) {
    return end_of(pushed(samrena_push_with_reserve(place->arena, size)), size, wrong);
}

static unsigned char *empty(Place *place, uint64_t alignment, bool wrong) {
    neighbour(place);
    return pushed(samrena_push_aligned(place->arena, wrong ? 0 : 1, alignment));
}

static unsigned char *empty_copy(Place *place, uint64_t size, bool wrong) {
    return pushed(samrena_push_copy(place->arena, TEXT, wrong ? size : size + 1));
}

static unsigned char *overrun_before_mark(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(samrena_mark(place->arena).serial != 0);
    return end_of(block, size, wrong);
}

static unsigned char *underrun_behind_mark(Place *place, uint64_t size, bool wrong) {
    check(samrena_mark(place->arena).serial != 0);
    return start_of(pushed(samrena_push(place->arena, size)), wrong);
}

static void released(void *argument) {
    (void)argument;
}

static unsigned char *overrun_before_release_function(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(samrena_on_release(place->arena, released, NULL) == SAMRENA_OK);
    return end_of(block, size, wrong);
}

/* ---- After it was taken back ---- */

static unsigned char *rewound(Place *place, uint64_t size, bool wrong) {
    unsigned char *kept = pushed(samrena_push(place->arena, size));
    SamrenaMark mark = samrena_mark(place->arena);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    neighbour(place);
    check(samrena_rewind(place->arena, mark) == SAMRENA_OK);
    return wrong ? block : kept;
}

/* The rewind ends several regions further back. */
static unsigned char *rewound_regions(Place *place, uint64_t size, bool wrong) {
    unsigned char *kept = pushed(samrena_push(place->arena, 100));
    SamrenaMark mark = samrena_mark(place->arena);
    unsigned char *block = later_block(place, size);
    (void)later_block(place, 4 * size);
    check(samrena_rewind(place->arena, mark) == SAMRENA_OK);
    return wrong ? block + size - 1 : kept;
}

static unsigned char *rewound_and_dropped(Place *place, uint64_t size, bool wrong) {
    unsigned char *kept = pushed(samrena_push(place->arena, size));
    SamrenaMark mark = samrena_mark(place->arena);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(samrena_rewind_and_drop(place->arena, mark) == SAMRENA_OK);
    return wrong ? block : kept;
}

/* Its last bytes end in the middle of eight. */
static unsigned char *rewound_end(Place *place, uint64_t size, bool wrong) {
    unsigned char *kept = pushed(samrena_push(place->arena, size));
    SamrenaMark mark = samrena_mark(place->arena);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(samrena_rewind_and_drop(place->arena, mark) == SAMRENA_OK);
    return wrong ? block + size - 1 : kept + size - 1;
}

static unsigned char *scope_left(Place *place, uint64_t size, bool wrong) {
    unsigned char *kept = pushed(samrena_push(place->arena, size));
    unsigned char *block;
    {
        SAMRENA_SCOPE(place->arena);
        block = pushed(samrena_push(place->arena, size));
    }
    return wrong ? block : kept;
}

static unsigned char *was_reset(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    neighbour(place);
    check(samrena_reset(place->arena) == SAMRENA_OK);
    return wrong ? block : pushed(samrena_push(place->arena, size));
}

static unsigned char *was_reset_later(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = later_block(place, size);
    check(samrena_reset(place->arena) == SAMRENA_OK);
    return wrong ? block + size - 1 : pushed(samrena_push(place->arena, size));
}

/* What was used once is watched as well as it was the first time. */
static unsigned char *overrun_reused(Place *place, uint64_t size, bool wrong) {
    memset(pushed(samrena_push(place->arena, 20 * size)), 1, (size_t)(20 * size));
    check(samrena_reset(place->arena) == SAMRENA_OK);
    return end_of(pushed(samrena_push(place->arena, size)), size, wrong);
}

static unsigned char *destroyed(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    if (wrong) {
        samrena_destroy(place->arena);
        place->arena = NULL;
    }
    return block;
}

/* The handle itself; in storage of the caller's own it stays, and refuses. */
static unsigned char *handle_after_destroy(Place *place, uint64_t size, bool wrong) {
    unsigned char *handle = (unsigned char *)place->arena;
    if (wrong) {
        samrena_destroy(place->arena);
        place->arena = NULL;
    }
    return handle + size;
}

/* ---- Resized ---- */

static unsigned char *shrunk(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 100));
    check(samrena_resize(place->arena, block, 100, size) == block);
    return end_of(block, size, wrong);
}

static unsigned char *shrunk_between(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 100));
    neighbour(place);
    check(samrena_resize(place->arena, block, 100, size) == block);
    return end_of(block, size, wrong);
}

static unsigned char *shrunk_to_nothing(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    check(samrena_resize(place->arena, block, size, wrong ? 0 : 1) == block);
    return block;
}

static unsigned char *grown(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 10));
    check(samrena_resize(place->arena, block, 10, size) == block);
    return end_of(block, size, wrong);
}

/* Where the region can grow, the block stays; where not, it moves to a new one. */
static unsigned char *grown_beyond_region(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 10));
    unsigned char *larger = pushed(samrena_resize(place->arena, block, 10, size));
    check((place->source == VIRTUAL) == (larger == block));
    return end_of(larger, size, wrong);
}

static unsigned char *moved(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    neighbour(place);
    unsigned char *copy = pushed(samrena_resize(place->arena, block, size, 2 * size));
    check(copy != block);
    return wrong ? block : copy;
}

static unsigned char *overrun_moved(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 10));
    neighbour(place);
    return end_of(pushed(samrena_resize(place->arena, block, 10, size)), size, wrong);
}

/* ---- Held by the arena, but not handed out ---- */

static unsigned char *reserved(Place *place, uint64_t size, bool wrong) {
    check(samrena_reserve(place->arena, size) == SAMRENA_OK);
    unsigned char *block = pushed(samrena_push(place->arena, 8));
    return wrong ? block + 1000 : block;
}

/* Prefaulting may be done by touching: what it touches is out of bounds again afterwards. */
static unsigned char *prefaulted(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, 13));
    check(samrena_reserve(place->arena, size) == SAMRENA_OK);
    return end_of(block, 13, wrong);
}

/* Prefaulted once more from a byte on at which nothing is aligned; `size` is that byte's offset in the region. */
static unsigned char *prefaulted_twice(Place *place, uint64_t size, bool wrong) {
    check(samrena_reserve(place->arena, size) == SAMRENA_OK);
    unsigned char *block = pushed(samrena_push(place->arena, 70000));
    check(samrena_reserve_more(place->arena, 60000) == SAMRENA_OK);
    return wrong ? block - 16 + size - 1 : block;
}

/* Most of the space is one block; then it is given back to the system, or to the heap. */
static unsigned char *trimmed(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = later_block(place, size);
    check(samrena_reset(place->arena) == SAMRENA_OK);
    samrena_trim(place->arena, 0);
    return wrong ? block + size - 1 : pushed(samrena_push(place->arena, size));
}

/* The page behind the block, which ends where a page of the system's does, can be given back. Its red zone cannot. */
static unsigned char *overrun_trimmed(Place *place, uint64_t size, bool wrong) {
    uintptr_t page = size_of_page();
    unsigned char *block = pushed(samrena_push(place->arena, size));
    size += (0 - ((uintptr_t)block + size)) & (page - 1);
    check(samrena_resize(place->arena, block, 1, size) == block);
    samrena_trim(place->arena, 0);
    return end_of(block, size, wrong);
}

/* ---- Blocks of a heap ---- */

static unsigned char *heap_overrun(Place *place, uint64_t size, bool wrong) {
    (void)pushed(samrena_malloc(place->arena, 24));
    unsigned char *block = pushed(samrena_malloc(place->arena, size));
    (void)pushed(samrena_malloc(place->arena, 24));
    check(samrena_block_size(block) == size);
    return end_of(block, size, wrong);
}

static unsigned char *heap_underrun(Place *place, uint64_t size, bool wrong) {
    (void)pushed(samrena_malloc(place->arena, 24));
    return start_of(pushed(samrena_calloc(place->arena, 1, size)), wrong);
}

static unsigned char *heap_freed(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_malloc(place->arena, size)),
                  *other = pushed(samrena_malloc(place->arena, 24));
    samrena_free(place->arena, wrong ? block : other);
    samrena_free(place->arena, wrong ? block : other);
    check(samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER);
    (void)pushed(samrena_malloc(place->arena, size));
    return block + size / 2;
}

static unsigned char *heap_shrunk(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_malloc(place->arena, size + 5));
    check(samrena_realloc(place->arena, block, size) == block && samrena_block_size(block) == size);
    return end_of(block, size, wrong);
}

static unsigned char *heap_moved(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_malloc(place->arena, size));
    unsigned char *moved = pushed(samrena_realloc(place->arena, block, 3 * size));
    return wrong ? block : moved;
}

static unsigned char *allocator_overrun(Place *place, uint64_t size, bool wrong) {
    (void)pushed(samrena_allocator(place->arena, NULL, 0, 24));
    unsigned char *block = pushed(samrena_allocator(place->arena, NULL, 0, (size_t)size));
    (void)pushed(samrena_allocator(place->arena, NULL, 0, 24));
    return end_of(block, size, wrong);
}

static unsigned char *allocator_freed(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_allocator(place->arena, NULL, 0, (size_t)size));
    unsigned char *other = pushed(samrena_allocator(place->arena, NULL, 0, (size_t)size));
    check(!samrena_allocator(place->arena, wrong ? block : other, (size_t)size, 0));
    return block + size / 2;
}

static unsigned char *heap_unset(Place *place, uint64_t size, bool wrong) {
    return pushed(wrong ? samrena_malloc(place->arena, size) : samrena_calloc(place->arena, size, 1));
}

/* ---- Of an arena that came into another one ---- */

static unsigned char *spliced(Place *place, uint64_t size, bool wrong) {
    Samrena *from = pushed(samrena_create(NULL));
    unsigned char *block = pushed(samrena_push(from, size));
    check(samrena_splice(place->arena, from) == SAMRENA_OK);
    return end_of(block, size, wrong);
}

static unsigned char *spliced_after_reset(Place *place, uint64_t size, bool wrong) {
    Samrena *from = pushed(samrena_create(NULL));
    unsigned char *block = pushed(samrena_push(from, size));
    check(samrena_splice(place->arena, from) == SAMRENA_OK);
    if (wrong)
        check(samrena_reset(place->arena) == SAMRENA_OK);
    return block;
}

/* ---- The caller's own storage ---- */

enum { RED_ZONE = 16 };

/* The arena's memory in there begins with a red zone. */
static unsigned char *storage_start(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push(place->arena, size));
    return wrong ? block - RED_ZONE : place->storage - 1;
}

static unsigned char *storage_end(Place *place, uint64_t size, bool wrong) {
    uint64_t usable = samrena_capacity(place->arena);
    unsigned char *block = pushed(samrena_push(place->arena, size));
    unsigned char *last = block - RED_ZONE + usable - 1;
    check(last < place->storage + place->storage_size && last >= place->storage + place->storage_size / 2);
    return wrong ? last : place->storage + place->storage_size;
}

/* An arena in a block of another one's, which has it back in the end. */
static unsigned char *nested(Place *place, uint64_t size, bool wrong) {
    unsigned char *storage = pushed(samrena_push(place->arena, size));
    Samrena *inner = pushed(samrena_create_in(storage, size, NULL));
    (void)pushed(samrena_push(inner, 8));
    if (!wrong)
        samrena_destroy(inner);
    return storage + size / 2;
}

/* ---- Handed out, but never written ---- */

static unsigned char *unset(Place *place, uint64_t size, bool wrong) {
    return pushed(wrong ? samrena_push(place->arena, size) : samrena_push_zero(place->arena, size));
}

static unsigned char *unset_again(Place *place, uint64_t size, bool wrong) {
    SamrenaMark mark = samrena_mark(place->arena);
    (void)pushed(samrena_push_zero(place->arena, size));
    check(samrena_rewind(place->arena, mark) == SAMRENA_OK);
    return unset(place, size, wrong);
}

static unsigned char *unset_after_reset(Place *place, uint64_t size, bool wrong) {
    (void)pushed(samrena_push_zero(place->arena, size));
    check(samrena_reset(place->arena) == SAMRENA_OK);
    return unset(place, size, wrong);
}

static unsigned char *unset_prefaulted(Place *place, uint64_t size, bool wrong) {
    check(samrena_reserve(place->arena, 256 * KIB) == SAMRENA_OK);
    return unset(place, size, wrong);
}

static unsigned char *unset_tail(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push_zero(place->arena, 8));
    check(samrena_resize(place->arena, block, 8, size) == block);
    return wrong ? block + 8 : block + 7;
}

static unsigned char *unset_tail_moved(Place *place, uint64_t size, bool wrong) {
    unsigned char *block = pushed(samrena_push_zero(place->arena, 8));
    neighbour(place);
    block = pushed(samrena_resize(place->arena, block, 8, size));
    return wrong ? block + 8 : block + 7;
}

/* ---- All of them ---- */

#define EVERYWHERE(outcome)                                                                                            \
    { outcome, outcome, outcome }

const Case cases[] = {
    {"overrun of 1 byte", overrun, 1, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 5 bytes", overrun, 5, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 8 bytes", overrun, 8, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 13 bytes", overrun, 13, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 16 bytes", overrun, 16, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 24 bytes", overrun, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 4096 bytes", overrun, 4096, WRITE, EVERYWHERE(POISONED)},
    {"reading past 1 byte", overrun, 1, READ, EVERYWHERE(POISONED)},
    {"reading past 13 bytes", overrun, 13, READ, EVERYWHERE(POISONED)},
    {"reading past 24 bytes", overrun, 24, READ, EVERYWHERE(POISONED)},
    {"overrun between blocks", overrun_between, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun by an odd size between blocks", overrun_between, 13, WRITE, EVERYWHERE(POISONED)},
    {"overrun of the first block of a later region", overrun_later, 200 * KIB + 1, WRITE, EVERYWHERE(POISONED)},
    {"overrun at the end of a region", overrun_full_region, 32, WRITE, EVERYWHERE(POISONED)},
    {"underrun of a region's first block", underrun, 24, WRITE, EVERYWHERE(POISONED)},
    {"reading before a region's first block", underrun, 1, READ, EVERYWHERE(POISONED)},
    {"underrun between blocks", underrun_between, 24, WRITE, EVERYWHERE(POISONED)},
    {"underrun of the first block of a later region", underrun_later, 200 * KIB, WRITE, EVERYWHERE(POISONED)},
    {"overrun aligned to 1", overrun_aligned, 1, WRITE, EVERYWHERE(POISONED)},
    {"overrun aligned to 64", overrun_aligned, 64, WRITE, EVERYWHERE(POISONED)},
    {"overrun aligned to 4096", overrun_aligned, 4096, WRITE, EVERYWHERE(POISONED)},
    {"underrun aligned to 1", underrun_aligned, 1, WRITE, EVERYWHERE(POISONED)},
    {"underrun aligned to 64", underrun_aligned, 64, WRITE, EVERYWHERE(POISONED)},
    {"underrun aligned to 4096", underrun_aligned, 4096, WRITE, EVERYWHERE(POISONED)},
    {"overrun of 1 byte side by side", second_overrun_aligned, 1, WRITE, EVERYWHERE(POISONED)},

    {"overrun after an unwatched arena", overrun_after_unwatched, 10, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a string", overrun_string, sizeof(TEXT), WRITE, EVERYWHERE(POISONED)},
    {"reading past an empty string", overrun_string, 1, READ, EVERYWHERE(POISONED)},
    {"overrun of a substring", overrun_substring, 7, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a formatted string", overrun_format, 20, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a long formatted string", overrun_format, 2000, WRITE, EVERYWHERE(POISONED)},
    {"overrun of push_zero", overrun_zero, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun of push_array_zero", overrun_array_zero, 7, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a typed array", overrun_array, 9, WRITE, EVERYWHERE(POISONED)},
    {"overrun of push_copy", overrun_copy, 11, WRITE, EVERYWHERE(POISONED)},
    {"overrun of push_with_reserve", overrun_with_reserve, 24, WRITE, EVERYWHERE(POISONED)},
    {"block of 0 bytes", empty, 16, WRITE, EVERYWHERE(POISONED)},
    {"reading 0 bytes aligned to 1", empty, 1, READ, EVERYWHERE(POISONED)},
    {"copy of 0 bytes", empty_copy, 0, READ, EVERYWHERE(POISONED)},
    {"overrun into a mark", overrun_before_mark, 24, WRITE, EVERYWHERE(POISONED)},
    {"underrun into a mark", underrun_behind_mark, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun into a release function", overrun_before_release_function, 16, WRITE, EVERYWHERE(POISONED)},

    {"write after rewind", rewound, 24, WRITE, EVERYWHERE(POISONED)},
    {"read after rewind", rewound, 13, READ, EVERYWHERE(POISONED)},
    {"write after rewind by two regions", rewound_regions, 200 * KIB, WRITE, EVERYWHERE(POISONED)},
    {"write after rewind_and_drop", rewound_and_dropped, 24, WRITE, EVERYWHERE(POISONED)},
    {"read at the end after rewind_and_drop", rewound_end, 13, READ, EVERYWHERE(POISONED)},
    {"write after a scope", scope_left, 24, WRITE, EVERYWHERE(POISONED)},
    {"write after reset", was_reset, 24, WRITE, EVERYWHERE(POISONED)},
    {"read after reset", was_reset, 1, READ, EVERYWHERE(POISONED)},
    {"write to a later region after reset", was_reset_later, 200 * KIB, WRITE, EVERYWHERE(POISONED)},
    {"overrun of reused memory", overrun_reused, 21, WRITE, EVERYWHERE(POISONED)},
    {"write after destroy", destroyed, 24, WRITE, {FREED, UNMAPPED, LEGAL}},
    {"read after destroy", destroyed, 24, READ, {FREED, UNMAPPED, LEGAL}},
    {"push after destroy", handle_after_destroy, 0, READ, {FREED, FREED, LEGAL}},

    {"tail given back", shrunk, 24, WRITE, EVERYWHERE(POISONED)},
    {"reading a tail given back", shrunk, 13, READ, EVERYWHERE(POISONED)},
    {"tail cut off between blocks", shrunk_between, 21, WRITE, EVERYWHERE(POISONED)},
    {"resized to nothing", shrunk_to_nothing, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a grown block", grown, 21, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a block grown beyond its region", grown_beyond_region, 200 * KIB + 5, WRITE, EVERYWHERE(POISONED)},
    {"write to what was moved", moved, 24, WRITE, EVERYWHERE(POISONED)},
    {"reading what was moved", moved, 13, READ, EVERYWHERE(POISONED)},
    {"overrun of what was moved", overrun_moved, 21, WRITE, EVERYWHERE(POISONED)},

    {"write to reserved memory", reserved, 48 * KIB, WRITE, EVERYWHERE(POISONED)},
    {"read of reserved memory", reserved, 256 * KIB, READ, EVERYWHERE(POISONED)},
    {"overrun into prefaulted memory", prefaulted, 256 * KIB, WRITE, EVERYWHERE(POISONED)},
    {"write to memory prefaulted in steps", prefaulted_twice, 100001, WRITE, EVERYWHERE(POISONED)},
    {"write after trim", trimmed, 200 * KIB, WRITE, {FREED, UNMAPPED, FREED}},
    {"overrun at a trimmed page", overrun_trimmed, 1, WRITE, EVERYWHERE(POISONED)},

    {"overrun of a heap's block", heap_overrun, 24, WRITE, EVERYWHERE(POISONED)},
    {"overrun of a heap's block of an odd size", heap_overrun, 13, WRITE, EVERYWHERE(POISONED)},
    {"reading past a heap's large block", heap_overrun, 5001, READ, EVERYWHERE(POISONED)},
    {"underrun of a heap's block", heap_underrun, 24, WRITE, EVERYWHERE(POISONED)},
    {"reading before a heap's large block", heap_underrun, 5000, READ, EVERYWHERE(POISONED)},
    {"write to what was freed", heap_freed, 24, WRITE, EVERYWHERE(POISONED)},
    {"reading what was freed", heap_freed, 5000, READ, EVERYWHERE(POISONED)},
    {"tail of a heap's block", heap_shrunk, 20, WRITE, EVERYWHERE(POISONED)},
    {"reading what realloc moved", heap_moved, 600, READ, EVERYWHERE(POISONED)},
    {"overrun of a plain block", allocator_overrun, 20, WRITE, EVERYWHERE(POISONED)},
    {"reading past a large plain block", allocator_overrun, 2000, READ, EVERYWHERE(POISONED)},
    {"write to a plain block that was freed", allocator_freed, 24, WRITE, EVERYWHERE(POISONED)},
    {"a heap's block, not set", heap_unset, 24, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"overrun of what was spliced", spliced, 21, WRITE, EVERYWHERE(POISONED)},
    {"write to what was spliced after reset", spliced_after_reset, 24, WRITE, EVERYWHERE(FREED)},

    {"start of the memory in the caller's storage", storage_start, 24, WRITE, {ABSENT, ABSENT, POISONED}},
    {"end of the memory in the caller's storage", storage_end, 24, WRITE, {ABSENT, ABSENT, POISONED}},
    {"block of an arena within", nested, 4096, WRITE, EVERYWHERE(POISONED)},

    {"pushed, not set", unset, 24, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"pushed after rewind, not set", unset_again, 24, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"pushed after reset, not set", unset_after_reset, 13, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"prefaulted, not set", unset_prefaulted, 5000, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"grown, not set", unset_tail, 24, BRANCH, EVERYWHERE(UNINITIALISED)},
    {"grown and moved, not set", unset_tail_moved, 24, BRANCH, EVERYWHERE(UNINITIALISED)},
};

const size_t case_count = COUNT_OF(cases);
