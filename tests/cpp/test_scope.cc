// SPDX-License-Identifier: MIT
// samrena::scope: what is taken back at the end of a block, and when nothing is.
#include <stdexcept>
#include <string>

#include "support.hh"

static_assert(!std::is_copy_constructible_v<samrena::scope> && !std::is_copy_assignable_v<samrena::scope>);
static_assert(!std::is_move_constructible_v<samrena::scope> && !std::is_convertible_v<Samrena *, samrena::scope>);
static_assert(std::is_nothrow_constructible_v<samrena::scope, samrena::arena &>);
static_assert(!std::is_constructible_v<samrena::scope, samrena::arena>); // a temporary would be gone at once

static void test_end_takes_back_what_the_scope_pushed(void **state) {
    samrena::arena arena = open_for(state);
    char *kept = arena.push_string("kept");
    std::uint64_t allocated = arena.allocated();
    for (int i = 0; i < 1000; i++) {
        samrena::scope scope(arena);
        assert_true(static_cast<bool>(scope));
        std::memset(arena.allocate(10000), i, 10000);
    }
    assert_int_equal(arena.allocated(), allocated);
    assert_string_equal(kept, "kept");
    {
        samrena::scope over_the_handle(arena.get());
        assert_non_null(arena.allocate(10));
    }
    assert_int_equal(arena.allocated(), allocated);
}

static void test_destructors_run_newest_first_at_the_end(void **state) {
    samrena::arena arena = open_for(state);
    assert_non_null(arena.make<Life>(0));
    {
        samrena::scope outer(arena);
        assert_non_null(arena.make<Life>(1));
        {
            samrena::scope inner(arena);
            assert_non_null(arena.make<Life>(2));
            assert_non_null(arena.make<Life>(3));
        }
        assert_ended({3, 2});
        assert_non_null(arena.make<Life>(4));
    }
    assert_ended({3, 2, 4, 1});
    assert_int_equal(Life::alive, 1);
}

static int leave_early(samrena::arena &arena) {
    samrena::scope scope(arena);
    return arena.make<Life>(5)->number;
}

static void test_every_way_out(void **state) {
    samrena::arena arena = open_for(state);
    std::uint64_t allocated = arena.allocated();
    assert_int_equal(leave_early(arena), 5);
    assert_ended({5});
    try {
        samrena::scope outer(arena);
        samrena::scope inner(arena);
        assert_non_null(arena.make<Life>(6));
        throw std::runtime_error("out");
    } catch (const std::runtime_error &) {
        assert_ended({5, 6});
    }
    assert_int_equal(arena.allocated(), allocated);
}

static void test_containers_in_a_scope(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::uint64_t allocated = arena.allocated();
    for (int i = 0; i < 10; i++) {
        samrena::scope scope(arena);
        std::pmr::vector<std::pmr::string> lines(&resource);
        for (int j = 0; j < 100; j++)
            lines.emplace_back("a line that is longer than what a string holds inside");
        assert_true(samrena_contains(arena.get(), lines[99].data()));
    }
    assert_int_equal(arena.allocated(), allocated);
}

/* The mark is stale by then: nothing of what came later may be taken back. */
static void test_reset_and_rewind_inside(void **state) {
    samrena::arena arena = open_for(state);
    std::uint64_t allocated;
    {
        samrena::scope scope(arena);
        arena.reset();
        assert_non_null(arena.make<Life>(1));
        allocated = arena.allocated();
    }
    assert_ended({});
    assert_int_equal(arena.allocated(), allocated);

    SamrenaMark older = arena.mark();
    {
        samrena::scope scope(arena);
        assert_int_equal(arena.rewind(older), SAMRENA_OK);
        assert_non_null(arena.make<Life>(2));
        allocated = arena.allocated();
    }
    assert_ended({});
    assert_int_equal(arena.allocated(), allocated);
}

static void test_a_scope_without_a_mark_takes_nothing_back(void **state) {
    Config config = exact_config_of(state);
    config.limit = 64;
    samrena::arena arena = open(config);
    assert_non_null(arena.allocate(40));
    {
        samrena::scope scope(arena);
        assert_false(static_cast<bool>(scope));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_non_null(arena.allocate(16));
    }
    assert_int_equal(arena.allocated(), 64);
}

static void test_a_scope_over_an_empty_arena(void **) {
    samrena::arena empty("no such adapter");
    {
        samrena::scope scope(empty);
        assert_false(static_cast<bool>(scope));
        samrena::arena unknown("another one");
    }
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_NOT_FOUND); // the end of the scope says nothing
}

static void test_the_owner_may_move_inside(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena moved(nullptr);
    {
        samrena::scope scope(arena);
        assert_non_null(arena.make<Life>(1));
        moved = std::move(arena);
        assert_non_null(moved.make<Life>(2));
    }
    assert_ended({2, 1});
    assert_int_equal(moved.allocated(), 0);
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_end_takes_back_what_the_scope_pushed),
        OVER_KINDS(test_destructors_run_newest_first_at_the_end),
        OVER_KINDS(test_every_way_out),
        OVER_KINDS(test_containers_in_a_scope),
        OVER_KINDS(test_reset_and_rewind_inside),
        OVER_KINDS(test_a_scope_without_a_mark_takes_nothing_back),
        cmocka_unit_test(test_a_scope_over_an_empty_arena),
        OVER_KINDS(test_the_owner_may_move_inside),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
