// SPDX-License-Identifier: MIT
// Resizing blocks: in place where they came last, else as a copy.
#include "support.h"
#include "test_adapters.h"

static void fill(unsigned char *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 7 + 1);
}

static void assert_filled(const unsigned char *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], (unsigned char)(i * 7 + 1));
}

static void test_the_last_block_grows_in_place(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 5);
    unsigned char *block = samrena_push(arena, 10);
    fill(block, 10);
    for (uint64_t size = 10; size < 1000; size += 33) {
        assert_ptr_equal(samrena_resize(arena, block, size, size + 33), block);
        assert_int_equal(samrena_allocated(arena), 16 + (size + 33 + 7) / 8 * 8);
        assert_filled(block, 10);
    }
    samrena_destroy(arena);
}

static void test_shrinking_the_last_gives_the_bytes_back(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 1000);
    fill(block, 1000);
    assert_ptr_equal(samrena_resize(arena, block, 1000, 100), block);
    assert_int_equal(samrena_allocated(arena), 104);
    assert_int_equal(info_of(arena).high_water, 1000);
    assert_filled(block, 100);
    unsigned char *zeros = samrena_push_zero(arena, 500); /* where the tail was */
    assert_ptr_equal(zeros, block + 112);
    for (int i = 0; i < 500; i++)
        assert_int_equal(zeros[i], 0);
    samrena_destroy(arena);

    arena = create_for(state);
    block = samrena_push(arena, 64);
    assert_ptr_equal(samrena_resize(arena, block, 64, 64), block);
    assert_ptr_equal(samrena_resize(arena, block, 64, 0), block);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_ptr_equal(samrena_push(arena, 1), block);
    samrena_destroy(arena);
}

static void test_other_blocks_are_copied(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    unsigned char *behind = samrena_push(arena, 100);
    memset(behind, 0xee, 100);
    unsigned char *larger = samrena_resize(arena, block, 100, 5000);
    assert_ptr_not_equal(larger, block);
    assert_true(is_aligned(larger, 16));
    assert_filled(larger, 100);
    memset(larger, 1, 5000);
    assert_filled(block, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(behind[i], 0xee);
    samrena_destroy(arena);
}

static void test_shrinking_others_moves_nothing(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    samrena_push(arena, 100);
    uint64_t allocated = samrena_allocated(arena);
    assert_ptr_equal(samrena_resize(arena, block, 100, 10), block);
    assert_int_equal(samrena_allocated(arena), allocated);
    assert_filled(block, 10);
    samrena_destroy(arena);
}

/* Past the end of a region: in place where that grows, else as a copy in the next one. */
static void test_growing_past_a_region(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 1000);
    fill(block, 1000);
    uint64_t size = 1000;
    for (; size < MIB; size *= 2) {
        unsigned char *larger = samrena_resize(arena, block, size, size * 2);
        assert_non_null(larger);
        assert_filled(larger, 1000);
        if (strcmp(*state, "virtual") == 0)
            assert_ptr_equal(larger, block);
        memset(larger + 1000, 3, (size_t)(size * 2 - 1000));
        block = larger;
    }
    if (strcmp(*state, "virtual") == 0)
        assert_int_equal(samrena_allocated(arena), size);
    assert_true(samrena_contains(arena, block + size - 1));
    samrena_destroy(arena);
}

static void test_null_is_a_push(void **state) {
    Samrena *arena = create_for(state);
    void *block = samrena_resize(arena, NULL, 0, 48);
    assert_non_null(block);
    assert_int_equal(samrena_allocated(arena), 48);
    assert_non_null(samrena_resize(arena, NULL, 0, 0));
    samrena_destroy(arena);
}

/* A block of no bytes can become one of some. */
static void test_growing_an_empty_block(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 0);
    assert_ptr_equal(samrena_resize(arena, block, 0, 100), block);
    fill(block, 100);
    samrena_push(arena, 1);
    assert_filled(samrena_resize(arena, block, 100, 200), 100);
    samrena_destroy(arena);
}

/* What a mark keeps must not be grown past it. */
static void test_a_block_before_a_mark_is_not_the_last(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 16);
    fill(block, 16);
    SamrenaMark mark = samrena_mark(arena);
    unsigned char *copy = samrena_resize(arena, block, 16, 32);
    assert_ptr_not_equal(copy, block);
    fill(copy, 32);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    memset(samrena_push(arena, 100), 0, 100);
    assert_filled(block, 16);
    samrena_destroy(arena);
}

static void assert_no_block(Samrena *arena, void *ptr, uint64_t size, uint64_t new_size) {
    uint64_t allocated = samrena_allocated(arena);
    assert_null(samrena_resize(arena, ptr, size, new_size));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("no block of this arena");
    assert_int_equal(samrena_allocated(arena), allocated);
}

static void test_what_is_no_block_is_refused(void **state) {
    unsigned char other[100];
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 104);
    assert_no_block(arena, other, 100, 200);
    assert_no_block(arena, other, 100, 10);
    assert_no_block(arena, NULL, 100, 200);
    assert_no_block(arena, block, 105, 200);
    assert_no_block(arena, block, UINT64_MAX, 200);
    assert_no_block(arena, block, UINT64_MAX, UINT64_MAX);
    assert_no_block(arena, block - 1, 105, 200);
    assert_no_block(arena, block + 50, 55, 1);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_no_block(arena, block, 100, 200);
    samrena_destroy(arena);
    assert_null(samrena_resize(NULL, other, 1, 2));
    assert_message_has("samrena_resize: the arena is NULL");
}

static void test_sizes_that_cannot_be_had(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    assert_null(samrena_resize(arena, block, 100, UINT64_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_null(samrena_resize(arena, block, 100, PTRDIFF_MAX));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 104);
    assert_filled(block, 100);
    assert_ptr_equal(samrena_resize(arena, block, 100, 200), block);
    samrena_destroy(arena);
}

/* Growing in place is charged what it adds; where only a copy would not fit, it still succeeds. */
static void test_the_limit_counts_what_is_added(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 1001;
    Samrena *arena = create_as(state, &config);
    unsigned char *block = samrena_push(arena, 600);
    assert_ptr_equal(samrena_resize(arena, block, 600, 1001), block);
    assert_null(samrena_resize(arena, block, 1001, 1002));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_allocated(arena), 1001);
    assert_ptr_equal(samrena_resize(arena, block, 1001, 10), block);
    assert_int_equal(samrena_allocated(arena), 16);
    assert_non_null(samrena_push_aligned(arena, 985, 1));
    assert_null(samrena_push_aligned(arena, 1, 1));
    samrena_destroy(arena);
}

static void test_growth_none_grows_into_what_is_reserved_alone(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create_as(state, &config);
    uint64_t capacity = samrena_capacity(arena);
    unsigned char *block = samrena_push(arena, 16);
    assert_ptr_equal(samrena_resize(arena, block, 16, capacity), block);
    assert_null(samrena_resize(arena, block, capacity, capacity + 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_capacity(arena), capacity);
    samrena_destroy(arena);
}

/* A region that cannot grow, or whose adapter fails: the block is copied, or left as it was. */
static void test_adapters_that_refuse(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    unsigned char *block = samrena_push(arena, 4000);
    fill(block, 4000);
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    unsigned char *copy = samrena_resize(arena, block, 4000, 8000);
    assert_ptr_not_equal(copy, block);
    assert_filled(copy, 4000);
    test_adapter.extend_error = SAMRENA_OK;
    fill(copy, 8000);
    assert_ptr_equal(samrena_resize(arena, copy, 8000, 100000), copy);
    assert_filled(copy, 8000);
    test_adapter.fail_at = test_adapter.calls + 1;
    test_adapter.fail_from_there = true;
    assert_null(samrena_resize(arena, copy, 100000, 1000000));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_filled(copy, 8000);
    samrena_destroy(arena);
}

/* ---- Alignment ---- */

/* What is copied or pushed is aligned as asked, in place or not. */
static void test_resizing_to_an_alignment(void **state) {
    Samrena *arena = create_for(state);
    for (uint64_t alignment = 1; alignment <= 16 * KIB; alignment *= 2) {
        unsigned char *block = samrena_resize_aligned(arena, NULL, 0, 100, alignment);
        assert_true(is_aligned(block, alignment));
        fill(block, 100);
        assert_ptr_equal(samrena_resize_aligned(arena, block, 100, 50, alignment), block);
        /* No more than it had: its region may end there. */
        assert_ptr_equal(samrena_resize_aligned(arena, block, 50, 100, alignment), block);
        assert_filled(block, 50);
        fill(block, 100);
        samrena_push_aligned(arena, 1, 1);
        unsigned char *copy = samrena_resize_aligned(arena, block, 100, 3000, alignment);
        assert_ptr_not_equal(copy, block);
        assert_true(is_aligned(copy, alignment));
        assert_filled(copy, 100);
    }
    samrena_destroy(arena);
}

/* A block that stands less well than it is to stand: in place where it can be, as any, and aligned once it is copied.
 */
static void test_resizing_what_stands_less_well(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_aligned(arena, 64, 64);
    samrena_push_aligned(arena, 16, 16);
    unsigned char *block = samrena_push_aligned(arena, 100, 16);
    assert_false(is_aligned(block, 64));
    fill(block, 100);
    assert_ptr_equal(samrena_resize_aligned(arena, block, 100, 200, 64), block);
    samrena_push(arena, 1);
    unsigned char *copy = samrena_resize_aligned(arena, block, 200, 300, 64);
    assert_true(is_aligned(copy, 64));
    assert_filled(copy, 100);
    samrena_destroy(arena);
}

static void test_alignments_that_are_none(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *block = samrena_push(arena, 100);
    static const uint64_t alignments[] = {0, 3, 24, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(alignments); i++) {
        assert_fails(samrena_resize_aligned(arena, block, 100, 200, alignments[i]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("power of two");
        assert_message_has("samrena_resize_aligned");
    }
    assert_int_equal(samrena_allocated(arena), 104);
    samrena_destroy(arena);
}

/* A text that grows stands as tight as it did. */
static void test_texts_grow_in_place(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_string(arena, "x");
    char *text = samrena_push_string(arena, "12");
    for (uint64_t size = 3; size < 500; size++) {
        assert_ptr_equal(samrena_resize_aligned(arena, text, size, size + 1, 1), text);
        assert_int_equal(samrena_allocated(arena), 2 + size + 1);
    }
    assert_string_equal(text, "12");
    samrena_destroy(arena);
}

/* ---- Sizes ---- */

/* Nothing to do, wherever the block is. */
static void test_the_same_size_changes_nothing(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *blocks[] = {samrena_push(arena, 100), samrena_push(arena, 0), samrena_push(arena, 5000),
                               samrena_push_aligned(arena, 7, 1)};
    const uint64_t sizes[] = {100, 0, 5000, 7};
    SamrenaInfo before = info_of(arena);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        assert_ptr_equal(samrena_resize_aligned(arena, blocks[i], sizes[i], sizes[i], 1), blocks[i]);
    SamrenaInfo after = info_of(arena);
    assert_memory_equal(&after, &before, sizeof(before));
    samrena_destroy(arena);
}

/* A block of no bytes is one, whatever becomes of the block before it. */
static void test_an_empty_block_is_a_block(void **state) {
    for (int how = 0; how < 6; how++) {
        Samrena *arena = create_for(state);
        unsigned char *first = samrena_push(arena, 64);
        fill(first, 64);
        unsigned char *empty = how == 1 ? samrena_push_aligned(arena, 0, 1) : samrena_push(arena, 0);
        uint64_t size = 64;
        if (how < 3)
            first = samrena_resize(arena, first, 64, size = how == 2 ? 0 : 16);
        if (how == 3)
            first = samrena_resize(arena, first, 64,
                                   size = 80); /* in place or as a copy: it is not known which came last */
        if (how == 4)
            samrena_push(arena, 48);
        assert_non_null(first);
        unsigned char *grown = samrena_resize(arena, empty, 0, 32);
        if (!grown)
            fail_msg("%d: %s", how, samrena_last_error_message());
        memset(grown, 0xee, 32);
        assert_filled(first, size < 64 ? size : 64);
        assert_ptr_equal(samrena_resize(arena, grown, 32, 0), grown);
        assert_non_null(samrena_resize(arena, grown, 0, 0));
        samrena_destroy(arena);
    }
}

/* ---- Costs, counted ---- */

/* A buffer that grows by bytes: by a fixed step no more regions and no more memory than geometric growth takes. */
static void test_a_growing_buffer_holds_little(void **state) {
    for (int growth = SAMRENA_GROWTH_GEOMETRIC; growth <= SAMRENA_GROWTH_FIXED; growth++) {
        SamrenaConfig config = config_of(state);
        config.growth = growth;
        Samrena *arena = create_as(state, &config);
        unsigned char *bytes = samrena_push(arena, 1);
        for (uint64_t size = 1; size < 200 * KIB; size++) {
            bytes = samrena_resize(arena, bytes, size, size + 1);
            bytes[size] = (unsigned char)size;
        }
        for (uint64_t i = 1; i < 200 * KIB; i++)
            assert_int_equal(bytes[i], (unsigned char)i);
        assert_true(info_of(arena).committed <= 6 * 200 * KIB); /* some three times */
        assert_true(info_of(arena).regions <= 60);
        samrena_destroy(arena);
    }
}

/* Two arrays doubled in turns: each leaves its old halves behind, and no more. */
static void test_two_arrays_doubled_in_turns(void **state) {
    Samrena *arena = create_for(state);
    void *one = NULL, *two = NULL;
    for (uint64_t size = 64; size <= 64 * KIB; size *= 2) {
        one = samrena_resize(arena, one, one ? size / 2 : 0, size);
        two = samrena_resize(arena, two, two ? size / 2 : 0, size);
        assert_true(one && two);
    }
    assert_true(info_of(arena).committed <= 6 * 128 * KIB);
    samrena_destroy(arena);
}

/* ---- Where the region in use is not the newest ---- */

/* The newest is a spare one: the last block cannot grow into it, and is copied there whole. */
static void test_a_block_in_storage_before_a_spare_region(void **state) {
    static unsigned char storage[4096];
    SamrenaConfig config = config_of(state);
    config.initial_size = 100 * KIB; /* a region of the adapter's beside the storage */
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    unsigned char *block = samrena_push(arena, 100);
    fill(block, 100);
    unsigned char *moved = samrena_resize(arena, block, 100, 3 * MIB);
    assert_ptr_not_equal(moved, block);
    assert_filled(moved, 100);
    memset(moved, 1, 3 * MIB);
    assert_filled(block, 100);
    assert_true(samrena_contains(arena, moved + 3 * MIB - 1));
    samrena_destroy(arena);
}

static void test_a_block_before_a_spare_region_that_could_grow(void **state) {
    (void)state;
    Samrena *arena = create_named("stacked");
    test_adapter.extend_error = SAMRENA_ERROR_UNSUPPORTED;
    samrena_push(arena, 4000);
    samrena_push(arena, 20000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    test_adapter.extend_error = SAMRENA_OK;
    unsigned char *block = samrena_push(arena, 1000);
    fill(block, 1000);
    unsigned char *moved = samrena_resize(arena, block, 1000, 50000);
    assert_ptr_not_equal(moved, block);
    assert_filled(moved, 1000);
    memset(moved, 0xee, 50000);
    assert_filled(block, 1000);
    samrena_destroy(arena);
}

/* Under a limit that is no multiple of 8 what is handed out behind the last block is cut: it is the last still. */
static void test_the_last_block_under_an_odd_limit(void **state) {
    for (uint64_t limit = 41; limit <= 48; limit++) {
        SamrenaConfig config = config_of(state);
        config.limit = limit;
        Samrena *arena = create_as(state, &config);
        unsigned char *block = samrena_push(arena, 41);
        fill(block, 41);
        assert_ptr_equal(samrena_resize(arena, block, 41, limit), block);
        assert_int_equal(samrena_allocated(arena), limit);
        assert_ptr_equal(samrena_resize(arena, block, limit, 41), block);
        assert_filled(block, 41);
        assert_ptr_equal(samrena_resize(arena, block, 41, 0), block);
        assert_int_equal(samrena_allocated(arena), 0);
        samrena_destroy(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_the_last_block_grows_in_place),
        OVER_ARENAS(test_the_last_block_under_an_odd_limit),
        OVER_ARENAS(test_shrinking_the_last_gives_the_bytes_back),
        OVER_ARENAS(test_other_blocks_are_copied),
        OVER_ARENAS(test_shrinking_others_moves_nothing),
        OVER_ARENAS(test_growing_past_a_region),
        OVER_ARENAS(test_null_is_a_push),
        OVER_ARENAS(test_growing_an_empty_block),
        OVER_ARENAS(test_a_block_before_a_mark_is_not_the_last),
        OVER_ARENAS(test_what_is_no_block_is_refused),
        OVER_ARENAS(test_sizes_that_cannot_be_had),
        OVER_ARENAS(test_the_limit_counts_what_is_added),
        OVER_ARENAS(test_growth_none_grows_into_what_is_reserved_alone),
        cmocka_unit_test_setup(test_adapters_that_refuse, set_up_test_adapters),
        OVER_ARENAS(test_resizing_to_an_alignment),
        OVER_ARENAS(test_resizing_what_stands_less_well),
        OVER_ARENAS(test_alignments_that_are_none),
        OVER_ARENAS(test_texts_grow_in_place),
        OVER_ARENAS(test_the_same_size_changes_nothing),
        OVER_ARENAS(test_an_empty_block_is_a_block),
        OVER_ARENAS(test_a_growing_buffer_holds_little),
        OVER_ARENAS(test_two_arrays_doubled_in_turns),
        OVER_ADAPTERS(test_a_block_in_storage_before_a_spare_region),
        cmocka_unit_test_setup(test_a_block_before_a_spare_region_that_could_grow, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("resize", tests, NULL, NULL);
}
