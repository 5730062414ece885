// SPDX-License-Identifier: MIT
// samrena::allocator below containers of every kind.
#include <deque>
#include <forward_list>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <scoped_allocator>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "support.hh"

template <class T> using Allocator = samrena::allocator<T>;
template <class T> using Vector = std::vector<T, Allocator<T>>;
template <class T> using List = std::list<T, Allocator<T>>;
using String = std::basic_string<char, std::char_traits<char>, Allocator<char>>;
template <class K, class V> using Map = std::map<K, V, std::less<K>, Allocator<std::pair<const K, V>>>;
template <class T> using HashSet = std::unordered_set<T, std::hash<T>, std::equal_to<T>, Allocator<T>>;

using Traits = std::allocator_traits<Allocator<int>>;
static_assert(std::is_same_v<Traits::rebind_alloc<char>, Allocator<char>>);
static_assert(Traits::propagate_on_container_move_assignment::value && Traits::propagate_on_container_swap::value);
static_assert(!Traits::propagate_on_container_copy_assignment::value && !Traits::is_always_equal::value);
static_assert(std::is_nothrow_move_assignable_v<Vector<int>> && std::is_nothrow_move_constructible_v<Vector<int>>);
static_assert(!std::is_default_constructible_v<Allocator<int>>); // of which arena?
static_assert(std::is_convertible_v<samrena::arena &, Allocator<int>> &&
              !std::is_convertible_v<samrena::arena, Allocator<int>>); // a temporary would be gone at once
static_assert(sizeof(Allocator<int>) == sizeof(Samrena *));

static bool holds(const samrena::arena &arena, const void *inside) {
    return samrena_contains(arena.get(), inside);
}

/* ---- Containers ---- */

static void test_rows(void **state) {
    samrena::arena arena = open_for(state);
    Vector<int> numbers(arena);
    std::deque<int, Allocator<int>> deque(arena);
    for (int i = 0; i < 100000; i++) {
        numbers.push_back(i);
        deque.push_front(i);
    }
    for (std::size_t i = 0; i < numbers.size(); i++) {
        assert_int_equal(numbers[i], i);
        assert_int_equal(deque[i], 99999 - i);
    }
    assert_true(holds(arena, numbers.data()) && holds(arena, &numbers.back()) && holds(arena, &deque.back()));
    Vector<bool> bits(1000, true, arena);
    assert_true(bits[999]);
}

static void test_text(void **state) {
    samrena::arena arena = open_for(state);
    String text("short", arena);
    for (int i = 0; i < 10000; i++)
        text += "and longer ";
    assert_int_equal(text.size(), 5 + 11 * 10000);
    assert_true(holds(arena, text.data()));
}

static void test_nodes(void **state) {
    samrena::arena arena = open_for(state);
    List<int> list(1000, 1, arena);
    std::forward_list<int, Allocator<int>> forward(1000, 2, arena);
    std::set<int, std::less<int>, Allocator<int>> set(arena);
    HashSet<int> hashed(arena);
    for (int i = 0; i < 5000; i++) {
        set.insert(i * 7 % 1000);
        hashed.insert(i * 11 % 3000);
        list.push_front(i);
        list.pop_back();
    }
    assert_int_equal(set.size(), 1000);
    assert_int_equal(hashed.size(), 3000);
    assert_int_equal(list.front(), 4999);
    assert_int_equal(list.back(), 4000);
    assert_true(holds(arena, &*set.begin()) && holds(arena, &*hashed.begin()) && holds(arena, &list.front()) &&
                holds(arena, &forward.front()));
}

static void test_nested_containers_through_a_scoped_allocator(void **state) {
    using Row = std::vector<String, std::scoped_allocator_adaptor<Allocator<String>>>;
    using Entry = std::pair<const String, Row>;
    using Table = std::map<String, Row, std::less<String>, std::scoped_allocator_adaptor<Allocator<Entry>>>;
    samrena::arena arena = open_for(state);
    Table table{Allocator<Entry>(arena)};
    for (int i = 0; i < 20; i++)
        table[String(40, static_cast<char>('a' + i), arena)].emplace_back("a cell, which does not fit inside");
    for (const auto &[name, row] : table) {
        assert_true(holds(arena, &name) && holds(arena, name.data()) && holds(arena, row.data()));
        assert_true(holds(arena, row[0].data()));
        assert_true(row[0] == "a cell, which does not fit inside");
    }
}

static void test_a_shared_object(void **state) {
    samrena::arena arena = open_for(state);
    std::shared_ptr<Life> life = std::allocate_shared<Life>(Allocator<Life>(arena), 7);
    assert_true(holds(arena, life.get()));
    life.reset();
    assert_ended({7});
}

struct alignas(64) Line {
    int number;
};

static void test_aligned_types(void **state) {
    samrena::arena arena = open_for(state);
    Vector<Line> lines(arena);
    List<Line> list(arena);
    String between("x", arena);
    for (int i = 0; i < 500; i++) {
        lines.push_back({i});
        list.push_back({i});
        between.resize(20 + static_cast<std::size_t>(i));
        assert_true(is_aligned(&lines.back(), 64) && is_aligned(&list.back(), 64));
    }
    assert_int_equal(lines[0].number, 0);
}

static void test_containers_that_lie_in_the_arena(void **state) {
    samrena::arena arena = open_for(state);
    auto *lives = arena.make<List<Life>>(Allocator<Life>(arena));
    for (int i = 0; i < 100; i++)
        lives->emplace_back(i);
    assert_true(holds(arena, &lives->back()));
    arena.reset();
    assert_int_equal(Life::born, 100);
    assert_int_equal(Life::alive, 0);
    assert_int_equal(arena.allocated(), 0);
}

static void test_the_owner_may_move_below_a_container(void **state) {
    samrena::arena arena = open_for(state), moved(nullptr);
    Vector<int> numbers({1, 2, 3}, arena);
    moved = std::move(arena);
    for (int i = 4; i < 100000; i++)
        numbers.push_back(i);
    assert_int_equal(numbers[2], 3);
    assert_true(holds(moved, numbers.data()));
}

/* ---- Which arena ---- */

static void test_equality(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    Allocator<int> numbers(arena), same(arena.get()), foreign(other);
    Allocator<char> rebound(numbers);
    assert_true(numbers == same && !(numbers != same));
    assert_true(numbers == rebound && !(rebound != numbers));
    assert_true(numbers != foreign && !(foreign == rebound));
    assert_ptr_equal(rebound.get(), arena.get());
    assert_true(Traits::select_on_container_copy_construction(foreign) == foreign);
}

static void test_a_move_takes_the_arena_along(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    Vector<int> source({1, 2, 3}, arena), target({4}, other);
    const int *data = source.data();
    target = std::move(source);
    assert_ptr_equal(target.data(), data);
    assert_ptr_equal(target.get_allocator().get(), arena.get());
    target.resize(1000);
    assert_true(holds(arena, target.data()));
    Vector<int> made(std::move(target));
    assert_ptr_equal(made.get_allocator().get(), arena.get());
    other.reset();
    assert_int_equal(made[2], 3);
}

static void test_a_move_into_a_given_arena_moves_elements(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    List<int> source({1, 2, 3}, arena);
    List<int> near(std::move(source), arena);
    const int *first = &near.front();
    assert_true(holds(arena, first));
    List<int> far(std::move(near), other);
    assert_true(holds(other, &far.front()) && far == List<int>({1, 2, 3}, arena));
}

static void test_a_copy(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    Vector<int> source({1, 2, 3}, arena);
    Vector<int> made(source), assigned({4}, other), given(source, other);
    assert_ptr_equal(made.get_allocator().get(), arena.get());
    assert_ptr_equal(given.get_allocator().get(), other.get());
    assigned = source;
    assert_ptr_equal(assigned.get_allocator().get(), other.get());
    assert_true(holds(other, assigned.data()) && holds(other, given.data()) && holds(arena, made.data()));
    assert_true(assigned == source && made == source && given == source && made.data() != source.data());
}

static void test_a_swap_exchanges_arenas(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    HashSet<int> one({1, 2, 3}, 10, arena), two({4}, 10, other);
    swap(one, two);
    assert_ptr_equal(one.get_allocator().get(), other.get());
    assert_ptr_equal(two.get_allocator().get(), arena.get());
    assert_int_equal(two.count(3), 1);
    two.insert(5);
    assert_true(holds(arena, &*two.find(5)) && holds(other, &*one.find(4)));
}

/* ---- Giving back ---- */

static void test_temporary_text_leaves_nothing(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    for (std::size_t i = 0; i < 100000; i++)
        assert_int_equal(String(100 + i % 100, 't', arena)[50], 't');
    assert_int_equal(arena.allocated(), 0);
}

static void test_buffers_that_end_in_reverse_order(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    std::vector<Vector<long>> rows;
    for (std::size_t i = 0; i < 1000; i++)
        rows.emplace_back(2 + i % 70, 5, arena);
    assert_true(arena.allocated() > 30000 * sizeof(long));
    while (!rows.empty())
        rows.pop_back();
    assert_int_equal(arena.allocated(), 0);
}

static void test_what_is_not_last_stays(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    Allocator<long> allocator(arena);
    long *first = allocator.allocate(10);
    long *second = allocator.allocate(10);
    first[9] = 1;
    second[9] = 2;
    std::uint64_t allocated = arena.allocated();
    allocator.deallocate(first, 10);
    assert_int_equal(arena.allocated(), allocated);
    allocator.deallocate(second, 10);
    assert_int_equal(arena.allocated(), 10 * sizeof(long));
    assert_ptr_equal(allocator.allocate(5), second);
}

static void test_single_objects_stay(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    Allocator<long> allocator(arena);
    allocator.deallocate(allocator.allocate(1), 1);
    assert_int_equal(arena.allocated(), sizeof(long));
}

/* A region that is left behind begins or ends where another one does, for all that the window tells. */
static void test_buffers_in_many_regions(void **state) {
    Config config = exact_config_of(state);
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 4 * KIB;
    samrena::arena arena = open(config);
    std::vector<Vector<char>> rows;
    for (std::size_t i = 0; i < 1000; i++)
        rows.emplace_back(1000 + i % 500, static_cast<char>(i), arena);
    std::uint64_t allocated = arena.allocated();
    for (std::size_t i = 0; i < rows.size(); i += 2)
        Vector<char>(arena).swap(rows[i]);
    assert_int_equal(arena.allocated(), allocated);
    for (std::size_t i = 1; i < rows.size(); i += 2)
        for (char c : rows[i])
            assert_int_equal(c, static_cast<char>(i));
}

static void test_a_mark_holds_what_was_before_it(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    auto before = std::make_unique<Vector<int>>(10, 1, arena);
    SamrenaMark mark = arena.mark();
    std::uint64_t allocated = arena.allocated();
    before.reset();
    assert_int_equal(arena.allocated(), allocated);
    assert_int_equal(arena.rewind(mark), SAMRENA_OK);
}

/* ---- Failing ---- */

template <class Exception, class Function> static void assert_throws(Function function) {
    bool thrown = false;
    try {
        function();
    } catch (const Exception &error) {
        thrown = typeid(error) == typeid(Exception);
    }
    assert_true(thrown);
}

static void test_bad_alloc_at_the_limit(void **state) {
    Config config = config_of(state);
    config.limit = 100 * KIB;
    samrena::arena arena = open(config);
    List<int> numbers(arena);
    assert_throws<std::bad_alloc>([&] {
        for (int i = 0;; i++)
            numbers.push_back(i);
    });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_true(numbers.size() > 1000);
    assert_int_equal(numbers.back(), numbers.size() - 1);
    assert_true(arena.allocated() <= config.limit);
}

static void test_sizes_that_cannot_be(void **state) {
    samrena::arena arena = open_for(state);
    Allocator<long> allocator(arena);
    volatile std::size_t most = std::numeric_limits<std::size_t>::max();
    std::uint64_t allocated = arena.allocated();
    for (std::size_t count : {most / sizeof(long) + 1, most / sizeof(long) + 2, most / 2, most + 0})
        assert_throws<std::bad_array_new_length>([&] { (void)allocator.allocate(count); });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    for (std::size_t count : {most / sizeof(long), most / sizeof(long) / 2 + 1})
        assert_throws<std::bad_alloc>([&] { (void)allocator.allocate(count); });
    assert_int_equal(arena.allocated(), allocated);
    assert_non_null(allocator.allocate(1));
}

static void test_without_an_arena(void **) {
    samrena::arena empty(nullptr);
    Allocator<long> allocator(empty);
    volatile std::size_t most = std::numeric_limits<std::size_t>::max();
    assert_throws<std::bad_alloc>([&] { (void)allocator.allocate(1); });
    assert_throws<std::bad_array_new_length>([&] { (void)allocator.allocate(most); });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_rows),
        OVER_KINDS(test_text),
        OVER_KINDS(test_nodes),
        OVER_KINDS(test_nested_containers_through_a_scoped_allocator),
        OVER_KINDS(test_a_shared_object),
        OVER_KINDS(test_aligned_types),
        OVER_KINDS(test_containers_that_lie_in_the_arena),
        OVER_KINDS(test_the_owner_may_move_below_a_container),
        OVER_KINDS(test_equality),
        OVER_KINDS(test_a_move_takes_the_arena_along),
        OVER_KINDS(test_a_move_into_a_given_arena_moves_elements),
        OVER_KINDS(test_a_copy),
        OVER_KINDS(test_a_swap_exchanges_arenas),
        OVER_KINDS(test_temporary_text_leaves_nothing),
        OVER_KINDS(test_buffers_that_end_in_reverse_order),
        OVER_KINDS(test_what_is_not_last_stays),
        OVER_KINDS(test_single_objects_stay),
        OVER_KINDS(test_buffers_in_many_regions),
        OVER_KINDS(test_a_mark_holds_what_was_before_it),
        OVER_KINDS(test_bad_alloc_at_the_limit),
        OVER_KINDS(test_sizes_that_cannot_be),
        cmocka_unit_test(test_without_an_arena),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
