// SPDX-License-Identifier: MIT
// Address space that is scarce, by a resource limit or by many arenas: all get some, and the program keeps its share.
//
// No sanitizer: they map terabytes of their own.
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "address_space.h"
#include "child.h"
#include "memory_limits.h"
#include "status.h"
#include "support.h"

/* Of 32 bits there are few: parts of what is tested there are smaller. */
static const bool narrow = sizeof(void *) < 8;

/* Room for so much more than there is. */
static void limit_address_space(uint64_t most) {
    const struct rlimit limit = {most, most};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* Addresses that the program can still have, found by taking them. */
static uint64_t addresses_left(void) {
    uint64_t left = 0;
    for (uint64_t size = GIB; size >= 64 * KIB; size /= 2)
        while (mmap(NULL, (size_t)size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED)
            left += size;
    return left;
}

static void skip_without_limits(void) {
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
}

/* ---- A limit that is there before the first arena ---- */

static void make_one_under_a_limit(const void *argument) {
    uint64_t limit = *(const uint64_t *)argument;
    limit_address_space(status_bytes("VmSize:") + limit);
    Samrena *arena = create_named("virtual");
    assert_non_null(samrena_push(arena, MIB));
    assert_in_range(info_of(arena).ceiling, MIB, limit);
    Samrena *second = create_named("virtual"); /* which finds a part of what is left */
    assert_non_null(samrena_push(second, 64 * KIB));
    assert_true(addresses_left() >= limit / 2);
}

static void test_an_arena_takes_a_part_of_what_is_left(void **state) {
    (void)state;
    skip_without_limits();
    static const uint64_t limits[] = {8192 * MIB, 2100 * MIB, 512 * MIB, 64 * MIB, 16 * MIB};
    for (size_t i = narrow ? 1 : 0; i < COUNT_OF(limits); i++)
        assert_child_passes(make_one_under_a_limit, &limits[i], sizeof(limits[i]));
}

/* Within what it got, growth works as ever, and its end is told. */
static void fill_one_under_a_limit(const void *argument) {
    (void)argument;
    limit_address_space(status_bytes("VmSize:") + 64 * MIB);
    Samrena *arena = create_named("virtual");
    uint64_t ceiling = info_of(arena).ceiling;
    while (samrena_push(arena, 1000)) {
    }
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_in_range(samrena_allocated(arena), ceiling - 64 * KIB, ceiling);
    assert_true(info_of(arena).adapter_calls < 1000);
    assert_int_equal(samrena_reserve(arena, ceiling), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, ceiling + 1), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

static void test_the_part_can_be_filled(void **state) {
    (void)state;
    skip_without_limits();
    assert_child_passes(fill_one_under_a_limit, NULL, 0);
}

/* What was chosen is tried, and halved where it is refused, as long as that is much. */
static void choose_much_under_a_limit(const void *argument) {
    (void)argument;
    const uint64_t part = narrow ? 16 * MIB : GIB;
    limit_address_space(status_bytes("VmSize:") + 9 * part);
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = 32 * part;
    Samrena *arena = create(&config);
    assert_int_equal(info_of(arena).ceiling, 8 * part);
    assert_non_null(samrena_push(arena, 32 * MIB));
    assert_non_null(malloc(MIB));
}

static void test_a_chosen_size_is_halved(void **state) {
    (void)state;
    skip_without_limits();
    assert_child_passes(choose_much_under_a_limit, NULL, 0);
}

/* ---- A limit that comes later ---- */

/* Ended arenas pin next to nothing: a limit set after them leaves the program's own calls alone. */
static void limit_after_the_end(const void *argument) {
    (void)argument;
    Samrena *arenas[8];
    samrena_destroy(create_named("virtual"));
    uint64_t before = status_bytes("VmSize:");
    for (size_t i = 0; i < COUNT_OF(arenas); i++)
        assert_non_null(samrena_push(arenas[i] = create_named("virtual"), 4 * KIB));
    for (size_t i = 0; i < COUNT_OF(arenas); i++)
        samrena_destroy(arenas[i]);
    assert_true(status_bytes("VmSize:") <= before + GIB); /* 256 GiB are 8 default ranges */
    limit_address_space(2 * GIB);
    void *own = mmap(NULL, 256 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(own != MAP_FAILED);
    assert_int_equal(munmap(own, 256 * MIB), 0);
    Samrena *arena = create_named("virtual");
    assert_non_null(samrena_push(arena, 200 * KIB));
    assert_non_null(samrena_push(create_named("chained"), 200 * KIB));
}

static void test_ended_arenas_leave_the_addresses_to_others(void **state) {
    (void)state;
    skip_without_limits();
    assert_child_passes(limit_after_the_end, NULL, 0);
}

/* What is kept of ended arenas goes when an arena finds no more. */
static void want_what_is_kept(const void *argument) {
    (void)argument;
    Samrena *arenas[8];
    for (size_t i = 0; i < COUNT_OF(arenas); i++)
        assert_non_null(samrena_push(arenas[i] = create_named("virtual"), 4 * KIB));
    uint64_t full = status_bytes("VmSize:");
    for (size_t i = 0; i < COUNT_OF(arenas); i++)
        samrena_destroy(arenas[i]);
    limit_address_space(status_bytes("VmSize:") + 2 * MIB);
    assert_true(status_bytes("VmSize:") < full);
    SamrenaConfig config = config_named("virtual");
    config.initial_size = narrow ? 128 * KIB : MIB; /* another kind */
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, config.initial_size));
}

static void test_what_is_kept_goes_where_it_is_needed(void **state) {
    (void)state;
    skip_without_limits();
    assert_child_passes(want_what_is_kept, NULL, 0);
}

/* A limit that comes between an arena's end and the next one of its kind: the ceiling was told before, but what the
   limit leaves can be had, and what it does not is refused without harm. */
static void recycle_under_a_limit(const void *argument) {
    (void)argument;
    samrena_destroy(create_named("virtual"));
    const uint64_t part = narrow ? 32 * MIB : 100 * MIB;
    limit_address_space(status_bytes("VmSize:") + 3 * part);
    Samrena *arena = create_named("virtual");
    assert_non_null(samrena_push(arena, part));
    assert_int_equal(samrena_reserve(arena, info_of(arena).ceiling), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_non_null(samrena_push(arena, part));
}

static void test_a_limit_between_two_arenas(void **state) {
    (void)state;
    skip_without_limits();
    assert_child_passes(recycle_under_a_limit, NULL, 0);
}

/* Nor does it matter who took the addresses that an ended arena gave up. */
static void take_the_addresses_behind(const void *argument) {
    (void)argument;
    Samrena *arena = create_named("virtual");
    uintptr_t at = ((uintptr_t)samrena_push(arena, 1) + 16 * MIB) & ~(uintptr_t)(64 * KIB - 1);
    samrena_destroy(arena);
    for (uintptr_t step = 64 * KIB; step > 0; step = step > 4 * KIB ? step / 2 : 0) /* as close behind as can be */
        while (mmap((void *)(at - step), step, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
               (void *)(at - step))
            at -= step;
    for (int i = 0; i < 10; i++) {
        arena = create_named("virtual");
        assert_non_null(samrena_push(arena, MIB));
        assert_non_null(samrena_push(arena, 100 * MIB));
        samrena_destroy(arena);
    }
}

static void test_addresses_that_others_took_are_not_missed(void **state) {
    (void)state;
    assert_child_passes(take_the_addresses_behind, NULL, 0);
}

/* ---- Many arenas ---- */

static void *do_nothing(void *argument) {
    return argument;
}

/* 5,000 default arenas would be 160 TiB: more than there are. */
static void make_many(const void *argument) {
    enum { MANY = 5000 };
    Samrena **arenas = calloc(MANY, sizeof(arenas[0]));
    for (int i = 0; i < MANY; i++) {
        arenas[i] = create_named(argument);
        memset(samrena_push(arenas[i], 100), i, 100);
    }
    const uint64_t own = narrow ? 128 * MIB : addresses_are_plenty() ? 64 * GIB : 8 * GIB;
    void *block = malloc((size_t)(narrow ? 256 * MIB : GIB));
    assert_non_null(block);
    free(block);
    void *range = mmap(NULL, (size_t)own, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(range != MAP_FAILED);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, do_nothing, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    for (int i = 0; i < MANY; i++) {
        assert_true(samrena_capacity(arenas[i]) >= 4 * KIB);
        if (i % 100 == 0)
            assert_non_null(samrena_push(arenas[i], narrow ? 48 * KIB : 64 * KIB));
        samrena_destroy(arenas[i]);
    }
    free(arenas);
}

static void test_many_arenas_leave_the_program_alive(void **state) {
    assert_child_passes(make_many, *state, strlen(*state) + 1);
}

int main(void) {
    common_recycle = SAMRENA_RECYCLE_NEVER;
    samrena_destroy(create_named("virtual")); /* loaded before any limit */
    samrena_destroy(create_named("chained"));
    common_recycle = SAMRENA_RECYCLE_AUTO;
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_arena_takes_a_part_of_what_is_left),
        cmocka_unit_test(test_the_part_can_be_filled),
        cmocka_unit_test(test_a_chosen_size_is_halved),
        cmocka_unit_test(test_ended_arenas_leave_the_addresses_to_others),
        cmocka_unit_test(test_what_is_kept_goes_where_it_is_needed),
        cmocka_unit_test(test_a_limit_between_two_arenas),
        cmocka_unit_test(test_addresses_that_others_took_are_not_missed),
        OVER_ADAPTERS(test_many_arenas_leave_the_program_alive),
    };
    return cmocka_run_group_tests_name("address space", tests, NULL, NULL);
}
