// SPDX-License-Identifier: MIT
// Today's header against the frozen one of version 1.0: nothing has moved, nothing has shrunk.
#include "support.h"

#include "layout.h"

static void assert_compatible(const Layout *later) {
    assert_int_equal(later->major, layout_1_0.major);
    assert_true(later->minor >= layout_1_0.minor);
    assert_int_equal(later->place_count, layout_1_0.place_count);
    for (size_t i = 0; i < later->place_count; i++) {
        const Place *then = &layout_1_0.places[i];
        const Place *now = &later->places[i];
        assert_string_equal(now->name, then->name);
        if (now->offset != then->offset || now->size != then->size)
            fail_msg("%s: %llu, %llu bytes, was %llu, %llu bytes", now->name, (unsigned long long)now->offset,
                     (unsigned long long)now->size, (unsigned long long)then->offset, (unsigned long long)then->size);
    }
    for (size_t i = 0; i < later->size_count; i++)
        if (later->sizes[i].size < layout_1_0.sizes[i].size)
            fail_msg("%s has shrunk", later->sizes[i].name);
}

static void test_today(void **state) {
    (void)state;
    assert_compatible(&layout_today);
    if (layout_today.minor > layout_1_0.minor)
        return;
    for (size_t i = 0; i < layout_today.size_count; i++) /* what is appended is a new minor version */
        assert_int_equal(layout_today.sizes[i].size, layout_1_0.sizes[i].size);
}

/* The made-up version of these tests keeps to the rules itself, and appends to every struct that may grow. */
static void test_made_up_later_version(void **state) {
    (void)state;
    assert_compatible(&layout_1_9);
    for (size_t i = 1; i < layout_1_9.size_count; i++)
        assert_true(layout_1_9.sizes[i].size > layout_1_0.sizes[i].size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_today),
        cmocka_unit_test(test_made_up_later_version),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
