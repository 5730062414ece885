// SPDX-License-Identifier: MIT
// Arenas in storage of the caller's own: handle and first memory lie there.
#define _DEFAULT_SOURCE
#include <stdalign.h>

#include "child.h"
#include "variables.h"
#include "residence.h"
#include "support.h"
#include "test_adapters.h"

static alignas(16) unsigned char storage[8192 + 16];

static bool inside(const void *pointer, uint64_t size) {
    uintptr_t from = (uintptr_t)storage, at = (uintptr_t)pointer;
    return at >= from && at + size <= from + sizeof(storage);
}

static Samrena *create_in(uint64_t size, const SamrenaConfig *config) {
    return must_be_made(samrena_create_in(storage, size, config));
}

/* Nothing is asked of the adapter while the storage is enough. */
static void test_the_storage_is_used_first(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create_in(4096, &config);
    assert_true(inside(arena, 1));
    uint64_t capacity = samrena_capacity(arena);
    assert_in_range(capacity, 4096 - SAMRENA_STORAGE_LEAST, 4096);
    assert_int_equal(info_of(arena).regions, 1);
    assert_int_equal(info_of(arena).committed, capacity);
    for (int i = 0; i < 1000; i++) {
        for (uint64_t used = 0; used + 64 <= capacity; used += 64) {
            unsigned char *bytes = samrena_push(arena, 64);
            assert_true(inside(bytes, 64));
            bytes[63] = 1;
        }
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    }
    assert_int_equal(info_of(arena).adapter_calls, 0);
    assert_null(info_of(arena).adapter);
    samrena_push(arena, capacity);
    assert_false(inside(samrena_push(arena, 64), 64));
    assert_int_equal(info_of(arena).adapter_calls, 1);
    assert_string_equal(info_of(arena).adapter, *state);
    samrena_destroy(arena);
}

/* Every address, and every size from the least up: what lies outside stays as it was. */
static void test_storage_of_any_place_and_size(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = SAMRENA_GROWTH_NONE;
    uint64_t least_capacity = UINT64_MAX, most_overhead = 0;
    for (uint64_t skipped = 0; skipped < 16; skipped++)
        for (uint64_t size = SAMRENA_STORAGE_LEAST; size < SAMRENA_STORAGE_LEAST + 70; size++) {
            memset(storage, 0xa5, sizeof(storage));
            Samrena *arena = must_be_made(samrena_create_in(storage + skipped, size, &config));
            uint64_t capacity = samrena_capacity(arena);
            assert_true(capacity <= size);
            least_capacity = capacity < least_capacity ? capacity : least_capacity;
            most_overhead = size - capacity > most_overhead ? size - capacity : most_overhead;
            unsigned char *bytes = samrena_push_aligned(arena, capacity, 1);
            assert_true(is_aligned(bytes, 16));
            memset(bytes, 0, (size_t)capacity);
            assert_fails(samrena_push_aligned(arena, 1, 1), SAMRENA_ERROR_OUT_OF_MEMORY);
            samrena_destroy(arena);
            for (uint64_t i = 0; i < sizeof(storage); i++)
                assert_true(storage[i] == 0xa5 || (i >= skipped && i < skipped + size));
        }
    assert_true(least_capacity >= 16); /* "the rest is its first memory" */
    assert_true(most_overhead <= SAMRENA_STORAGE_LEAST);
}

static void test_storage_that_is_none(void **state) {
    SamrenaConfig config = config_of(state);
    for (uint64_t size = 0; size < SAMRENA_STORAGE_LEAST; size += size < 32 ? 1 : 101) {
        char given[32];
        snprintf(given, sizeof(given), "%llu", (unsigned long long)size);
        assert_fails(samrena_create_in(storage, size, &config), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("samrena_create_in");
        assert_message_has(given);
        assert_message_has("768");
    }
    assert_fails(samrena_create_in(storage, SAMRENA_STORAGE_LEAST - 1, &config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("767");
    assert_fails(samrena_create_in(NULL, 4096, &config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("NULL");
    assert_fails(samrena_create_in(storage, UINT64_MAX, &config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("18446744073709551615");
    void *last = (void *)(UINTPTR_MAX - 999); /* a size that leads round the end of all addresses */
    assert_fails(samrena_create_in(last, 2000, &config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("2000");
}

/* The caller's bytes: nothing is known about them. */
static void test_zeros_in_used_storage(void **state) {
    memset(storage, 0xff, sizeof(storage));
    SamrenaConfig config = config_of(state);
    Samrena *arena = create_in(sizeof(storage), &config);
    unsigned char *zeros = samrena_push_zero(arena, 2000);
    assert_true(inside(zeros, 2000));
    assert_filled_with(zeros, 2000, 0);
    assert_filled_with(SAMRENA_PUSH_ARRAY_ZERO(arena, char, 3000), 3000, 0);
    samrena_destroy(arena);
}

/* ---- The adapter ---- */

/* A name that leads nowhere is nobody's trouble until memory is needed; then the push tells, and the arena lives on. */
static void test_an_unknown_adapter_is_told_when_it_is_needed(void **state) {
    (void)state;
    SamrenaConfig config = config_named("unheard-of");
    Samrena *arena = create_in(2048, &config);
    assert_false(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    assert_null(info_of(arena).adapter);
    unsigned char *bytes = samrena_push(arena, 500);
    memset(bytes, 7, 500);
    for (int i = 0; i < 2; i++) {
        uint64_t allocated = samrena_allocated(arena);
        assert_fails(samrena_push(arena, 4096), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
        assert_message_has("unheard-of");
        assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
        assert_message_has("unheard-of");
        assert_int_equal(samrena_allocated(arena), allocated);
        assert_non_null(samrena_push(arena, 100));
    }
    assert_filled_with(bytes, 500, 7);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_destroy(arena);

    config.initial_size = 4096; /* what the storage cannot hold is got at once */
    assert_fails(samrena_create_in(storage, 2048, &config), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    config.initial_size = 1000; /* which it can */
    samrena_destroy(create_in(2048, &config));
}

/* Reserving what is there already needs nobody either. */
static void test_a_reserve_that_the_storage_holds_asks_nobody(void **state) {
    (void)state;
    SamrenaConfig config = config_named("unheard-of");
    Samrena *arena = create_in(4096, &config);
    assert_int_equal(samrena_reserve(arena, 3000), SAMRENA_OK);
    assert_int_equal(samrena_reserve_more(arena, 100), SAMRENA_OK);
    assert_int_equal(samrena_reserve_with_growth(arena, 1000, 0), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 3000));
    assert_int_equal(info_of(arena).adapter_calls, 0);
    samrena_destroy(arena);
}

/* So is an option that the adapter does not know, or its refusal. */
static void test_an_adapter_that_refuses_is_told_when_it_is_needed(void **state) {
    (void)state;
    SamrenaConfig config = config_named("stacked");
    config.adapter_options = "shape=round";
    Samrena *arena = create_in(2048, &config);
    assert_fails(samrena_push(arena, 4096), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("shape");
    assert_non_null(samrena_push(arena, 100));
    samrena_destroy(arena);

    config = config_named("separate");
    arena = create_in(2048, &config);
    test_adapter.fail_at = 1; /* its create() */
    assert_fails(samrena_push(arena, 4096), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("failing as planned");
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_non_null(samrena_push(arena, 4096));
    assert_int_equal(test_adapter.live_contexts, 1);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
}

/* The environment says which adapter is the default, when one is needed and not before. */
static void test_the_environment_is_read_when_it_is_needed(void **state) {
    (void)state;
    Samrena *arena = create_in(2048, NULL);
    assert_non_null(samrena_push(arena, 500));
    set_environment("SAMRENA_ADAPTER", "virtual");
    assert_non_null(samrena_push(arena, 4096));
    assert_string_equal(info_of(arena).adapter, "virtual");
    samrena_destroy(arena);
}

static void test_capabilities_come_with_the_adapter(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create_in(2048, &config);
    for (int capability = 1; capability <= SAMRENA_CAPABILITY_SHARED; capability *= 2)
        assert_false(samrena_has_capability(arena, (SamrenaCapability)capability));
    assert_non_null(samrena_push(arena, 4096));
    assert_true(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    assert_true(samrena_has_capability(arena, SAMRENA_CAPABILITY_PREFAULT));
    assert_false(samrena_has_capability(arena, SAMRENA_CAPABILITY_CONTIGUOUS)); /* storage and range are two */
    samrena_destroy(arena);
}

/* The adapter fails when it is asked for memory, and later; the storage is never its to release. */
static void test_adapters_that_fail(void **state) {
    (void)state;
    SamrenaConfig config = config_named("separate");
    config.initial_size = 4096;
    test_adapter.fail_at = 2;
    assert_fails(samrena_create_in(storage, 2048, &config), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(test_adapter.live_contexts, 0);

    config.initial_size = 0;
    test_adapter.fail_at = 0;
    Samrena *arena = create_in(2048, &config);
    void *first = samrena_push(arena, 1000);
    test_adapter.refuse_above = 1;
    assert_fails(samrena_push(arena, 1000), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_int_equal(samrena_allocated(arena), 1000);
    test_adapter.refuse_above = 0;
    assert_non_null(samrena_push(arena, 1000));
    assert_int_equal(test_adapter.live_regions, 1);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_ptr_equal(samrena_push(arena, 1000), first);
    samrena_destroy(arena);
    assert_int_equal(test_adapter.live_regions, 0);
}

/* ---- Beyond the storage ---- */

/* There the adapter's memory works as ever: it grows, is reserved, rewound to and given back. */
static void test_beyond_the_storage(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create_in(2048, &config);
    uint64_t own = samrena_capacity(arena);
    memset(samrena_push(arena, 500), 1, 500);
    SamrenaMark mark = samrena_mark(arena);
    for (int i = 0; i < 3000; i++)
        memset(samrena_push(arena, 1000), 2, 1000);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    assert_true(inside(samrena_push(arena, 100), 100));
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);

    uint64_t capacity = samrena_capacity(arena);
    assert_int_equal(samrena_reserve(arena, capacity + 2 * MIB), SAMRENA_OK);
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, capacity + 2 * MIB - samrena_allocated(arena) - 16)); /* as one piece */
    assert_int_equal(info_of(arena).adapter_calls, calls);

    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_int_equal(info_of(arena).regions, 1);
    assert_int_equal(samrena_capacity(arena), own);
    assert_non_null(samrena_push(arena, 100000));
    samrena_destroy(arena);
}

static void test_what_the_storage_cannot_hold_is_got_at_once(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 64 * KIB;
    Samrena *arena = create_in(2048, &config);
    assert_true(samrena_capacity(arena) >= 64 * KIB);
    assert_int_equal(info_of(arena).adapter_calls, 1);
    assert_true(inside(samrena_push(arena, 1000), 1000));
    uint64_t calls = info_of(arena).adapter_calls;
    assert_non_null(samrena_push(arena, 62 * KIB));
    assert_int_equal(info_of(arena).adapter_calls, calls);
    samrena_destroy(arena);

    config.initial_size = 1000; /* the storage has that */
    arena = create_in(2048, &config);
    assert_int_equal(info_of(arena).adapter_calls, 0);
    samrena_destroy(arena);
}

/* What is told as the ceiling is the storage's part and the adapter's, and can be reached to the byte, from any start.
 */
static void test_the_ceiling_that_is_told_can_be_reached(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = 64 * KIB;
    for (uint64_t size = 2000; size < 2064; size++)
        for (uint64_t pushed = 0; pushed <= 1200; pushed += 600) {
            Samrena *arena = must_be_made(samrena_create_in(storage + size % 16, size, &config));
            uint64_t own = samrena_capacity(arena);
            assert_non_null(samrena_push(arena, pushed));
            assert_int_equal(samrena_reserve(arena, own + 1), SAMRENA_OK); /* the adapter is known from here on */
            uint64_t ceiling = info_of(arena).ceiling;
            assert_int_equal(ceiling, own + 64 * KIB);
            assert_int_equal(samrena_reserve(arena, ceiling + 1), SAMRENA_ERROR_INVALID_PARAMETER);
            assert_int_equal(samrena_reserve(arena, ceiling), SAMRENA_OK); /* though no region can hold as much */
            assert_int_equal(samrena_capacity(arena), ceiling);
            assert_non_null(samrena_push_aligned(arena, own - pushed, 1));
            assert_non_null(samrena_push_aligned(arena, 64 * KIB, 1));
            assert_int_equal(samrena_allocated(arena), ceiling);
            samrena_destroy(arena);

            arena = must_be_made(samrena_create_in(storage + size % 16, size, &config));
            assert_int_equal(samrena_reserve(arena, ceiling), SAMRENA_OK); /* at once */
            assert_int_equal(samrena_capacity(arena), ceiling);
            samrena_destroy(arena);
        }
}

/* ---- Where storage comes from ---- */

/* A second arena in a block of the first: neither of them touches what is the other's. */
static void test_an_arena_in_a_block_of_another(void **state) {
    Samrena *outer = create_for(state);
    unsigned char *before = samrena_push_aligned(outer, 101, 1);
    memset(before, 1, 101);
    unsigned char *block = samrena_push_aligned(outer, 1001, 1);
    unsigned char *behind = samrena_push_aligned(outer, 101, 1);
    memset(behind, 2, 101);
    SamrenaConfig config = config_of(state);
    Samrena *inner = must_be_made(samrena_create_in(block, 1001, &config));
    for (int i = 0; i < 300; i++)
        memset(samrena_push(inner, 50), 3, 50);
    SamrenaMark mark = samrena_mark(inner);
    for (int i = 0; i < 300; i++)
        memset(samrena_push(outer, 50), 4, 50);
    assert_int_equal(samrena_rewind(inner, mark), SAMRENA_OK);
    assert_int_equal(samrena_reset(inner), SAMRENA_OK);
    samrena_destroy(inner);
    assert_filled_with(before, 101, 1);
    assert_filled_with(behind, 101, 2);
    assert_int_equal(samrena_reset(outer), SAMRENA_OK);
    samrena_destroy(outer);
}

/* On the stack, again and again: what the last one left there is nothing to the next. */
static uint64_t use_the_stack(const SamrenaConfig *config, int round) {
    alignas(16) unsigned char bytes[1500];
    memset(bytes, round, sizeof(bytes));
    Samrena *arena = must_be_made(samrena_create_in(bytes + round % 16, sizeof(bytes) - 16, config));
    for (int i = 0; i < round; i++)
        assert_non_null(samrena_push(arena, 100));
    uint64_t allocated = samrena_allocated(arena);
    samrena_destroy(arena);
    return allocated;
}

static void test_arenas_on_the_stack(void **state) {
    SamrenaConfig config = config_of(state);
    for (int round = 0; round < 60; round++)
        assert_in_range(use_the_stack(&config, round), round * 100, round * 112);
}

/* Aligned, so that no byte is skipped, and of the size that was said. */
static void test_storage_that_is_declared(void **state) {
    static SAMRENA_STORAGE(still, 2048);
    SAMRENA_STORAGE(least, SAMRENA_STORAGE_LEAST);
    (void)state;
    assert_int_equal(sizeof(still), 2048);
    assert_int_equal(sizeof(least), SAMRENA_STORAGE_LEAST);
    assert_true(is_aligned(still, 16) && is_aligned(least, 16));
    Samrena *one = must_be_made(samrena_create_in(still, sizeof(still), NULL));
    Samrena *two = must_be_made(samrena_create_in(least, sizeof(least), NULL));
    assert_ptr_equal(one, still);
    assert_ptr_equal(two, least);
    assert_non_null(samrena_push(two, samrena_capacity(two)));
    assert_int_equal(info_of(two).adapter_calls, 0);
    samrena_destroy(one);
    samrena_destroy(two);
}

/* The handle lies in storage that is there still: who calls once more is told, whether the arena grew or not. */
static void test_calls_after_the_end_are_refused(void **state) {
    SamrenaConfig config = config_of(state);
    for (uint64_t pushed = 100; pushed <= 100000; pushed *= 1000) {
        Samrena *arena = create_in(2048, &config);
        assert_non_null(samrena_push(arena, pushed));
        assert_int_equal(samrena_reserve(arena, pushed + 200), SAMRENA_OK);
        samrena_destroy(arena);
        samrena_destroy(arena);
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("has ended");
        assert_fails(samrena_push(arena, 1), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_fails(samrena_push_aligned(arena, 1, 1), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(samrena_allocated(arena), 0);
        assert_int_equal(samrena_reserve(arena, 10), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(samrena_reserve_more(arena, 10), SAMRENA_ERROR_INVALID_PARAMETER);
        arena = create_in(2048, &config); /* and the storage is good for the next */
        assert_non_null(samrena_push(arena, 100));
        samrena_destroy(arena);
    }
}

static void count_release(void *argument) {
    ++*(int *)argument;
}

static void test_release_functions_run_at_the_end(void **state) {
    SamrenaConfig config = config_of(state);
    int released = 0;
    Samrena *arena = create_in(2048, &config);
    assert_int_equal(samrena_on_release(arena, count_release, &released), SAMRENA_OK);
    samrena_destroy(arena);
    assert_int_equal(released, 1);
}

/* Storage holds anything before, also what the arena is made from. */
static void test_a_config_in_the_storage(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 777;
    config.growth = SAMRENA_GROWTH_NONE;
    for (uint64_t at = 0; at + sizeof(config) <= 1024; at += 8) {
        SamrenaConfig *there = (SamrenaConfig *)(void *)(storage + at);
        memcpy(there, &config, sizeof(config));
        Samrena *arena = create_in(2048, there);
        assert_int_equal(info_of(arena).limit, 777);
        assert_null(samrena_push(arena, 778));
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_LIMIT_EXCEEDED);
        samrena_destroy(arena);
    }
}

/* A config that is wrong is told before the storage is touched. */
static void test_a_wrong_config_touches_no_storage(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth = 7;
    memset(storage, 0x5a, sizeof(storage));
    assert_fails(samrena_create_in(storage, sizeof(storage), &config), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("growth is 7");
    assert_filled_with(storage, sizeof(storage), 0x5a);
}

/* Storage is the caller's again: it is not kept for another arena. */
static void test_storage_is_not_recycled(void **state) {
    SamrenaConfig config = config_of(state);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    Samrena *arena = create_in(2048, &config);
    assert_non_null(samrena_push(arena, 4096));
    samrena_destroy(arena);
    memset(storage, 0xff, sizeof(storage));
    for (int i = 0; i < 10; i++) {
        Samrena *next = create(&config);
        assert_false(inside(next, 1));
        memset(samrena_push(next, 1000), 1, 1000);
        samrena_destroy(next);
    }
    assert_filled_with(storage, sizeof(storage), 0xff);
}

/* What happens now, and which marks are whose, does not come from what lay in the storage. */
static void test_marks_in_used_storage(void **state) {
    static unsigned char storages[2][2048];
    SamrenaConfig config = config_of(state);
    Samrena *arenas[2];
    memset(storages, 0x5a, sizeof(storages));
    for (int i = 0; i < 2; i++)
        arenas[i] = must_be_made(samrena_create_in(storages[i], sizeof(storages[i]), &config));
    SamrenaMark marks[] = {samrena_mark(arenas[0]), samrena_mark(arenas[1])};
    assert_int_not_equal(marks[0].serial, marks[1].serial);
    assert_int_equal(samrena_rewind(arenas[0], marks[1]), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_rewind(arenas[0], marks[0]), SAMRENA_OK);
    samrena_destroy(arenas[0]);
    samrena_destroy(arenas[1]);
}

static void count_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)level, (void)message;
    ++*(int *)user;
}

/* Who listens is told of the beginning and the end, also of an arena that has no adapter yet. */
static void test_a_callback_hears_of_it(void **state) {
    int lines = 0;
    SamrenaConfig config = config_of(state);
    config.log = count_line;
    config.log_user = &lines;
    Samrena *arena = create_in(2048, &config);
    assert_int_equal(lines, 1);
    samrena_destroy(arena);
    assert_int_equal(lines, 2);
}

/* The handle's part of the storage is no memory: it does not count for the initial size. */
static void test_an_initial_size_near_the_storage(void **state) {
    SamrenaConfig config = config_of(state);
    for (config.initial_size = 1000; config.initial_size < 2100; config.initial_size += 7) {
        Samrena *arena = create_in(2048, &config);
        assert_true(samrena_capacity(arena) >= config.initial_size);
        assert_true(samrena_capacity(arena) < 2048 || info_of(arena).adapter_calls == 1);
        samrena_destroy(arena);
    }
    config.initial_size = 0;
    Samrena *arena = create_in(2048, &config);
    config.initial_size = samrena_capacity(arena);
    samrena_destroy(arena);
    arena = create_in(2048, &config);
    assert_int_equal(info_of(arena).adapter_calls, 0); /* exactly that much is there */
    samrena_destroy(arena);
}

/* All of it, to its last byte: it ends in the middle of a page, and has more pages than the system is asked for at
 * once.
 */
static void test_touched_storage_is_resident(void **state) {
    enum { SIZE = 9 * 1024 * 1024 + 1000 };
    static unsigned char large[SIZE];
    (void)state;
    memset(large, 1, SIZE);
    Samrena *arena = must_be_made(samrena_create_in(large, SIZE, NULL));
    if (residence_is_told())
        assert_in_range(samrena_resident(arena), samrena_capacity(arena), SIZE);
    samrena_destroy(arena);
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_the_storage_is_used_first),
        OVER_ADAPTERS(test_storage_of_any_place_and_size),
        OVER_ADAPTERS(test_storage_that_is_none),
        OVER_ADAPTERS(test_zeros_in_used_storage),
        cmocka_unit_test(test_an_unknown_adapter_is_told_when_it_is_needed),
        cmocka_unit_test(test_touched_storage_is_resident),
        cmocka_unit_test(test_a_reserve_that_the_storage_holds_asks_nobody),
        cmocka_unit_test_setup(test_an_adapter_that_refuses_is_told_when_it_is_needed, set_up_test_adapters),
        IN_A_PROCESS(test_the_environment_is_read_when_it_is_needed),
        OVER_ADAPTERS(test_capabilities_come_with_the_adapter),
        cmocka_unit_test_setup(test_adapters_that_fail, set_up_test_adapters),
        OVER_ADAPTERS(test_beyond_the_storage),
        OVER_ADAPTERS(test_what_the_storage_cannot_hold_is_got_at_once),
        cmocka_unit_test(test_the_ceiling_that_is_told_can_be_reached),
        OVER_ADAPTERS(test_an_arena_in_a_block_of_another),
        cmocka_unit_test(test_storage_that_is_declared),
        OVER_ADAPTERS(test_calls_after_the_end_are_refused),
        OVER_ADAPTERS(test_release_functions_run_at_the_end),
        OVER_ADAPTERS(test_a_wrong_config_touches_no_storage),
        OVER_ADAPTERS(test_a_config_in_the_storage),
        OVER_ADAPTERS(test_arenas_on_the_stack),
        OVER_ADAPTERS(test_storage_is_not_recycled),
        OVER_ADAPTERS(test_marks_in_used_storage),
        OVER_ADAPTERS(test_a_callback_hears_of_it),
        OVER_ADAPTERS(test_an_initial_size_near_the_storage),
    };
    return cmocka_run_group_tests_name("create in", tests, NULL, NULL);
}
