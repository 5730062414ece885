// SPDX-License-Identifier: MIT
// Blocks shrunk to nothing in the reverse order of their pushes: all bytes come back, and none that is live.
#include "support.h"
#include "test_adapters.h"

/* Nothing is left after any number of rounds. */
static void assert_reverse_frees_leave_nothing(Samrena *arena, const uint64_t *sizes, size_t count) {
    void *blocks[16];
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < count; i++) {
            blocks[i] = samrena_push(arena, sizes[i]);
            memset(blocks[i], round, (size_t)sizes[i]);
        }
        for (size_t i = count; i-- > 0;)
            assert_ptr_equal(samrena_resize(arena, blocks[i], sizes[i], 0), blocks[i]);
        assert_int_equal(samrena_allocated(arena), 0);
    }
}

static void test_two_blocks_of_any_sizes(void **state) {
    Samrena *arena = create_for(state);
    for (uint64_t first = 0; first < 50; first++)
        for (uint64_t second = 0; second < 50; second++)
            assert_reverse_frees_leave_nothing(arena, (uint64_t[]){first, second}, 2);
    samrena_destroy(arena);
}

static void test_many_blocks_of_many_sizes(void **state) {
    static const uint64_t sizes[][10] = {{100, 100, 100, 100, 100, 100, 100, 100, 100, 100},
                                         {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                                         {112, 1, 112, 15, 16, 17, 31, 32, 33, 112},
                                         {0, 5, 0, 0, 7, 0, 0, 0, 1, 0}};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        Samrena *arena = create_for(state);
        assert_reverse_frees_leave_nothing(arena, sizes[i], COUNT_OF(sizes[i]));
        samrena_destroy(arena);
    }
}

/* A stack that lives on: what was there before it stays, and takes no more than the next multiple of 16. */
static void test_frees_end_at_what_is_live(void **state) {
    for (uint64_t size = 1; size < 40; size++) {
        Samrena *arena = create_for(state);
        unsigned char *live = samrena_push(arena, size);
        memset(live, 0x77, (size_t)size);
        for (int round = 0; round < 50; round++) {
            unsigned char *one = samrena_push(arena, 100), *two = samrena_push(arena, 33);
            memset(one, 1, 100);
            memset(two, 2, 33);
            samrena_resize(arena, two, 33, 0);
            samrena_resize(arena, one, 100, 0);
            assert_in_range(samrena_allocated(arena), size, (size + 15) / 16 * 16);
        }
        assert_filled_with(live, size, 0x77);
        samrena_destroy(arena);
    }
}

/* ---- What stands where padding would ---- */

/* Texts and typed values, which take the bytes that a push of any type leaves free: no free may take them for padding.
 */
static void push_small(Samrena *arena, int kind, unsigned char **bytes, uint64_t *size) {
    static const uint64_t alignments[] = {1, 1, 2, 4, 8, 8};
    static const uint64_t sizes[] = {1, 5, 2, 4, 8, 3};
    *size = sizes[kind];
    *bytes = samrena_push_aligned(arena, *size, alignments[kind]);
    memset(*bytes, 0x50 + kind, (size_t)*size);
}

static void test_small_blocks_in_between_stay(void **state) {
    for (int kind = 0; kind < 6; kind++)
        for (uint64_t first = 1; first < 33; first++)
            for (int before = 0; before < 2; before++) {
                Samrena *arena = create_for(state);
                unsigned char *one = samrena_push(arena, first), *small, *two;
                memset(one, 1, (size_t)first);
                uint64_t small_size;
                push_small(arena, kind, &small, &small_size);
                two = samrena_push(arena, 40);
                memset(two, 2, 40);
                samrena_resize(arena, two, 40, 0);
                if (before)
                    samrena_resize(arena, one, first, 0);
                memset(samrena_push(arena, 64), 0xee, 64);
                memset(samrena_push_aligned(arena, 7, 1), 0xdd, 7);
                assert_filled_with(small, small_size, (unsigned char)(0x50 + kind));
                samrena_destroy(arena);
            }
}

/* The same under a mark and a release function, whose records stand there too. */
static int released;

static void note_release(void *argument) {
    released += *(int *)argument;
}

static void test_records_in_between_stay(void **state) {
    static int one = 1;
    for (int kind = 0; kind < 2; kind++)
        for (uint64_t first = 1; first < 33; first++) {
            released = 0;
            Samrena *arena = create_for(state);
            void *block = samrena_push(arena, first);
            SamrenaMark mark = {0, 0};
            if (kind == 0)
                mark = samrena_mark(arena);
            else
                assert_int_equal(samrena_on_release(arena, note_release, &one), SAMRENA_OK);
            void *behind = samrena_push(arena, 40);
            samrena_resize(arena, behind, 40, 0);
            samrena_resize(arena, block, first, 0);
            memset(samrena_push(arena, 64), 0xee, 64);
            if (kind == 0)
                assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
            samrena_destroy(arena);
            assert_int_equal(released, kind);
        }
}

typedef struct Live {
    unsigned char *bytes;
    uint64_t size;
    unsigned char fill;
} Live;

static uint64_t next_random(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

/* Any order, any sizes, any alignments, over each kind of adapter: what is live stays as it was written. */
static void test_nothing_live_is_ever_given_back(void **state) {
    (void)state;
    static const char *const names[] = {"chained", "virtual", "separate", "growing"};
    static Live live[64];
    set_up_test_adapters(NULL);
    for (size_t n = 0; n < COUNT_OF(names); n++) {
        Samrena *arena = create_named(names[n]);
        uint64_t random = n + 7;
        memset(live, 0, sizeof(live));
        for (int i = 0; i < 30000; i++) {
            size_t at = next_random(&random) % COUNT_OF(live);
            if (next_random(&random) % 3 == 0)
                at = (size_t)i % COUNT_OF(live);
            Live *block = &live[at];
            if (!block->bytes) {
                block->size = next_random(&random) % 40;
                block->fill = (unsigned char)(next_random(&random) | 1);
                block->bytes = samrena_push_aligned(arena, block->size, UINT64_C(1) << next_random(&random) % 7);
                assert_non_null(block->bytes);
                memset(block->bytes, block->fill, (size_t)block->size);
            } else {
                assert_filled_with(block->bytes, block->size, block->fill);
                assert_ptr_equal(samrena_resize_aligned(arena, block->bytes, block->size, 0, 1), block->bytes);
                block->bytes = NULL;
            }
        }
        for (size_t i = 0; i < COUNT_OF(live); i++)
            if (live[i].bytes)
                assert_filled_with(live[i].bytes, live[i].size, live[i].fill);
        samrena_destroy(arena);
    }
}

/* An empty block that a packed one left behind lies inside what was pushed since: it is no last block. */
static void test_empty_blocks_that_were_left_behind(void **state) {
    for (uint64_t new_size = 0; new_size <= 20; new_size++) {
        Samrena *arena = create_for(state);
        unsigned char *packed = samrena_push_aligned(arena, 5, 1);
        unsigned char *empty = samrena_push_aligned(arena, 0, 1);
        assert_ptr_equal(samrena_resize(arena, packed, 5, 0), packed);
        unsigned char *live = samrena_push(arena, 16);
        memset(live, 'L', 16);
        unsigned char *resized = samrena_resize(arena, empty, 0, new_size);
        assert_non_null(resized);
        memset(resized, 'e', (size_t)new_size);
        memset(samrena_push(arena, 40), 'n', 40);
        assert_filled_with(live, 16, 'L');
        samrena_destroy(arena);
    }
}

/* In the gap before a block that was freed lies what was pushed small, inline or not, or became so: it is no padding.
 */
static void assert_hidden_stays(void **state, uint64_t size, uint64_t alignment, uint64_t shrunk, bool is_inline) {
    Samrena *arena = create_for(state);
    unsigned char *before = samrena_push(arena, 100);
    unsigned char *hidden =
        is_inline ? samrena_push_aligned(arena, size, alignment) : samrena_push_slow(arena, size, alignment);
    if (shrunk < size)
        assert_ptr_equal(samrena_resize(arena, hidden, size, shrunk), hidden);
    memset(hidden, 'h', (size_t)shrunk);
    void *last = samrena_push(arena, 50);
    assert_ptr_equal(samrena_resize(arena, last, 50, 0), last);
    assert_ptr_equal(samrena_resize(arena, before, 100, 0), before);
    memset(samrena_push(arena, 200), 'n', 200);
    assert_filled_with(hidden, shrunk, 'h');
    samrena_destroy(arena);
}

static void test_what_hides_in_a_gap_stays(void **state) {
    for (uint64_t size = 1; size <= 40; size++)
        for (uint64_t alignment = 1; alignment <= 8; alignment *= 2)
            for (uint64_t shrunk = 1; shrunk <= size; shrunk++) {
                assert_hidden_stays(state, size, alignment, shrunk, true);
                assert_hidden_stays(state, size, alignment, shrunk, false);
            }
}

/* ---- Across regions ---- */

/* Frees that come to the start of a region leave it empty; what was pushed before it is found again by a reset alone.
 */
static void test_frees_across_regions(void **state) {
    Samrena *arena = create_for(state);
    enum { COUNT = 40 };
    void *blocks[COUNT];
    uint64_t sizes[COUNT];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < COUNT; i++)
            blocks[i] = samrena_push(arena, sizes[i] = 2900 + (uint64_t)(i * 7 + round) % 200);
        uint64_t calls = info_of(arena).adapter_calls;
        for (int i = COUNT; i-- > 0;)
            assert_ptr_equal(samrena_resize(arena, blocks[i], sizes[i], 0), blocks[i]);
        assert_int_equal(samrena_allocated(arena), 0);
        assert_int_equal(info_of(arena).adapter_calls, calls);
    }
    samrena_destroy(arena);
}

/* What is aligned to 8 and was not small leaves nothing behind that hides the end of the block before. */
static void test_words_freed_in_reverse(void **state) {
    Samrena *arena = create_for(state);
    for (uint64_t size = 1; size <= 8; size++) {
        void *one = samrena_push(arena, size), *two = samrena_push_aligned(arena, 24, 8);
        assert_ptr_equal(samrena_resize(arena, two, 24, 0), two);
        assert_ptr_equal(samrena_resize(arena, one, size, 0), one);
        assert_int_equal(samrena_allocated(arena), 0);
    }
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_two_blocks_of_any_sizes),   OVER_ARENAS(test_many_blocks_of_many_sizes),
        OVER_ARENAS(test_frees_end_at_what_is_live), OVER_ARENAS(test_small_blocks_in_between_stay),
        OVER_ARENAS(test_records_in_between_stay),   OVER_ARENAS(test_empty_blocks_that_were_left_behind),
        OVER_ARENAS(test_what_hides_in_a_gap_stays), OVER_ARENAS(test_words_freed_in_reverse),
        OVER_ARENAS(test_frees_across_regions),      cmocka_unit_test(test_nothing_live_is_ever_given_back),
    };
    return cmocka_run_group_tests_name("free", tests, NULL, NULL);
}
