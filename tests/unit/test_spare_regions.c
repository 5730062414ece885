// SPDX-License-Identifier: MIT
// Spare regions: what an arena holds and has not started to use is found before its adapter is asked.
#include "support.h"
#include "test_adapters.h"

/* A push that does not fit the next spare region takes the one that it fits, and leaves the small one for later. */
static void test_spare_regions_are_used_before_the_adapter_is_asked(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    for (uint64_t size = 4 * KIB; size <= 256 * KIB; size *= 2)
        assert_non_null(samrena_push(arena, size));
    SamrenaInfo before = info_of(arena);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 200 * KIB));
    assert_non_null(samrena_push(arena, 100 * KIB));
    assert_non_null(samrena_push(arena, 8 * KIB));
    assert_int_equal(info_of(arena).adapter_calls, before.adapter_calls);
    samrena_destroy(arena);
}

/* However many regions there are, each is used again. */
static void test_many_regions(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = create(&config);
    static unsigned char *blocks[16000];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i] = samrena_push(arena, 4096);
        memset(blocks[i], (int)i, 4096);
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        assert_filled_with(blocks[i], 4096, (unsigned char)i);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_ptr_equal(samrena_push(arena, 4096), blocks[0]);
    for (size_t i = 1; i < COUNT_OF(blocks); i++)
        assert_non_null(samrena_push(arena, 4096));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);
}

/* However many small spare regions stand before it, the large one is found: nothing is asked for that is there. */
static void test_large_spare_region_behind_many(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth = SAMRENA_GROWTH_FIXED;
    Samrena *arena = create(&config);
    for (int i = 0; i < 300; i++)
        assert_non_null(samrena_push(arena, 4 * KIB));
    assert_non_null(samrena_push(arena, MIB));
    for (int round = 0; round < 3; round++) {
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        uint64_t calls = info_of(arena).adapter_calls;
        assert_non_null(samrena_push(arena, 100));
        assert_non_null(samrena_push(arena, MIB));
        for (int i = 0; i < 299; i++)
            assert_non_null(samrena_push(arena, 4 * KIB));
        assert_int_equal(info_of(arena).adapter_calls, calls);
    }
    samrena_destroy(arena);
}

/* A spare region that only fits without the padding does not fit. */
static void test_spare_regions_must_hold_the_padding(void **state) {
    (void)state;
    for (uint64_t alignment = 32; alignment <= 64 * KIB; alignment *= 2) {
        Samrena *arena = create_named("separate");
        assert_non_null(samrena_push(arena, 4 * KIB));
        assert_non_null(samrena_push(arena, 20 * KIB));
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        assert_true(is_aligned(samrena_push_aligned(arena, 20 * KIB, alignment), alignment));
        assert_true(samrena_allocated(arena) <= samrena_capacity(arena));
        assert_true(samrena_capacity(arena) <= info_of(arena).committed);
        samrena_destroy(arena);
    }
}

/* ---- Sizes that were looked for in vain ---- */

/* Separate regions of 4 KiB at least: a mark in the first, two larger ones behind it, and a size that no other has. */
static Samrena *create_with_two_larger(SamrenaMark *mark) {
    Samrena *arena = create_named("separate");
    samrena_push(arena, 1000);
    *mark = samrena_mark(arena);
    assert_non_null(samrena_push(arena, 50000));
    assert_non_null(samrena_push(arena, 45000)); /* no spare region has as much: looked for in vain */
    assert_int_equal(info_of(arena).adapter_calls, 3);
    return arena;
}

static void assert_both_are_found(Samrena *arena) {
    assert_non_null(samrena_push(arena, 45000));
    assert_non_null(samrena_push(arena, 45000));
    assert_int_equal(info_of(arena).adapter_calls, 3);
}

static void test_a_size_looked_for_in_vain_is_found_after_a_rewind(void **state) {
    (void)state;
    SamrenaMark mark;
    Samrena *arena = create_with_two_larger(&mark);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
        assert_both_are_found(arena);
    }
    samrena_destroy(arena);
}

static void test_a_size_looked_for_in_vain_is_found_after_a_reset(void **state) {
    (void)state;
    SamrenaMark mark;
    Samrena *arena = create_with_two_larger(&mark);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        assert_both_are_found(arena);
    }
    samrena_destroy(arena);
}

static void test_a_size_looked_for_in_vain_is_found_after_a_reserve(void **state) {
    (void)state;
    SamrenaMark mark;
    Samrena *arena = create_with_two_larger(&mark);
    assert_int_equal(samrena_reserve_more(arena, 60000), SAMRENA_OK);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, 45000));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);
}

/* And after a trim that took what had been found: it is looked for, and got anew. */
static void test_a_size_that_a_trim_took_is_got_anew(void **state) {
    (void)state;
    SamrenaMark mark;
    Samrena *arena = create_with_two_larger(&mark);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_non_null(samrena_push(arena, 45000));
    assert_int_equal(info_of(arena).adapter_calls, 4);
    samrena_destroy(arena);
}

/* ---- Every order of pushes, marks, rewinds and resets ---- */

enum { REGIONS = 4000, MARKS = 20 };

/* What the adapter gave, and which of it the arena has come to since the last reset, in order. */
static struct {
    unsigned char *base;
    uint64_t size;
    bool is_used;
} regions[REGIONS];
static size_t region_count, used[REGIONS], used_count;

static void note_region(SamrenaRegion *region) {
    assert_true(region_count < REGIONS);
    regions[region_count].base = region->base;
    regions[region_count].size = region->size;
    regions[region_count++].is_used = false;
}

static void unuse_down_to(size_t count) {
    while (used_count > count)
        regions[used[--used_count]].is_used = false;
}

static void use_region_of(const unsigned char *block) {
    for (size_t i = 0; i < region_count; i++)
        if (block >= regions[i].base && block < regions[i].base + regions[i].size) {
            if (!regions[i].is_used)
                used[used_count++] = i;
            regions[i].is_used = true;
            return;
        }
    fail_msg("a block outside all regions");
}

static uint64_t largest_spare(void) {
    uint64_t largest = 0;
    for (size_t i = 0; i < region_count; i++)
        if (!regions[i].is_used && regions[i].size > largest)
            largest = regions[i].size;
    return largest;
}

static uint64_t next_random(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

static void push_one(Samrena *arena, uint64_t size) {
    uint64_t spare = largest_spare();
    int calls = test_adapter.calls;
    size_t before = region_count;
    unsigned char *block = samrena_push(arena, size);
    assert_non_null(block);
    if (test_adapter.calls != calls && spare >= size)
        fail_msg("the adapter was asked for %llu bytes where a spare region has %llu", (unsigned long long)size,
                 (unsigned long long)spare);
    assert_in_range(region_count, before, before + 1);
    use_region_of(block);
}

static void test_no_region_is_got_where_a_spare_one_holds_the_push(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        set_up_test_adapters(NULL);
        region_count = used_count = 0;
        test_adapter.spoil = note_region;
        SamrenaConfig config = config_named("separate");
        config.growth = seed % 2 ? SAMRENA_GROWTH_FIXED : SAMRENA_GROWTH_GEOMETRIC;
        Samrena *arena = create(&config);
        use_region_of(samrena_push(arena, 1));
        SamrenaMark marks[MARKS];
        size_t used_at[MARKS], mark_count = 0;
        uint64_t random = seed;
        for (int i = 0; i < 3000; i++) {
            uint64_t what = next_random(&random) % 40;
            uint64_t most = next_random(&random) % 3 ? 4000 : 40000;
            if (what == 0) {
                assert_int_equal(samrena_reset(arena), SAMRENA_OK);
                unuse_down_to(1);
                mark_count = 0;
            } else if (what < 4 && mark_count < MARKS) {
                marks[mark_count] = samrena_mark(arena);
                assert_true(marks[mark_count].serial != 0);
                /* Its record may have opened a region: a push of a byte says where the arena stands. */
                use_region_of(samrena_push_aligned(arena, 1, 1));
                used_at[mark_count++] = used_count;
            } else if (what < 8 && mark_count > 0) {
                mark_count = (size_t)next_random(&random) % mark_count + 1;
                assert_int_equal(samrena_rewind(arena, marks[mark_count - 1]), SAMRENA_OK);
                unuse_down_to(used_at[mark_count - 1]);
            } else {
                push_one(arena, next_random(&random) % most + 1);
            }
        }
        samrena_destroy(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_spare_regions_are_used_before_the_adapter_is_asked, set_up_test_adapters),
        OVER_ADAPTERS(test_many_regions),
        cmocka_unit_test_setup(test_large_spare_region_behind_many, set_up_test_adapters),
        cmocka_unit_test_setup(test_spare_regions_must_hold_the_padding, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_size_looked_for_in_vain_is_found_after_a_rewind, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_size_looked_for_in_vain_is_found_after_a_reset, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_size_looked_for_in_vain_is_found_after_a_reserve, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_size_that_a_trim_took_is_got_anew, set_up_test_adapters),
        cmocka_unit_test(test_no_region_is_got_where_a_spare_one_holds_the_push),
    };
    return cmocka_run_group_tests_name("spare regions", tests, NULL, NULL);
}
