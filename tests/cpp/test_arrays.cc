// SPDX-License-Identifier: MIT
// make_array() from what is there already, and make_span().
#include <deque>
#include <forward_list>
#include <iterator>
#include <list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support.hh"

template <class Expected> static void assert_equal(const int *made, const Expected &expected) {
    assert_non_null(made);
    for (int number : expected)
        assert_int_equal(*made++, number);
}

/* ---- What it is made from ---- */

static void test_from_a_list_of_values(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    assert_equal(arena.make_array<int>({3, 1, 4, 1, 5}), std::vector<int>{3, 1, 4, 1, 5});
    assert_int_equal(arena.allocated(), 5 * sizeof(int));
    assert_int_equal(arena.make_array<int>({7})[0], 7); // not seven
    assert_int_equal(arena.allocated(), 6 * sizeof(int));
    assert_string_equal(arena.make_array<std::string>({"one", "two"})[1].c_str(), "two");
}

static void test_from_any_range(void **state) {
    samrena::arena arena = open_for(state);
    const std::vector<int> vector{1, 2, 3};
    std::forward_list<int> list(vector.begin(), vector.end());
    const int numbers[] = {1, 2, 3};
    assert_equal(arena.make_array<int>(vector), vector);
    assert_equal(arena.make_array<int>(list), vector);
    assert_equal(arena.make_array<int>(numbers), vector);
    assert_equal(arena.make_array<int>(std::list<int>{1, 2, 3}), vector);
    assert_equal(arena.make_array<int>(vector.begin() + 1, vector.end()), std::vector<int>{2, 3});
    assert_equal(arena.make_array<int>(numbers, numbers + 2), std::vector<int>{1, 2});
}

/* Each element is made from what it is made from, as make() would. */
static void test_elements_of_another_type(void **state) {
    samrena::arena arena = open_for(state);
    const std::vector<std::string_view> words{"a", "word longer than what lies inside of a string"};
    std::string *strings = arena.make_array<std::string>(words);
    assert_true(strings[0] == words[0] && strings[1] == words[1]);
    std::deque<int> numbers{4, 5, 6};
    Life *lives = arena.make_array<Life>(numbers); // its constructor is explicit
    assert_int_equal(lives[2].number, 6);
    std::vector<std::unique_ptr<int>> owners;
    owners.push_back(std::make_unique<int>(8));
    auto *owned = arena.make_array<std::unique_ptr<int>>(std::make_move_iterator(owners.begin()),
                                                         std::make_move_iterator(owners.end()));
    assert_int_equal(*owned[0], 8);
    assert_null(owners[0].get());
}

static void test_from_nothing(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    assert_non_null(arena.make_array<int>(std::vector<int>()));
    assert_non_null(arena.make_array<Life>(std::list<int>()));
    assert_int_equal(arena.allocated(), 0);
}

/* ---- Destructors and failures ---- */

static void test_all_are_destroyed_newest_first(void **state) {
    samrena::arena arena = open_for(state);
    assert_non_null(arena.make_array<Life>(std::vector<int>{1, 2, 3}));
    assert_non_null(arena.make_array<Life>(std::vector<int>{4}));
    arena.reset();
    assert_ended({4, 3, 2, 1});
}

/* Throws when it is made from this number. */
struct Picky {
    static inline int refused = 0;
    Life life;
    explicit Picky(int number) : life(number) {
        if (number == refused)
            throw std::runtime_error("picky");
    }
};

static void test_a_constructor_that_throws_at_each_position(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    const std::vector<int> numbers{1, 2, 3, 4, 5};
    for (Picky::refused = 1; Picky::refused <= 5; Picky::refused++) {
        Life::forget();
        bool thrown = false;
        try {
            (void)arena.make_array<Picky>(numbers);
        } catch (const std::runtime_error &) {
            thrown = true;
        }
        assert_true(thrown);
        assert_int_equal(Life::born, Picky::refused);
        assert_int_equal(Life::alive, 0);
        assert_int_equal(arena.allocated(), 0);
    }
    Life::forget();
    assert_non_null(arena.make_array<Picky>(numbers));
    arena.reset();
    assert_ended({5, 4, 3, 2, 1});
}

static void test_each_limit(void **state) {
    Config config = exact_config_of(state);
    const std::vector<int> numbers{1, 2, 3, 4, 5};
    bool done = false;
    for (config.limit = 1; !done; config.limit++) {
        Life::forget();
        samrena::arena arena = open(config);
        done = arena.make_array<Life>(numbers) != nullptr;
        assert_int_equal(Life::alive, done ? 5 : 0);
        assert_true(config.limit < KIB);
    }
    assert_true(config.limit > 5 * sizeof(Life));
}

static void test_an_empty_arena(void **) {
    samrena::arena empty(nullptr);
    assert_null(empty.make_array<int>({1, 2}));
    assert_null(empty.make_array<Life>(std::vector<int>{1}));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(Life::born, 0);
}

/* ---- Spans ---- */

#if defined(__cpp_lib_span)
static void test_spans(void **state) {
    samrena::arena arena = open_for(state);
    std::span<long> zeroes = arena.make_span<long>(100);
    assert_int_equal(zeroes.size(), 100);
    for (long number : zeroes)
        assert_int_equal(number, 0);
    const std::list<int> list{1, 2, 3};
    std::span<int> copied = arena.make_span<int>(list);
    assert_int_equal(copied.size(), 3);
    assert_equal(copied.data(), list);
    assert_int_equal(arena.make_span<int>(copied.subspan(1)).front(), 2);
    std::span<int> given = arena.make_span<int>({7});
    assert_int_equal(given.size(), 1);
    assert_int_equal(given[0], 7);
    assert_int_equal(arena.make_span<Life>(5).size(), 5);
    arena.reset();
    assert_int_equal(Life::ended.size(), 5);
}

/* As the iterators of views: each element is made when it is asked for, so that by the older rules this is none that
   can be gone through twice. */
struct Squares {
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = int;
    int number;

    int operator*() const {
        return number * number;
    }
    Squares &operator++() {
        number++;
        return *this;
    }
    Squares operator++(int) {
        return {number++};
    }
    bool operator==(const Squares &) const = default;
};

static void test_from_what_a_view_has(void **state) {
    samrena::arena arena = open_for(state);
    assert_equal(arena.make_array<int>(Squares{1}, Squares{4}), std::vector<int>{1, 4, 9});
}

static void test_spans_of_nothing(void **state) {
    Config config = config_of(state);
    config.limit = 100;
    samrena::arena arena = open(config);
    assert_non_null(arena.make_span<int>(0).data());
    std::span<char> failed = arena.make_span<char>(101);
    assert_true(failed.empty() && !failed.data());
    failed = arena.make_span<char>(std::string(101, 'x'));
    assert_true(failed.empty() && !failed.data());
    volatile std::uint64_t most = UINT64_MAX;
    assert_true(arena.make_span<long>(most).empty());
}
#endif

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_from_a_list_of_values),
        OVER_KINDS(test_from_any_range),
        OVER_KINDS(test_elements_of_another_type),
        OVER_KINDS(test_from_nothing),
        OVER_KINDS(test_all_are_destroyed_newest_first),
        OVER_KINDS(test_a_constructor_that_throws_at_each_position),
        OVER_KINDS(test_each_limit),
        cmocka_unit_test_setup(test_an_empty_arena, forget_lives),
#if defined(__cpp_lib_span)
        OVER_KINDS(test_spans),
        OVER_KINDS(test_from_what_a_view_has),
        OVER_KINDS(test_spans_of_nothing),
#endif
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
