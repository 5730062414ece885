// SPDX-License-Identifier: MIT
// The header without exceptions and without RTTI.
#include <memory_resource>
#include <string>

#include "child.h"
#include "support.hh"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this is to be built with -fno-exceptions -fno-rtti"
#endif

static void test_objects_and_scopes(void **state) {
    samrena::arena arena = open_for(state);
    assert_non_null(arena.make<Life>(1));
    {
        samrena::scope scope(arena);
        Life::born = 2;
        assert_int_equal(arena.make_array<Life>(2)[1].number, 3);
    }
    assert_ended({3, 2});
    assert_string_equal(arena.push_string("text"), "text");
    arena.reset();
    assert_ended({3, 2, 1});
}

static void test_failures_destroy_what_was_built(void **state) {
    Config config = exact_config_of(state);
    config.limit = 8;
    samrena::arena arena = open(config);
    assert_null(arena.make<Life>(1));
    assert_ended({1});
    assert_int_equal(arena.allocated(), 0);
}

static void test_containers(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena), other(arena);
    std::pmr::vector<std::pmr::string> lines(&resource);
    for (int i = 0; i < 1000; i++)
        lines.emplace_back("a line that is longer than what a string holds inside");
    assert_true(samrena_contains(arena.get(), lines[999].data()));
    assert_true(resource == resource);
    assert_false(resource == other);
    auto *text = arena.make<std::pmr::string>("a text that is longer than what a string holds inside");
    assert_true(samrena_contains(arena.get(), text->data()));
}

static samrena::arena open_limited(const void *kind) {
    void *state = const_cast<void *>(kind);
    Config config = config_of(&state);
    config.limit = 1000;
    return open(config);
}

static void allocate_above_the_limit(const void *kind) {
    samrena::arena arena = open_limited(kind);
    samrena::memory_resource resource(arena);
    (void)resource.allocate(2000);
}

static void push_above_the_limit(const void *kind) {
    samrena::arena arena = open_limited(kind);
    std::vector<char, samrena::allocator<char>> text(arena);
    text.resize(2000);
}

static void test_allocating_aborts(void **state) {
    const char *kind = static_cast<const char *>(*state);
    for (auto *allocate : {allocate_above_the_limit, push_above_the_limit})
        assert_int_equal(status_of_child(allocate, kind, std::strlen(kind) + 1), CHILD_KILLED(SIGABRT));
}

int main() {
    child_starts_here();
    const CMUnitTest tests[] = {
        OVER_KINDS(test_objects_and_scopes),
        OVER_KINDS(test_failures_destroy_what_was_built),
        OVER_KINDS(test_containers),
        OVER_KINDS(test_allocating_aborts),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
