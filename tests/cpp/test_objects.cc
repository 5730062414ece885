// SPDX-License-Identifier: MIT
// make() and make_array(): construction, allocators, failures half way, and destructors.
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <string>

#include "support.hh"

/* ---- Construction ---- */

struct Point {
    int x;
    int y;
};

/* Takes what it gets as it is given: references stay references, what is moved is moved. */
struct Holder {
    int &counter;
    std::unique_ptr<int> owned;
    Holder(int &given, std::unique_ptr<int> taken) : counter(given), owned(std::move(taken)) {
        counter++;
    }
};

static void test_make_constructs_with_arguments(void **state) {
    samrena::arena arena = open_for(state);
    assert_int_equal(*arena.make<int>(42), 42);
    Point *point = arena.make<Point>(3, -4);
    assert_int_equal(point->x, 3);
    assert_int_equal(point->y, -4);
    int counter = 0;
    Holder *holder = arena.make<Holder>(counter, std::make_unique<int>(5));
    assert_int_equal(*holder->owned, 5);
    assert_int_equal(counter, 1);
    assert_string_equal(arena.make<std::string>(100u, 'c')->c_str(), std::string(100, 'c').c_str());
    assert_int_equal(arena.make<std::vector<int>>(3u, 7)->size(), 3); // not {3, 7}
}

static void dirty(samrena::arena &arena) {
    std::memset(arena.allocate(8 * KIB), 0xff, 8 * KIB);
    arena.reset();
}

struct Pointers {
    char *text;
    int Point::*member;
    double number;
};

/* A null pointer to a member is not all bytes zero. */
static void test_nothing_given_is_value_initialised(void **state) {
    samrena::arena arena = open_for(state);
    dirty(arena);
    assert_int_equal(*arena.make<long>(), 0);
    assert_int_equal(arena.make<Point>()->y, 0);
    auto *members = arena.make_array<int Point::*>(9);
    auto *pointers = arena.make_array<Pointers>(9);
    auto *numbers = arena.make_array<double>(9);
    auto *points = arena.make_array<Point>(9);
    for (int i = 0; i < 9; i++) {
        assert_true(members[i] == nullptr);
        assert_null(pointers[i].text);
        assert_true(pointers[i].member == nullptr);
        assert_true(pointers[i].number == 0 && numbers[i] == 0);
        assert_int_equal(points[i].x, 0);
        assert_int_equal(points[i].y, 0);
    }
}

struct alignas(64) Line {
    char bytes[64];
};
struct alignas(4096) Page {
    Life life{1};
};

template <class T> static void assert_well_placed(samrena::arena &arena) {
    for (int i = 0; i < 5; i++) {
        assert_non_null(arena.make<char>('c'));
        assert_true(is_aligned(arena.make<T>(), alignof(T)));
        assert_non_null(arena.make<char>('c'));
        assert_true(is_aligned(arena.make_array<T>(3), alignof(T)));
    }
}

static void test_objects_are_aligned_exactly(void **state) {
    samrena::arena arena = open_for(state);
    assert_well_placed<Line>(arena);
    assert_well_placed<Page>(arena);
    assert_well_placed<double>(arena);
    assert_well_placed<std::max_align_t>(arena);
}

static void test_what_needs_no_destructor_costs_its_size_alone(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    assert_non_null(arena.make<Point>(1, 2));
    assert_int_equal(arena.allocated(), sizeof(Point));
    assert_non_null(arena.make_array<Point>(10));
    assert_int_equal(arena.allocated(), 11 * sizeof(Point));
    assert_non_null(arena.make_array<char>(3));
    assert_int_equal(arena.allocated(), 11 * sizeof(Point) + 3);
}

/* ---- What takes an allocator ---- */

template <class T> using ArenaVector = std::vector<T, samrena::allocator<T>>;
using ArenaString = std::basic_string<char, std::char_traits<char>, samrena::allocator<char>>;

static const char LONG[] = "a text that is longer than what a string holds inside";

static bool holds(const samrena::arena &arena, const void *inside) {
    return samrena_contains(arena.get(), inside);
}

static void test_containers_get_the_arena(void **state) {
    samrena::arena arena = open_for(state);
    auto *numbers = arena.make<ArenaVector<int>>(3u, 7);
    assert_int_equal(numbers->size(), 3); // not {3, 7}
    assert_true(holds(arena, numbers->data()));
    assert_ptr_equal(arena.make<ArenaVector<int>>()->get_allocator().get(), arena.get());
    assert_true(holds(arena, arena.make<ArenaString>(LONG)->data()));
    auto *text = arena.make<std::pmr::string>(LONG);
    auto *table = arena.make<std::pmr::map<int, std::pmr::string>>();
    table->emplace(1, LONG);
    assert_true(holds(arena, text->data()) && holds(arena, (*table)[1].data()));
    assert_true(*text == LONG && (*table)[1] == LONG);
}

/* Copied and moved from elsewhere, containers lie in the arena all the same. */
static void test_containers_made_from_others(void **state) {
    samrena::arena arena = open_for(state), other = open_for(state);
    ArenaVector<int> source({1, 2, 3}, other);
    std::pmr::string text(LONG, std::pmr::new_delete_resource());
    assert_true(holds(arena, arena.make<ArenaVector<int>>(source)->data()));
    assert_true(holds(arena, arena.make<ArenaVector<int>>(std::move(source))->data()));
    assert_true(holds(arena, arena.make<std::pmr::string>(text)->data()));
    assert_true(*arena.make<std::pmr::string>(std::move(text)) == LONG);
}

static void test_who_gives_an_allocator_keeps_it(void **state) {
    samrena::arena other = open_for(state);
    samrena::memory_resource resource(other);
    samrena::arena arena = open_for(state);
    assert_true(holds(other, arena.make<ArenaString>(LONG, other)->data()));
    assert_true(holds(other, arena.make<std::pmr::string>(LONG, &resource)->data()));
    assert_ptr_equal(arena.make<std::pmr::vector<int>>(&resource)->get_allocator().resource(), &resource);
    assert_ptr_equal(arena.make<ArenaVector<int>>(other)->get_allocator().get(), other.get());
}

/* Takes its allocator first. */
struct Leading {
    using allocator_type = samrena::allocator<std::byte>;
    Samrena *given;
    int number;
    explicit Leading(int n) : given(nullptr), number(n) {
    }
    Leading(std::allocator_arg_t, const allocator_type &allocator, int n) : given(allocator.get()), number(n) {
    }
};

/* Says that it takes one, but has no such constructor for a number. */
struct Hesitant {
    using allocator_type = std::pmr::polymorphic_allocator<std::byte>;
    Samrena *given = nullptr;
    explicit Hesitant(int) {
    }
};

static void test_each_way_to_take_an_allocator(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    Leading *leading = arena.make<Leading>(5);
    assert_ptr_equal(leading->given, arena.get());
    assert_int_equal(leading->number, 5);
    assert_int_equal(arena.allocated(), sizeof(Leading));
    assert_null(arena.make<Hesitant>(5)->given);
    assert_int_equal(arena.allocated(), sizeof(Leading) + sizeof(Hesitant));
    assert_non_null(arena.make<std::vector<int>>(5u)); // of std::allocator
}

/* One resource for all of an array. */
static void test_arrays_of_containers_get_the_arena(void **state) {
    samrena::arena arena = open_for(state);
    std::pmr::string *texts = arena.make_array<std::pmr::string>(std::vector<const char *>(10, LONG));
    auto *empty = arena.make_array<std::pmr::vector<int>>(3);
    for (int i = 0; i < 10; i++) {
        assert_true(holds(arena, texts[i].data()) && texts[i] == LONG);
        assert_ptr_equal(texts[i].get_allocator().resource(), texts[0].get_allocator().resource());
    }
    empty[2].assign(100, 1);
    assert_true(holds(arena, empty[2].data()));
    assert_ptr_equal(arena.make_array<Leading>({Leading(1), Leading(2)})[1].given, nullptr); // copies take none
    assert_ptr_equal(arena.make_array<Leading>(std::vector<int>{1, 2})[1].given, arena.get());
}

/* Their memory is there until they have ended, and the arena is empty then. */
static void test_containers_end_with_the_arena(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    for (int i = 0; i < 10; i++) {
        auto *lives = arena.make<std::pmr::list<Life>>();
        auto *rows = arena.make_array<ArenaVector<Life>>(2);
        lives->emplace_back(1);
        lives->emplace_back(2);
        ArenaVector<Life>(5, arena).swap(rows[1]);
        samrena::scope scope(arena);
        arena.make<std::pmr::list<Life>>()->emplace_back(3);
    }
    assert_int_equal(Life::alive, 70);
    arena.reset();
    assert_int_equal(Life::alive, 0);
    assert_int_equal(arena.allocated(), 0);
}

static void test_a_container_costs_its_resource_and_its_destructor(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena_on_release(
        arena.get(), [](void *) {}, nullptr);
    const std::uint64_t destructor = arena.allocated();
    arena.reset();
    assert_non_null(arena.make<ArenaVector<int>>());
    assert_int_equal(arena.allocated(), sizeof(ArenaVector<int>) + destructor);
    arena.reset();
    assert_non_null(arena.make<std::pmr::vector<int>>());
    assert_int_equal(arena.allocated(), sizeof(samrena::memory_resource) + sizeof(std::pmr::vector<int>) + destructor);
}

/* ---- Destructors ---- */

static void make_lives(samrena::arena &arena, int first, int last) {
    for (int i = first; i <= last; i++)
        assert_int_equal(arena.make<Life>(i)->number, i);
}

static void test_destructors_run_newest_first_at_reset(void **state) {
    samrena::arena arena = open_for(state);
    make_lives(arena, 1, 3);
    arena.reset();
    assert_ended({3, 2, 1});
    arena.reset();
    assert_ended({3, 2, 1});
}

static void test_destructors_run_newest_first_at_the_end(void **state) {
    {
        samrena::arena arena = open_for(state);
        make_lives(arena, 1, 2);
        arena.reset();
        make_lives(arena, 3, 5);
        assert_ended({2, 1});
    }
    assert_ended({2, 1, 5, 4, 3});
}

static void test_destructors_of_a_thousand_regions(void **state) {
    {
        samrena::arena arena = open_for(state);
        for (int i = 0; i < 20000; i++) {
            assert_non_null(arena.make<Life>(i));
            assert_non_null(arena.allocate(500));
        }
        assert_int_equal(Life::alive, 20000);
    }
    assert_int_equal(Life::alive, 0);
    for (std::size_t i = 0; i < 20000; i++)
        assert_int_equal(Life::ended[i], 19999 - i);
}

static void test_rewind_destroys_what_came_after_the_mark(void **state) {
    samrena::arena arena = open_for(state);
    make_lives(arena, 1, 2);
    SamrenaMark mark = arena.mark();
    make_lives(arena, 3, 4);
    assert_int_equal(arena.rewind(mark), SAMRENA_OK);
    assert_ended({4, 3});
    make_lives(arena, 5, 5);
    assert_int_equal(arena.rewind(mark), SAMRENA_OK);
    assert_ended({4, 3, 5});
    assert_int_equal(Life::alive, 2);
}

static void test_arrays_are_destroyed_newest_first(void **state) {
    samrena::arena arena = open_for(state);
    make_lives(arena, 100, 100);
    Life::born = 0;
    Life *lives = arena.make_array<Life>(4);
    assert_int_equal(lives[3].number, 3);
    make_lives(arena, 200, 200);
    arena.reset();
    assert_ended({200, 3, 2, 1, 0, 100});
}

static void test_owners_of_heap_memory(void **state) {
    samrena::arena arena = open_for(state);
    std::string *strings = arena.make_array<std::string>(50);
    for (int i = 0; i < 50; i++)
        strings[i].assign(1000, 's');
    arena.make<std::vector<std::string>>()->assign(10, strings[3]);
    std::weak_ptr<int> watched;
    {
        auto shared = std::make_shared<int>(1);
        watched = shared;
        assert_non_null(arena.make<std::shared_ptr<int>>(shared));
    }
    assert_false(watched.expired());
    arena.reset();
    assert_true(watched.expired());
}

/* An object may make what it is made of in the same arena; that outlives it. */
struct Outer {
    Life *inner;
    explicit Outer(samrena::arena &arena) : inner(arena.make<Life>(1)) {
    }
    ~Outer() {
        assert_int_equal(inner->number, 1);
        Life::ended.push_back(2);
    }
};

static void test_an_object_ends_before_what_its_constructor_made(void **state) {
    samrena::arena arena = open_for(state);
    assert_non_null(arena.make<Outer>(arena));
    arena.reset();
    assert_ended({2, 1});
}

static void test_an_arena_in_an_arena(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena *inner = arena.make<samrena::arena>(config_of(state));
    make_lives(*inner, 1, 2);
    make_lives(arena, 3, 3);
    arena.reset();
    assert_ended({3, 2, 1});
}

/* What is asked for inside a destructor is refused, and the taking back goes on. */
struct Meddler {
    samrena::arena *arena;
    SamrenaMark mark;
    ~Meddler() {
        assert_int_equal(arena->reset(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(arena->rewind(mark), SAMRENA_ERROR_INVALID_PARAMETER);
        samrena::scope inside(*arena);
        assert_non_null(arena->make<Life>(50));
    }
};

static void test_destructors_that_meddle(void **state) {
    samrena::arena arena = open_for(state);
    make_lives(arena, 1, 1);
    assert_non_null(arena.make<Meddler>(&arena, arena.mark()));
    make_lives(arena, 2, 2);
    arena.reset();
    assert_ended({2, 50, 1});
    assert_int_equal(arena.allocated(), 0);
}

/* ---- Failures half way ---- */

/* Throws when the nth one is constructed. */
struct Bomb {
    static inline int until = 0;
    Life life;
    Bomb() : life(Life::born) {
        if (--until == 0)
            throw std::runtime_error("bomb");
    }
    ~Bomb() {
        assert_int_equal(life.number >= 0, 1);
    }
};

template <class Function> static void assert_throws(Function function) {
    bool thrown = false;
    try {
        function();
    } catch (const std::runtime_error &error) {
        thrown = std::strcmp(error.what(), "bomb") == 0;
    }
    assert_true(thrown);
}

static void test_a_constructor_that_throws(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    make_lives(arena, 0, 0);
    std::uint64_t allocated = arena.allocated();
    Bomb::until = 1;
    assert_throws([&] { (void)arena.make<Bomb>(); });
    assert_ended({1});
    assert_int_equal(arena.allocated(), allocated);
    make_lives(arena, 2, 2);
    arena.reset();
    assert_ended({1, 2, 0}); // and not the one that never was
}

static void test_a_constructor_in_an_array_that_throws(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    make_lives(arena, 0, 0);
    std::uint64_t allocated = arena.allocated();
    Bomb::until = 4;
    assert_throws([&] { (void)arena.make_array<Bomb>(1000); });
    assert_ended({4, 3, 2, 1});
    assert_int_equal(arena.allocated(), allocated);
    arena.reset();
    assert_ended({4, 3, 2, 1, 0});
}

/* Trivially destructible, but its constructor may throw all the same. */
struct Fuse {
    int number;
    Fuse() : number(1) {
        if (--Bomb::until == 0)
            throw std::runtime_error("bomb");
    }
};

static void test_a_throw_gives_bytes_back_without_destructors(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    Bomb::until = 1;
    assert_throws([&] { (void)arena.make<Fuse>(); });
    Bomb::until = 500;
    assert_throws([&] { (void)arena.make_array<Fuse>(1000); });
    assert_int_equal(arena.allocated(), 0);
}

/* Throws with an allocator in its hands. */
struct Spoilt {
    using allocator_type = std::pmr::polymorphic_allocator<std::byte>;
    explicit Spoilt(const allocator_type &allocator) {
        assert_non_null(allocator.resource());
        throw std::runtime_error("bomb");
    }
};

static void test_a_throw_gives_the_resource_back(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    assert_throws([&] { (void)arena.make<Spoilt>(); });
    assert_throws([&] { (void)arena.make_array<Spoilt>(5); });
    assert_int_equal(arena.allocated(), 0);
}

/* What the constructor pushed before it threw is still the arena's. */
struct Litterer {
    explicit Litterer(samrena::arena &arena) {
        if (arena.make<Life>(1) && arena.allocate(100000))
            throw std::runtime_error("bomb");
    }
};

static void test_a_throw_after_other_pushes(void **state) {
    samrena::arena arena = open_for(state);
    assert_throws([&] { (void)arena.make<Litterer>(arena); });
    assert_ended({});
    make_lives(arena, 2, 2);
    arena.reset();
    assert_ended({2, 1});
}

/* The limit rises from nothing until all is well: on the way the push fails, then registering does. */
template <class Make> static void sweep(Config config, int count, Make make) {
    bool done = false, built_in_vain = false;
    for (config.limit = 1; !done && config.limit < 4 * KIB; config.limit++) {
        Life::forget();
        {
            samrena::arena arena = open(config);
            void *made = make(arena);
            if (made) {
                done = true;
                assert_int_equal(Life::alive, count);
            } else {
                assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
                assert_int_equal(Life::alive, 0);
                assert_true(Life::born == 0 || Life::born == count);
                built_in_vain = built_in_vain || Life::born == count;
            }
        }
        assert_int_equal(Life::alive, 0);
        assert_int_equal(Life::ended.size(), Life::born); // each once
    }
    assert_true(done && built_in_vain);
}

static void test_registering_fails_under_every_limit(void **state) {
    sweep(exact_config_of(state), 1, [](samrena::arena &arena) {
        void *made = arena.make<Life>(1);
        assert_true(made || arena.allocated() == 0);
        return made;
    });
    sweep(exact_config_of(state), 5, [](samrena::arena &arena) { return arena.make_array<Life>(5); });
}

static void test_a_container_under_every_limit(void **state) {
    Config config = exact_config_of(state);
    bool done = false;
    for (config.limit = 1; !done; config.limit++) {
        samrena::arena arena = open(config);
        done = arena.make<std::pmr::vector<int>>() != nullptr;
        assert_true(done || arena.allocated() == 0);
        assert_true(config.limit < KIB);
    }
    assert_true(config.limit > 16 + sizeof(std::pmr::vector<int>));
    assert_null(samrena::arena(nullptr).make<std::pmr::vector<int>>());
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void test_growth_none(void **state) {
    Config config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    samrena::arena arena = open(config);
    int made = 0;
    while (arena.make<Life>(made))
        made++;
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_true(made > 10);
    assert_int_equal(Life::alive, made);
    arena.reset();
    assert_int_equal(Life::alive, 0);
}

static void test_arrays_that_cannot_be(void **state) {
    samrena::arena arena = open_for(state);
    volatile std::uint64_t most = UINT64_MAX;                       // the compiler would warn of what it sees
    assert_null(arena.make_array<Point>(most / sizeof(Point) + 2)); // 8 bytes, were it to wrap
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_null(arena.make_array<long>(most / sizeof(long) + 2));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_null(arena.make_array<Life>(most));
    assert_null(arena.make_array<char>(most));
    assert_int_equal(Life::born, 0);
    assert_int_equal(arena.allocated(), 0);
}

static void test_arrays_of_nothing(void **state) {
    samrena::arena arena = open_for(state);
    assert_non_null(arena.make_array<int>(0));
    assert_true(is_aligned(arena.make_array<Line>(0), 64));
    assert_non_null(arena.make_array<Life>(0));
    arena.reset();
    assert_int_equal(Life::born, 0);
}

/* A constructor may take the owner's arena away: the object belongs to where it lies. */
struct Thief {
    Life life{1};
    samrena::arena *loot;
    Thief(samrena::arena &from, samrena::arena &to) : loot(&to) {
        to = std::move(from);
    }
};

static void test_a_constructor_that_moves_the_owner(void **state) {
    samrena::arena arena = open_for(state);
    samrena::arena other(nullptr);
    assert_non_null(arena.make<Thief>(arena, other));
    assert_false(static_cast<bool>(arena));
    other.reset();
    assert_ended({1});
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_make_constructs_with_arguments),
        OVER_KINDS(test_nothing_given_is_value_initialised),
        OVER_KINDS(test_objects_are_aligned_exactly),
        OVER_KINDS(test_what_needs_no_destructor_costs_its_size_alone),
        OVER_KINDS(test_containers_get_the_arena),
        OVER_KINDS(test_containers_made_from_others),
        OVER_KINDS(test_who_gives_an_allocator_keeps_it),
        OVER_KINDS(test_each_way_to_take_an_allocator),
        OVER_KINDS(test_arrays_of_containers_get_the_arena),
        OVER_KINDS(test_containers_end_with_the_arena),
        OVER_KINDS(test_a_container_costs_its_resource_and_its_destructor),
        OVER_KINDS(test_destructors_run_newest_first_at_reset),
        OVER_KINDS(test_destructors_run_newest_first_at_the_end),
        OVER_KINDS(test_destructors_of_a_thousand_regions),
        OVER_KINDS(test_rewind_destroys_what_came_after_the_mark),
        OVER_KINDS(test_arrays_are_destroyed_newest_first),
        OVER_KINDS(test_owners_of_heap_memory),
        OVER_KINDS(test_an_object_ends_before_what_its_constructor_made),
        OVER_KINDS(test_an_arena_in_an_arena),
        OVER_KINDS(test_destructors_that_meddle),
        OVER_KINDS(test_a_constructor_that_throws),
        OVER_KINDS(test_a_constructor_in_an_array_that_throws),
        OVER_KINDS(test_a_throw_gives_bytes_back_without_destructors),
        OVER_KINDS(test_a_throw_gives_the_resource_back),
        OVER_KINDS(test_a_throw_after_other_pushes),
        OVER_KINDS(test_registering_fails_under_every_limit),
        OVER_KINDS(test_a_container_under_every_limit),
        OVER_KINDS(test_growth_none),
        OVER_KINDS(test_arrays_that_cannot_be),
        OVER_KINDS(test_arrays_of_nothing),
        OVER_KINDS(test_a_constructor_that_moves_the_owner),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
