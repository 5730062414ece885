// SPDX-License-Identifier: MIT
// How tight blocks stand: bytes an arena hands out, against those of blocks that are put one after the other with the
// least padding that their alignments allow, and no size rounded.
#include "support.h"

enum { MANY = 1000000 };

/* Where the cursor of such a tightest arena stands, in a region that has no end. */
typedef uint64_t Tightest;

static void put(Tightest *cursor, uint64_t size, uint64_t alignment) {
    *cursor = ((*cursor + alignment - 1) & ~(alignment - 1)) + size;
}

static uint32_t draw(uint32_t *random, uint32_t bound) {
    *random = *random * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(*random >> 8) * bound >> 24);
}

/* One region for all of it: what is left at the end of one is another matter. */
static Samrena *create_large(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    config.initial_size = 64 * MIB;
    return create(&config);
}

static void test_texts_waste_no_byte(void **state) {
    Samrena *arena = create_large(state);
    uint32_t random = 1;
    uint64_t bytes = 0;
    char *expected = NULL;
    for (int i = 0; i < MANY; i++) {
        uint64_t size = 1 + draw(&random, 40);
        char *text = samrena_push_aligned(arena, size, 1);
        assert_true(!expected || text == expected);
        expected = text + size;
        bytes += size;
    }
    assert_int_equal(samrena_allocated(arena), bytes);
    samrena_destroy(arena);
}

typedef struct Triple {
    float x, y, z;
} Triple;

static void test_elements_make_an_array(void **state) {
    Samrena *arena = create_large(state);
    int *ints = SAMRENA_PUSH_TYPE(arena, int);
    for (int i = 1; i < MANY; i++)
        assert_ptr_equal(SAMRENA_PUSH_TYPE(arena, int), ints + i);
    assert_int_equal(samrena_allocated(arena), MANY * sizeof(int));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);

    samrena_push_string(arena, "x"); /* from anywhere */
    Triple *triples = SAMRENA_PUSH_TYPE(arena, Triple);
    for (int i = 1; i < MANY; i++)
        assert_ptr_equal(SAMRENA_PUSH_TYPE(arena, Triple), triples + i);
    assert_int_equal(samrena_allocated(arena), 4 + MANY * sizeof(Triple));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);

    uint64_t *words = SAMRENA_PUSH_TYPE(arena, uint64_t);
    for (int i = 1; i < MANY; i++)
        assert_ptr_equal(SAMRENA_PUSH_TYPE(arena, uint64_t), words + i);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);

    long double *wide = SAMRENA_PUSH_TYPE(arena, long double);
    for (int i = 1; i < MANY; i++)
        assert_ptr_equal(SAMRENA_PUSH_TYPE(arena, long double), wide + i);
    samrena_destroy(arena);
}

/* A document: nodes of one kind, each with a name and sometimes a text. */
static void assert_tree_is_tight(Samrena *arena, uint64_t node, uint64_t alignment) {
    uint32_t random = 1;
    Tightest tightest = 0;
    for (int i = 0; i < MANY / 5; i++) {
        uint64_t name = 1 + draw(&random, 12), text = draw(&random, 3) ? 0 : 1 + draw(&random, 40);
        assert_non_null(samrena_push_aligned(arena, node, alignment));
        put(&tightest, node, alignment);
        assert_non_null(samrena_push_aligned(arena, name, 1));
        put(&tightest, name, 1);
        if (text == 0)
            continue;
        assert_non_null(samrena_push_aligned(arena, text, 1));
        put(&tightest, text, 1);
    }
    assert_int_equal(samrena_allocated(arena), tightest);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
}

static void test_trees_with_texts(void **state) {
    Samrena *arena = create_large(state);
    assert_tree_is_tight(arena, 12, 4);
    assert_tree_is_tight(arena, 20, 4);
    assert_tree_is_tight(arena, 24, 8);
    assert_tree_is_tight(arena, 40, 8);
    samrena_destroy(arena);
}

/* What rounding to 8 can cost: at most 7 bytes, and only where something packed follows at once. */
static void test_rounding_costs_packed_blocks_alone(void **state) {
    Samrena *arena = create_large(state);
    Tightest tightest = 0;
    uint32_t random = 1;
    for (int i = 0; i < MANY; i++) {
        uint64_t size = 1 + draw(&random, 127), alignment = UINT64_C(8) << draw(&random, 2);
        assert_non_null(samrena_push_aligned(arena, size, alignment));
        put(&tightest, size, alignment);
    }
    assert_in_range(samrena_allocated(arena), tightest, tightest + 7);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_texts_waste_no_byte),
        OVER_ADAPTERS(test_elements_make_an_array),
        OVER_ADAPTERS(test_trees_with_texts),
        OVER_ADAPTERS(test_rounding_costs_packed_blocks_alone),
    };
    return cmocka_run_group_tests_name("packing", tests, NULL, NULL);
}
