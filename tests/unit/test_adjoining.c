// SPDX-License-Identifier: MIT
// Regions that begin where others end: an address at the border is the next region's first byte, not the end of the one
// before, whichever of them was used last.
#include "support.h"

#include "samrena/adapter.h"

/* ---- An adapter whose regions adjoin, those of one arena and those of two ---- */

static _Alignas(16) unsigned char row[64 * 1024];
static uint64_t taken;

static SamrenaError row_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return SAMRENA_OK;
}

static void row_destroy(void *context) {
    (void)context;
}

static SamrenaError row_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    if (want->desired > sizeof(row) - taken)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = row + taken;
    region->size = region->zero_from = want->desired;
    taken += want->desired;
    return SAMRENA_OK;
}

static void row_release(void *context, const SamrenaRegion *region) {
    (void)context;
    (void)region;
}

SAMRENA_ADAPTER_DEFINE(
    row, "row", .version = "1.0.0",
    .operations = {.create = row_create, .destroy = row_destroy, .acquire = row_acquire, .release = row_release});

static int set_up(void **state) {
    (void)state;
    return samrena_adapter_register(&samrena_adapter_row) != SAMRENA_OK;
}

static void begin_anew(void) {
    taken = 0;
}

/* Regions of exactly what is pushed, from KIB on; not watched, as red zones would lie between. */
static Samrena *create_in_row(void) {
    SamrenaConfig config = config_named("row");
    config.growth = SAMRENA_GROWTH_FIXED;
    config.initial_size = config.growth_size = KIB;
    config.debug = SAMRENA_DEBUG_NEVER;
    return create(&config);
}

/* ---- An older block behind the newest one ---- */

/* An arena that has `small` regions of a KiB and one of 2 KiB behind them, all of them spare but the first one, which
   is full. With more than a few there is an index of them. */
static Samrena *create_with_spares(int small) {
    Samrena *arena = create_in_row();
    for (int i = 0; i < small; i++)
        assert_ptr_equal(samrena_push(arena, KIB), row + (uint64_t)i * KIB);
    assert_ptr_equal(samrena_push(arena, 2 * KIB), row + (uint64_t)small * KIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_ptr_equal(samrena_push(arena, KIB), row);
    return arena;
}

/* The small regions are filled, up to the one that ends where the large one begins. */
static void fill_up_to(Samrena *arena, const unsigned char *large) {
    const unsigned char *block;
    do {
        block = samrena_push(arena, KIB);
        assert_non_null(block);
    } while (block + KIB != large);
}

static const int counts[] = {2, 9};

static void test_rewind_to_a_block_at_the_border(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        begin_anew();
        Samrena *arena = create_with_spares(counts[i]);
        unsigned char *large = samrena_push(arena, 2 * KIB);
        fill_up_to(arena, large);
        assert_int_equal(samrena_rewind_to(arena, large), SAMRENA_OK);
        assert_int_equal(samrena_allocated(arena), KIB);
        assert_false(samrena_contains(arena, large));
        samrena_destroy(arena);
    }
}

static void append(void *text) {
    strcat(text, "x");
}

/* A record at the border lies before the block that follows it. */
static void test_records_at_the_border_stay(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        begin_anew();
        char calls[4] = "";
        Samrena *arena = create_with_spares(counts[i]);
        unsigned char *large = samrena_push(arena, 2 * KIB);
        assert_ptr_equal(samrena_resize(arena, large, 2 * KIB, 0), large);
        assert_int_equal(samrena_on_release(arena, append, calls), SAMRENA_OK);
        assert_true(samrena_contains(arena, large));
        unsigned char *block = samrena_push(arena, KIB);
        fill_up_to(arena, large);
        assert_int_equal(samrena_rewind_to(arena, block), SAMRENA_OK);
        assert_string_equal(calls, "");
        samrena_destroy(arena);
        assert_string_equal(calls, "x");
    }
}

/* An empty block is found at the end of its region, though another one begins there that holds nothing. */
static void test_rewind_to_an_empty_block_at_the_border(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        begin_anew();
        Samrena *arena = create_with_spares(counts[i]);
        unsigned char *empty = samrena_push(arena, 0);
        assert_ptr_equal(empty, row + KIB);
        assert_non_null(samrena_push(arena, 2 * KIB));
        assert_int_equal(samrena_rewind_to(arena, empty), SAMRENA_OK);
        assert_int_equal(samrena_allocated(arena), KIB);
        samrena_destroy(arena);
    }
}

/* ---- Another arena's block behind one's own ---- */

static void test_rewind_to_what_came_in(void **state) {
    (void)state;
    begin_anew();
    Samrena *arena = create_in_row(), *from = create_in_row();
    assert_ptr_equal(samrena_push(arena, KIB), row);
    unsigned char *block = samrena_push(from, KIB);
    assert_ptr_equal(block, row + KIB);
    assert_int_equal(samrena_splice(arena, from), SAMRENA_OK);
    assert_int_equal(samrena_rewind_to(arena, block), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("came with samrena_splice()");
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rewind_to_a_block_at_the_border),
        cmocka_unit_test(test_records_at_the_border_stay),
        cmocka_unit_test(test_rewind_to_an_empty_block_at_the_border),
        cmocka_unit_test(test_rewind_to_what_came_in),
    };
    return cmocka_run_group_tests_name("adjoining regions", tests, set_up, NULL);
}
