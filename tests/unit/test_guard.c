// SPDX-License-Identifier: MIT
// SAMRENA_DEBUG_GUARD: what is not handed out faults, what is handed out stays whole, and what goes back is open.
#include "child.h"
#include "pages.h"
#include "samrena/heap.h"
#include "support.h"
#include "test_adapters.h"

enum { STORAGE = 256 * 1024, JUNK = 0xdd };

static _Alignas(16) unsigned char storage[STORAGE];

static const char *const sources[] = {"chained", "virtual", "storage", "separate", "trimming",
                                      "growing", "plain",   "stacked", "shared"};

static bool is_storage(const char *source) {
    return strcmp(source, "storage") == 0;
}

static SamrenaConfig guard_config(const char *source) {
    SamrenaConfig config = config_named(is_storage(source) ? "chained" : source);
    config.debug = SAMRENA_DEBUG_GUARD;
    return config;
}

/* In storage that begins and ends within pages. */
static Samrena *create_of(const char *source, const SamrenaConfig *config) {
    return must_be_made(is_storage(source) ? samrena_create_in(storage + 100, STORAGE - 300, config)
                                           : samrena_create(config));
}

static Samrena *create_guarded(const char *source) {
    SamrenaConfig config = guard_config(source);
    return create_of(source, &config);
}

static uint64_t unused(const Samrena *arena) {
    return samrena_capacity(arena) - samrena_allocated(arena);
}

static unsigned char *push_filled(Samrena *arena, uint64_t size) {
    unsigned char *block = samrena_push(arena, size);
    assert_non_null(block);
    memset(block, 1, (size_t)size);
    return block;
}

static unsigned char *page_behind(unsigned char *end) {
    return end + ((0 - (uintptr_t)end) & (size_of_page() - 1));
}

/* ---- What faults ----
 *
 * Each returns a byte that faults where `wrong`, and one close to it that does not where it is not. */

static unsigned char *behind_a_full_region(Samrena *arena, bool wrong) {
    unsigned char *last = push_filled(arena, 16);
    while (unused(arena) > 0)
        last = push_filled(arena, 16);
    return last + 16 - !wrong;
}

static unsigned char *behind_the_last_block(Samrena *arena, bool wrong) {
    uint64_t size = 3 * size_of_page() + 100;
    unsigned char *block = push_filled(arena, size);
    return wrong ? page_behind(block + size) : block + size - 1;
}

static unsigned char *in_a_reserve(Samrena *arena, bool wrong) {
    (void)samrena_reserve(arena, 64 * KIB); /* not every adapter does */
    unsigned char *block = push_filled(arena, 100);
    return wrong ? page_behind(block + 100) : block + 99;
}

/* A region that came while there were others. */
static unsigned char *in_one_of_several(Samrena *arena, bool wrong) {
    (void)samrena_reserve(arena, 32 * KIB);
    (void)samrena_reserve(arena, 64 * KIB);
    (void)samrena_reserve(arena, 128 * KIB);
    unsigned char *block = push_filled(arena, 100 * KIB);
    return wrong ? page_behind(block + 100 * KIB) : block + 100 * KIB - 1;
}

/* The second page of a block: the first may have begun before it. */
static unsigned char *taken_block(Samrena *arena) {
    return push_filled(arena, 8 * size_of_page()) + 2 * size_of_page();
}

static unsigned char *after_a_reset(Samrena *arena, bool wrong) {
    unsigned char *byte = taken_block(arena);
    if (wrong)
        check(samrena_reset(arena) == SAMRENA_OK);
    return byte;
}

/* Of a region that was left, while it was. */
static unsigned char *after_a_reset_of_many(Samrena *arena, bool wrong) {
    unsigned char *byte = taken_block(arena);
    for (int i = 0; i < 10; i++)
        (void)push_filled(arena, 5 * size_of_page() + 48);
    if (wrong)
        check(samrena_reset(arena) == SAMRENA_OK);
    return byte;
}

static unsigned char *after_a_rewind(Samrena *arena, bool wrong) {
    (void)push_filled(arena, 100);
    SamrenaMark mark = samrena_mark(arena);
    unsigned char *byte = taken_block(arena);
    if (wrong)
        check(samrena_rewind(arena, mark) == SAMRENA_OK);
    return byte;
}

static unsigned char *after_a_rewind_to(Samrena *arena, bool wrong) {
    unsigned char *first = push_filled(arena, 100);
    unsigned char *byte = taken_block(arena);
    if (wrong)
        check(samrena_rewind_to(arena, first) == SAMRENA_OK);
    return byte;
}

static unsigned char *after_a_scope(Samrena *arena, bool wrong) {
    unsigned char *kept = push_filled(arena, 100), *byte;
    {
        SAMRENA_SCOPE(arena);
        byte = taken_block(arena);
    }
    return wrong ? byte : kept;
}

static unsigned char *after_a_pop(Samrena *arena, bool wrong) {
    unsigned char *block = push_filled(arena, 8 * size_of_page());
    check(samrena_resize(arena, block, 8 * size_of_page(), wrong ? 100 : 3 * size_of_page()) == block);
    return block + 2 * size_of_page();
}

static unsigned char *after_a_free(Samrena *arena, bool wrong) {
    unsigned char *block = samrena_malloc(arena, 8 * size_of_page());
    check(block);
    memset(block, 1, 8 * size_of_page());
    if (wrong)
        samrena_free(arena, block);
    return block + 2 * size_of_page();
}

static unsigned char *after_a_trim(Samrena *arena, bool wrong) {
    (void)push_filled(arena, 30 * size_of_page());
    check(samrena_reset(arena) == SAMRENA_OK);
    samrena_trim(arena, 10 * size_of_page());
    check(unused(arena) >= 10 * size_of_page());
    unsigned char *block = push_filled(arena, 100);
    return wrong ? page_behind(block + 100) : block;
}

/* What is no longer pushed into. */
static unsigned char *behind_a_part(Samrena *arena, bool wrong) {
    Samrena *part = create_guarded("chained");
    unsigned char *block = push_filled(part, 5 * size_of_page());
    check(samrena_splice(arena, part) == SAMRENA_OK);
    return wrong ? page_behind(block + 5 * size_of_page()) : block + 5 * size_of_page() - 1;
}

static unsigned char *pushed_again(Samrena *arena, bool wrong) {
    unsigned char *first = taken_block(arena);
    check(samrena_reset(arena) == SAMRENA_OK);
    unsigned char *again = taken_block(arena);
    check(again == first);
    return wrong ? page_behind(again + 6 * size_of_page()) : again;
}

typedef unsigned char *Misuse(Samrena *arena, bool wrong);

static const struct {
    const char *name;
    Misuse *body;
} misuses[] = {
    {"behind a full region", behind_a_full_region},
    {"behind the last block", behind_the_last_block},
    {"in a reserve", in_a_reserve},
    {"in one of several reserves", in_one_of_several},
    {"after a reset", after_a_reset},
    {"after a reset of many regions", after_a_reset_of_many},
    {"after a rewind", after_a_rewind},
    {"after a rewind to a block", after_a_rewind_to},
    {"after a scope", after_a_scope},
    {"after a pop", after_a_pop},
    {"after a free", after_a_free},
    {"after a trim", after_a_trim},
    {"behind a part", behind_a_part},
    {"pushed again", pushed_again},
};

typedef struct Turn {
    size_t misuse, source;
    bool wrong, writes;
} Turn;

/* cmocka would have it abort. */
static void let_faults_end_it(void) {
    signal(SIGSEGV, SIG_DFL);
#ifdef SIGBUS
    signal(SIGBUS, SIG_DFL);
#endif
}

static void misuse(const void *argument) {
    const Turn *turn = argument;
    Samrena *arena = create_guarded(sources[turn->source]);
    volatile unsigned char *byte = misuses[turn->misuse].body(arena, turn->wrong);
    let_faults_end_it();
    if (turn->writes)
        *byte = 7;
    check(*byte == 7 || *byte == 1);
    samrena_destroy(arena);
}

static bool is_fault(int status) {
#ifdef SIGBUS
    if (status == CHILD_KILLED(SIGBUS))
        return true;
#endif
    return status == CHILD_KILLED(SIGSEGV);
}

static void test_what_is_not_handed_out_faults(void **state) {
    Turn turn = {0};
    (void)state;
    for (turn.misuse = 0; turn.misuse < COUNT_OF(misuses); turn.misuse++)
        for (turn.source = 0; turn.source < COUNT_OF(sources); turn.source++)
            for (int kind = 0; kind < 3; kind++) {
                turn.wrong = kind > 0;
                turn.writes = kind == 2;
                int status = status_of_child(misuse, &turn, sizeof(turn));
                if (turn.wrong ? !is_fault(status) : status != 0)
                    fail_msg("%s, %s, %s: the child %s", misuses[turn.misuse].name, sources[turn.source],
                             !turn.wrong   ? "not wrong"
                             : turn.writes ? "written"
                                           : "read",
                             words_of_status(status));
            }
}

/* ---- What does not ---- */

typedef struct Block {
    unsigned char *bytes;
    uint64_t size;
} Block;

static void assert_whole(const Block *blocks, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_filled_with(blocks[i].bytes, blocks[i].size, (unsigned char)i);
}

/* Sizes and alignments around those of pages, taken back and pushed again. */
static void test_what_is_handed_out_is_whole(void **state) {
    Block blocks[60];
    (void)state;
    for (size_t source = 0; source < COUNT_OF(sources); source++) {
        Samrena *arena = create_guarded(sources[source]);
        uint64_t room = strcmp(sources[source], "stacked") == 0 ? 600 * KIB : UINT64_MAX;
        for (unsigned round = 0; round < 12; round++) {
            size_t count = 0;
            for (; count < COUNT_OF(blocks) && samrena_allocated(arena) < room; count++) {
                uint64_t size = count % 5 ? (count * 977 + round * 131) % 9000 : count * 1000;
                uint64_t alignment = count % 7 == 0 ? 2 * size_of_page() : UINT64_C(1) << count % 8;
                blocks[count] = (Block){samrena_push_aligned(arena, size, alignment), size};
                assert_non_null(blocks[count].bytes);
                assert_true(is_aligned(blocks[count].bytes, alignment));
                memset(blocks[count].bytes, (int)count, (size_t)size);
            }
            assert_whole(blocks, count);
            if (round % 3 == 0)
                assert_int_equal(samrena_reset(arena), SAMRENA_OK);
            else
                assert_int_equal(samrena_rewind_to(arena, blocks[count / 2 / 5 * 5 + 1].bytes), SAMRENA_OK);
            assert_whole(blocks, round % 3 == 0 ? 0 : count / 2 / 5 * 5 + 1);
            if (round % 4 == 3)
                samrena_trim(arena, round * 1000);
        }
        samrena_destroy(arena);
    }
}

/* In steps that end within pages, where it lies and by the heap. */
static void test_blocks_grow(void **state) {
    (void)state;
    for (size_t source = 0; source < COUNT_OF(sources); source++) {
        Samrena *arena = create_guarded(sources[source]);
        (void)samrena_reserve(arena, 200 * KIB);
        unsigned char *block = push_filled(arena, 100);
        for (uint64_t size = 100; size < 30 * KIB; size += 3000) {
            block = samrena_resize(arena, block, size, size + 3000);
            assert_non_null(block);
            memset(block + size, 1, 3000);
            assert_filled_with(block, size + 3000, 1);
        }
        unsigned char *made = NULL;
        for (uint64_t size = 2000; size < 40 * KIB; size += 5000) {
            made = samrena_realloc(arena, made, size);
            assert_non_null(made);
            memset(made, 1, (size_t)size);
        }
        samrena_free(arena, made);
        samrena_destroy(arena);
    }
}

static void test_zeros(void **state) {
    (void)state;
    for (size_t source = 0; source < COUNT_OF(sources); source++) {
        Samrena *arena = create_guarded(sources[source]);
        for (int round = 0; round < 3; round++) {
            unsigned char *zeros = samrena_push_zero(arena, 100000);
            assert_filled_with(zeros, 100000, 0);
            memset(zeros, 1, 100000);
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        }
        samrena_destroy(arena);
    }
}

/* Behind what is still there. */
static void test_the_rest_of_a_page_is_junk(void **state) {
    (void)state;
    for (size_t source = 0; source < COUNT_OF(sources); source++) {
        Samrena *arena = create_guarded(sources[source]);
        unsigned char *kept = push_filled(arena, 48);
        SamrenaMark mark = samrena_mark(arena);
        unsigned char *taken = push_filled(arena, 10 * size_of_page());
        uint64_t rest = (uint64_t)(page_behind(taken) - taken);
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
        assert_filled_with(taken, rest, JUNK);
        assert_filled_with(kept, 48, 1);
        samrena_destroy(arena);
    }
}

/* ---- What goes back ---- */

static void test_storage_is_its_owners_again(void **state) {
    (void)state;
    for (int round = 0; round < 4; round++) {
        SamrenaConfig config = guard_config("storage");
        Samrena *arena = create_of("storage", &config);
        (void)push_filled(arena, 100000);
        if (round % 2)
            (void)push_filled(arena, 2 * MIB);
        if (round / 2)
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_destroy(arena);
        memset(storage, 2, STORAGE);
        assert_filled_with(storage, STORAGE, 2);
    }
}

/* Less than two pages: the rest is of use. */
static void test_little_storage(void **state) {
    (void)state;
    SamrenaConfig config = guard_config("storage");
    config.growth = SAMRENA_GROWTH_NONE;
    Samrena *arena = must_be_made(samrena_create_in(storage, SAMRENA_STORAGE_LEAST + 160, &config));
    uint64_t all = unused(arena);
    unsigned char *block = push_filled(arena, all);
    assert_true(all >= 160);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_filled_with(block, all, JUNK);
    samrena_destroy(arena);
}

/* All that the C heap hands out next is written to. */
static void test_the_heap_is_its_owners_again(void **state) {
    (void)state;
    for (int round = 0; round < 3; round++) {
        Samrena *arena = create_guarded("chained");
        for (int i = 0; i < 40; i++)
            (void)push_filled(arena, 9000);
        if (round == 1)
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        if (round == 2)
            samrena_trim(arena, 0);
        samrena_destroy(arena);
        for (size_t size = 1000; size < 1000000; size += size / 3) {
            unsigned char *block = malloc(size);
            assert_non_null(block);
            memset(block, 3, size);
            free(block);
        }
    }
}

/* ---- What it comes to ---- */

static bool is_closed(const Samrena *arena) {
    const SamrenaWindow *window = (const SamrenaWindow *)(const void *)arena;
    return !window->cursor && !window->end;
}

/* No red zones: figures are as without. */
static void test_figures_are_as_without(void **state) {
    SamrenaConfig config = guard_config(*state);
    config.initial_size = 64 * KIB;
    Samrena *arena = create(&config);
    config.debug = SAMRENA_DEBUG_NEVER;
    Samrena *plain = create(&config);
    for (uint64_t size = 0; size < 100; size++) {
        assert_non_null(samrena_push(arena, size));
        assert_non_null(samrena_push(plain, size));
        assert_int_equal(samrena_allocated(arena), samrena_allocated(plain));
    }
    assert_true(is_closed(arena));
    assert_false(is_closed(plain));
    samrena_destroy(plain);
    samrena_destroy(arena);
}

static void test_what_was_asked_for_is_there(void **state) {
    SamrenaConfig config = guard_config(*state);
    config.growth = SAMRENA_GROWTH_NONE;
    config.initial_size = 100000;
    Samrena *arena = create(&config);
    (void)push_filled(arena, 100000);
    assert_int_equal(samrena_reserve_more(arena, MIB), SAMRENA_OK);
    (void)push_filled(arena, MIB - 16);
    samrena_destroy(arena);
}

/* More than is left of the storage beside its guards. */
static void test_what_storage_cannot_hold_is_got_at_once(void **state) {
    (void)state;
    SamrenaConfig config = guard_config("storage");
    config.growth = SAMRENA_GROWTH_NONE;
    config.initial_size = STORAGE - 300 - size_of_page();
    Samrena *arena = create_of("storage", &config);
    assert_int_equal(info_of(arena).regions, 2);
    (void)push_filled(arena, config.initial_size);
    samrena_destroy(arena);
}

static void test_nothing_is_prefaulted(void **state) {
    static const int32_t policies[] = {SAMRENA_PREFAULT_AUTO, SAMRENA_PREFAULT_ALWAYS, SAMRENA_PREFAULT_PARALLEL,
                                       SAMRENA_PREFAULT_AHEAD};
    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        SamrenaConfig config = guard_config(*state);
        config.prefault = policies[i];
        Samrena *arena = create(&config);
        assert_int_equal(samrena_reserve(arena, 70 * MIB), SAMRENA_OK);
        SamrenaReserveInfo reserve = info_of(arena).reserve;
        assert_int_equal(reserve.reason, SAMRENA_RESERVE_POLICY);
        assert_int_equal(reserve.prefaulted, 0);
        assert_true(reserve.capacity >= 70 * MIB);
        (void)push_filled(arena, 100000);
        samrena_destroy(arena);
    }
}

static void test_a_ceiling_can_be_reached(void **state) {
    (void)state;
    SamrenaConfig config = guard_config("virtual");
    config.max_reserve = MIB;
    Samrena *arena = create(&config);
    uint64_t ceiling = info_of(arena).ceiling;
    assert_int_equal(ceiling, MIB - size_of_page());
    assert_fails(samrena_reserve(arena, ceiling + 1) == SAMRENA_OK, SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_reserve(arena, ceiling), SAMRENA_OK);
    (void)push_filled(arena, ceiling);
    assert_fails(samrena_push(arena, 1), SAMRENA_ERROR_OUT_OF_MEMORY);
    samrena_destroy(arena);
}

/* Neither do guards stay in what is kept, nor is what was kept without them taken with them. */
static void test_nothing_is_recycled(void **state) {
    SamrenaConfig guarded = guard_config(*state), plain = config_named(*state);
    for (int i = 0; i < 3; i++) {
        Samrena *arena = create(&plain);
        assert_false(is_closed(arena));
        (void)push_filled(arena, 2000);
        samrena_destroy(arena);
        arena = create(&guarded);
        assert_true(is_closed(arena));
        (void)push_filled(arena, 20000);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_destroy(arena);
    }
}

/* Into one that has none. */
static void test_parts_keep_their_guards(void **state) {
    for (int guards = 0; guards < 3; guards++) {
        SamrenaConfig guarded = guard_config(*state), plain = config_named(*state);
        Samrena *into = create(guards & 1 ? &plain : &guarded);
        Samrena *from = create(guards & 2 ? &plain : &guarded);
        unsigned char *block = push_filled(from, 100000);
        assert_int_equal(samrena_splice(into, from), SAMRENA_OK);
        assert_filled_with(block, 100000, 1);
        assert_ptr_equal(samrena_resize(into, block, 100000, 10), block);
        assert_filled_with(block, 100000, 1);
        (void)push_filled(into, 100000);
        assert_int_equal(samrena_reset(into), SAMRENA_OK);
        (void)push_filled(into, 300000);
        samrena_destroy(into);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_handed_out_faults),
        cmocka_unit_test(test_what_is_handed_out_is_whole),
        cmocka_unit_test(test_blocks_grow),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_the_rest_of_a_page_is_junk),
        cmocka_unit_test(test_storage_is_its_owners_again),
        cmocka_unit_test(test_little_storage),
        cmocka_unit_test(test_the_heap_is_its_owners_again),
        OVER_ADAPTERS(test_figures_are_as_without),
        OVER_ADAPTERS(test_what_was_asked_for_is_there),
        cmocka_unit_test(test_what_storage_cannot_hold_is_got_at_once),
        OVER_ADAPTERS(test_nothing_is_prefaulted),
        cmocka_unit_test(test_a_ceiling_can_be_reached),
        OVER_ADAPTERS(test_nothing_is_recycled),
        OVER_ADAPTERS(test_parts_keep_their_guards),
    };
    if (set_up_test_adapters(NULL))
        return 1;
    child_starts_here();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
