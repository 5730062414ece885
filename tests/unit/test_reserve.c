// SPDX-License-Identifier: MIT
// Reservation: what it gets, what it refuses, and what it says about itself.
#include "address_space.h"
#include "support.h"
#include "test_adapters.h"

static void test_reserve_raises_the_total_capacity(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 1000);
    assert_int_equal(samrena_reserve(arena, 3 * MIB), SAMRENA_OK);
    assert_in_range(samrena_capacity(arena), 3 * MIB, 3 * MIB + 64 * KIB);
    assert_int_equal(samrena_allocated(arena), 1000);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.reserve.requested, 3 * MIB);
    assert_int_equal(info.reserve.capacity, info.capacity);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(info.reserve.error, SAMRENA_OK);
    assert_true(info.reserve.prefaulted >= 3 * MIB - 1000);
    samrena_destroy(arena);
}

static void test_reserve_more_counts_from_what_is_used(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 100000);
    assert_int_equal(samrena_reserve_more(arena, MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 100000 + MIB);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, MIB));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    assert_int_equal(samrena_reserve_more(arena, UINT64_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

/* Any pushes that need no more than was reserved find it, however they are cut and however full the window was. */
static void test_reserved_pushes_ask_for_nothing(void **state) {
    static const uint64_t sizes[] = {1, 16, 100, 1000, 4000, 4096, 30000, MIB};
    for (uint64_t used = 0; used < 5000; used += 487)
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            SamrenaConfig config = config_of(state);
            config.growth = SAMRENA_GROWTH_NONE;
            Samrena *arena = create(&config);
            samrena_push_with_reserve(arena, used);
            uint64_t total = samrena_allocated(arena) + MIB;
            assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
            uint64_t calls = info_of(arena).adapter_calls;
            uint64_t step = (sizes[i] + 15) / 16 * 16;
            while (samrena_allocated(arena) + step <= total - 15)
                assert_non_null(samrena_push(arena, sizes[i]));
            assert_int_equal(info_of(arena).adapter_calls, calls);
            samrena_destroy(arena);
        }
}

/* A program that reserves before each push, a little at a time: no region for every call. */
static void test_many_small_reserves(void **state) {
    Samrena *arena = create_for(state);
    for (int i = 0; i < 20000; i++) {
        assert_int_equal(samrena_reserve_more(arena, 100), SAMRENA_OK);
        assert_non_null(samrena_push(arena, 100));
    }
    assert_true(info_of(arena).adapter_calls <= 20000 * 112 / (4 * KIB - 112) + 2);
    samrena_destroy(arena);
}

static void test_satisfied_reserve_makes_no_call(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    SamrenaInfo before = info_of(arena);
    assert_int_equal(samrena_reserve(arena, 0), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 1), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    samrena_push(arena, 1000);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.adapter_calls, before.adapter_calls);
    assert_int_equal(after.committed, before.committed);
    samrena_destroy(arena);
}

/* Growth brought the capacity in already: it is prefaulted all the same, as far as it is asked for. */
static void test_reserve_prefaults_what_growth_brought_in(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, MIB);
    samrena_push(arena, 1);
    samrena_push(arena, MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_push(arena, 3 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    SamrenaInfo before = info_of(arena);
    samrena_push(arena, 3 * MIB);
    samrena_push(arena, 1);
    uint64_t total = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.reserve.requested, total);
    assert_true(after.reserve.capacity >= total);
    assert_true(after.adapter_calls >= before.adapter_calls);
    samrena_destroy(arena);
}

static void test_reserve_above_the_ceiling_is_refused(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = 8 * MIB;
    Samrena *arena = create(&config);
    SamrenaInfo before = info_of(arena);
    assert_int_equal(before.ceiling, 8 * MIB);
    assert_int_equal(samrena_reserve(arena, 8 * MIB + 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("8388609");
    assert_message_has("8388608");
    assert_int_equal(samrena_reserve_with_growth(arena, 8 * MIB + 1, 10 * MIB), SAMRENA_ERROR_INVALID_PARAMETER);
    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.growth_hint, 0);
    assert_int_equal(after.capacity, before.capacity);
    assert_int_equal(after.adapter_calls, before.adapter_calls);

    assert_int_equal(samrena_reserve_with_growth(arena, 5 * MIB, 100 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_capacity(arena), 8 * MIB);
    assert_non_null(samrena_push(arena, 8 * MIB));
    assert_null(samrena_push(arena, 1));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("max_reserve");
    samrena_destroy(arena);
}

static void test_impossible_reserves(void **state) {
    Samrena *arena = create_for(state);
    SamrenaInfo before = info_of(arena);
    assert_int_equal(samrena_reserve(arena, UINT64_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_LIMIT);
    assert_int_equal(info_of(arena).reserve.error, SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_reserve(arena, (uint64_t)PTRDIFF_MAX + 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_reserve_with_growth(arena, UINT64_MAX, UINT64_MAX), SAMRENA_ERROR_INVALID_PARAMETER);
    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.capacity, before.capacity);
    assert_int_equal(after.growth_hint, 0);
    assert_non_null(samrena_push(arena, 10000));
    samrena_destroy(arena);
}

/* An expected total past all sense is a hint like any other: the immediate size is enough, nothing wraps. */
static void test_impossible_hint(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, UINT64_MAX), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, UINT64_MAX);
    assert_true(samrena_capacity(arena) >= MIB);
    for (int i = 0; i < 100; i++)
        assert_non_null(samrena_push(arena, 100 * KIB));
    samrena_destroy(arena);
}

/* As large as a size can be, and past all memory: refused, in a moment, with what was there before still there. Of 32
   bits some can be had: in sixteen pieces, each asked for in five sizes. */
static void test_absurd_reserve_is_out_of_memory(void **state) {
    (void)state;
    Samrena *arena = create_named("chained");
    unsigned char *bytes = samrena_push(arena, 100);
    memset(bytes, 7, 100);
    assert_int_equal(samrena_reserve(arena, PTRDIFF_MAX), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_REFUSED);
    assert_int_equal(info_of(arena).reserve.error, SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_true(info_of(arena).adapter_calls < (sizeof(void *) >= 8 ? 20 : 90));
    for (int i = 0; i < 100; i++)
        assert_int_equal(bytes[i], 7);
    assert_non_null(samrena_push_with_reserve(arena, 10000));
    samrena_destroy(arena);
}

static void test_reserve_above_the_limit_is_refused(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB + 1), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB + 1, 2 * MIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(info_of(arena).growth_hint, 0);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB / 2 + 1, 5 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_capacity(arena), MIB);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    samrena_destroy(arena);
}

/* max(immediate, min(max(2 x immediate, expected / 4), expected, ceiling, limit)) */
static void test_headroom(void **state) {
    static const struct {
        uint64_t immediate, expected, total, hint;
    } cases[] = {
        {MIB, 16 * MIB, 4 * MIB, 16 * MIB},
        {4 * MIB, 16 * MIB, 8 * MIB, 16 * MIB},
        {4 * MIB, 6 * MIB, 6 * MIB, 6 * MIB},
        {4 * MIB, 4 * MIB, 4 * MIB, 4 * MIB},
        {4 * MIB, 1, 8 * MIB, 0},
        {4 * MIB, 0, 8 * MIB, 0},
        {0, 16 * MIB, 4 * MIB, 16 * MIB},
        {0, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Samrena *arena = create_for(state);
        assert_int_equal(samrena_reserve_with_growth(arena, cases[i].immediate, cases[i].expected), SAMRENA_OK);
        SamrenaInfo info = info_of(arena);
        assert_int_equal(info.growth_hint, cases[i].hint);
        assert_int_equal(info.reserve.requested, cases[i].total);
        assert_in_range(info.capacity, cases[i].total, cases[i].total + 64 * KIB);
        samrena_destroy(arena);
    }
}

static void test_only_the_immediate_size_can_be_had(void **state) {
    (void)state;
    test_adapter.refuse_above = 5 * MIB;
    Samrena *arena = create_named("growing");
    assert_int_equal(samrena_reserve_with_growth(arena, 3 * MIB, 40 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, 40 * MIB);
    assert_in_range(samrena_capacity(arena), 3 * MIB, 3 * MIB + 16);
    assert_int_equal(samrena_reserve_with_growth(arena, 20 * MIB, 50 * MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(info_of(arena).growth_hint, 40 * MIB);
    samrena_destroy(arena);
}

static void test_adapter_without_reserve_is_graceful(void **state) {
    (void)state;
    Samrena *arena = create_named("plain");
    assert_false(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.reserve.requested, MIB);
    assert_int_equal(info.reserve.capacity, capacity);
    assert_int_equal(info.reserve.prefaulted, 0);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_UNSUPPORTED);
    assert_int_equal(info.adapter_calls, 1);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 8 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).growth_hint, 8 * MIB);
    assert_non_null(samrena_push(arena, 5000));
    assert_int_equal(test_adapter.last_desired, 2 * MIB); /* the hint steers growth all the same */
    assert_non_null(samrena_push_with_reserve(arena, 3 * MIB));
    samrena_destroy(arena);
}

/* n - allocated as one region, not n - capacity: the tail of the window may be skipped. */
static void test_separate_regions_are_asked_for_all_that_is_to_come(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    samrena_push(arena, 1000);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_in_range(test_adapter.last_reserve, MIB - 1000, MIB - 1000 + 15);
    assert_int_equal(samrena_reserve(arena, 2000), SAMRENA_OK);
    assert_int_equal(info_of(arena).regions, 2);
    samrena_destroy(arena);

    arena = create_named("growing");
    samrena_push(arena, 1000);
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.last_reserve, MIB - capacity);
    samrena_destroy(arena);
}

static void test_refused_reserve_is_tried_in_halves(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 3 * MIB;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 8 * MIB);
    assert_in_range(info_of(arena).regions, 4, 6);
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, 800 * MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_capacity(arena), capacity);
    assert_message_has("failing as planned");
    samrena_destroy(arena);
}

/* Half way through the pieces the memory ends: what was got stays usable and counted. */
static void test_partial_reserve_keeps_what_it_got(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 5 * MIB;
    test_adapter.fail_at = test_adapter.calls + 3;
    test_adapter.fail_from_there = true;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_in_range(samrena_capacity(arena), 4 * MIB, 5 * MIB);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, 3 * MIB));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);
}

/* Real time: what is reserved is found, however many pieces stand before it. */
static void test_reserved_region_is_found_behind_many(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = create(&config);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(samrena_reserve_more(arena, 8 * KIB), SAMRENA_OK);
        assert_non_null(samrena_push(arena, 8 * KIB));
    }
    assert_int_equal(samrena_reserve_more(arena, MIB), SAMRENA_OK);
    assert_non_null(samrena_push(arena, MIB));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

/* A growth step is a wish: neither a limit nor a refusal of it stands in the way of a small reserve. */
static void test_large_step_does_not_hinder_a_small_reserve(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.growth_size = 64 * MIB;
    config.limit = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 8 * KIB), SAMRENA_OK);
    assert_true(info_of(arena).committed <= MIB + 4 * KIB);
    samrena_destroy(arena);

    config.limit = 0;
    test_adapter.refuse_above = MIB;
    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 8 * KIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 8 * KIB);
    samrena_destroy(arena);
}

/* Capacity reached is OK, also where not all of it is one piece. */
static void test_reached_capacity_is_enough(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.initial_size = 512 * KIB;
    Samrena *arena = create(&config);
    test_adapter.refuse_above = 512 * KIB;
    test_adapter.fail_at = test_adapter.calls + 3; /* the whole is refused, half of it comes, no more */
    test_adapter.fail_from_there = true;
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_capacity(arena), MIB);
    assert_int_equal(info_of(arena).reserve.error, SAMRENA_OK);
    samrena_destroy(arena);
}

/* ---- What was reserved ---- */

static void assert_last_reserve(const Samrena *arena, uint64_t requested, uint64_t prefaulted) {
    assert_int_equal(info_of(arena).reserve.requested, requested);
    assert_int_equal(info_of(arena).reserve.prefaulted, prefaulted);
}

/* A reserve that has nothing to do leaves no trace: info tells of the last one that had. */
static void test_satisfied_reserve_is_not_told(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).adapter_calls, 2);
    assert_last_reserve(arena, 4 * MIB, 4 * MIB + 4 * KIB);
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 2 * MIB), SAMRENA_OK);
    assert_last_reserve(arena, 4 * MIB, 4 * MIB + 4 * KIB);
    samrena_push(arena, 5000); /* enters the reserved region */
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_last_reserve(arena, 4 * MIB, 4 * MIB + 4 * KIB);
    samrena_destroy(arena);

    arena = create_named("growing");
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).adapter_calls, 2);
    samrena_destroy(arena);

    arena = create_named("plain"); /* reserved nothing: the next one has as much to do */
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, MIB / 2), SAMRENA_OK);
    assert_last_reserve(arena, MIB / 2, 0);
    samrena_destroy(arena);
}

/* Tails of the pieces that pushes skip are reserved anew. */
static void test_lost_capacity_is_reserved_again(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = 3 * MIB;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    while (samrena_capacity(arena) >= 8 * MIB)
        assert_non_null(samrena_push(arena, MIB + MIB / 2));
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_true(samrena_capacity(arena) >= 8 * MIB);
    samrena_destroy(arena);
}

/* What rounds up to more than an adapter may be asked for is not asked for. */
static void test_the_largest_reserve(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    int calls = test_adapter.calls;
    assert_int_equal(samrena_reserve(arena, PTRDIFF_MAX), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(test_adapter.calls, calls);
    samrena_destroy(arena);
}

/* Down to a sixteenth, and to no less than a growth step. */
static void test_smallest_pieces_of_a_refused_reserve(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.refuse_above = MIB / 2;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).regions, 17);
    samrena_destroy(arena);

    arena = create_named("separate");
    test_adapter.refuse_above = 4 * KIB - 1;
    assert_int_equal(samrena_reserve(arena, 16 * KIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(info_of(arena).adapter_calls, 1 + 3);
    samrena_destroy(arena);

    SamrenaConfig config = config_named("separate");
    config.growth_size = 16; /* half of which is no piece */
    config.initial_size = 16;
    test_adapter.refuse_above = 0;
    arena = create(&config);
    test_adapter.refuse_above = 1;
    assert_int_equal(samrena_reserve(arena, 200), SAMRENA_ERROR_OUT_OF_MEMORY);
    samrena_destroy(arena);

    test_adapter.refuse_above = 0;
    arena = create_named("separate");
    test_adapter.refuse_above = 2 * MIB;
    assert_int_equal(samrena_reserve(arena, 3 * MIB + 16), SAMRENA_OK);
    assert_int_equal(info_of(arena).committed, 3 * MIB + 16); /* what was there counts */
    samrena_destroy(arena);
}

/* What had to be got in pieces is there after a reset, and is not got again. */
static void test_pieces_are_got_once(void **state) {
    (void)state;
    test_adapter.largest = MIB;
    Samrena *arena = samrena_create_named("separate");
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    SamrenaInfo first = info_of(arena);
    assert_true(first.capacity >= 16 * MIB && first.capacity <= 16 * MIB + MIB);
    for (int round = 0; round < 10; round++) {
        samrena_push(arena, 1000);
        samrena_reset(arena);
        assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
        assert_int_equal(info_of(arena).capacity, first.capacity);
        assert_int_equal(info_of(arena).adapter_calls, first.adapter_calls);
    }
    samrena_destroy(arena);
}

/* Separate regions come to the ceiling that they were told to have, also where it is no multiple of anything. */
static void test_the_ceiling_of_separate_regions_is_reached(void **state) {
    (void)state;
    for (uint64_t ceiling = MIB; ceiling < 9 * MIB; ceiling += MIB + 4 * KIB) {
        test_adapter.ceiling = ceiling;
        test_adapter.largest = ceiling / 3;
        Samrena *arena = samrena_create_named("separate");
        assert_int_equal(samrena_reserve(arena, ceiling), SAMRENA_OK);
        assert_in_range(samrena_capacity(arena), ceiling, ceiling + 15);
        samrena_destroy(arena);
    }
}

static void test_other_refusals_of_a_reserve_are_not_repeated(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    test_adapter.error = SAMRENA_ERROR_INVALID_PARAMETER;
    test_adapter.refuse_above = MIB;
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(info_of(arena).adapter_calls, 2);
    samrena_destroy(arena);
}

/* Its one region is behind the caller's storage, and cannot grow. */
static void test_one_region_that_cannot_grow(void **state) {
    static SAMRENA_STORAGE(storage, 4096);
    static SamrenaAdapter once;
    (void)state;
    once = samrena_adapter_separate;
    snprintf(once.name, sizeof(once.name), "once");
    once.capabilities |= SAMRENA_ADAPTER_CONTIGUOUS;
    assert_int_equal(samrena_adapter_register(&once), SAMRENA_OK);
    SamrenaConfig config = config_named("once");
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(samrena_reserve(arena, 64 * KIB), SAMRENA_OK);
    uint64_t capacity = samrena_capacity(arena);
    test_adapter.refuse_above = 16 * KIB;
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_capacity(arena), capacity);
    assert_non_null(samrena_push(arena, 60 * KIB));
    samrena_destroy(arena);
}

static void test_odd_totals_are_reached(void **state) {
    (void)state;
    static const char *const names[] = {"separate", "growing"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Samrena *arena = create_named(names[i]);
        assert_int_equal(samrena_reserve(arena, MIB + 1), SAMRENA_OK);
        assert_true(samrena_capacity(arena) >= MIB + 1);
        assert_non_null(samrena_push(arena, MIB + 1));
        assert_int_equal(info_of(arena).adapter_calls, 2);
        samrena_destroy(arena);
    }
}

static void test_told_capacity_ends_at_the_limit(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = MIB + 1001;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, config.limit), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.capacity, config.limit);
    assert_int_equal(samrena_capacity(arena), config.limit);
    samrena_destroy(arena);
}

/* Twice of what is immediate would be no size any more: the headroom ends before. */
static void test_headroom_ends_at_the_largest_size(void **state) {
    (void)state;
    Samrena *arena = create_named("plain");
    assert_int_equal(samrena_reserve_with_growth(arena, (uint64_t)PTRDIFF_MAX / 2 + 17, 0), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.requested, PTRDIFF_MAX);
    samrena_destroy(arena);
}

static void test_info_tells_what_the_call_returned(void **state) {
    (void)state;
    test_adapter.refuse_above = 5 * MIB;
    Samrena *arena = create_named("growing");
    assert_int_equal(samrena_reserve(arena, 3 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve_with_growth(arena, 3 * MIB, 40 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.error, SAMRENA_OK);
    samrena_destroy(arena);
}

static void test_refused_reserve_with_growth_is_told(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.limit = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB + 1, 2 * MIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_LIMIT);
    assert_int_equal(info.reserve.error, SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
}

int main(void) {
    leave_no_large_gap();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_reserve_raises_the_total_capacity),
        OVER_ADAPTERS(test_reserve_more_counts_from_what_is_used),
        OVER_ADAPTERS(test_reserved_pushes_ask_for_nothing),
        OVER_ADAPTERS(test_many_small_reserves),
        OVER_ADAPTERS(test_satisfied_reserve_makes_no_call),
        OVER_ADAPTERS(test_reserve_prefaults_what_growth_brought_in),
        cmocka_unit_test(test_reserve_above_the_ceiling_is_refused),
        OVER_ADAPTERS(test_impossible_reserves),
        OVER_ADAPTERS(test_impossible_hint),
        cmocka_unit_test(test_absurd_reserve_is_out_of_memory),
        OVER_ADAPTERS(test_reserve_above_the_limit_is_refused),
        OVER_ADAPTERS(test_headroom),
        cmocka_unit_test_setup(test_only_the_immediate_size_can_be_had, set_up_test_adapters),
        cmocka_unit_test_setup(test_adapter_without_reserve_is_graceful, set_up_test_adapters),
        cmocka_unit_test_setup(test_separate_regions_are_asked_for_all_that_is_to_come, set_up_test_adapters),
        cmocka_unit_test_setup(test_refused_reserve_is_tried_in_halves, set_up_test_adapters),
        cmocka_unit_test_setup(test_partial_reserve_keeps_what_it_got, set_up_test_adapters),
        OVER_ADAPTERS(test_reserved_region_is_found_behind_many),
        cmocka_unit_test_setup(test_large_step_does_not_hinder_a_small_reserve, set_up_test_adapters),
        cmocka_unit_test_setup(test_reached_capacity_is_enough, set_up_test_adapters),
        cmocka_unit_test_setup(test_satisfied_reserve_is_not_told, set_up_test_adapters),
        cmocka_unit_test_setup(test_lost_capacity_is_reserved_again, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_largest_reserve, set_up_test_adapters),
        cmocka_unit_test_setup(test_smallest_pieces_of_a_refused_reserve, set_up_test_adapters),
        cmocka_unit_test_setup(test_pieces_are_got_once, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_ceiling_of_separate_regions_is_reached, set_up_test_adapters),
        cmocka_unit_test_setup(test_other_refusals_of_a_reserve_are_not_repeated, set_up_test_adapters),
        cmocka_unit_test_setup(test_one_region_that_cannot_grow, set_up_test_adapters),
        cmocka_unit_test_setup(test_odd_totals_are_reached, set_up_test_adapters),
        OVER_ADAPTERS(test_told_capacity_ends_at_the_limit),
        cmocka_unit_test_setup(test_headroom_ends_at_the_largest_size, set_up_test_adapters),
        cmocka_unit_test_setup(test_info_tells_what_the_call_returned, set_up_test_adapters),
        cmocka_unit_test_setup(test_refused_reserve_with_growth_is_told, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("reserve", tests, NULL, NULL);
}
