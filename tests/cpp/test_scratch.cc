// SPDX-License-Identifier: MIT
// samrena::scratch: which arena it is, and that nothing of it is left.
#include <pthread.h>

#include <stdexcept>

#include "support.hh"

static_assert(!std::is_copy_constructible_v<samrena::scratch> && !std::is_move_constructible_v<samrena::scratch>);
static_assert(!std::is_convertible_v<samrena::arena &, samrena::scratch>);
static_assert(std::is_nothrow_constructible_v<samrena::scratch, samrena::arena &, Samrena *>);

static void test_nothing_is_left(void **) {
    std::uint64_t allocated;
    {
        samrena::scratch first;
        assert_true(static_cast<bool>(first));
        allocated = first->allocated();
        assert_non_null(first->make<Life>(1));
        assert_non_null(first->make_array<Life>(2));
        std::memset(first->allocate(100000), 0x5a, 100000);
    }
    assert_int_equal(Life::ended.size(), 3);
    try {
        samrena::scratch second;
        assert_int_equal(second->allocated(), allocated);
        assert_non_null((*second).make<Life>(4));
        throw std::runtime_error("out");
    } catch (const std::runtime_error &) {
        assert_int_equal(Life::alive, 0);
    }
    samrena::scratch third;
    assert_int_equal(third->allocated(), allocated);
}

/* It is the thread's: its guard does not try to end it. */
static void test_the_arena_stays(void **) {
    Samrena *handle = samrena::scratch()->get();
    assert_null(samrena_create_named("no such adapter"));
    assert_ptr_equal(samrena::scratch()->get(), handle);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
}

static void test_none_of_the_conflicts(void **state) {
    samrena::arena result = open_for(state);
    samrena::scratch one(result);
    samrena::scratch same(result.get());
    assert_ptr_equal(one->get(), same->get());
    samrena::scratch two(*one, result);
    assert_true(two && two->get() != one->get() && two->get() != result.get());
    samrena::scratch again(result, *two);
    assert_ptr_equal(again->get(), one->get());
}

/* Results in the scratch arena of a caller outlive the callee's. */
static const char *join(samrena::arena &result, int depth) {
    samrena::scratch temporary(result);
    const char *inner = depth > 0 ? join(*temporary, depth - 1) : "";
    return samrena_push_format(result.get(), "%d%s", depth, inner);
}

static void test_results_in_a_caller_s_scratch(void **state) {
    samrena::arena result = open_for(state);
    assert_string_equal(join(result, 9), "9876543210");
}

static void test_none_is_left(void **) {
    samrena::scratch one;
    samrena::scratch two(*one);
    samrena::scratch none(*one, *two);
    assert_false(static_cast<bool>(none));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_non_null(std::strstr(samrena_last_error_message(), "scratch"));
    assert_false(static_cast<bool>(*none));
    assert_null(none->allocate(1));
    assert_null(none->make<Life>(1));
    assert_int_equal(Life::born, 0);
}

static void test_arenas_that_are_empty_are_no_conflict(void **) {
    samrena::arena empty(nullptr);
    samrena::scratch temporary(empty, static_cast<Samrena *>(nullptr));
    assert_true(static_cast<bool>(temporary));
}

static void *use_scratch(void *used) {
    samrena::scratch temporary;
    *static_cast<Samrena **>(used) = temporary->get();
    std::memset(temporary->allocate(100000), 0x5a, 100000);
    return nullptr;
}

static void test_each_thread_has_its_own(void **) {
    samrena::scratch ours;
    Samrena *theirs = nullptr;
    pthread_t thread; // not every C++ library has its own
    assert_int_equal(pthread_create(&thread, nullptr, use_scratch, &theirs), 0);
    pthread_join(thread, nullptr);
    assert_true(theirs && theirs != ours->get());
}

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nothing_is_left, forget_lives),
        cmocka_unit_test(test_the_arena_stays),
        OVER_KINDS(test_none_of_the_conflicts),
        OVER_KINDS(test_results_in_a_caller_s_scratch),
        cmocka_unit_test_setup(test_none_is_left, forget_lives),
        cmocka_unit_test(test_arenas_that_are_empty_are_no_conflict),
        cmocka_unit_test(test_each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
