// SPDX-License-Identifier: MIT
// Arenas that end with another one, in all orders of ending.
#include "support.h"
#include "test_adapters.h"

enum { MOST = 64 };

/* Which ones ended, in order: their release functions say so. */
static int ended[MOST];
static int ended_count;

static void note_end(void *number) {
    ended[ended_count++] = (int)(intptr_t)number;
}

static int begin_anew(void **state) {
    (void)state;
    ended_count = 0;
    return 0;
}

static Samrena *create_child(void **state, Samrena *parent, int number) {
    SamrenaConfig config = config_of(state);
    config.parent = parent;
    Samrena *child = create_as(state, &config);
    samrena_push(child, 100);
    assert_int_equal(samrena_on_release(child, note_end, (void *)(intptr_t)number), SAMRENA_OK);
    return child;
}

static void assert_ended(const int *expected, int count) {
    assert_int_equal(ended_count, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(ended[i], expected[i]);
}

/* The youngest first, each after its own children, the parent last. */
static void test_children_end_with_their_parent(void **state) {
    static const int order[] = {4, 3, 2, 11, 1, 0};
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config);
    samrena_on_release(root, note_end, (void *)0);
    Samrena *one = create_child(state, root, 1);
    create_child(state, root, 2);
    Samrena *three = create_child(state, root, 3);
    create_child(state, three, 4);
    create_child(state, one, 11);
    samrena_destroy(root);
    assert_ended(order, COUNT_OF(order));
}

/* Any order of a handful, ended one by one: each once, and its own children before it. */
static void test_every_order(void **state) {
    for (unsigned order = 0; order < 120; order++) {
        Samrena *arenas[5];
        int parents[5] = {-1, 0, 0, 1, 1};
        bool alive[5] = {true, true, true, true, true};
        unsigned left[5] = {0, 1, 2, 3, 4}, code = order;
        begin_anew(state);
        for (int i = 0; i < 5; i++)
            arenas[i] = create_child(state, i ? arenas[parents[i]] : NULL, i);
        for (unsigned count = 5; count > 0; count--) {
            unsigned drawn = code % count, next = left[drawn];
            code /= count;
            left[drawn] = left[count - 1];
            if (!alive[next])
                continue;
            samrena_destroy(arenas[next]);
            for (int i = 0; i < 5; i++) /* with all below it */
                for (int above = i; above >= 0; above = parents[above])
                    alive[i] = alive[i] && above != (int)next;
        }
        assert_int_equal(ended_count, 5);
        int seen = 0;
        for (int i = 0; i < 5; i++) {
            assert_false(seen & 1 << ended[i]);
            seen |= 1 << ended[i];
            for (int j = i + 1; j < 5; j++)
                assert_int_not_equal(parents[ended[j]], ended[i]); /* a parent before its child */
        }
    }
}

static void test_a_child_leaves_no_trace(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config);
    samrena_push(root, 50);
    SamrenaInfo before = info_of(root);
    for (int i = 0; i < 1000; i++) {
        Samrena *child = create_child(state, root, 1);
        samrena_destroy(child);
        begin_anew(state);
    }
    SamrenaInfo after = info_of(root);
    assert_memory_equal(&before, &after, sizeof(before));
    samrena_destroy(root);
    assert_int_equal(ended_count, 0);
}

static void test_a_reset_leaves_children_alone(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config);
    SamrenaMark mark = samrena_mark(root);
    Samrena *child = create_child(state, root, 1);
    char *text = samrena_push_string(child, "still here");
    samrena_rewind(root, mark);
    samrena_reset(root);
    assert_string_equal(text, "still here");
    assert_non_null(samrena_push(child, 100000));
    assert_int_equal(ended_count, 0);
    samrena_destroy(root);
    assert_int_equal(ended_count, 1);
}

/* However deep, and however many, the stack does not grow. */
static void test_many(void **state) {
    enum { COUNT = 20000 };
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config), *last = root;
    config.adapter = "chained";
    for (int i = 0; i < COUNT; i++) {
        config.parent = i % 2 ? root : last;
        last = create(&config);
    }
    for (int i = 0; i < COUNT; i++) {
        config.parent = last;
        last = create(&config);
    }
    samrena_destroy(root);
}

/* ---- Release functions that make and end arenas ---- */

static Samrena *subject;
static void **table;

static void end_subject(void *unused) {
    (void)unused;
    samrena_destroy(subject);
}

static void make_child_of_subject(void *unused) {
    SamrenaConfig config = config_of(table);
    config.parent = subject;
    (void)unused;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("SamrenaConfig.parent");
    note_end((void *)77);
}

static void test_release_functions_of_a_family(void **state) {
    SamrenaConfig config = config_of(state);
    table = state;
    /* a child's function ends its sibling, the middle one of three */
    Samrena *root = create(&config);
    Samrena *one = create_child(state, root, 1), *two = create_child(state, root, 2),
            *three = create_child(state, root, 3);
    (void)one;
    subject = two;
    samrena_on_release(three, end_subject, NULL);
    samrena_destroy(root);
    assert_ended((int[]){2, 3, 1}, 3);

    /* of a child that ends by itself: its parent, which may go, with the others */
    begin_anew(state);
    root = create(&config);
    samrena_on_release(root, note_end, (void *)0);
    one = create_child(state, root, 1);
    two = create_child(state, root, 2);
    subject = root;
    samrena_on_release(two, end_subject, NULL);
    samrena_destroy(two);
    assert_ended((int[]){1, 0, 2}, 3);

    /* and while the parent ends: refused, as is a new child */
    begin_anew(state);
    root = create(&config);
    one = create_child(state, root, 1);
    three = create_child(state, one, 3);
    subject = root;
    samrena_on_release(three, end_subject, NULL);
    samrena_on_release(one, make_child_of_subject, NULL);
    samrena_destroy(root);
    assert_ended((int[]){3, 77, 1}, 3);
}

/* A function of one far below that is reset or rewound cannot end what that ends with: nothing changes. */
static void test_a_descendant_that_takes_back(void **state) {
    SamrenaConfig config = config_of(state);
    subject = create(&config);
    Samrena *one = create_child(state, subject, 1);
    Samrena *below = create_child(state, one, 2);
    create_child(state, one, 3);
    create_child(state, below, 4);
    SamrenaMark mark = samrena_mark(below);
    samrena_on_release(below, end_subject, NULL);
    assert_int_equal(samrena_rewind(below, mark), SAMRENA_OK);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("ends with it");
    assert_ended(NULL, 0);
    assert_int_equal(samrena_on_release(below, end_subject, NULL), SAMRENA_OK);
    samrena_reset(below);
    assert_ended((int[]){2}, 1);
    samrena_destroy(subject);
    assert_ended((int[]){2, 3, 4, 1}, 4);
}

/* Nor what lies between it and the one that is being ended. */
static void test_those_between_wait_for_their_turn(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config);
    subject = create_child(state, root, 1);
    Samrena *below = create_child(state, subject, 2);
    create_child(state, subject, 3);
    samrena_on_release(below, end_subject, NULL);
    samrena_destroy(root);
    assert_ended((int[]){3, 2, 1}, 3);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_destroy");
}

static void test_parents_that_are_none(void **state) {
    SAMRENA_STORAGE(storage, 4096);
    SamrenaConfig config = config_of(state);
    Samrena *gone = must_be_made(samrena_create_in(storage, sizeof(storage), NULL));
    samrena_destroy(gone);
    config.parent = gone;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("has ended");
    SAMRENA_STORAGE(other, 4096);
    assert_fails(samrena_create_in(other, sizeof(other), &config), SAMRENA_ERROR_INVALID_PARAMETER);
}

/* A child in a block of its parent's: there is nothing else to free. */
static void test_a_child_in_its_parents_memory(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *root = create(&config);
    config.parent = root;
    Samrena *child = must_be_made(samrena_create_in(samrena_push(root, 8192), 8192, &config));
    samrena_on_release(child, note_end, (void *)1);
    for (int i = 0; i < 100; i++)
        memset(samrena_push(child, 500), i, 500);
    samrena_destroy(root);
    assert_int_equal(ended_count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS_WITH(test_children_end_with_their_parent, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_every_order, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_a_child_leaves_no_trace, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_a_reset_leaves_children_alone, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_many, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_release_functions_of_a_family, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_a_descendant_that_takes_back, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_those_between_wait_for_their_turn, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_parents_that_are_none, begin_anew, NULL),
        OVER_ADAPTERS_WITH(test_a_child_in_its_parents_memory, begin_anew, NULL),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
