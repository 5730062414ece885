// SPDX-License-Identifier: MIT
// Forked processes: each has an arena of its own, unless the adapter's memory is shared; then the child takes no more
// of it and gives nothing back. What the library knows of the machine and of budgets is found sound there.
#define _DEFAULT_SOURCE
#include "child.h"
#include "concurrent_adapter.h"
#include "config.h"
#include "files.h"
#include "pressure.h"
#include "readings.h"
#include "support.h"
#include "test_adapters.h"

enum { SIZE = 300000, RESERVED = 1 << 20 };

typedef struct Life {
    Samrena *arena;
    unsigned char *before; /* SIZE bytes of 1 */
    SamrenaMark mark;
} Life;

static Life start(const SamrenaConfig *config) {
    Life life = {.arena = create(config)};
    assert_int_equal(samrena_reserve(life.arena, RESERVED), SAMRENA_OK);
    samrena_push(life.arena, 70000);
    assert_int_equal(samrena_reset(life.arena), SAMRENA_OK);
    life.mark = samrena_mark(life.arena);
    life.before = samrena_push(life.arena, SIZE);
    memset(life.before, 1, SIZE);
    return life;
}

/* ---- Copies ---- */

static void use_a_copy(const void *argument) {
    const Life *life = argument;
    memset(life->before, 2, SIZE);
    for (int i = 0; i < 3000; i++)
        assert_non_null(samrena_push(life->arena, 1000));
    samrena_trim(life->arena, 0);
    assert_int_equal(samrena_rewind(life->arena, life->mark), SAMRENA_OK);
    assert_int_equal(samrena_reset(life->arena), SAMRENA_OK);
    samrena_trim(life->arena, 0);
    samrena_destroy(life->arena);
    Samrena *next = create_named("virtual");
    assert_non_null(samrena_push(next, MIB));
    samrena_destroy(next);
}

static void test_a_child_has_an_arena_of_its_own(void **state) {
    SamrenaConfig config = config_of(state);
    Life life = start(&config);
    SamrenaInfo before = info_of(life.arena);
    assert_child_passes(use_a_copy, &life, sizeof(life));
    assert_filled_with(life.before, SIZE, 1);
    SamrenaInfo after = info_of(life.arena);
    assert_memory_equal(&after, &before, sizeof(before));
    assert_non_null(samrena_push(life.arena, MIB));
    samrena_destroy(life.arena);
}

/* ---- Guards ---- */

#if COUNTS_FAULTS /* a sanitizer has its own ends for what faults */

static void read_behind(const void *argument) {
    const Life *life = argument;
    const volatile unsigned char *taken_back = life->before + SIZE / 2;
    signal(SIGSEGV, SIG_DFL); /* cmocka would have it abort */
    (void)*taken_back;
}

static void test_guards_are_copied(void **state) {
    SamrenaConfig config = config_of(state);
    config.debug = SAMRENA_DEBUG_GUARD;
    Life life = start(&config);
    assert_child_passes(use_a_copy, &life, sizeof(life));
    assert_child_passes(read_behind, &life, sizeof(life));
    assert_filled_with(life.before, SIZE, 1);
    assert_int_equal(samrena_rewind(life.arena, life.mark), SAMRENA_OK);
    assert_int_equal(status_of_child(read_behind, &life, sizeof(life)), CHILD_KILLED(SIGSEGV));
    samrena_destroy(life.arena);
}
#define GUARD_TESTS OVER_ADAPTERS(test_guards_are_copied),
#else
#define GUARD_TESTS
#endif

/* ---- Shared memory ---- */

static void give_back_what_is_shared(const void *argument) {
    const Life *life = argument;
    int calls = test_adapter.calls, regions = test_adapter.live_regions, contexts = test_adapter.live_contexts;
    samrena_trim(life->arena, 0);
    assert_int_equal(samrena_rewind(life->arena, life->mark), SAMRENA_OK);
    samrena_trim(life->arena, 0);
    assert_int_equal(samrena_reset(life->arena), SAMRENA_OK);
    samrena_trim(life->arena, 0);
    assert_int_equal(test_adapter.trims, 0);
    assert_int_equal(test_adapter.live_regions, regions);
    samrena_destroy(life->arena);
    assert_int_equal(test_adapter.trims, 0);
    assert_int_equal(test_adapter.calls, calls);
    assert_int_equal(test_adapter.live_regions, regions);
    assert_int_equal(test_adapter.live_contexts, contexts);
}

static void splice_what_is_shared(const void *argument) {
    const Life *life = argument;
    SamrenaInfo before = info_of(life->arena);
    Samrena *own = create_named("shared");
    samrena_push(own, 1000);
    assert_int_equal(samrena_splice(own, life->arena), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("shares its memory");
    SamrenaInfo after = info_of(life->arena);
    assert_memory_equal(&after, &before, sizeof(before));
    assert_int_equal(samrena_splice(life->arena, own), SAMRENA_OK);
    samrena_destroy(life->arena);
}

static void assert_the_parent_loses_nothing(void (*body)(const void *argument), uint64_t retain) {
    for (int keeps_size = 0; keeps_size < 2; keeps_size++) {
        set_up_test_adapters(NULL);
        test_adapter.fill = 0xaa;
        test_adapter.trim_keeps_size = keeps_size;
        SamrenaConfig config = config_named("shared");
        config.retain = retain;
        Life life = start(&config);
        test_adapter.trims = 0;
        unsigned char *behind = samrena_push(life.arena, SIZE);
        memset(behind, 3, SIZE);
        assert_child_passes(body, &life, sizeof(life));
        assert_filled_with(life.before, SIZE, 1);
        assert_filled_with(behind, SIZE, 3);
        assert_non_null(samrena_push(life.arena, MIB)); /* the parent goes on as ever */
        assert_int_equal(samrena_reset(life.arena), SAMRENA_OK);
        samrena_trim(life.arena, 0);
        assert_true(test_adapter.trims > 0);
        samrena_destroy(life.arena);
        assert_int_equal(test_adapter.live_regions, 0);
        assert_int_equal(test_adapter.live_contexts, 0);
    }
}

static void test_a_child_gives_nothing_back(void **state) {
    (void)state;
    assert_the_parent_loses_nothing(give_back_what_is_shared, 0);
}

static void test_a_child_splices_its_own_alone(void **state) {
    (void)state;
    assert_the_parent_loses_nothing(splice_what_is_shared, 0);
}

/* A reset gives back by itself where the config retains little. */
static void test_a_childs_reset_gives_nothing_back(void **state) {
    (void)state;
    assert_the_parent_loses_nothing(give_back_what_is_shared, 1);
}

static void want_more_of_what_is_shared(const void *argument) {
    const Life *life = argument;
    int calls = test_adapter.calls;
    uint64_t capacity = samrena_capacity(life->arena);
    uint64_t left = capacity - samrena_allocated(life->arena);
    assert_non_null(samrena_push(life->arena, left / 2)); /* the room that is left can be used */
    uint64_t allocated = samrena_allocated(life->arena);
    assert_null(samrena_push(life->arena, 2 * MIB));
    SamrenaError error = samrena_last_error();
    assert_true(error == SAMRENA_ERROR_OUT_OF_MEMORY || error == SAMRENA_ERROR_UNSUPPORTED);
    assert_message_has("shared");
    assert_true(samrena_reserve(life->arena, capacity + MIB) != SAMRENA_OK);
    assert_null(samrena_push_with_reserve(life->arena, 2 * MIB));
    assert_int_equal(samrena_allocated(life->arena), allocated);
    assert_int_equal(samrena_capacity(life->arena), capacity);
    assert_int_equal(test_adapter.calls, calls);
    Samrena *own = create_named("shared"); /* an arena of the child's own is as any */
    assert_non_null(samrena_push(own, 2 * MIB));
    samrena_trim(own, 0);
    samrena_destroy(own);
}

static void test_a_child_gets_no_more(void **state) {
    (void)state;
    assert_the_parent_loses_nothing(want_more_of_what_is_shared, 0);
}

/* What another process may have written is not known to be zero, though the adapter says that it was. */
static void write_behind_the_cursor(const void *argument) {
    const Life *life = argument;
    memset(samrena_push(life->arena, 100000), 0xff, 100000);
}

static void test_zeros_of_shared_memory_are_written(void **state) {
    (void)state;
    SamrenaConfig config = config_named("shared");
    Life life = start(&config);
    assert_child_passes(write_behind_the_cursor, &life, sizeof(life));
    assert_filled_with(samrena_push_zero(life.arena, 100000), 100000, 0);
    samrena_destroy(life.arena);
}

static void expect_zeros(const void *argument) {
    const Life *life = argument;
    assert_filled_with(samrena_push_zero(life->arena, 100000), 100000, 0);
}

static void test_a_child_gets_zeros_where_the_parent_wrote(void **state) {
    (void)state;
    SamrenaConfig config = config_named("shared");
    Life life = start(&config);
    memset(samrena_push(life.arena, 100000), 0xff, 100000);
    assert_int_equal(samrena_rewind(life.arena, life.mark), SAMRENA_OK);
    assert_child_passes(expect_zeros, &life, sizeof(life));
    samrena_destroy(life.arena);
}

/* Shared memory is not kept for the next arena: a child that gets it would write into what the parent gets too. */
static void make_one_more(const void *argument) {
    (void)argument;
    Samrena *own = create_named("shared");
    memset(samrena_push(own, 4000), 0xff, 4000);
    samrena_destroy(own);
}

static void test_shared_arenas_are_not_recycled(void **state) {
    (void)state;
    test_adapter.recyclable = 64 * KIB;
    samrena_destroy(create_named("shared"));
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
    assert_child_passes(make_one_more, NULL, 0);
    Samrena *next = create_named("shared");
    assert_filled_with(samrena_push_zero(next, 4000), 4000, 0);
    samrena_destroy(next);
}

static void reserve_in_a_child(const void *given) {
    Samrena *const *inherited = given;
    int calls = concurrent.begun, plain = concurrent.plain;
    assert_int_equal(samrena_reserve(*inherited, 100 * MIB), SAMRENA_OK);
    assert_int_equal(concurrent.begun, calls);
    assert_int_equal(concurrent.plain, plain);
}

/* Neither at once nor by several threads. */
static void test_a_child_prefaults_nothing_of_its_parents(void **state) {
    static const int32_t ways[] = {SAMRENA_PREFAULT_ALWAYS, SAMRENA_PREFAULT_PARALLEL, SAMRENA_PREFAULT_AHEAD};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        SamrenaConfig config = config_named("concurrent_shared");
        config.initial_size = 128 * MIB;
        config.prefault = ways[i];
        Samrena *arena = create(&config);
        assert_child_passes(reserve_in_a_child, &arena, sizeof(arena));
        samrena_destroy(arena);
    }
}

/* ---- What the library knows ---- */

static SamrenaBudget budget;

static void live_in_a_child(const void *adapter) {
    SamrenaConfig config = config_named(adapter);
    config.budget = &budget;
    config.initial_size = 64 * KIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_budget_used(&budget), 128 * KIB);
    assert_fails(samrena_push(arena, 2 * MIB), SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
    assert_int_equal(samrena_budget_used(&budget), 64 * KIB);
}

/* As it is where a thread of the parent had the list just then. */
static void test_a_child_does_not_wait_for_the_budget(void **state) {
    SamrenaConfig config = config_of(state);
    budget = (SamrenaBudget)SAMRENA_BUDGET(MIB);
    config.budget = &budget;
    config.initial_size = 64 * KIB;
    Samrena *arena = create(&config);
    budget.own[2] = (uint64_t)getpid();
    assert_child_passes(live_in_a_child, *state, strlen(*state) + 1);
    budget.own[2] = 0;
    assert_int_equal(samrena_budget_used(&budget), 64 * KIB);
    samrena_destroy(arena);
}

static void admit_in_a_child(const void *unused) {
    (void)unused;
    clock_step = 0;
    assert_int_equal(pressure_admit(&samrena_config_defaults, GIB), 8 * MIB);
}

/* The thread that was about to settle is not there, and what the parent read is not used. */
static void test_a_child_reads_the_pressure_anew(void **state) {
    (void)state;
    pressure_reading.spare = 16 * MIB;
    clock_step = UINT64_C(5000000);
    uint64_t admitted = pressure_admit(&samrena_config_defaults, 6 * MIB);
    assert_child_passes(admit_in_a_child, NULL, 0);
    pressure_settle(admitted);
}

/* A child that ends at once tells nothing, and its parent all, once. */
static void end_at_once(const void *unused) {
    (void)unused;
    _exit(0);
}

static void exit_after_a_fork(const void *log) {
    static SamrenaLabel label = SAMRENA_LABEL("of the parent");
    setenv("SAMRENA_STATS", "1", 1);
    assert_non_null(freopen(log, "w", stderr));
    live_often(NULL, &label, 20 * KIB, 3);
    assert_child_passes(end_at_once, NULL, 0);
    exit(0);
}

static void test_statistics_are_told_once(void **state) {
    static char text[4096];
    char folder[FOLDER_MOST], log[PATH_MOST];
    (void)state;
    assert_true(make_temporary_folder(folder));
    snprintf(log, sizeof(log), "%s/log", folder);
    assert_child_passes(exit_after_a_fork, log, sizeof(log));
    FILE *stream = fopen(log, "r");
    assert_non_null(stream);
    assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
    fclose(stream);
    assert_true(remove_folder_and_files(folder));
    const char *row = strstr(text, "\nof the parent ");
    assert_non_null(row);
    assert_null(strstr(row + 1, "\nof the parent "));
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_a_child_does_not_wait_for_the_budget),
        cmocka_unit_test_setup_teardown(test_a_child_reads_the_pressure_anew, start_calm, start_calm),
        cmocka_unit_test(test_statistics_are_told_once),
        OVER_ADAPTERS(test_a_child_has_an_arena_of_its_own),
        GUARD_TESTS cmocka_unit_test(test_a_child_gives_nothing_back),
        cmocka_unit_test(test_a_childs_reset_gives_nothing_back),
        cmocka_unit_test(test_a_child_splices_its_own_alone),
        cmocka_unit_test(test_a_child_gets_no_more),
        cmocka_unit_test_setup(test_a_child_prefaults_nothing_of_its_parents, set_up_concurrent_adapters),
        cmocka_unit_test_setup(test_zeros_of_shared_memory_are_written, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_child_gets_zeros_where_the_parent_wrote, set_up_test_adapters),
        cmocka_unit_test_setup(test_shared_arenas_are_not_recycled, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
