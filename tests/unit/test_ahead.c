// SPDX-License-Identifier: MIT
// Prefault AHEAD: what is made resident before the cursor, and that an arena is otherwise as without.
#include "ahead.h"
#include "faults.h"
#include "residence.h"
#include "samrena/heap.h"
#include "test_adapters.h"

/* ---- Over the adapters that ship ---- */

static void test_reserving_touches_nothing(void **state) {
    SamrenaConfig config = ahead_config(*state, 0);
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER; /* a fault a page */
    unsigned char *start;
    samrena_destroy(reserved(&config, MIB, &start)); /* code that is come to for the first time has faults of its own */
    Samrena *arena = create(&config);
    long before = faults_of_thread();
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    if (COUNTS_FAULTS)
        assert_in_range(faults_of_thread() - before, 0, 64);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_AHEAD);
    assert_true(samrena_capacity(arena) >= 64 * MIB);
    samrena_destroy(arena);
}

static void test_pages_come_before_the_cursor(void **state) {
    SamrenaConfig config = ahead_config(*state, 8 * MIB);
    for (int32_t huge = SAMRENA_HUGE_PAGES_AUTO; huge <= SAMRENA_HUGE_PAGES_ALWAYS; huge++) {
        unsigned char *start;
        config.huge_pages = huge;
        Samrena *arena = reserved(&config, 64 * MIB, &start);
        assert_becomes(samrena_resident(arena) >= 8 * MIB);
        assert_in_range(samrena_resident(arena), 8 * MIB, 8 * MIB + 2 * CHUNK); /* a huge page is there as a whole */
        push_to(arena, 8 * MIB);
        /* A look is taken each 2 MiB, and again 64 KiB later where the thread was at its list just then. */
        assert_becomes(samrena_resident(arena) >= 13 * MIB);
        assert_in_range(samrena_resident(arena), 13 * MIB, 16 * MIB + 2 * CHUNK);
        samrena_destroy(arena);
    }
}

/* Whoever waits for the pages to come has no fault of his own. */
static void test_pushes_find_their_pages(void **state) {
    SamrenaConfig config = ahead_config(*state, 0);
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    unsigned char *start;
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    assert_becomes(samrena_resident(arena) >= 16 * MIB - 64 * KIB);
    push_to(arena, MIB);
    long before = faults_of_thread();
    push_to(arena, 16 * MIB);
    if (COUNTS_FAULTS) /* a sanitizer has memory of its own for each page */
        assert_in_range(faults_of_thread() - before, 0, 16 * MIB / 4096 / 10);
    samrena_destroy(arena);
}

static unsigned char pattern(uint64_t block, uint64_t at, unsigned round) {
    return (unsigned char)(block * 7 + at / 61 + at * 3 + round);
}

/* Zeros as they come, then the pattern. */
static void write_block(unsigned char *bytes, uint64_t block, uint64_t size, unsigned round) {
    for (uint64_t i = 0; i<size; i += size> 64 ? 509 : 1) {
        assert_int_equal(bytes[i], 0);
        bytes[i] = pattern(block, i, round);
    }
}

static void expect_block(const unsigned char *bytes, uint64_t block, uint64_t size, unsigned round) {
    for (uint64_t i = 0; i<size; i += size> 64 ? 509 : 1)
        if (bytes[i] != pattern(block, i, round))
            fail_msg("round %u: byte %llu of block %llu is lost", round, (unsigned long long)i,
                     (unsigned long long)block);
}

/* Pushes that race with the thread for the same pages lose nothing, and zeros stay zeros. */
static void test_contents_survive(void **state) {
    static const uint64_t sizes[] = {24, 4096, 100 * KIB, 3 * MIB};
    static unsigned char *blocks[12 * MIB / 24];
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    for (unsigned round = 0; round < 24; round++) {
        uint64_t size = sizes[round % COUNT_OF(sizes)], count = 0;
        unsigned char *start;
        config.huge_pages = (int32_t)(round % 3);
        Samrena *arena = reserved(&config, 16 * MIB, &start);
        for (; samrena_allocated(arena) + size <= 12 * MIB; count++) {
            blocks[count] = samrena_push_zero(arena, size);
            write_block(blocks[count], count, size, round);
        }
        for (uint64_t block = 0; block < count; block++)
            expect_block(blocks[block], block, size, round);
        samrena_destroy(arena);
    }
}

/* ---- What is asked for ---- */

/* Not a byte twice, none behind what was reserved, and of those before it none is missing. */
static void test_every_byte_once(void **state) {
    const uint64_t size = 24 * MIB, ahead = 4 * MIB;
    SamrenaConfig config = ahead_config(*state, ahead);
    unsigned char *start;
    Samrena *arena = reserved(&config, size, &start);
    uint64_t skipped = strcmp(*state, "concurrent") == 0 ? 0 : 4 * KIB; /* the first region, left behind */
    for (uint64_t at = samrena_allocated(arena); at < size; at += MIB) {
        uint64_t wanted = at + ahead - MIB < size ? at + ahead - MIB : size; /* as of the last look */
        assert_becomes(concurrent_asked_for(start + wanted - skipped - 16 * KIB, 1));
        assert_becomes(concurrent.begun == concurrent.ended);
        push_to(arena, at + MIB < size ? at + MIB : size);
        assert_true(concurrent_end(start) <= samrena_allocated(arena) + ahead + 4 * KIB);
    }
    assert_becomes(concurrent.begun == concurrent.ended);
    assert_true(concurrent_end(start) <= size);
    assert_true(concurrent_end(start) + 16 * KIB >= size);
    assert_true(concurrent_bytes() <= size);
    assert_true(concurrent_bytes() + 64 * KIB >= size);
    assert_int_equal(concurrent.plain, 0);
    samrena_destroy(arena);
}

static void test_chunks_end_at_huge_pages(void **state) {
    SamrenaConfig config = ahead_config(*state, 8 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 32 * MIB, &start);
    assert_becomes(concurrent_bytes() >= 7 * MIB);
    assert_becomes(concurrent.begun == concurrent.ended);
    int whole = 0;
    for (int i = 0; i < concurrent.ended; i++)
        whole += is_aligned(concurrent.calls[i].from, CHUNK) && concurrent.calls[i].bytes == CHUNK;
    assert_true(whole >= 2);
    samrena_destroy(arena);
}

/* A cursor that overtakes the thread: it goes on before the cursor, not behind. */
static void test_what_was_passed_is_left_alone(void **state) {
    SamrenaConfig config = ahead_config(*state, 4 * MIB);
    unsigned char *start;
    concurrent.closed = true;
    Samrena *arena = reserved(&config, 40 * MIB, &start);
    assert_becomes(concurrent.begun == 1);
    push_to(arena, 20 * MIB);
    concurrent.closed = false;
    assert_becomes(concurrent_asked_for(start + 22 * MIB, MIB));
    assert_false(concurrent_asked_for(start + 5 * MIB, 14 * MIB));
    samrena_destroy(arena);
}

static void test_small_reserves_are_prefaulted_at_once(void **state) {
    SamrenaConfig config = ahead_config(*state, 0);
    config.initial_size = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 256 * KIB - 1), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(concurrent.plain_bytes, 256 * KIB - 1);
    samrena_destroy(arena);
    arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 256 * KIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_AHEAD);
    assert_int_equal(info_of(arena).reserve.prefaulted, 0);
    assert_becomes(concurrent_bytes() == 256 * KIB);
    assert_int_equal(concurrent.plain, 1);
    samrena_destroy(arena);
}

/* Of headroom nothing is prefaulted, nor of what growth gets. */
static void test_what_was_not_reserved_is_not_asked_for(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    config.initial_size = 16 * MIB;
    Samrena *arena = create(&config);
    unsigned char *start = samrena_push(arena, 8);
    assert_int_equal(samrena_reserve_with_growth(arena, MIB, 8 * MIB), SAMRENA_OK);
    push_to(arena, 40 * MIB);
    assert_becomes(concurrent.begun == concurrent.ended);
    assert_false(concurrent_asked_for(start + MIB, 255 * MIB));
    samrena_destroy(arena);
}

/* What was trimmed away is not reserved any more. */
static void test_what_was_trimmed_away_is_not_asked_for(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 32 * MIB, &start);
    push_to(arena, 4 * MIB);
    samrena_trim(arena, 0);
    int begun = concurrent.begun;
    push_to(arena, 60 * MIB);
    wait_a_moment();
    assert_int_equal(concurrent.begun, begun);
    assert_int_equal(samrena_reserve_more(arena, 8 * MIB), SAMRENA_OK);
    push_to(arena, 61 * MIB);
    assert_becomes(concurrent.begun > begun);
    samrena_destroy(arena);
}

/* What was prefaulted at once, or used before, has its pages. */
static void test_what_is_resident_is_not_asked_for(void **state) {
    SamrenaConfig config = ahead_config(*state, 4 * MIB);
    config.initial_size = 16 * MIB;
    Samrena *arena = create(&config);
    unsigned char *start = samrena_push(arena, 8);
    assert_int_equal(samrena_reserve(arena, 200 * KIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_COMPLETE);
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    assert_becomes(concurrent_asked_for(start + 200 * KIB, MIB));
    assert_false(concurrent_asked_for(start, 196 * KIB));
    samrena_destroy(arena);
}

/* An arena that takes another in, and gives it up again, goes on. */
static void test_splice(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start, *other;
    Samrena *into = reserved(&config, 24 * MIB, &start), *from = reserved(&config, 8 * MIB, &other);
    SamrenaMark mark = samrena_mark(into);
    push_to(from, MIB);
    assert_int_equal(samrena_splice(into, from), SAMRENA_OK);
    uint64_t allocated = samrena_allocated(into);
    push_to(into, allocated + 4 * MIB);
    assert_becomes(concurrent_asked_for(start + 5 * MIB, MIB / 2));
    assert_false(concurrent_asked_for(other + 5 * MIB, MIB));
    assert_int_equal(samrena_rewind(into, mark), SAMRENA_OK);
    push_to(into, 12 * MIB);
    assert_becomes(concurrent_asked_for(start + 13 * MIB, MIB / 2));
    samrena_destroy(into);
}

/* A rewind behind the place where the cursor was looked at last, and the way there again. */
static void test_rewinds(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    SamrenaMark mark = samrena_mark(arena);
    for (int round = 0; round < 5; round++) {
        push_to(arena, (uint64_t)(3 + 3 * round) * MIB);
        assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    }
    push_to(arena, 16 * MIB);
    assert_becomes(concurrent.begun == concurrent.ended);
    assert_true(concurrent_end(start) <= 16 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    push_to(arena, 16 * MIB);
    samrena_destroy(arena);
}

/* What waits for its turn, and is already done as far as the cursor's new place makes it due. */
static void test_less_is_due_while_it_waits(void **state) {
    SamrenaConfig config = ahead_config(*state, 8 * MIB);
    unsigned char *start, *other_start;
    Samrena *arena = reserved(&config, 32 * MIB, &start);
    assert_becomes(concurrent_bytes() + 64 * KIB >= 8 * MIB);
    assert_becomes(concurrent.begun == concurrent.ended);
    concurrent.closed = true;
    int begun = concurrent.begun;
    Samrena *busy = reserved(&config, 4 * MIB, &other_start);
    assert_becomes(concurrent.begun == begun + 1);
    push_to(arena, 7 * MIB);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    push_to(arena, 40 * KIB);
    concurrent.closed = false;
    assert_becomes(concurrent_asked_for(other_start + 3 * MIB, MIB / 2));
    push_to(arena, 24 * MIB);
    assert_becomes(concurrent.begun == concurrent.ended);
    samrena_destroy(busy);
    samrena_destroy(arena);
}

/* The cursor comes to another region while the thread is at a chunk far up in the one before. */
static void test_another_region_meanwhile(void **state) {
    SamrenaConfig config = ahead_config(*state, 4 * MIB);
    unsigned char *start;
    Samrena *arena = reserved(&config, 12 * MIB, &start);
    push_to(arena, 6 * MIB);
    assert_becomes(concurrent_end(start) > 7 * MIB && concurrent.begun == concurrent.ended);
    concurrent.closed = true;
    int begun = concurrent.begun;
    push_to(arena, 8 * MIB + 64 * KIB);
    assert_becomes(concurrent.begun > begun);
    assert_int_equal(samrena_reserve_more(arena, 16 * MIB), SAMRENA_OK);
    unsigned char *next = samrena_push(arena, 5 * MIB); /* more than is left of the first */
    assert_non_null(next);
    concurrent.closed = false;
    assert_becomes(concurrent_asked_for(next + 5 * MIB + 100 * KIB, 64 * KIB));
    samrena_destroy(arena);
}

/* Storage is never the thread's business; the region behind it is, before the cursor comes there. */
static void test_storage(void **state) {
    static unsigned char storage[64 * KIB];
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_AHEAD);
    assert_becomes(concurrent_bytes() >= 2 * MIB);
    assert_in_range(concurrent_bytes(), 2 * MIB, 2 * MIB + sizeof(storage));
    push_to(arena, MIB);
    assert_becomes(concurrent_bytes() > 2 * MIB + sizeof(storage));
    assert_false(concurrent_asked_for(storage, sizeof(storage)));
    samrena_destroy(arena);
}

/* ---- Where it cannot be ---- */

static void test_adapter_without_the_operation(void **state) {
    (void)state;
    SamrenaConfig config = ahead_config("separate", 0);
    Samrena *arena = create(&config);
    assert_false(samrena_has_capability(arena, SAMRENA_CAPABILITY_CONCURRENT));
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.reason, SAMRENA_RESERVE_UNSUPPORTED);
    assert_int_equal(test_adapter.prefaulted, 0);
    push_to(arena, 8 * MIB);
    samrena_destroy(arena);
}

/* The system has no such call: nobody notices. */
static void test_adapter_that_cannot_after_all(void **state) {
    SamrenaConfig config = ahead_config(*state, 2 * MIB);
    unsigned char *start;
    concurrent.error = SAMRENA_ERROR_UNSUPPORTED;
    Samrena *arena = reserved(&config, 16 * MIB, &start);
    assert_becomes(concurrent.ended > 0);
    push_to(arena, 40 * MIB);
    assert_int_equal(samrena_last_error(), SAMRENA_OK);
    samrena_destroy(arena);
}

/* ---- As without ---- */

typedef struct Pair {
    Samrena *arenas[2]; /* with AHEAD, and without */
    unsigned char *last[2];
    uint64_t last_size;
    SamrenaMark marks[2];
    bool marked;
    uint64_t random;
} Pair;

static uint64_t below(Pair *pair, uint64_t bound) {
    pair->random = pair->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (pair->random >> 33) % bound;
}

static void *do_one(Samrena *arena, uint64_t kind, uint64_t size, unsigned char *last, uint64_t last_size) {
    switch (kind) {
    case 0: return samrena_push_aligned(arena, size, 1);
    case 1: return samrena_push_aligned(arena, size, UINT64_C(1) << size % 8);
    case 2: return samrena_push_zero(arena, size);
    case 3: return last ? samrena_resize(arena, last, last_size, last_size + size) : NULL;
    case 4: return last ? samrena_resize(arena, last, last_size, last_size / 2) : NULL;
    case 5: return samrena_push_with_reserve(arena, size);
    case 6: return samrena_push_format(arena, "%0*d", (int)(size % 3000), 7);
    case 7: return samrena_malloc(arena, size);
    default: return samrena_push(arena, size);
    }
}

static void splice_one_each(const char *adapter, Pair *pair, uint64_t size) {
    for (int i = 0; i < 2; i++) {
        SamrenaConfig config = ahead_config(adapter, MIB);
        Samrena *part = create(&config);
        assert_int_equal(samrena_reserve(part, size + MIB), SAMRENA_OK);
        samrena_push(part, size);
        if (samrena_splice(pair->arenas[i], part) != SAMRENA_OK)
            samrena_destroy(part);
    }
}

static void take_back(Pair *pair, uint64_t what) {
    for (int i = 0; i < 2; i++) {
        if (what == 0)
            pair->marks[i] = samrena_mark(pair->arenas[i]);
        else if (what == 1 && pair->marked)
            samrena_rewind(pair->arenas[i], pair->marks[i]);
        else if (what == 2)
            samrena_reset(pair->arenas[i]);
        else if (what == 3)
            samrena_trim(pair->arenas[i], MIB);
    }
    pair->marked = what == 0 || (pair->marked && what == 3);
    pair->last[0] = pair->last[1] = NULL;
}

static void step(const char *adapter, Pair *pair) {
    uint64_t kind = below(pair, 16);
    uint64_t size = below(pair, 4) ? below(pair, 5000) : below(pair, 400000);
    if (below(pair, 200) == 0)
        take_back(pair, below(pair, 4));
    if (below(pair, 400) == 0)
        splice_one_each(adapter, pair, size + 1);
    if (below(pair, 100) == 0)
        for (int i = 0; i < 2; i++)
            samrena_reserve_more(pair->arenas[i], size * 8);
    for (int i = 0; i < 2; i++)
        pair->last[i] = do_one(pair->arenas[i], kind, size, pair->last[i], pair->last_size);
    pair->last_size = kind == 3 ? pair->last_size + size : kind == 4 ? pair->last_size / 2 : size;
    if (kind == 6 || kind == 7)
        pair->last[0] = pair->last[1] = pair->last[0] && pair->last[1] ? NULL : pair->last[0];
}

/* Whatever is done to two arenas, one of them AHEAD: allocated, capacity and what is refused are the same, and the core
   checks its own invariants. */
static void assert_the_same_as_without(const char *adapter, uint64_t limit, SamrenaGrowth growth, uint64_t seed) {
    Pair pair = {.random = seed};
    for (int i = 0; i < 2; i++) {
        SamrenaConfig config = ahead_config(adapter, 256 * KIB);
        config.prefault = i == 0 ? SAMRENA_PREFAULT_AHEAD : SAMRENA_PREFAULT_NEVER;
        config.limit = limit;
        config.growth = (int32_t)growth;
        config.initial_size = 64 * KIB;
        pair.arenas[i] = create(&config);
        (void)samrena_reserve(pair.arenas[i], 3 * MIB + 5);
    }
    for (int i = 0; i < 6000; i++) {
        step(adapter, &pair);
        SamrenaInfo with = info_of(pair.arenas[0]), without = info_of(pair.arenas[1]);
        assert_int_equal(pair.last[0] == NULL, pair.last[1] == NULL);
        assert_int_equal(with.allocated, without.allocated);
        assert_int_equal(with.capacity, without.capacity);
        assert_int_equal(with.high_water, without.high_water);
        assert_int_equal(with.regions, without.regions);
        assert_int_equal(with.committed, without.committed);
    }
    samrena_destroy(pair.arenas[0]);
    samrena_destroy(pair.arenas[1]);
}

static void test_the_same_as_without(void **state) {
    static const uint64_t limits[] = {0, 200001, 256 * KIB + 3, 1000007, 20 * MIB + 9};
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            assert_the_same_as_without(*state, limits[i], SAMRENA_GROWTH_GEOMETRIC, seed);
            assert_the_same_as_without(*state, limits[i], SAMRENA_GROWTH_NONE, seed);
        }
    assert_int_equal(concurrent.live_regions, 0);
    assert_int_equal(concurrent.live_contexts, 0);
}

enum { WAITING = 4 };

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS_WITH(test_reserving_touches_nothing, set_up_ahead, NULL),
        OVER_ADAPTERS_WITH(test_contents_survive, set_up_ahead, NULL),
        OVER_CONCURRENT(test_every_byte_once),
        OVER_CONCURRENT(test_chunks_end_at_huge_pages),
        OVER_CONCURRENT(test_what_was_passed_is_left_alone),
        OVER_CONCURRENT(test_small_reserves_are_prefaulted_at_once),
        OVER_CONCURRENT(test_what_was_not_reserved_is_not_asked_for),
        OVER_CONCURRENT(test_what_was_trimmed_away_is_not_asked_for),
        OVER_CONCURRENT(test_what_is_resident_is_not_asked_for),
        OVER_CONCURRENT(test_splice),
        OVER_CONCURRENT(test_rewinds),
        OVER_CONCURRENT(test_less_is_due_while_it_waits),
        OVER_CONCURRENT(test_another_region_meanwhile),
        OVER_CONCURRENT(test_storage),
        cmocka_unit_test_setup(test_adapter_without_the_operation, set_up_test_adapters),
        OVER_CONCURRENT(test_adapter_that_cannot_after_all),
        OVER_CONCURRENT(test_the_same_as_without),
        /* The last ones wait for what the system has to tell. */
        OVER_ADAPTERS_WITH(test_pages_come_before_the_cursor, set_up_ahead, NULL),
        OVER_ADAPTERS_WITH(test_pushes_find_their_pages, set_up_ahead, NULL),
    };
    size_t count = COUNT_OF(tests);
    if (!residence_is_told()) {
        count -= WAITING;
        print_message("# SKIP %d tests: the system does not tell which pages are in memory\n", WAITING);
    }
    return _cmocka_run_group_tests("ahead", tests, count, NULL, NULL);
}
