// SPDX-License-Identifier: MIT
// Scratch arenas: two a thread, ended with it.
#include <pthread.h>
#include <stdatomic.h>

#include "support.h"
#include "test_adapters.h"

static void test_two_that_are_no_conflict(void **state) {
    (void)state;
    Samrena *one = samrena_scratch(NULL, 0);
    assert_non_null(one);
    assert_ptr_equal(samrena_scratch(NULL, 0), one);
    Samrena *two = samrena_scratch(&one, 1);
    assert_non_null(two);
    assert_ptr_not_equal(two, one);
    assert_ptr_equal(samrena_scratch(&one, 1), two);
    assert_ptr_equal(samrena_scratch(&two, 1), one);
    Samrena *other = create_named(NULL);
    Samrena *conflicts[] = {other, NULL, one};
    assert_ptr_equal(samrena_scratch(conflicts, 2), one);
    assert_ptr_equal(samrena_scratch(conflicts, 3), two);
    Samrena *both[] = {two, other, one};
    assert_fails(samrena_scratch(both, 3), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("3 conflicts");
    samrena_destroy(other);
}

/* A library that is handed a scratch arena to put its result into, and calls another one in turn. */
static char *join(Samrena *result, int depth) {
    Samrena *scratch = samrena_scratch(&result, 1);
    SAMRENA_SCOPE(scratch);
    assert_ptr_not_equal(scratch, result);
    char *part = depth > 0 ? join(scratch, depth - 1) : samrena_push_string(scratch, "");
    return samrena_push_format(result, "%s%d", part, depth);
}

static void test_libraries_that_call_each_other(void **state) {
    (void)state;
    Samrena *result = create_named(NULL);
    uint64_t before = samrena_allocated(samrena_scratch(NULL, 0));
    assert_string_equal(join(result, 9), "0123456789");
    assert_int_equal(samrena_allocated(samrena_scratch(NULL, 0)), before);
    samrena_destroy(result);
}

static void test_it_is_its_threads(void **state) {
    (void)state;
    Samrena *scratch = samrena_scratch(NULL, 0), *other = create_named(NULL);
    samrena_destroy(scratch);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("ends with its thread");
    assert_int_equal(samrena_splice(other, scratch), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("its thread's");
    assert_ptr_equal(samrena_scratch(NULL, 0), scratch);
    assert_non_null(samrena_push(scratch, 10));
    samrena_reset(scratch);
    samrena_splice(scratch, other);
    samrena_reset(scratch);
}

static _Atomic int released;

static void note_release(void *unused) {
    (void)unused;
    atomic_fetch_add(&released, 1);
}

static void *use(void *round) {
    Samrena *one = samrena_scratch(NULL, 0), *two = samrena_scratch(&one, 1);
    for (int i = 0; i < 500; i++) {
        SAMRENA_SCOPE(one);
        memset(samrena_push(one, 1000), i, 1000);
        SAMRENA_SCOPE(two);
        memset(samrena_push(two, 100), i, 100);
    }
    if ((uintptr_t)round % 2) {
        samrena_push(one, 100000); /* live at the thread's end */
        samrena_on_release(one, note_release, NULL);
        samrena_on_release(two, note_release, NULL);
    }
    return one;
}

/* Each has its own, and none is left when it ends. */
static void test_many_threads(void **state) {
    enum { THREADS = 8, ROUNDS = 20 };
    (void)state;
    Samrena *ours = samrena_scratch(NULL, 0);
    atomic_store(&released, 0);
    for (uintptr_t round = 0; round < ROUNDS; round++) {
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, use, (void *)round), 0);
        for (int i = 0; i < THREADS; i++) {
            void *theirs;
            assert_int_equal(pthread_join(threads[i], &theirs), 0);
            assert_ptr_not_equal(theirs, ours);
        }
    }
    assert_int_equal(atomic_load(&released), ROUNDS / 2 * THREADS * 2);
    assert_ptr_equal(samrena_scratch(NULL, 0), ours);
}

/* Whoever needs one while a thread ends gets one, which ends as well. */
static pthread_key_t late_key;

static void use_late(void *unused) {
    (void)unused;
    Samrena *scratch = samrena_scratch(NULL, 0);
    if (scratch && samrena_push(scratch, 100) && samrena_on_release(scratch, note_release, NULL) == SAMRENA_OK)
        atomic_fetch_add(&released, 100);
}

static void *set_late(void *unused) {
    (void)unused;
    samrena_scratch(NULL, 0);
    pthread_setspecific(late_key, &late_key);
    return NULL;
}

static void test_a_thread_that_ends(void **state) {
    pthread_t thread;
    (void)state;
    atomic_store(&released, 0);
    assert_int_equal(pthread_key_create(&late_key, use_late), 0);
    assert_int_equal(pthread_create(&thread, NULL, set_late, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(atomic_load(&released), 101);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_that_are_no_conflict), cmocka_unit_test(test_libraries_that_call_each_other),
        cmocka_unit_test(test_it_is_its_threads),        cmocka_unit_test(test_many_threads),
        cmocka_unit_test(test_a_thread_that_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
