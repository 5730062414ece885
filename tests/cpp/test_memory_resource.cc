// SPDX-License-Identifier: MIT
// samrena::memory_resource and samrena::owning_resource below the containers of std::pmr.
#include <deque>
#include <list>
#include <map>
#include <memory_resource>
#include <set>
#include <string>
#include <unordered_map>

#include "support.hh"

/* Whatever does not come from the arena fails: no allocator falls back to the default resource. */
static int set_up_no_default(void **state) {
    std::pmr::set_default_resource(std::pmr::null_memory_resource());
    return forget_lives(state);
}

static bool holds(const samrena::arena &arena, const void *inside) {
    return samrena_contains(arena.get(), inside);
}

/* ---- Containers ---- */

static void test_vector(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::vector<int> numbers(&resource);
    for (int i = 0; i < 100000; i++)
        numbers.push_back(i);
    for (std::size_t i = 0; i < numbers.size(); i++)
        assert_int_equal(numbers[i], i);
    assert_true(holds(arena, numbers.data()) && holds(arena, &numbers.back()));
    numbers.shrink_to_fit();
    numbers.insert(numbers.begin(), 5, -1);
    assert_int_equal(numbers[5], 0);
    assert_true(holds(arena, numbers.data()));
}

static void test_string(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::string text("short", &resource);
    for (int i = 0; i < 10000; i++)
        text += "and longer ";
    assert_int_equal(text.size(), 5 + 11 * 10000);
    assert_true(holds(arena, text.data()));
    std::pmr::string copy(text, &resource);
    assert_true(copy == text && copy.data() != text.data());
}

static void test_map(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::map<std::pmr::string, int> words(&resource);
    for (int i = 0; i < 5000; i++)
        words["a key that is too long to lie inside of its string " +
              std::pmr::string(std::to_string(i % 1000), &resource)]++;
    assert_int_equal(words.size(), 1000);
    for (const auto &[word, count] : words) {
        assert_int_equal(count, 5);
        assert_true(holds(arena, &count) && holds(arena, word.data()));
    }
    words.erase(words.begin(), std::next(words.begin(), 500));
    assert_int_equal(words.size(), 500);
}

static void test_unordered_map(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::unordered_map<int, std::pmr::string> names(&resource);
    for (int i = 0; i < 20000; i++)
        names.emplace(i, "the name of the number, in more letters than fit inside");
    for (int i = 0; i < 20000; i += 2)
        names.erase(i);
    assert_int_equal(names.size(), 10000);
    assert_true(holds(arena, names.at(777).data()));
}

static void test_other_containers(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::list<int> list(1000, 1, &resource);
    std::pmr::deque<int> deque(1000, 2, &resource);
    std::pmr::set<int> set(&resource);
    for (int i = 0; i < 1000; i++) {
        set.insert(i * 7 % 1000);
        deque.pop_front();
        deque.push_back(i);
    }
    list.remove_if([](int) { return true; });
    assert_int_equal(set.size(), 1000);
    assert_int_equal(deque.front(), 0);
    assert_true(list.empty());
}

using Row = std::pmr::vector<std::pmr::string>;
using Table = std::pmr::map<std::pmr::string, Row>;

static void test_nested_containers_all_lie_in_the_arena(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::vector<Table> tables(&resource);
    for (int t = 0; t < 20; t++) {
        Table &table = tables.emplace_back();
        for (int r = 0; r < 20; r++)
            table[std::pmr::string(40, static_cast<char>('a' + r), &resource)].emplace_back(
                "a cell, which does not fit inside");
    }
    for (const Table &table : tables)
        for (const auto &[name, row] : table) {
            assert_true(holds(arena, &name) && holds(arena, name.data()) && holds(arena, row.data()));
            assert_true(holds(arena, row[0].data()));
            assert_true(row[0] == "a cell, which does not fit inside");
            assert_ptr_equal(row.get_allocator().resource(), &resource);
        }
}

/* Containers that lie in the arena themselves end with it, like any object. */
static void test_containers_made_in_the_arena(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource *resource = arena.make<samrena::memory_resource>(arena);
    auto *lives = arena.make<std::pmr::list<Life>>(resource);
    for (int i = 0; i < 100; i++)
        lives->emplace_back(i);
    assert_int_equal(Life::alive, 100);
    arena.reset();
    assert_int_equal(Life::alive, 0);
    assert_int_equal(arena.allocated(), 0);
}

static void test_frames_of_an_application(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::uint64_t calls = 0;
    for (int frame = 0; frame < 50; frame++) {
        {
            std::pmr::map<int, std::pmr::vector<int>> work(&resource);
            for (int i = 0; i < 200; i++)
                work[i].assign(100, i);
            assert_int_equal(work[199][99], 199);
        }
        if (frame == 0)
            calls = arena.info().adapter_calls;
        assert_int_equal(arena.info().adapter_calls, calls);
        arena.reset();
    }
}

static void test_the_owner_may_move_below_a_container(void **state) {
    samrena::arena arena = open_for(state), moved(nullptr);
    samrena::memory_resource resource(arena);
    std::pmr::vector<int> numbers({1, 2, 3}, &resource);
    moved = std::move(arena);
    for (int i = 4; i < 100000; i++)
        numbers.push_back(i);
    assert_int_equal(numbers[2], 3);
    assert_true(holds(moved, numbers.data()));
}

/* ---- Equality ---- */

static void test_is_equal(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    samrena::memory_resource one(arena), same(arena.get()), foreign(other);
    std::pmr::monotonic_buffer_resource unlike(std::pmr::new_delete_resource());
    assert_true(one.is_equal(one) && one.is_equal(same) && same == one);
    assert_false(one.is_equal(foreign) || foreign == one);
    assert_false(one == unlike || unlike == one);
    assert_ptr_equal(one.get(), arena.get());
    static_assert(!std::is_copy_constructible_v<samrena::memory_resource>);
    static_assert(!std::is_copy_assignable_v<samrena::memory_resource>);
    static_assert(!std::is_convertible_v<Samrena *, samrena::memory_resource>);
}

static void test_containers_move_within_an_arena_and_copy_between_two(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other = open_for(state);
    samrena::memory_resource one(arena), same(arena), foreign(other);
    std::pmr::vector<int> source({1, 2, 3}, &one), near(&same), far(&foreign);
    const int *data = source.data();
    near = std::move(source);
    assert_ptr_equal(near.data(), data);
    far = std::move(near);
    assert_ptr_not_equal(far.data(), data);
    assert_true(holds(other, far.data()) && far == std::pmr::vector<int>({1, 2, 3}, &one));
}

/* ---- Failing ---- */

template <class Function> static void assert_bad_alloc(Function function) {
    bool thrown = false;
    try {
        function();
    } catch (const std::bad_alloc &) {
        thrown = true;
    }
    assert_true(thrown);
}

static void test_bad_alloc_at_the_limit(void **state) {
    Config config = config_of(state);
    config.limit = 100 * KIB;
    samrena::arena arena = open(config);
    samrena::memory_resource resource(arena);
    std::pmr::vector<int> numbers(&resource);
    assert_bad_alloc([&] {
        for (int i = 0;; i++)
            numbers.push_back(i);
    });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_true(numbers.size() > 1000);
    assert_int_equal(numbers.size(), numbers.capacity());
    for (std::size_t i = 0; i < numbers.size(); i++)
        assert_int_equal(numbers[i], i);
    assert_true(arena.allocated() <= config.limit);
}

static void test_bad_alloc_leaves_a_map_usable(void **state) {
    Config config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    samrena::arena arena = open(config);
    samrena::memory_resource resource(arena);
    std::pmr::map<int, std::pmr::string> map(&resource);
    assert_bad_alloc([&] {
        for (int i = 0;; i++)
            map.emplace(i, std::pmr::string(60, 'm', &resource));
    });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    std::size_t size = map.size();
    assert_true(size > 5);
    assert_int_equal(map.rbegin()->first, size - 1);
    map.erase(0);
    assert_int_equal(map.begin()->first, 1);
    assert_true(map.begin()->second == std::pmr::string(60, 'm', std::pmr::new_delete_resource()));
}

static void test_bad_alloc_for_what_cannot_be(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::uint64_t allocated = arena.allocated();
    for (volatile std::size_t size : {SIZE_MAX, SIZE_MAX - 15, static_cast<std::size_t>(PTRDIFF_MAX) + 1})
        for (std::size_t alignment : {1u, 16u, 4096u}) {
            assert_bad_alloc([&] { (void)resource.allocate(size, alignment); });
            assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        }
    for (volatile std::size_t alignment : {0u, 3u, 24u})
        assert_bad_alloc([&] { (void)resource.allocate(1, alignment); });
    assert_int_equal(arena.allocated(), allocated);
    assert_non_null(resource.allocate(1));
}

static void test_bad_alloc_without_an_arena(void **) {
    samrena::arena empty("no such adapter");
    samrena::memory_resource resource(empty);
    assert_bad_alloc([&] { (void)resource.allocate(1); });
    assert_bad_alloc([&] { (void)resource.allocate(0); });
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
}

/* ---- Blocks ---- */

static void test_blocks_are_aligned_exactly(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    for (std::size_t alignment = 1; alignment <= 64 * KIB; alignment *= 2) {
        assert_true(is_aligned(resource.allocate(1, alignment), alignment));
        assert_true(is_aligned(resource.allocate(3, alignment), alignment));
    }
    assert_true(is_aligned(resource.allocate(1), alignof(std::max_align_t)));
}

struct alignas(64) Line {
    int number;
};

static void test_containers_of_aligned_types(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    std::pmr::vector<Line> lines(&resource);
    std::pmr::list<Line> list(&resource);
    std::pmr::string between("x", &resource);
    for (int i = 0; i < 500; i++) {
        lines.push_back({i});
        list.push_back({i});
        between.resize(20 + static_cast<std::size_t>(i));
        assert_true(is_aligned(&lines.back(), 64) && is_aligned(&list.back(), 64));
    }
    assert_int_equal(lines[0].number, 0);
}

static void test_blocks_of_nothing_differ(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    void *first = resource.allocate(0, 1);
    void *second = resource.allocate(0, 1);
    void *third = resource.allocate(1, 1);
    assert_non_null(first);
    assert_true(first != second && second != third && first != third);
    assert_true(is_aligned(resource.allocate(0, 256), 256));
}

/* ---- Giving back ---- */

static void test_temporary_strings_leave_nothing(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::memory_resource resource(arena);
    for (std::size_t i = 0; i < 100000; i++)
        assert_int_equal(std::pmr::string(100 + i % 100, 't', &resource)[50], 't');
    assert_int_equal(arena.allocated(), 0);
}

static void test_strings_that_end_in_reverse_order(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::memory_resource resource(arena);
    std::deque<std::pmr::string> strings;
    for (std::size_t i = 0; i < 10000; i++)
        strings.emplace_back(100 + i * 7 % 100, 's', &resource);
    assert_true(arena.allocated() >= 10000 * 101);
    while (!strings.empty())
        strings.pop_back();
    assert_int_equal(arena.allocated(), 0);
}

static void test_a_last_block_of_each_kind_comes_back(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::memory_resource resource(arena);
    for (std::size_t alignment : {1u, 2u, 4u, 8u, 16u})
        for (std::size_t size = alignment; size < 80; size += alignment) {
            resource.deallocate(resource.allocate(size, alignment), size, alignment);
            assert_int_equal(arena.allocated(), 0);
        }
}

static void test_what_is_not_last_stays(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::memory_resource resource(arena);
    void *first = resource.allocate(104);
    char *second = static_cast<char *>(resource.allocate(104));
    std::memset(second, 'b', 104);
    std::uint64_t allocated = arena.allocated();
    resource.deallocate(first, 104);
    assert_int_equal(arena.allocated(), allocated);
    std::memset(resource.allocate(104), 'c', 104);
    for (int i = 0; i < 104; i++)
        assert_int_equal(second[i], 'b');
}

/* The last bytes under a limit are handed out behind a closed window. */
static void test_the_last_bytes_under_a_limit_come_back(void **state) {
    Config config = exact_config_of(state);
    config.limit = 1001;
    samrena::arena arena = open(config);
    samrena::memory_resource resource(arena);
    for (int i = 0; i < 3; i++) {
        void *all = resource.allocate(1001, 1);
        assert_int_equal(arena.allocated(), 1001);
        resource.deallocate(all, 1001, 1);
        assert_int_equal(arena.allocated(), 0);
    }
}

#if defined(__SANITIZE_ADDRESS__)
extern "C" int __asan_address_is_poisoned(const volatile void *address);

/* Last or not, what was deallocated is not to be touched. */
static void test_a_checker_hears_of_every_block(void **state) {
    samrena::arena arena = open_for(state);
    samrena::memory_resource resource(arena);
    void *first = resource.allocate(100);
    void *second = resource.allocate(100);
    resource.deallocate(first, 100);
    assert_true(__asan_address_is_poisoned(first));
    assert_false(__asan_address_is_poisoned(second));
    resource.deallocate(second, 100);
    assert_true(__asan_address_is_poisoned(second));
}
#endif

/* ---- A resource that owns its arena ---- */

static_assert(!std::is_move_constructible_v<samrena::owning_resource> &&
              !std::is_move_assignable_v<samrena::owning_resource>); // containers keep its address

static void test_an_owning_resource(void **state) {
    {
        samrena::owning_resource resource(open_for(state));
        samrena::memory_resource same(resource.owner());
        std::pmr::vector<std::pmr::string> lines(&resource);
        for (int i = 0; i < 1000; i++)
            lines.emplace_back("a line that is longer than what a string holds inside");
        assert_true(holds(resource.owner(), lines[999].data()));
        assert_true(resource == same && same == resource);
        assert_ptr_equal(resource.get(), resource.owner().get());
        assert_non_null(resource.owner().make<Life>(1));
    }
    assert_ended({1});
}

static void test_an_owning_resource_without_an_arena(void **) {
    samrena::owning_resource by_default;
    assert_non_null(by_default.allocate(100));
    samrena::owning_resource empty(samrena::arena("no such adapter"));
    assert_false(static_cast<bool>(empty.owner()));
    assert_bad_alloc([&] { (void)empty.allocate(1); });
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_vector),
        OVER_KINDS(test_string),
        OVER_KINDS(test_map),
        OVER_KINDS(test_unordered_map),
        OVER_KINDS(test_other_containers),
        OVER_KINDS(test_nested_containers_all_lie_in_the_arena),
        OVER_KINDS(test_containers_made_in_the_arena),
        OVER_KINDS(test_frames_of_an_application),
        OVER_KINDS(test_the_owner_may_move_below_a_container),
        OVER_KINDS(test_is_equal),
        OVER_KINDS(test_containers_move_within_an_arena_and_copy_between_two),
        OVER_KINDS(test_bad_alloc_at_the_limit),
        OVER_KINDS(test_bad_alloc_leaves_a_map_usable),
        OVER_KINDS(test_bad_alloc_for_what_cannot_be),
        cmocka_unit_test(test_bad_alloc_without_an_arena),
        OVER_KINDS(test_blocks_are_aligned_exactly),
        OVER_KINDS(test_containers_of_aligned_types),
        OVER_KINDS(test_blocks_of_nothing_differ),
        OVER_KINDS(test_temporary_strings_leave_nothing),
        OVER_KINDS(test_strings_that_end_in_reverse_order),
        OVER_KINDS(test_a_last_block_of_each_kind_comes_back),
        OVER_KINDS(test_what_is_not_last_stays),
        OVER_KINDS(test_the_last_bytes_under_a_limit_come_back),
#if defined(__SANITIZE_ADDRESS__)
        OVER_KINDS(test_a_checker_hears_of_every_block),
#endif
        OVER_KINDS(test_an_owning_resource),
        cmocka_unit_test(test_an_owning_resource_without_an_arena),
    };
    return cmocka_run_group_tests(tests, set_up_no_default, nullptr);
}
