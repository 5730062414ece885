// SPDX-License-Identifier: MIT
// What was reserved is there: pushes that need no more than that together ask nobody, in whatever pieces the room lies
// and in whatever sizes they come.
#include "support.h"
#include "test_adapters.h"

static uint64_t next_random(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

/* What a push may take at most: padding counts, and there is less than 16 bytes of it. */
static uint64_t need(uint64_t size) {
    return size + 15;
}

/* Two pieces that hold what is reserved between them: a push that fits neither of their ends spoils it. */
static void test_room_in_two_pieces(void **state) {
    for (uint64_t first = 1; first < 4000; first += 111) {
        SamrenaConfig config = config_of(state);
        config.growth = SAMRENA_GROWTH_NONE;
        Samrena *arena = create_as(state, &config);
        assert_non_null(samrena_push_with_reserve(arena, 3984));
        assert_int_equal(samrena_reserve_more(arena, 4000), SAMRENA_OK);
        uint64_t left = samrena_capacity(arena) - samrena_allocated(arena);
        assert_int_equal(samrena_reserve_more(arena, left), SAMRENA_OK); /* all of it, as one or not */
        uint64_t calls = info_of(arena).adapter_calls;
        assert_non_null(samrena_push(arena, first));
        assert_non_null(samrena_push_aligned(arena, left - first - 15, 1));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

/* Ten regions of a frame, kept by a reset: room enough, but not for pushes larger than any of them. */
static void test_room_in_many_pieces(void **state) {
    for (int growth = SAMRENA_GROWTH_FIXED; growth <= SAMRENA_GROWTH_NONE; growth++)
        for (uint64_t size = 1000; size <= 32000; size *= 2) {
            SamrenaConfig config = config_of(state);
            config.growth = growth;
            Samrena *arena = create_as(state, &config);
            for (int i = 0; i < 10; i++) {
                assert_int_equal(samrena_reserve_more(arena, 4000), SAMRENA_OK);
                assert_non_null(samrena_push(arena, 4000));
            }
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
            assert_int_equal(samrena_reserve(arena, 32768), SAMRENA_OK);
            assert_int_equal(info_of(arena).reserve.error, SAMRENA_OK);
            uint64_t calls = info_of(arena).adapter_calls;
            for (uint64_t used = 0; used + need(size) <= 32768; used += need(size))
                assert_non_null(samrena_push(arena, size));
            assert_int_equal(info_of(arena).adapter_calls, calls);
            samrena_destroy(arena);
        }
}

/* What was reserved before a mark, used, and rewound to, is reserved again or still. */
static void test_room_after_a_rewind_into_another_region(void **state) {
    for (uint64_t size = 100; size <= 100000; size *= 10) {
        SamrenaConfig config = config_of(state);
        config.growth = SAMRENA_GROWTH_NONE;
        Samrena *arena = create_as(state, &config);
        samrena_push(arena, 1000);
        SamrenaMark mark = samrena_mark(arena);
        assert_int_equal(samrena_reserve(arena, 200000), SAMRENA_OK);
        assert_non_null(samrena_push(arena, 150000)); /* skips what is left of the first region */
        assert_int_equal(samrena_reserve(arena, 400000), SAMRENA_OK);
        assert_non_null(samrena_push(arena, 200000));
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
        assert_int_equal(samrena_reserve(arena, 400000), SAMRENA_OK);
        uint64_t left = 400000 - samrena_allocated(arena), calls = info_of(arena).adapter_calls;
        for (; left >= need(size); left -= need(size))
            assert_non_null(samrena_push(arena, size));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

/* A block that is given back makes the rest of what was reserved larger: it is reserved anew, as one piece. */
static void test_room_after_a_block_went(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    for (uint64_t left = 0; left <= 3000; left += 1000) {
        Samrena *arena = create_as(state, &config);
        void *block = samrena_push_with_reserve(arena, 3000);
        assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_OK);
        assert_ptr_equal(samrena_resize(arena, block, 3000, left), block);
        assert_int_equal(samrena_reserve(arena, 100000), SAMRENA_OK);
        uint64_t calls = info_of(arena).adapter_calls;
        assert_non_null(samrena_push_aligned(arena, 100000 - samrena_allocated(arena), 1));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

/* ---- Whatever came before ---- */

static void do_something(Samrena *arena, uint64_t *random, SamrenaMark *mark) {
    uint64_t size = next_random(random) % (next_random(random) % 4 ? 3000 : 30000) + 1;
    switch (next_random(random) % 12) {
    case 0: assert_int_equal(samrena_reset(arena), SAMRENA_OK); break;
    case 1: samrena_trim(arena, size); break;
    case 2: *mark = samrena_mark(arena); break;
    case 3: samrena_rewind(arena, *mark); break; /* stale at times */
    case 4: samrena_rewind_and_drop(arena, *mark); break;
    case 5: samrena_reserve_more(arena, size); break;
    case 6: {
        void *block = samrena_push(arena, size);
        samrena_resize(arena, block, block ? size : 0, next_random(random) % (2 * size));
        break;
    }
    default: samrena_push_with_reserve(arena, size);
    }
}

/* Small pushes first, or large ones, or as they come: the last one takes what is left. */
static void use_what_was_reserved(Samrena *arena, uint64_t total, uint64_t *random) {
    uint64_t left = total - samrena_allocated(arena), most = left >> next_random(random) % 6;
    uint64_t calls = info_of(arena).adapter_calls;
    while (left >= 16) {
        uint64_t size = next_random(random) % (most + 1);
        if (next_random(random) % 8 == 0)
            size = left;
        if (need(size) > left)
            size = left - 15;
        if (!samrena_push(arena, size))
            fail_msg("a push of %llu with %llu left of %llu reserved: %s", (unsigned long long)size,
                     (unsigned long long)left, (unsigned long long)total, samrena_last_error_message());
        left -= need(size);
    }
    assert_int_equal(info_of(arena).adapter_calls, calls);
}

static void test_reserved_room_holds_any_pushes(void **state) {
    (void)state;
    static const char *const names[] = {"chained", "virtual", "separate", "trimming", "growing", "shared"};
    for (size_t n = 0; n < 4 * COUNT_OF(names); n++) {
        set_up_test_adapters(NULL);
        test_adapter.trim_keeps_size = n % 4 == 1;
        SamrenaConfig config = config_named(names[n / 4]);
        config.growth = n % 4 == 2 ? SAMRENA_GROWTH_FIXED : n % 4 == 3 ? SAMRENA_GROWTH_NONE : SAMRENA_GROWTH_GEOMETRIC;
        config.prefault = SAMRENA_PREFAULT_NEVER;
        Samrena *arena = create(&config);
        SamrenaMark mark = {0, 0};
        uint64_t random = n + 1;
        for (int i = 0; i < 1000; i++) {
            for (uint64_t steps = next_random(&random) % 10; steps > 0; steps--)
                do_something(arena, &random, &mark);
            if (samrena_allocated(arena) > MIB)
                assert_int_equal(samrena_reset(arena), SAMRENA_OK);
            uint64_t total =
                samrena_allocated(arena) + next_random(&random) % (next_random(&random) % 3 ? 5000 : 90000);
            if (samrena_reserve(arena, total) == SAMRENA_OK)
                use_what_was_reserved(arena, total, &random);
            else
                assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        }
        samrena_destroy(arena);
    }
}

/* ---- Known at creation ---- */

static void test_what_is_known_at_creation_is_one_region(void **state) {
    static const uint64_t sizes[] = {1, 4 * KIB, 10000, MIB + 1, 5000000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        SamrenaConfig config = config_of(state);
        config.initial_size = sizes[i];
        Samrena *arena = create(&config);
        assert_int_equal(info_of(arena).regions, 1);
        uint64_t calls = info_of(arena).adapter_calls;
        for (uint64_t used = 0; used + 112 <= sizes[i]; used += 112)
            assert_non_null(samrena_push(arena, 100));
        assert_int_equal(info_of(arena).regions, 1);
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_room_in_two_pieces),
        OVER_ARENAS(test_room_in_many_pieces),
        OVER_ARENAS(test_room_after_a_rewind_into_another_region),
        OVER_ARENAS(test_room_after_a_block_went),
        cmocka_unit_test(test_reserved_room_holds_any_pushes),
        OVER_ADAPTERS(test_what_is_known_at_creation_is_one_region),
    };
    return cmocka_run_group_tests_name("reserved room", tests, NULL, NULL);
}
