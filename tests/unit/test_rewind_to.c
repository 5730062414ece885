// SPDX-License-Identifier: MIT
// Taking back from a block on, without a mark.
#include "support.h"
#include "test_adapters.h"

static void rewind_to(Samrena *arena, const void *block) {
    if (samrena_rewind_to(arena, block) != SAMRENA_OK)
        fail_msg("%s", samrena_last_error_message());
}

/* A stack of blocks of all sorts: popped one by one, or several at once, each leaves what was there before it. */
static void test_blocks_are_popped(void **state) {
    enum { COUNT = 200 };
    unsigned char *blocks[COUNT];
    uint64_t sizes[COUNT], before[COUNT];
    Samrena *arena = create_for(state);
    for (int step = 1; step < 8; step++) {
        for (int i = 0; i < COUNT; i++) {
            sizes[i] = (uint64_t)(i * 37 % 900) + 1;
            uint64_t alignment = UINT64_C(1) << i % 6;
            blocks[i] = samrena_push_aligned(arena, sizes[i], alignment);
            before[i] = samrena_allocated(arena);
            memset(blocks[i], i, (size_t)sizes[i]);
        }
        for (int i = COUNT - step; i > 0; i -= step) {
            rewind_to(arena, blocks[i]);
            assert_true(samrena_allocated(arena) < before[i]);
            assert_true(samrena_allocated(arena) >= before[i - 1]);
            assert_false(samrena_contains(arena, blocks[i]));
            assert_filled_with(blocks[i - 1], sizes[i - 1], (unsigned char)(i - 1));
            assert_ptr_equal(samrena_push_aligned(arena, sizes[i], UINT64_C(1) << i % 6), blocks[i]);
            rewind_to(arena, blocks[i]);
        }
        rewind_to(arena, blocks[0]);
        assert_int_equal(samrena_allocated(arena), 0);
    }
    assert_true(info_of(arena).high_water >= before[COUNT - 1]);
    samrena_destroy(arena);
}

static void test_texts_go_on_where_one_was(void **state) {
    Samrena *arena = create_for(state);
    samrena_push_string(arena, "one");
    char *two = samrena_push_string(arena, "two");
    samrena_push(arena, 100);
    rewind_to(arena, two);
    assert_int_equal(samrena_allocated(arena), 4);
    assert_ptr_equal(samrena_push_string(arena, "three"), two);
    samrena_destroy(arena);
}

static void test_zeros_are_zeros_again(void **state) {
    Samrena *arena = create_for(state);
    samrena_push(arena, 40);
    unsigned char *block = samrena_push(arena, 50000);
    memset(block, 0xff, 50000);
    rewind_to(arena, block);
    assert_filled_with(samrena_push_zero(arena, 50000), 50000, 0);
    samrena_destroy(arena);
}

static void append(void *text) {
    strcat(text, "x");
}

/* What was made after the block goes with it, what was made before stays. */
static void test_marks_and_release_functions(void **state) {
    char calls[8] = "", others[8] = "";
    Samrena *arena = create_for(state);
    SamrenaMark older = samrena_mark(arena);
    assert_int_equal(samrena_on_release(arena, append, others), SAMRENA_OK);
    SamrenaMark same = samrena_mark(arena);
    void *block = samrena_push(arena, 20);
    assert_int_equal(samrena_on_release(arena, append, calls), SAMRENA_OK);
    SamrenaMark newer = samrena_mark(arena);
    samrena_push(arena, 100000);
    assert_int_equal(samrena_on_release(arena, append, calls), SAMRENA_OK);
    rewind_to(arena, block);
    assert_string_equal(calls, "xx");
    assert_string_equal(others, "");
    assert_int_equal(samrena_rewind(arena, newer), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_rewind(arena, same), SAMRENA_OK);
    assert_string_equal(others, "");
    assert_int_equal(samrena_rewind(arena, older), SAMRENA_OK);
    assert_string_equal(others, "x");
    samrena_destroy(arena);
    assert_string_equal(calls, "xx");
}

/* An address inside a mark's record, or a release function's, is no block: it must not leave half of one behind. */
static void test_addresses_inside_of_records(void **state) {
    for (uint64_t distance = 0; distance <= 200; distance++) {
        char calls[8] = "";
        Samrena *arena = create_for(state);
        unsigned char *block = samrena_push(arena, 16);
        assert_int_equal(samrena_on_release(arena, append, calls), SAMRENA_OK);
        SamrenaMark mark = samrena_mark(arena);
        assert_int_equal(samrena_on_release(arena, append, calls), SAMRENA_OK);
        bool inside = distance <= samrena_allocated(arena);
        assert_int_equal(samrena_rewind_to(arena, block + distance),
                         inside ? SAMRENA_OK : SAMRENA_ERROR_INVALID_PARAMETER);
        memset(samrena_push(arena, 300), 0xff, 300);
        (void)samrena_rewind(arena, mark);
        assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        assert_string_equal(calls, "xx");
        samrena_destroy(arena);
    }
}

typedef struct Attempt {
    Samrena *arena;
    void *block;
    SamrenaError error;
} Attempt;

static void attempt(void *argument) {
    Attempt *made = argument;
    made->error = samrena_rewind_to(made->arena, made->block);
}

static void test_what_is_refused(void **state) {
    unsigned char other[16];
    Samrena *arena = create_for(state);
    void *block = samrena_push(arena, 64);
    void *gone = samrena_push(arena, 64);
    rewind_to(arena, gone);
    const void *wrong[] = {NULL, other, (char *)block - 1, (char *)gone + 1, arena};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(samrena_rewind_to(arena, wrong[i]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("no block of this arena");
        assert_int_equal(samrena_allocated(arena), 64);
    }
    Attempt made = {arena, block, SAMRENA_OK};
    assert_int_equal(samrena_on_release(arena, attempt, &made), SAMRENA_OK);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_int_equal(made.error, SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
    assert_int_equal(samrena_rewind_to(NULL, other), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_rewind_to: the arena is NULL");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ARENAS(test_blocks_are_popped),           OVER_ARENAS(test_texts_go_on_where_one_was),
        OVER_ARENAS(test_zeros_are_zeros_again),       OVER_ARENAS(test_marks_and_release_functions),
        OVER_ARENAS(test_addresses_inside_of_records), OVER_ARENAS(test_what_is_refused),
    };
    return cmocka_run_group_tests_name("rewind to", tests, NULL, NULL);
}
