// SPDX-License-Identifier: MIT
// samrena::arena as an owner: creating, moving, and what it forwards.
#include <memory_resource>
#include <string>
#include <string_view>

#include "support.hh"

static_assert(!std::is_copy_constructible_v<samrena::arena> && !std::is_copy_assignable_v<samrena::arena>);
static_assert(std::is_nothrow_move_constructible_v<samrena::arena> &&
              std::is_nothrow_move_assignable_v<samrena::arena>);
static_assert(std::is_nothrow_default_constructible_v<samrena::arena> && std::is_nothrow_swappable_v<samrena::arena>);
static_assert(std::is_nothrow_constructible_v<samrena::arena, const SamrenaConfig &>);
static_assert(!std::is_convertible_v<Samrena *, samrena::arena> &&
              !std::is_convertible_v<const char *, samrena::arena>);
static_assert(!std::is_convertible_v<samrena::arena, bool>);
static_assert(sizeof(samrena::arena) == sizeof(Samrena *));

static void test_every_way_to_create(void **state) {
    Config config = config_of(state);
    samrena::arena arenas[] = {samrena::arena(),
                               samrena::arena("virtual"),
                               samrena::arena(static_cast<char *>(nullptr)),
                               samrena::arena(config),
                               samrena::arena(samrena_create(nullptr)),
                               open(config)};
    for (samrena::arena &made : arenas) {
        assert_true(static_cast<bool>(made));
        assert_non_null(made.get());
        assert_non_null(made.allocate(100));
    }
    assert_string_equal(arenas[1].info().adapter, "virtual");
    assert_false(static_cast<bool>(samrena::arena(nullptr)));
}

/* Handle and first memory, wherever the owner moves. */
static void test_an_arena_in_storage(void **) {
    unsigned char storage[4 * KIB];
    auto is_inside = [&](const void *at) {
        return at >= static_cast<void *>(storage) && at < static_cast<void *>(storage + sizeof(storage));
    };
    samrena::arena made = samrena::arena::in(storage, sizeof(storage));
    assert_true(is_inside(made.get()) && is_inside(made.allocate(1000)));
    assert_int_equal(made.info().adapter_calls, 0);
    samrena::arena moved(std::move(made));
    assert_true(is_inside(moved.get()) && is_inside(moved.allocate(100)));
    assert_non_null(moved.allocate(sizeof(storage)));
    assert_true(moved.info().adapter_calls > 0);
}

static void test_an_arena_in_storage_with_a_config(void **) {
    unsigned char storage[4 * KIB];
    SamrenaConfig config = samrena_default_config();
    config.limit = 100;
    samrena::arena made = samrena::arena::in(storage, sizeof(storage), &config);
    assert_null(made.allocate(101));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
}

static void assert_fails(const void *block) {
    assert_null(block);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void assert_empty(samrena::arena &empty) {
    int born = Life::born;
    assert_false(static_cast<bool>(empty));
    assert_null(empty.get());
    assert_fails(empty.allocate(1));
    assert_fails(empty.make<int>(1));
    assert_fails(empty.make<Life>(1));
    assert_fails(empty.make_array<int>(1));
    assert_fails(empty.make_array<Life>(1));
    assert_fails(empty.push_string("text"));
    assert_int_equal(Life::born, born);
    assert_int_equal(empty.reserve(1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(empty.reserve_more(1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(empty.reserve_with_growth(1, 2), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(empty.rewind(empty.mark()), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(empty.allocated(), 0);
    assert_int_equal(empty.capacity(), 0);
    assert_int_equal(empty.resident(), 0);
    assert_null(empty.info().adapter);
    assert_int_equal(empty.info().struct_size, sizeof(SamrenaInfo));
    assert_int_equal(empty.reset(), SAMRENA_ERROR_INVALID_PARAMETER);
    empty.trim(0);
    assert_null(empty.release());
}

static void test_failed_creation_is_empty_and_says_why(void **) {
    samrena::arena unknown("no such adapter");
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_empty(unknown);
    SamrenaConfig config = samrena_default_config();
    config.growth = 99;
    samrena::arena wrong(config);
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_empty(wrong);
    static unsigned char storage[SAMRENA_STORAGE_LEAST - 1];
    samrena::arena small = samrena::arena::in(storage, sizeof(storage));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_empty(small);
}

/* The moved-from arena is looked at on purpose. */
static void test_moving_keeps_what_lies_in_the_arena(void **state) {
    samrena::arena first = open_for(state);
    Samrena *handle = first.get();
    Life *life = first.make<Life>(7);
    samrena::arena second(std::move(first));
    assert_ptr_equal(second.get(), handle);
    assert_int_equal(life->number, 7);
    assert_empty(first);
    assert_int_equal(Life::alive, 1);

    first = std::move(second);
    assert_ptr_equal(first.get(), handle);
    assert_int_equal(life->number, 7);
    assert_empty(second);
    assert_int_equal(Life::alive, 1);
}

static void test_move_assignment_destroys_what_was_owned(void **state) {
    samrena::arena first = open_for(state);
    samrena::arena second = open_for(state);
    assert_non_null(first.make<Life>(1));
    assert_non_null(second.make<Life>(2));
    first = std::move(second);
    assert_ended({1});
    first = samrena::arena(nullptr);
    assert_ended({1, 2});
    assert_false(static_cast<bool>(first));
}

static void test_moving_to_itself_changes_nothing(void **state) {
    samrena::arena made = open_for(state);
    Samrena *handle = made.get();
    assert_non_null(made.make<Life>(1));
    samrena::arena &same = made;
    made = std::move(same);
    made.swap(same);
    assert_ptr_equal(made.get(), handle);
    assert_int_equal(Life::alive, 1);
    samrena::arena empty(nullptr);
    samrena::arena &also_empty = empty;
    empty = std::move(also_empty);
    assert_empty(empty);
}

static void test_swap(void **state) {
    samrena::arena first = open_for(state);
    samrena::arena second(nullptr);
    Samrena *handle = first.get();
    first.swap(second);
    assert_null(first.get());
    assert_ptr_equal(second.get(), handle);
    using std::swap;
    swap(first, second);
    assert_ptr_equal(first.get(), handle);
    assert_null(second.get());
    second = open_for(state);
    Samrena *other = second.get();
    swap(first, second);
    assert_ptr_equal(first.get(), other);
    assert_ptr_equal(second.get(), handle);
}

static void test_release_leaves_the_arena_to_the_caller(void **state) {
    Samrena *handle;
    {
        samrena::arena made = open_for(state);
        assert_non_null(made.make<Life>(1));
        handle = made.release();
        assert_empty(made);
    }
    assert_ended({});
    {
        samrena::arena adopted(handle);
        assert_ptr_equal(adopted.get(), handle);
    }
    assert_ended({1});
}

static void test_arenas_in_a_vector(void **state) {
    std::vector<samrena::arena> arenas;
    for (int i = 0; i < 8; i++) {
        arenas.push_back(open_for(state));
        assert_non_null(arenas.back().make<Life>(i));
    }
    assert_ended({});
    arenas.erase(arenas.begin() + 2);
    assert_ended({2});
    arenas.clear();
    assert_int_equal(Life::alive, 0);
}

/* A destructor may use the arena that it lies in until the very end. */
struct Pusher {
    samrena::arena *owner;
    ~Pusher() {
        assert_non_null(owner->allocate(100000));
        assert_non_null(owner->make<Life>(9));
    }
};

static void test_destructors_may_use_the_owner(void **state) {
    {
        samrena::arena made = open_for(state);
        assert_non_null(made.make<Pusher>(&made));
        made.reset();
        assert_ended({9});
        assert_int_equal(made.allocated(), 0);
        assert_non_null(made.make<Pusher>(&made));
    }
    assert_ended({9, 9});
    assert_int_equal(Life::alive, 0);
}

static void test_allocate_aligns_exactly(void **state) {
    samrena::arena made = open_for(state);
    for (std::uint64_t alignment = 1; alignment <= 16 * KIB; alignment *= 2)
        for (std::uint64_t size : {UINT64_C(0), UINT64_C(1), UINT64_C(33), UINT64_C(5000)}) {
            void *block = made.allocate(size, alignment);
            assert_non_null(block);
            assert_true(is_aligned(block, alignment));
            std::memset(block, 0x5a, (size_t)size);
        }
    assert_true(is_aligned(made.allocate(3), 16));
    assert_true(is_aligned(made.allocate(3), 16));
}

static void test_allocate_refuses_what_the_c_functions_refuse(void **state) {
    samrena::arena made = open_for(state);
    std::uint64_t allocated = made.allocated();
    assert_fails(made.allocate(1, 0));
    assert_fails(made.allocate(1, 3));
    assert_fails(made.allocate(UINT64_MAX));
    assert_fails(made.allocate(static_cast<std::uint64_t>(PTRDIFF_MAX) + 1));
    assert_int_equal(made.allocated(), allocated);
}

static void test_reserving_and_asking(void **state) {
    samrena::arena made = open_for(state);
    assert_int_equal(made.reserve(3 * MIB), SAMRENA_OK);
    assert_true(made.capacity() >= 3 * MIB);
    assert_int_equal(made.info().reserve.requested, 3 * MIB);
    assert_non_null(made.allocate(MIB));
    assert_true(made.allocated() >= MIB);
    assert_int_equal(made.reserve(4 * MIB), SAMRENA_OK); // in total
    assert_int_equal(made.info().reserve.requested, 4 * MIB);
    assert_int_equal(made.reserve_more(6 * MIB), SAMRENA_OK);
    assert_int_equal(made.info().reserve.requested, made.allocated() + 6 * MIB);
    assert_int_equal(made.reserve_with_growth(8 * MIB, 50 * MIB), SAMRENA_OK);
    SamrenaInfo info = made.info();
    assert_int_equal(info.growth_hint, 50 * MIB);
    assert_int_equal(info.allocated, made.allocated());
    assert_int_equal(info.capacity, made.capacity());
    assert_int_equal(info.allocated, samrena_allocated(made.get()));
    assert_int_equal(made.resident(), samrena_resident(made.get()));
}

static void test_mark_and_rewind(void **state) {
    samrena::arena made = open_for(state);
    assert_non_null(made.allocate(100));
    SamrenaMark mark = made.mark();
    std::uint64_t allocated = made.allocated();
    void *block = made.allocate(100000);
    SamrenaMark later = made.mark();
    assert_int_equal(made.rewind(mark), SAMRENA_OK);
    assert_int_equal(made.allocated(), allocated);
    assert_int_equal(made.rewind(later), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ptr_equal(made.allocate(100000), block);
    assert_int_equal(made.rewind(SamrenaMark{}), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void test_reset_and_trim(void **state) {
    samrena::arena made = open_for(state);
    assert_non_null(made.allocate(8 * MIB));
    std::uint64_t capacity = made.capacity();
    assert_int_equal(made.reset(), SAMRENA_OK);
    assert_true(static_cast<bool>(made));
    assert_int_equal(made.allocated(), 0);
    assert_true(made.capacity() >= capacity);
    made.trim(0);
    assert_true(made.capacity() < MIB);
    assert_non_null(made.allocate(100));
}

/* ---- Splicing ---- */

static void test_splice_takes_over_what_was_owned(void **state) {
    samrena::arena into = open_for(state), from = open_for(state);
    assert_non_null(into.make<Life>(1));
    Life *life = from.make<Life>(2);
    char *text = from.push_string("text");
    assert_int_equal(into.splice(std::move(from)), SAMRENA_OK);
    assert_empty(from);
    assert_string_equal(text, "text");
    assert_int_equal(life->number, 2);
    assert_int_equal(Life::alive, 2);
    assert_true(samrena_contains(into.get(), text));
    assert_non_null(into.make<Life>(3));
    from = open_for(state);
    assert_non_null(from.make<Life>(4));
    from.reset();
    into.reset();
    assert_ended({4, 3, 2, 1});
}

static void test_splice_of_many(void **state) {
    samrena::arena into = open_for(state);
    for (int i = 0; i < 7; i++) {
        samrena::arena part = open_for(state);
        assert_non_null(part.make<Life>(i));
        assert_non_null(part.allocate(100000));
        assert_int_equal(into.splice(std::move(part)), SAMRENA_OK);
    }
    assert_int_equal(Life::alive, 7);
    into = samrena::arena(nullptr);
    assert_int_equal(Life::alive, 0);
    for (std::size_t i = 0; i < 7; i++)
        assert_int_equal(Life::ended[i], 6 - i);
}

static void test_splice_that_fails_changes_nothing(void **state) {
    Config config = exact_config_of(state);
    config.limit = 1000;
    samrena::arena into = open(config), from = open(exact_config_of(state)), empty(nullptr);
    Samrena *handle = from.get();
    assert_non_null(from.make<Life>(1));
    assert_non_null(from.allocate(2000));
    assert_int_equal(into.splice(std::move(from)), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(empty.splice(std::move(from)), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(from.splice(std::move(empty)), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena::arena &itself = from;
    assert_int_equal(from.splice(std::move(itself)), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ptr_equal(from.get(), handle);
    assert_int_equal(Life::alive, 1);
    assert_int_equal(into.allocated(), 0);
}

/* They end with the arena that took them in, and free what their own cannot take back any more. */
static void test_containers_in_an_arena_that_is_spliced(void **state) {
    samrena::arena into = open_for(state), from = open_for(state);
    auto *numbers = from.make<std::vector<int, samrena::allocator<int>>>(100u, 7);
    auto *texts = from.make<std::pmr::vector<std::pmr::string>>(3u, "a text that is longer than what lies inside");
    assert_int_equal(into.splice(std::move(from)), SAMRENA_OK);
    char *pushed = into.push_string("pushed");
    assert_int_equal((*numbers)[99], 7);
    assert_string_equal((*texts)[2].c_str(), "a text that is longer than what lies inside");
    bool thrown = false;
    try {
        numbers->resize(1000);
    } catch (const std::bad_alloc &) {
        thrown = true;
    }
    assert_true(thrown);
    texts->clear();
    assert_string_equal(pushed, "pushed");
    assert_int_equal(into.reset(), SAMRENA_OK);
    assert_int_equal(into.allocated(), 0);
}

static void test_push_string_copies_exactly(void **state) {
    samrena::arena made = open(exact_config_of(state));
    constexpr std::string_view inner_nul("a\0b\0", 4);
    const char unterminated[3] = {'x', 'y', 'z'};
    assert_memory_equal(made.push_string(inner_nul), "a\0b\0\0", 5);
    assert_string_equal(made.push_string(std::string_view(unterminated, 3)), "xyz");
    assert_string_equal(made.push_string({}), "");
    assert_string_equal(made.push_string(""), "");
    assert_int_equal(made.allocated(), 5 + 4 + 1 + 1);
    std::vector<char> large(100000, 'l');
    char *copy = made.push_string({large.data(), large.size()});
    assert_memory_equal(copy, large.data(), large.size());
    assert_int_equal(copy[large.size()], '\0');
}

/* No such string can be; not a byte of it may be read, and not one be written. */
static void test_push_string_refuses_impossible_lengths(void **state) {
    samrena::arena made = open_for(state);
    std::uint64_t allocated = made.allocated();
    for (volatile std::size_t length : {SIZE_MAX, SIZE_MAX - 1, static_cast<std::size_t>(PTRDIFF_MAX)})
        assert_fails(made.push_string(std::string_view("", length)));
    assert_int_equal(made.allocated(), allocated);
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_every_way_to_create),
        cmocka_unit_test(test_an_arena_in_storage),
        cmocka_unit_test(test_an_arena_in_storage_with_a_config),
        cmocka_unit_test_setup(test_failed_creation_is_empty_and_says_why, forget_lives),
        OVER_KINDS(test_moving_keeps_what_lies_in_the_arena),
        OVER_KINDS(test_move_assignment_destroys_what_was_owned),
        OVER_KINDS(test_moving_to_itself_changes_nothing),
        OVER_KINDS(test_swap),
        OVER_KINDS(test_release_leaves_the_arena_to_the_caller),
        OVER_KINDS(test_arenas_in_a_vector),
        OVER_KINDS(test_destructors_may_use_the_owner),
        OVER_KINDS(test_allocate_aligns_exactly),
        OVER_KINDS(test_allocate_refuses_what_the_c_functions_refuse),
        OVER_KINDS(test_reserving_and_asking),
        OVER_KINDS(test_mark_and_rewind),
        OVER_KINDS(test_reset_and_trim),
        OVER_KINDS(test_splice_takes_over_what_was_owned),
        OVER_KINDS(test_splice_of_many),
        OVER_KINDS(test_splice_that_fails_changes_nothing),
        OVER_KINDS(test_containers_in_an_arena_that_is_spliced),
        OVER_KINDS(test_push_string_copies_exactly),
        OVER_KINDS(test_push_string_refuses_impossible_lengths),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
