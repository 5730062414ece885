// SPDX-License-Identifier: MIT
// The life of an arena: create, reset, destroy.
#include "support.h"
#include "test_adapters.h"

static void test_created_arena_is_empty_and_ready(void **state) {
    Samrena *arena = create_for(state);
    SamrenaInfo info = info_of(arena);
    assert_string_equal(info.adapter, *state);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_true(samrena_capacity(arena) >= 4 * KIB);
    assert_int_equal(info.regions, 1);
    assert_int_equal(info.adapter_calls, 1);
    assert_int_equal(info.growth_hint, 0);
    assert_int_equal(info.reserve.requested, 0);
    samrena_destroy(arena);
}

static void test_every_way_to_create(void **state) {
    (void)state;
    static unsigned char storage[SAMRENA_STORAGE_LEAST];
    Samrena *arenas[] = {samrena_create(NULL), samrena_create_named(NULL), samrena_create_named("chained"),
                         samrena_create_named("virtual"), samrena_create_in(storage, sizeof(storage), NULL)};
    for (size_t i = 0; i < COUNT_OF(arenas); i++) {
        assert_non_null(arenas[i]);
        assert_non_null(samrena_push(arenas[i], 100));
        samrena_destroy(arenas[i]);
    }
    samrena_destroy(NULL);
}

/* What is known to be needed is one region. */
static void test_initial_size_is_there_at_creation(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 320 * KIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 320 * KIB);
    assert_int_equal(info_of(arena).regions, 1);
    assert_non_null(samrena_push(arena, 320 * KIB));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    samrena_destroy(arena);

    config.initial_size = 10001; /* no multiple of anything */
    arena = create(&config);
    assert_true(samrena_capacity(arena) >= 10001);
    assert_int_equal(info_of(arena).regions, 1);
    samrena_destroy(arena);
}

static void test_default_first_region_is_4_kib(void **state) {
    (void)state;
    Samrena *arena = samrena_create_named("chained");
    assert_int_equal(samrena_capacity(arena), 4 * KIB);
    samrena_destroy(arena);
}

/* A frame of an application: reset gives the same addresses again and asks for nothing. */
static void test_reset_keeps_memory(void **state) {
    Samrena *arena = create_for(state);
    void *first[1000];
    for (size_t i = 0; i < COUNT_OF(first); i++)
        first[i] = samrena_push(arena, 100 + i);
    uint64_t allocated = samrena_allocated(arena);
    SamrenaInfo before = info_of(arena);

    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_true(samrena_capacity(arena) >= allocated);
    for (size_t i = 0; i < COUNT_OF(first); i++)
        assert_ptr_equal(samrena_push(arena, 100 + i), first[i]);

    SamrenaInfo after = info_of(arena);
    assert_int_equal(after.allocated, allocated);
    assert_int_equal(after.adapter_calls, before.adapter_calls);
    assert_int_equal(after.committed, before.committed);
    assert_int_equal(after.high_water, allocated);
    samrena_destroy(arena);
}

static void test_reset_of_nothing_and_twice(void **state) {
    Samrena *arena = create_for(state);
    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_allocated(arena), 0);
    assert_int_equal(samrena_capacity(arena), capacity);
    samrena_destroy(arena);
}

static void test_high_water_survives_reset(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 50000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_push(arena, 10);
    assert_int_equal(info_of(arena).high_water, 50000);
    samrena_destroy(arena);
}

static void test_destroy_gives_everything_back(void **state) {
    (void)state;
    Samrena *arena = samrena_create_named("separate");
    for (int i = 0; i < 10000; i++)
        assert_non_null(samrena_push(arena, 1000));
    assert_int_equal(samrena_reserve(arena, 20 * MIB), SAMRENA_OK);
    assert_true(test_adapter.live_regions > 4);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
    assert_int_equal(test_adapter.live_contexts, 0);
}

static void test_two_arenas_do_not_share(void **state) {
    Samrena *one = create_for(state);
    Samrena *other = create_for(state);
    unsigned char *a = samrena_push(one, 1000);
    unsigned char *b = samrena_push(other, 1000);
    memset(a, 1, 1000);
    memset(b, 2, 1000);
    assert_int_equal(samrena_reset(other), SAMRENA_OK);
    assert_filled_with(a, 1000, 1);
    samrena_destroy(other);
    assert_int_equal(samrena_allocated(one), 1000);
    samrena_destroy(one);
}

static void test_null_arena_is_an_error_everywhere(void **state) {
    (void)state;
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_reserve(NULL, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_reserve: the arena is NULL");
    assert_int_equal(samrena_reserve_more(NULL, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_reserve_more");
    assert_int_equal(samrena_reserve_with_growth(NULL, 1, 2), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_reserve_with_growth");
    assert_null(samrena_push_with_reserve(NULL, 1));
    assert_message_has("samrena_push_with_reserve");
    assert_null(samrena_push_zero(NULL, 1));
    assert_message_has("samrena_push_zero");
    assert_null(samrena_push_slow(NULL, 1, 1));
    assert_null(samrena_push_overflow(NULL, 1, 1));
    assert_int_equal(samrena_get_info(NULL, &info), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_allocated(NULL), 0);
    assert_int_equal(samrena_capacity(NULL), 0);
    assert_false(samrena_has_capability(NULL, SAMRENA_CAPABILITY_RESERVE));
    assert_message_has("samrena_has_capability");
    assert_int_equal(samrena_reset(NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_reset: the arena is NULL");
    assert_int_equal(samrena_resident(NULL), 0);
    assert_message_has("samrena_resident");
    assert_null(samrena_resize_aligned(NULL, NULL, 0, 1, 16));
    assert_message_has("samrena_resize_aligned");
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void test_high_water_survives_every_reset(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 50000);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_push(arena, 10);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(info_of(arena).high_water, 50000);
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_created_arena_is_empty_and_ready),
        cmocka_unit_test(test_every_way_to_create),
        OVER_ADAPTERS(test_initial_size_is_there_at_creation),
        cmocka_unit_test(test_default_first_region_is_4_kib),
        OVER_ADAPTERS(test_reset_keeps_memory),
        OVER_ADAPTERS(test_reset_of_nothing_and_twice),
        OVER_ADAPTERS(test_high_water_survives_reset),
        cmocka_unit_test_setup(test_destroy_gives_everything_back, set_up_test_adapters),
        OVER_ADAPTERS(test_two_arenas_do_not_share),
        cmocka_unit_test(test_null_arena_is_an_error_everywhere),
        OVER_ADAPTERS(test_high_water_survives_every_reset),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
