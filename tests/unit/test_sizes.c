// SPDX-License-Identifier: MIT
// The histogram of sizes, and the rule for what comes first.
#include "sizes.h"

#include "support.h"

static void add(Sizes *sizes, uint64_t size, unsigned count) {
    unsigned bin = size_class(size);
    sizes->words[bin / SIZES_IN_A_WORD] += (size_t)count << sizes_shift(bin);
}

static void test_classes_hold_what_is_up_to_their_top(void **state) {
    (void)state;
    uint64_t before = 0;
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++) {
        uint64_t top = size_class_top(bin);
        assert_true(top > before);
        assert_int_equal(size_class(before + 1), bin);
        assert_int_equal(size_class(top), bin);
        if (bin > 0)
            assert_true(top - before <= top / 8);
        before = top;
    }
    assert_int_equal(before, UINT64_C(4) << 30);
    assert_int_equal(size_class(0), 0);
    assert_int_equal(size_class(before + 1), SIZE_CLASSES - 1);
    assert_int_equal(size_class(UINT64_MAX), SIZE_CLASSES - 1);
    assert_int_equal(size_class_top(size_class(4096)), 4096); /* a power of two wastes nothing */
}

static void test_quantiles(void **state) {
    (void)state;
    Sizes sizes = {{0}};
    add(&sizes, 1000, 1);
    Quantiles one = sizes_quantiles(&sizes, 1);
    assert_int_equal(one.low, size_class(1000));
    assert_int_equal(one.upper, size_class(1000));
    assert_int_equal(one.high, size_class(1000));
    add(&sizes, 2000, 29);
    add(&sizes, 3000, 15);
    add(&sizes, 100000, 5); /* of 50: 30 below 2,000, 45 below 3,000 */
    assert_int_equal(sizes_total(&sizes), 50);
    Quantiles quantiles = sizes_quantiles(&sizes, 50);
    assert_int_equal(quantiles.low, size_class(2000));
    assert_int_equal(quantiles.middle, size_class(2000));
    assert_int_equal(quantiles.upper, size_class(3000));
    assert_int_equal(quantiles.high, size_class(100000)); /* ten of a hundred are as large */
    add(&sizes, 300, 1);
    assert_int_equal(sizes_quantiles(&sizes, 51).high, size_class(3000));
}

static void test_all_counts_fit(void **state) {
    (void)state;
    Sizes sizes = {{0}}, other;
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++)
        add(&sizes, size_class_top(bin), 255);
    assert_int_equal(sizes_total(&sizes), 255 * SIZE_CLASSES);
    assert_int_equal(sizes_quantiles(&sizes, 255 * SIZE_CLASSES).middle, SIZE_CLASSES / 2);
    other = sizes;
    sizes_merge(&sizes, &other);
    assert_true(sizes_total(&sizes) <= SIZES_REMEMBERED);
    sizes_settle(&other);
    assert_true(sizes_total(&other) <= SIZES_REMEMBERED);
    Sizes full = {{0}}, more = {{0}};
    add(&full, 20 * KIB, 255);
    add(&more, 20 * KIB, 60);
    sizes_merge(&full, &more);
    assert_int_equal(sizes_count(&full, size_class(20 * KIB)), sizes_total(&full)); /* nothing runs over into another */
    assert_in_range(sizes_total(&full), SIZES_REMEMBERED / 2, SIZES_REMEMBERED);
}

static void assert_plan(const Sizes *sizes, uint64_t first, uint64_t sure) {
    SizePlan plan = sizes_plan(sizes, sizes_total(sizes));
    assert_int_equal(size_plan_bytes(plan.first), first);
    assert_int_equal(size_plan_bytes(plan.prefault), sure);
}

static void test_rule(void **state) {
    (void)state;
    Sizes narrow = {{0}}, wide = {{0}}, small = {{0}}, outlier = {{0}}, spread = {{0}};
    add(&narrow, 20 * KIB, 20);
    add(&narrow, 30 * KIB, 20);
    assert_plan(&narrow, 30 * KIB, 30 * KIB);
    add(&narrow, 20 * KIB, 20);
    assert_plan(&narrow, 30 * KIB, 20 * KIB);
    add(&narrow, 32 * KIB, 20);
    add(&narrow, 20 * KIB, 40);
    assert_plan(&narrow, 26 * KIB, 0); /* 32 is above one and a half of 20; a quarter more than 20, as a class */
    add(&spread, 20 * KIB, 60);
    add(&spread, 22 * KIB, 25);
    add(&spread, 64 * KIB, 15);
    assert_plan(&spread, 22 * KIB, 0); /* which 75 of 100 are not above */
    add(&wide, 8 * KIB, 20);
    add(&wide, 100 * KIB, 20);
    assert_plan(&wide, 16 * KIB, 0); /* not 100: many use far less */
    add(&wide, 100 * KIB, 50);
    assert_plan(&wide, 104 * KIB, 104 * KIB); /* few do */
    add(&small, 3 * KIB, 20);
    assert_plan(&small, 0, 0); /* the usual first region holds it */
    add(&outlier, 16 * KIB, 20);
    add(&outlier, GIB, 1);
    assert_plan(&outlier, 16 * KIB, 16 * KIB);
}

/* The newest eight, a bin in each byte. */
static size_t newest_of(uint64_t size) {
    return (size_t)-1 / 0xff * size_class(size);
}

static void test_a_new_phase_forgets_the_old_one(void **state) {
    (void)state;
    Sizes sizes = {{0}};
    add(&sizes, 20 * KIB, 50);
    add(&sizes, 600 * KIB, SIZES_IN_A_WORD);
    unsigned total = sizes_total(&sizes);
    assert_false(sizes_forget(&sizes, total, newest_of(600 * KIB) << 8 | size_class(20 * KIB)));
    assert_int_equal(sizes_total(&sizes), total);
    assert_true(sizes_forget(&sizes, total, newest_of(600 * KIB)));
    assert_int_equal(sizes_total(&sizes), SIZES_IN_A_WORD);
    assert_plan(&sizes, size_class_top(size_class(600 * KIB)), size_class_top(size_class(600 * KIB)));
}

static void test_what_is_close_is_no_new_phase(void **state) {
    (void)state;
    Sizes sizes = {{0}};
    add(&sizes, 20 * KIB, 50);
    add(&sizes, 26 * KIB, 10);
    assert_false(sizes_forget(&sizes, 60, newest_of(26 * KIB)));
    add(&sizes, 256, 10); /* the lowest and the highest bin have no neighbours on one side */
    add(&sizes, UINT64_MAX, 10);
    assert_true(sizes_forget(&sizes, 80, newest_of(256)));
    add(&sizes, UINT64_MAX, 100);
    assert_true(sizes_forget(&sizes, 100 + SIZES_IN_A_WORD, newest_of(300)));
    add(&sizes, 256, 100);
    assert_true(sizes_forget(&sizes, 100 + SIZES_IN_A_WORD, newest_of(UINT64_MAX)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_hold_what_is_up_to_their_top),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_all_counts_fit),
        cmocka_unit_test(test_rule),
        cmocka_unit_test(test_a_new_phase_forgets_the_old_one),
        cmocka_unit_test(test_what_is_close_is_no_new_phase),
    };
    return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
