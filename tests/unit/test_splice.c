// SPDX-License-Identifier: MIT
// Arenas that are taken in by others with all that they hold: both adapters, in all mixtures.
#include "samrena/heap.h"
#include "support.h"
#include "test_adapters.h"

/* Where an arena's memory comes from: an adapter, or storage of the caller's. */
static const char *const kinds[] = {"chained", "virtual", "storage"};
enum { KINDS = COUNT_OF(kinds) };

static Samrena *create_kind(const char *kind) {
    void *state = (void *)(uintptr_t)kind;
    return create_for(&state);
}

/* Some hundred blocks in several regions, each with a pattern of its own. */
typedef struct Content {
    unsigned char *blocks[200];
    uint64_t sizes[200];
} Content;

static void fill(Samrena *arena, Content *content, int seed) {
    for (int i = 0; i < 200; i++) {
        content->sizes[i] = (uint64_t)((i * 37 + seed) % 900 + 1);
        content->blocks[i] = samrena_push(arena, content->sizes[i]);
        assert_non_null(content->blocks[i]);
        memset(content->blocks[i], i + seed, (size_t)content->sizes[i]);
    }
}

static void check(const Samrena *arena, const Content *content, int seed) {
    for (int i = 0; i < 200; i++) {
        assert_true(samrena_contains(arena, content->blocks[i]));
        assert_filled_with(content->blocks[i], content->sizes[i], (unsigned char)(i + seed));
    }
}

static int released[64];
static int released_count;

static void note_release(void *number) {
    released[released_count++] = (int)(intptr_t)number;
}

static void on_release(Samrena *arena, int number) {
    assert_int_equal(samrena_on_release(arena, note_release, (void *)(intptr_t)number), SAMRENA_OK);
}

static void assert_released(const int *expected, int count) {
    assert_int_equal(released_count, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(released[i], expected[i]);
    released_count = 0;
}

static void splice(Samrena *into, Samrena *from) {
    if (samrena_splice(into, from) != SAMRENA_OK)
        fail_msg("%s", samrena_last_error_message());
}

/* Blocks stay where they are, figures add up, and both go on. */
static void test_contents_stay(void **state) {
    (void)state;
    for (int pair = 0; pair < KINDS * KINDS; pair++) {
        static Content ours, theirs, more;
        Samrena *into = create_kind(kinds[pair / KINDS]), *from = create_kind(kinds[pair % KINDS]);
        fill(into, &ours, 1);
        fill(from, &theirs, 2);
        SamrenaInfo a = info_of(into), b = info_of(from);
        splice(into, from);
        SamrenaInfo sum = info_of(into);
        assert_int_equal(sum.allocated, a.allocated + b.allocated);
        assert_int_equal(samrena_allocated(into), sum.allocated);
        assert_int_equal(sum.adapter_calls, a.adapter_calls);
        assert_in_range(sum.committed, a.committed + b.allocated, a.committed + b.committed);
        assert_in_range(sum.regions, a.regions + 1, a.regions + b.regions);
        assert_int_equal(sum.capacity, a.capacity + b.allocated);
        check(into, &ours, 1);
        check(into, &theirs, 2);
        fill(into, &more, 3);
        check(into, &theirs, 2);
        check(into, &more, 3);
        assert_true(info_of(into).high_water == samrena_allocated(into));
        uint64_t most = samrena_allocated(into);
        assert_int_equal(samrena_reset(into), SAMRENA_OK);
        assert_int_equal(samrena_allocated(into), 0);
        assert_false(samrena_contains(into, theirs.blocks[0]));
        assert_int_equal(info_of(into).high_water, most);
        assert_true(info_of(into).committed <= info_of(into).capacity + 16);
        samrena_destroy(into);
    }
}

/* A mark from before takes what was spliced back, one from after does not; the other's marks are no marks any more. */
static void test_marks(void **state) {
    (void)state;
    for (int pair = 0; pair < KINDS * KINDS; pair++) {
        static Content ours, theirs;
        Samrena *into = create_kind(kinds[pair / KINDS]), *from = create_kind(kinds[pair % KINDS]);
        fill(into, &ours, 1);
        SamrenaMark before = samrena_mark(into), theirs_old = samrena_mark(from);
        fill(from, &theirs, 2);
        SamrenaMark theirs_new = samrena_mark(from);
        uint64_t allocated = samrena_allocated(into);
        splice(into, from);
        SamrenaMark after = samrena_mark(into);
        samrena_push(into, 5000);
        assert_int_equal(samrena_rewind(into, theirs_old), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(samrena_rewind(into, theirs_new), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(samrena_rewind(into, after), SAMRENA_OK);
        check(into, &theirs, 2);
        assert_int_equal(samrena_rewind(into, before), SAMRENA_OK);
        assert_int_equal(samrena_allocated(into), allocated);
        check(into, &ours, 1);
        assert_int_equal(samrena_rewind(into, after), SAMRENA_ERROR_INVALID_PARAMETER);
        samrena_destroy(into);
    }
}

/* Newest first, as if all had been pushed into one arena; those of spliced arenas can be cancelled. */
static void test_release_functions(void **state) {
    for (int cancelled = 0; cancelled < 7; cancelled++) {
        Samrena *into = create_for(state), *from = create_for(state), *inner = create_for(state);
        on_release(into, 1);
        on_release(from, 2);
        on_release(inner, 3);
        samrena_mark(inner);
        on_release(inner, 4);
        splice(from, inner);
        on_release(from, 5);
        splice(into, from);
        on_release(into, 6);
        if (cancelled > 0)
            assert_int_equal(samrena_cancel_release(into, note_release, (void *)(intptr_t)cancelled), SAMRENA_OK);
        int expected[6], count = 0;
        for (int i = 6; i > 0; i--)
            if (i != cancelled)
                expected[count++] = i;
        if (cancelled % 2)
            samrena_reset(into);
        samrena_destroy(into);
        assert_released(expected, count);
    }
}

static void test_rewind_to(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    char *before = samrena_push(into, 100), *inside = samrena_push(from, 100);
    on_release(from, 1);
    samrena_push(from, 100);
    splice(into, from);
    on_release(into, 2);
    char *after = samrena_push(into, 100);
    on_release(into, 3);
    assert_int_equal(samrena_rewind_to(into, inside), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_splice()");
    assert_released(NULL, 0);
    assert_int_equal(samrena_rewind_to(into, after), SAMRENA_OK);
    assert_released((int[]){3}, 1);
    assert_true(samrena_contains(into, inside));
    assert_int_equal(samrena_rewind_to(into, before), SAMRENA_OK);
    assert_released((int[]){2, 1}, 2);
    assert_false(samrena_contains(into, inside));
    assert_int_equal(samrena_allocated(into), 0);
    samrena_destroy(into);
}

static SamrenaMark made_meanwhile;

static void mark_in_release(void *arena) {
    made_meanwhile = samrena_mark(arena);
    assert_int_not_equal(made_meanwhile.serial, 0);
}

/* A mark that a release function makes is one of its own, also where a mark of the part is the next to go: here it ends
   where the other arena stands. */
static void test_a_mark_while_a_part_goes(void **state) {
    enum { SIZE = 4096 };
    SamrenaConfig config = config_of(state);
    config.initial_size = 4 * SIZE;
    Samrena *other = create(&config);
    assert_int_not_equal(samrena_mark(other).serial, 0);
    const uint64_t a_mark = samrena_allocated(other);
    samrena_destroy(other);
    Samrena *into = create(&config), *from = must_be_made(samrena_create_in(samrena_push(into, SIZE), SIZE, NULL));
    samrena_push(from, samrena_capacity(from) - a_mark);
    SamrenaMark theirs = samrena_mark(from);
    assert_int_equal(samrena_allocated(from), samrena_capacity(from));
    assert_int_equal(samrena_on_release(from, mark_in_release, into), SAMRENA_OK);
    splice(into, from);
    samrena_reset(into);
    assert_int_not_equal(made_meanwhile.serial, theirs.serial);
    assert_int_equal(samrena_rewind(into, made_meanwhile), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_allocated(into), 0);
    samrena_destroy(into);
}

/* Blocks that came in can be resized; what grows comes to lie in the arena's own memory. */
static void test_resizing(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    unsigned char *block = samrena_push(from, 1000);
    memset(block, 7, 1000);
    splice(into, from);
    assert_ptr_equal(samrena_resize(into, block, 1000, 600), block);
    unsigned char *larger = samrena_resize(into, block, 600, 3000);
    assert_ptr_not_equal(larger, block);
    assert_filled_with(larger, 600, 7);
    assert_fails(samrena_resize(into, block + 200000, 10, 20), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(into);
}

/* So can those of its heap; what is freed waits for a reset. */
static void test_heaps(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    char *ours = samrena_malloc(into, 100), *small = samrena_malloc(from, 100), *large = samrena_malloc(from, 3000);
    memset(small, 1, 100);
    memset(large, 2, 3000);
    splice(into, from);
    assert_true(samrena_block_size(large) >= 3000);
    char *larger = samrena_realloc(into, large, 5000);
    assert_filled_with(larger, 3000, 2);
    small = samrena_realloc(into, small, 300);
    assert_filled_with(small, 100, 1);
    samrena_free(into, small);
    samrena_free(into, larger);
    samrena_free(into, ours);
    assert_ptr_equal(samrena_malloc(into, 100), ours);
    samrena_reset(into);
    assert_non_null(samrena_malloc(into, 100));
    samrena_destroy(into);
}

/* Storage of an arena that no checker watches is its owner's again, also where one watches what took it in. */
static void test_unwatched_storage(void **state) {
    SAMRENA_STORAGE(storage, 4096);
    SamrenaConfig config = config_of(state);
    config.debug = SAMRENA_DEBUG_JUNK; /* which has it watched whatever the environment says */
    Samrena *into = create_as(state, &config);
    config.debug = SAMRENA_DEBUG_NEVER;
    Samrena *from = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    void *one = samrena_push(from, 1000), *two = samrena_push(from, 1000);
    splice(into, from);
    assert_ptr_equal(samrena_resize(into, one, 1000, 10), one);
    assert_ptr_not_equal(samrena_resize(into, two, 1000, 2000), two);
    samrena_destroy(into);
    memset(storage, 1, sizeof(storage));
    assert_filled_with(storage, sizeof(storage), 1);
}

/* A block without a header, freed where it was taken in, is not handed out again: it goes before the heap does. */
static void test_plain_blocks_of_a_part(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    assert_non_null(samrena_allocator(into, NULL, 0, 32));
    void *ours = samrena_allocator(into, NULL, 0, 32);
    SamrenaMark mark = samrena_mark(into);
    void *theirs = samrena_allocator(from, NULL, 0, 32);
    splice(into, from);
    samrena_allocator(into, theirs, 32, 0);
    samrena_allocator(into, ours, 32, 0);
    assert_int_equal(samrena_rewind_and_drop(into, mark), SAMRENA_OK);
    assert_ptr_equal(samrena_allocator(into, NULL, 0, 32), ours);
    for (int i = 0; i < 4; i++)
        assert_true(samrena_contains(into, samrena_allocator(into, NULL, 0, 32)));
    samrena_destroy(into);
}

/* A heap that a samrena_rewind_to() ended does not come back with the place of a part. */
static void test_a_heap_cut_short_behind_a_part(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    samrena_push(into, 100000); /* into another region, where the adapter has several */
    assert_non_null(samrena_malloc(into, 100));
    void *before = samrena_push(into, 16);
    splice(into, from);
    void *behind = samrena_push(into, 16);
    samrena_free(into, samrena_malloc(into, 480));
    assert_int_equal(samrena_rewind_to(into, behind), SAMRENA_OK);
    assert_int_equal(samrena_rewind_to(into, before), SAMRENA_OK);
    assert_true(samrena_contains(into, samrena_malloc(into, 480)));
    samrena_destroy(into);
}

/* What was last before a part came in is not given back: it lies before the part, whatever is rewound to of what comes
   then. */
static void test_parts_stay_where_memory_goes_back(void **state) {
    for (int heap = 0; heap < 2; heap++) {
        Samrena *into = create_for(state), *from = create_for(state);
        samrena_push(into, 8000);
        assert_non_null(samrena_malloc(into, 600));
        void *last = heap ? samrena_malloc(into, 600) : samrena_push(into, 600);
        char *theirs = samrena_push(from, 100);
        on_release(from, 1);
        splice(into, from);
        if (heap)
            samrena_free(into, last);
        else
            assert_ptr_equal(samrena_resize(into, last, 600, 0), last);
        assert_int_equal(samrena_rewind_to(into, samrena_push(into, 16)), SAMRENA_OK);
        assert_int_equal(released_count, 0);
        assert_true(samrena_contains(into, theirs));
        samrena_destroy(into);
        assert_released((int[]){1}, 1);
    }
}

/* An adapter that lets no arena be kept is not asked to rest, nor is one whose first region is not there. */
static int rests;

static void count_rest(void *context) {
    (void)context;
    rests++;
}

static void test_rest_is_for_what_can_be_kept(void **state) {
    static SamrenaAdapter resting;
    set_up_test_adapters(state);
    resting = samrena_adapter_growing;
    memcpy(resting.name, "resting", sizeof("resting"));
    resting.operations.rest = count_rest;
    assert_int_equal(samrena_adapter_register(&resting), SAMRENA_OK);
    const uint64_t recyclable[] = {0, 64 * KIB};
    for (int i = 0; i < 2; i++) {
        test_adapter.recyclable = recyclable[i];
        Samrena *into = samrena_create_named("resting"), *from = samrena_create_named("resting");
        assert_non_null(samrena_push(from, 100));
        splice(into, from);
        assert_int_equal(rests, i);
        SAMRENA_STORAGE(storage, 4096);
        SamrenaConfig config = config_named("resting");
        from = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
        samrena_push(from, 100000);
        samrena_reset(from);
        samrena_trim(from, 0);
        assert_int_equal(info_of(from).regions, 1);
        splice(into, from);
        assert_int_equal(rests, i);
        samrena_destroy(into);
        rests = 0;
    }
}

/* The handle that is no arena any more refuses every call, until it goes. */
static void test_the_handle_refuses(void **state) {
    Samrena *into = create_for(state), *from = create_for(state);
    samrena_push(from, 10);
    void *block = samrena_malloc(from, 10), *plain = samrena_allocator(from, NULL, 0, 10);
    splice(into, from);
    assert_fails(samrena_push(from, 1), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_splice()");
    assert_fails(samrena_malloc(from, 10), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_allocator(from, NULL, 0, 10), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_free(from, block);
    assert_message_has("samrena_free");
    samrena_free(into, block);
    samrena_allocator(into, plain, 10, 0);
    assert_int_equal(samrena_reset(from), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_reserve(from, 100000), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_allocated(from), 0);
    samrena_destroy(from);
    assert_int_equal(samrena_splice(into, from), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_splice(from, into), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(into);
}

static void splice_in_release(void *arenas) {
    Samrena **pair = arenas;
    assert_int_equal(samrena_splice(pair[0], pair[1]), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("release function");
}

static void test_what_is_refused(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 20000;
    Samrena *into = create_as(state, &config), *from = create_for(state);
    assert_int_equal(samrena_splice(into, into), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("itself");
    assert_int_equal(samrena_splice(into, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_splice(NULL, from), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_push(into, 8000);
    samrena_push(from, 16000);
    uint64_t ours = samrena_allocated(into), theirs = samrena_allocated(from);
    assert_int_equal(samrena_splice(into, from), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_message_has("20000");
    assert_message_has("16000");
    assert_int_equal(samrena_allocated(into), ours);
    assert_int_equal(samrena_allocated(from), theirs);
    samrena_reset(from);
    samrena_push(from, 8000);
    Samrena *pair[2] = {into, from};
    samrena_on_release(into, splice_in_release, pair);
    samrena_reset(into);

    samrena_push(into, 8000);
    splice(into, from);
    assert_fails(samrena_push(into, 5000), SAMRENA_ERROR_LIMIT_EXCEEDED);
    assert_non_null(samrena_push(into, 3900));
    samrena_reset(into);
    assert_non_null(samrena_push(into, 19000));
    samrena_destroy(into);
}

/* One in a block of another ends before that one does, whoever has taken in both. */
static void test_one_in_the_memory_of_another(void **state) {
    Samrena *into = create_for(state), *outer = create_for(state);
    Samrena *inner = must_be_made(samrena_create_in(samrena_push(outer, 4096), 4096, NULL));
    memset(samrena_push(inner, 10000), 1, 10000);
    on_release(inner, 1);
    splice(outer, inner);
    splice(into, outer);
    splice(into, create_for(state));
    samrena_destroy(into);
    assert_released((int[]){1}, 1);
}

/* Children of the one become the other's; a parent cannot come to end with what ends with it. */
static void test_families(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *into = create(&config), *from = create(&config);
    config.parent = from;
    Samrena *one = create(&config), *two = create(&config);
    config.parent = two;
    Samrena *below = create(&config);
    on_release(one, 1);
    on_release(two, 2);
    on_release(below, 3);
    assert_int_equal(samrena_splice(below, from), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("ends with");
    splice(into, from);
    assert_released(NULL, 0);
    splice(into, two); /* a child, into what is its parent now */
    assert_released(NULL, 0);
    samrena_push(below, 100000);
    samrena_destroy(one);
    assert_released((int[]){1}, 1);
    samrena_destroy(into);
    assert_released((int[]){3, 2}, 2);
}

/* One after another into one, and one into the other in a long row: each costs the same, none needs stack. */
static void test_many(void **state) {
    enum { COUNT = 3000 };
    uint64_t each = 0;
    Samrena *into = create_for(state);
    for (int i = 0; i < COUNT; i++) {
        Samrena *from = create_named("chained");
        memset(samrena_push(from, 100), 1, 100);
        samrena_on_release(from, note_release, NULL);
        each = samrena_allocated(from);
        splice(into, from);
        released_count = 0;
    }
    assert_int_equal(samrena_allocated(into), COUNT * each);
    for (int i = 0; i < COUNT; i++) {
        Samrena *next = create_named("chained");
        samrena_push(next, 8);
        splice(next, into);
        into = next;
    }
    SamrenaMark mark = samrena_mark(into);
    samrena_push(into, 100);
    samrena_rewind(into, mark);
    static const SamrenaReleaseFunction function = note_release;
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(samrena_cancel_release(into, function, NULL), SAMRENA_OK);
    samrena_reset(into);
    assert_released(NULL, 0);
    assert_int_equal(info_of(into).regions, 1);
    samrena_destroy(into);
}

/* Nothing is held of one that was taken in but what it had allocated: its own adapter got the rest back. */
static void test_unused_memory_goes(void **state) {
    (void)state;
    Samrena *into = create_named("chained"), *from = create_named("virtual");
    samrena_reserve(from, 64 * MIB);
    samrena_push(from, 100000);
    uint64_t before = info_of(into).committed;
    splice(into, from);
    assert_true(info_of(into).committed - before < 300 * KIB);
    samrena_destroy(into);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents_stay),
        cmocka_unit_test(test_marks),
        OVER_ARENAS(test_release_functions),
        OVER_ARENAS(test_rewind_to),
        OVER_ADAPTERS(test_a_mark_while_a_part_goes),
        OVER_ARENAS(test_resizing),
        OVER_ARENAS(test_heaps),
        OVER_ARENAS(test_unwatched_storage),
        OVER_ARENAS(test_plain_blocks_of_a_part),
        OVER_ARENAS(test_parts_stay_where_memory_goes_back),
        cmocka_unit_test(test_rest_is_for_what_can_be_kept),
        OVER_ARENAS(test_a_heap_cut_short_behind_a_part),
        OVER_ARENAS(test_the_handle_refuses),
        OVER_ADAPTERS(test_what_is_refused),
        OVER_ARENAS(test_one_in_the_memory_of_another),
        OVER_ADAPTERS(test_families),
        OVER_ARENAS(test_many),
        cmocka_unit_test(test_unused_memory_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
