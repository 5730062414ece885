// SPDX-License-Identifier: MIT
// What was to be kept is kept: by a trim as far as it is told, by a reset as far as `retain` says.
#include "support.h"
#include "test_adapters.h"

static uint64_t unused(const Samrena *arena) {
    return samrena_capacity(arena) - samrena_allocated(arena);
}

static void fill(Samrena *arena, uint64_t total) {
    while (samrena_allocated(arena) + 1000 + 15 <= total)
        memset(samrena_push(arena, 1000), 0xff, 1000);
}

/* ---- Trim ---- */

static void test_a_reserve_outlives_a_trim_that_keeps_as_much(void **state) {
    static const uint64_t sizes[] = {5000, 100000, MIB, 8 * MIB, 64 * MIB};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        SamrenaConfig config = config_of(state);
        config.prefault = SAMRENA_PREFAULT_NEVER;
        Samrena *arena = create_as(state, &config);
        assert_int_equal(samrena_reserve(arena, sizes[i]), SAMRENA_OK);
        SamrenaInfo before = info_of(arena);
        samrena_trim(arena, sizes[i]);
        assert_in_range(info_of(arena).capacity, sizes[i], before.capacity);
        assert_non_null(samrena_push(arena, sizes[i])); /* as one piece still */
        assert_int_equal(info_of(arena).adapter_calls, before.adapter_calls);
        samrena_destroy(arena);
    }
}

static void test_pushes_find_what_was_kept(void **state) {
    for (uint64_t keep = MIB; keep <= 3 * MIB; keep += 333333) {
        Samrena *arena = create_for(state);
        for (int i = 0; i < 3; i++)
            assert_non_null(samrena_push(arena, 1000000));
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        uint64_t most = unused(arena);
        samrena_trim(arena, keep);
        assert_true(unused(arena) >= (keep < most ? keep : most));
        uint64_t calls = info_of(arena).adapter_calls;
        while (samrena_allocated(arena) + 4096 <= (keep < most ? keep : most) / 2) /* however they are cut */
            assert_non_null(samrena_push(arena, 4000));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        samrena_destroy(arena);
    }
}

static void test_three_pushes_come_again(void **state) {
    Samrena *arena = create_for(state);
    for (int i = 0; i < 3; i++)
        assert_non_null(samrena_push(arena, 1000000));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 3000000);
    assert_true(unused(arena) >= 3000000);
    uint64_t calls = info_of(arena).adapter_calls;
    for (int i = 0; i < 3; i++)
        assert_non_null(samrena_push(arena, 1000000));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);
}

static uint64_t next_random(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

/* Whatever came before: never less than `keep` where that much was there, for every way to trim that adapters have. */
static void test_never_less_than_was_to_be_kept(void **state) {
    (void)state;
    static const char *const names[] = {"chained", "virtual", "separate", "trimming", "stacked", "growing", "shared"};
    for (size_t n = 0; n < 2 * COUNT_OF(names); n++) {
        set_up_test_adapters(NULL);
        test_adapter.trim_keeps_size = n >= COUNT_OF(names);
        Samrena *arena = create_named(names[n % COUNT_OF(names)]);
        uint64_t random = n;
        for (int i = 0; i < 2000; i++) {
            uint64_t size = next_random(&random) % (next_random(&random) % 4 ? 3000 : 60000);
            switch (next_random(&random) % 8) {
            case 0: assert_int_equal(samrena_reset(arena), SAMRENA_OK); break;
            case 1: samrena_reserve_more(arena, size); break;
            case 2:
            case 3: {
                uint64_t before = unused(arena);
                samrena_trim(arena, size);
                assert_true(unused(arena) >= (size < before ? size : before));
                break;
            }
            default:
                if (!samrena_push(arena, size)) /* `stacked` has one MiB for its whole life */
                    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
            }
        }
        samrena_destroy(arena);
    }
}

/* ---- Reset ---- */

/* One huge request does not pin its peak for ever; small ones cost no call to the adapter. */
static void test_a_reset_retains_what_the_config_says(void **state) {
    SamrenaConfig config = config_of(state);
    config.retain = 256 * KIB;
    Samrena *arena = create_as(state, &config);
    fill(arena, 200 * KIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    uint64_t calls = info_of(arena).adapter_calls;
    for (int i = 0; i < 10; i++) {
        fill(arena, 100 * KIB);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    assert_int_equal(info_of(arena).adapter_calls, calls);
    fill(arena, 20 * MIB);
    assert_true(samrena_capacity(arena) >= 19 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_in_range(samrena_capacity(arena), config.retain, 2 * config.retain + 8 * KIB);
    assert_true(info_of(arena).high_water > 19 * MIB);
    samrena_destroy(arena);

    config.retain = 1; /* next to none */
    arena = create_as(state, &config);
    fill(arena, MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_true(samrena_capacity(arena) <= 8 * KIB);
    fill(arena, MIB);
    samrena_destroy(arena);
}

/* A frame that reserves, fills and resets, with a `retain` of as much: the adapter is asked in the first one alone. */
static void test_a_reserve_outlives_a_reset_that_retains_as_much(void **state) {
    static const uint64_t sizes[] = {100000, MIB, 8 * MIB};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        SamrenaConfig config = config_of(state);
        config.retain = sizes[i];
        Samrena *arena = create_as(state, &config);
        uint64_t calls = 0;
        for (int cycle = 0; cycle < 20; cycle++) {
            assert_int_equal(samrena_reserve(arena, sizes[i]), SAMRENA_OK);
            fill(arena, sizes[i]);
            if (cycle == 0)
                calls = info_of(arena).adapter_calls;
            assert_int_equal(info_of(arena).adapter_calls, calls);
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
            assert_true(samrena_capacity(arena) >= sizes[i]);
        }
        samrena_destroy(arena);
    }
}

/* With a hint as well: what it brought in beyond goes, the reserve stays. */
static void test_resets_between_a_reserve_and_its_use(void **state) {
    SamrenaConfig config = config_of(state);
    config.retain = MIB;
    Samrena *arena = create_as(state, &config);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(samrena_reserve_with_growth(arena, MIB, 16 * MIB), SAMRENA_OK);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        uint64_t calls = info_of(arena).adapter_calls;
        assert_non_null(samrena_push(arena, MIB - 4 * KIB));
        assert_int_equal(info_of(arena).adapter_calls, calls);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_a_reserve_outlives_a_trim_that_keeps_as_much),
        OVER_ARENAS(test_pushes_find_what_was_kept),
        OVER_ARENAS(test_three_pushes_come_again),
        cmocka_unit_test(test_never_less_than_was_to_be_kept),
        OVER_ARENAS(test_a_reset_retains_what_the_config_says),
        OVER_ARENAS(test_a_reserve_outlives_a_reset_that_retains_as_much),
        OVER_ARENAS(test_resets_between_a_reserve_and_its_use),
    };
    return cmocka_run_group_tests_name("retain", tests, NULL, NULL);
}
