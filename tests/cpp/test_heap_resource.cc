// SPDX-License-Identifier: MIT
// samrena::heap_resource: containers that come and go while their arena lives.
#include <list>
#include <map>
#include <memory_resource>
#include <random>
#include <string>
#include <unordered_map>

#include "support.hh"

static_assert(!std::is_copy_constructible_v<samrena::heap_resource>);
static_assert(!std::is_convertible_v<samrena::arena &, samrena::heap_resource>);

/* ---- Reuse ---- */

/* What the arena holds after `round` was called often is what it held after a few times. */
template <class Round> static void assert_bounded(samrena::arena &arena, Round round) {
    for (int i = 0; i < 5; i++)
        round();
    std::uint64_t high_water = arena.info().high_water;
    for (int i = 0; i < 500; i++)
        round();
    assert_int_equal(arena.info().high_water, high_water);
}

static void test_containers_that_come_and_go(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::heap_resource resource(arena);
    assert_bounded(arena, [&] {
        std::pmr::vector<int> numbers(&resource);
        std::pmr::map<int, std::pmr::string> names(&resource);
        std::pmr::unordered_map<int, int> squares(&resource);
        for (int i = 0; i < 200; i++) {
            numbers.push_back(i);
            names.emplace(i, "the name of the number, in more letters than fit inside");
            squares[i] = i * i;
        }
        assert_true(samrena_contains(arena.get(), names[199].data()) && names[7] == names[8]);
        assert_int_equal(squares[14], 196);
        assert_int_equal(numbers[199], 199);
    });
}

static void test_a_queue_that_never_ends(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::heap_resource resource(arena);
    std::pmr::list<int> queue(100, 0, &resource);
    assert_bounded(arena, [&] {
        for (int i = 0; i < 100; i++) {
            queue.push_back(i);
            queue.pop_front();
        }
    });
}

static void test_pushes_in_between(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::heap_resource resource(arena);
    void *first = resource.allocate(100, 8);
    char *pushed = arena.push_string("pushed");
    resource.deallocate(first, 100, 8);
    assert_ptr_equal(resource.allocate(100, 8), first);
    assert_string_equal(pushed, "pushed");
}

/* ---- Blocks ---- */

static void test_aligned_blocks_are_used_again(void **state) {
    samrena::arena arena = open(exact_config_of(state));
    samrena::heap_resource resource(arena);
    for (std::size_t alignment = 32; alignment <= 4 * KIB; alignment *= 2)
        assert_bounded(arena, [&] {
            void *blocks[20];
            for (std::size_t i = 0; i < 20; i++) {
                blocks[i] = resource.allocate(i * 50, alignment);
                assert_true(is_aligned(blocks[i], alignment));
                std::memset(blocks[i], 0x5a, i * 50);
            }
            for (std::size_t i = 0; i < 20; i++)
                resource.deallocate(blocks[i], i * 50, alignment);
        });
}

struct Block {
    unsigned char *bytes;
    std::size_t size, alignment;
};

static void assert_filled(const Block &block) {
    for (std::size_t i = 0; i < block.size; i++)
        assert_int_equal(block.bytes[i], block.size % 251);
}

static void test_random_sizes_and_alignments_keep_what_they_hold(void **state) {
    samrena::arena arena = open_for(state);
    samrena::heap_resource resource(arena);
    std::minstd_rand random(1);
    std::vector<Block> blocks;
    for (int i = 0; i < 20000; i++) {
        if (blocks.size() < 100 && random() % 2 == 0) {
            Block block = {nullptr, random() % (random() % 8 == 0 ? 5000 : 300), std::size_t{1} << random() % 10};
            block.bytes = static_cast<unsigned char *>(resource.allocate(block.size, block.alignment));
            assert_true(is_aligned(block.bytes, block.alignment));
            std::memset(block.bytes, static_cast<int>(block.size % 251), block.size);
            blocks.push_back(block);
        } else if (!blocks.empty()) {
            std::swap(blocks[random() % blocks.size()], blocks.back());
            assert_filled(blocks.back());
            resource.deallocate(blocks.back().bytes, blocks.back().size, blocks.back().alignment);
            blocks.pop_back();
        }
    }
    for (const Block &block : blocks)
        assert_filled(block);
}

static void test_blocks_of_nothing_differ(void **state) {
    samrena::arena arena = open_for(state);
    samrena::heap_resource resource(arena);
    void *blocks[] = {resource.allocate(0, 1), resource.allocate(0, 1), resource.allocate(0, 64),
                      resource.allocate(0, 64)};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_ptr_not_equal(blocks[i], blocks[j]);
    assert_true(is_aligned(blocks[2], 64));
    resource.deallocate(blocks[0], 0, 1);
    resource.deallocate(blocks[2], 0, 64);
}

/* ---- Equality ---- */

static void test_is_equal(void **state) {
    samrena::arena arena = open_for(state), other = open_for(state);
    samrena::heap_resource one(arena), same(arena.get()), foreign(other);
    samrena::memory_resource unlike(arena); // blocks of one are not for the other
    assert_true(one == one && one == same);
    assert_false(one == foreign || one == unlike || unlike == one);
    assert_ptr_equal(one.get(), arena.get());
}

/* ---- Failing ---- */

static void assert_refused(samrena::heap_resource &resource, std::size_t size, std::size_t alignment,
                           SamrenaError error) {
    bool thrown = false;
    try {
        (void)resource.allocate(size, alignment);
    } catch (const std::bad_alloc &) {
        thrown = true;
    }
    assert_true(thrown);
    assert_int_equal(samrena_last_error(), error);
}

static void test_what_cannot_be(void **state) {
    Config config = config_of(state);
    config.limit = 100 * KIB;
    samrena::arena arena = open(config), empty(nullptr);
    samrena::heap_resource resource(arena), nowhere(empty);
    assert_non_null(resource.allocate(1)); // and what the heap itself takes
    resource.deallocate(resource.allocate(KIB), KIB);
    std::uint64_t allocated = arena.allocated();
    for (volatile std::size_t size : {SIZE_MAX, SIZE_MAX - 31, SIZE_MAX - 32, SIZE_MAX - 64})
        for (std::size_t alignment : {1u, 16u, 32u, 4096u})
            assert_refused(resource, size, alignment, SAMRENA_ERROR_INVALID_PARAMETER);
    volatile std::size_t odd = 48;
    assert_refused(resource, 1, odd, SAMRENA_ERROR_INVALID_PARAMETER);
    for (std::size_t alignment : {1u, 64u}) {
        assert_refused(resource, 100 * KIB + 1, alignment, SAMRENA_ERROR_LIMIT_EXCEEDED);
        assert_refused(nowhere, 1, alignment, SAMRENA_ERROR_INVALID_PARAMETER);
    }
    assert_int_equal(arena.allocated(), allocated);
    assert_non_null(resource.allocate(1));
}

int main() {
    const CMUnitTest tests[] = {
        OVER_KINDS(test_containers_that_come_and_go),
        OVER_KINDS(test_a_queue_that_never_ends),
        OVER_KINDS(test_pushes_in_between),
        OVER_KINDS(test_aligned_blocks_are_used_again),
        OVER_KINDS(test_random_sizes_and_alignments_keep_what_they_hold),
        OVER_KINDS(test_blocks_of_nothing_differ),
        OVER_KINDS(test_is_equal),
        OVER_KINDS(test_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
