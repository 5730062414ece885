// SPDX-License-Identifier: MIT
// What reaches the heap and the kernel, counted, and what happens when either refuses.
#include "calls.h"
#include "child.h"

#include <errno.h>

#include "faults.h"
#include "status.h"
#include "address_space.h"
#include "pages.h"
#include "residence.h"
#include "support.h"

/* POPULATES: set by the build, 1 where the system has a call for populating pages. */

static void clear_calls(void) {
    memset(&calls, 0, sizeof(calls));
}

static int tear_down(void **state) {
    (void)state;
    clear_calls();
    return 0;
}

#define OVER_ADAPTERS_CLEARED(test) OVER_ADAPTERS_WITH(test, NULL, tear_down)

/* The promise of reservation: after it, neither the heap nor the kernel is asked; before it, they were. */
static void test_reserved_pushes_reach_neither_heap_nor_kernel(void **state) {
    Samrena *arena = create_for(state);
    clear_calls();
    while (samrena_allocated(arena) < 4 * MIB)
        samrena_push(arena, 100);
    assert_true(calls.heap + calls.kernel > 0);
    samrena_destroy(arena);

    arena = create_for(state);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_true(calls.heap + calls.kernel > 0);
    assert_true(calls.populates > 0 || !POPULATES);
    clear_calls();
    while (samrena_allocated(arena) + 112 <= 4 * MIB)
        assert_non_null(samrena_push(arena, 100));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 3 * MIB));
    assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
    assert_int_equal(calls.heap, 0);
    assert_int_equal(calls.kernel, 0);
    samrena_destroy(arena);
}

/* No heap memory to note what is to be made resident: the arena is as without. */
static void test_ahead_without_heap(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    config.initial_size = 4 * MIB;
    for (int fails = 0; fails < 2; fails++) { /* at first all goes well: what is got once is there */
        Samrena *arena = create(&config);
        clear_calls();
        calls.fail_heap_at = fails;
        assert_int_equal(samrena_reserve(arena, 4 * MIB), SAMRENA_OK);
        int32_t reason = info_of(arena).reserve.reason;
        assert_int_equal(reason, fails ? SAMRENA_RESERVE_UNSUPPORTED : SAMRENA_RESERVE_AHEAD);
        assert_int_equal(calls.fail_heap_at, 0);
        assert_non_null(samrena_push(arena, 4 * MIB));
        samrena_destroy(arena);
    }
}

/* Handle, config and context in one block; with chained the first region in another. Once the adapter is there. */
static void test_what_an_arena_costs_of_the_heap(void **state) {
    int expected = strcmp(*state, "chained") == 0 ? 2 : 1;
    samrena_destroy(create_for(state));
    clear_calls();
    Samrena *arena = create_for(state);
    assert_non_null(samrena_push(arena, 4 * KIB));
    assert_int_equal(calls.heap, expected);
    samrena_destroy(arena);
    assert_int_equal(calls.frees, expected);
}

/* Of pages of 4 KiB 4 MiB a call. */
static void test_residence_is_asked_for_in_large_pieces(void **state) {
    bool told = residence_is_told();
    Samrena *arena = create_for(state);
    assert_non_null(samrena_push(arena, 32 * MIB - 64 * KIB));
    clear_calls();
    (void)samrena_resident(arena);
    if (told) /* chained has a region before that */
        assert_in_range(calls.residence, 1, 32 * MIB / (1024 * size_of_page()) + 2);
    samrena_destroy(arena);
}

static void test_a_destroyed_arena_leaves_nothing_behind(void **state) {
    samrena_destroy(create_for(state));
    clear_calls();
    Samrena *arena = create_for(state);
    for (int i = 0; i < 3000; i++)
        samrena_push(arena, 1000);
    samrena_reserve(arena, 8 * MIB);
    samrena_destroy(arena);
    /* realloc of the region records counts as a heap call and frees nothing by itself. */
    assert_in_range(calls.heap - calls.frees, 0, 2);
}

static void test_never_prefault_never_populates(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
    assert_int_equal(calls.populates, 0);
    samrena_destroy(arena);
}

/* The pages are touched one by one instead, and counted as prefaulted. Gives how often populating was asked for. */
static long populates_of_touching(const char *adapter, int error) {
    Samrena *arena = create_named(adapter);
    memset(samrena_push(arena, 1001), 0x5a, 1001);
    clear_calls();
    calls.fail_populate = error;
    assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
    SamrenaInfo info = info_of(arena);
    assert_true(info.reserve.prefaulted >= 2 * MIB - 4 * KIB);
    assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_COMPLETE);
    samrena_destroy(arena);
    return calls.populates;
}

/* Refused for now: asked for the next time. */
static void test_populate_falls_back_to_touching(void **state) {
    for (int i = 0; i < 3; i++)
        assert_true(populates_of_touching(*state, EAGAIN) >= POPULATES);
}

#if POPULATES
/* Old kernels and filters do not change their minds: what is refused in itself, with no bytes to be about, is not asked
   for again by that adapter in that process, nor by those that are linked into one file with it. Another test's system
   calls say the same of each errno. */
static void test_populate_that_is_not_there(void **state) {
    static const char *const adapters[] = {"chained", "virtual"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adapters); i++) {
        assert_in_range(populates_of_touching(adapters[i], EINVAL), i == 0 ? 1 : 0, 1);
        for (int again = 0; again < 3; again++)
            assert_int_equal(populates_of_touching(adapters[i], EINVAL), 0);
    }
}
#endif

#if POPULATES
static void test_refused_populate_is_told(void **state) {
    static const int errors[] = {ENOMEM, EFAULT};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        Samrena *arena = create_for(state);
        calls.fail_populate = errors[i];
        assert_int_equal(samrena_reserve(arena, 2 * MIB), SAMRENA_OK);
        SamrenaInfo info = info_of(arena);
        assert_true(info.capacity >= 2 * MIB);
        assert_int_equal(info.reserve.prefaulted, 0);
        assert_int_equal(info.reserve.reason, SAMRENA_RESERVE_REFUSED);
        clear_calls();
        samrena_destroy(arena);
    }
}
#endif

/* ---- Refusals ---- */

/* Where pointers have 32 bits the range is chosen: virtual would ask for what there is, which can be another call. */
static SamrenaConfig config_of_range(const char *adapter) {
    SamrenaConfig config = config_named(adapter);
    config.max_reserve = sizeof(void *) >= 8 ? 0 : 128 * MIB;
    return config;
}

static Samrena *create_range(void) {
    SamrenaConfig config = config_of_range("virtual");
    return samrena_create(&config);
}

typedef struct Step {
    const char *name;
    bool (*take)(Samrena *arena);
} Step;

static bool push_small(Samrena *arena) {
    return samrena_push(arena, 3000) && samrena_push(arena, 3000);
}

static bool push_large(Samrena *arena) {
    return samrena_push_zero(arena, 300 * KIB);
}

static bool reserve(Samrena *arena) {
    return samrena_reserve(arena, 2 * MIB) == SAMRENA_OK;
}

static bool reserve_with_growth(Samrena *arena) {
    return samrena_reserve_with_growth(arena, 3 * MIB, 20 * MIB) == SAMRENA_OK;
}

static bool push_beyond(Samrena *arena) {
    return samrena_push_with_reserve(arena, 30 * MIB);
}

static const Step steps[] = {
    {"push_small", push_small},           {"push_large", push_large},   {"reserve", reserve},
    {"with_growth", reserve_with_growth}, {"push_beyond", push_beyond},
};

/* One life of an arena in which the nth call of one kind fails. Whatever step meets it: the arena keeps its contents,
   says OUT_OF_MEMORY, and the same step then succeeds. Its budget has what it holds. */
static bool live_with_failure(const char *adapter, long *fail_at, long n) {
    static SamrenaBudget budget = SAMRENA_BUDGET(PTRDIFF_MAX);
    calls.fail_errno = ENOMEM;
    *fail_at = n;
    SamrenaConfig config = config_of_range(adapter);
    config.budget = &budget;
    Samrena *arena = samrena_create(&config);
    if (!arena) {
        assert_int_equal(samrena_budget_used(&budget), 0);
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
        return *fail_at <= 0;
    }
    unsigned char *sentinel = samrena_push(arena, 500);
    memset(sentinel, 0x77, 500);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        SamrenaInfo before = info_of(arena);
        if (!steps[i].take(arena)) {
            assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
            assert_true(samrena_allocated(arena) - before.allocated <= 3000 + 15);
            assert_true(samrena_capacity(arena) >= before.capacity);
            assert_int_equal(info_of(arena).growth_hint, before.growth_hint);
            assert_true(steps[i].take(arena));
        }
        assert_int_equal(samrena_budget_used(&budget), info_of(arena).committed);
    }
    for (int i = 0; i < 500; i++)
        assert_int_equal(sentinel[i], 0x77);
    bool met = *fail_at <= 0;
    *fail_at = 0;
    samrena_destroy(arena);
    assert_int_equal(samrena_budget_used(&budget), 0);
    return met;
}

static void test_heap_fails_at_every_call(void **state) {
    samrena_destroy(create_for(state));
    long n = 1;
    while (live_with_failure(*state, &calls.fail_heap_at, n))
        n++;
    assert_true(n > 1);
}

static void test_kernel_fails_at_every_call(void **state) {
    samrena_destroy(create_for(state));
    long n = 1;
    while (live_with_failure(*state, &calls.fail_kernel_at, n))
        n++;
    assert_true(n > 1 || (!POPULATES && strcmp(*state, "chained") == 0));
}

static bool count_adapter(const SamrenaAdapterInfo *info, void *count) {
    (void)info;
    ++*(int *)count;
    return true;
}

/* A search without memory ends with an error that says so, a listing with what there is. */
static void test_heap_fails_in_a_search(void **state) {
    bool met = true;
    long out_of_memory = 0, n = 1;
    (void)state;
    for (; met; n++) {
        int count = 0;
        calls.fail_heap_at = n;
        assert_null(samrena_create_named("unheard-of"));
        met = calls.fail_heap_at <= 0;
        assert_message_has("unheard-of");
        out_of_memory += samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY;
        assert_true(samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY ||
                    samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
        calls.fail_heap_at = n;
        assert_int_equal(samrena_adapter_each(count_adapter, &count), SAMRENA_OK);
        calls.fail_heap_at = 0;
    }
    assert_true(n > 3 && out_of_memory >= 2);
}

/* Address space is asked for in halves, and the ceiling says what was got. */
static void test_refused_address_space_is_halved(void **state) {
    (void)state;
    Samrena *arena = create_range();
    uint64_t usual = info_of(arena).ceiling;
    if (addresses_are_plenty())
        assert_int_equal(usual, 32 * GIB);
    samrena_destroy(arena);

    calls.fail_errno = ENOMEM;
    calls.fail_kernel_at = 1;
    arena = create_range();
    assert_in_range(info_of(arena).ceiling, usual / 2 - 64 * KIB, usual / 2); /* of whole pages */
    samrena_destroy(arena);
}

/* ---- Address space ---- */

/* Address space goes back too, of arenas that were and of those that came to nothing. */
static void test_address_space_goes_back(void **state) {
    (void)state;
    SamrenaConfig tiny = config_of_range("virtual");
    tiny.initial_size = 16; /* no less can be asked for: a refused commit is not tried again */
    samrena_destroy(create_range());
    calls.fail_errno = ENOMEM;
    uint64_t before = status_bytes("VmSize:");
    for (int i = 0; i < 100; i++) {
        Samrena *arena = create_range();
        assert_non_null(arena);
        long kernel = calls.kernel;
        samrena_destroy(arena);
        assert_int_equal(calls.kernel - kernel, 1); /* one munmap: a second might hit a stranger's memory */
        calls.fail_kernel_at = 2;                   /* the commit */
        assert_null(samrena_create(&tiny));
    }
    assert_in_range(status_bytes("VmSize:"), before - MIB, before + MIB);
}

static void test_failed_creation_frees_the_handle(void **state) {
    (void)state;
    samrena_destroy(create_range());
    clear_calls();
    SamrenaConfig config = config_of_range("virtual");
    config.initial_size = 16;
    calls.fail_errno = ENOMEM;
    calls.fail_kernel_at = 2;
    assert_null(samrena_create(&config));
    assert_int_equal(calls.heap, 1);
    assert_int_equal(calls.frees, 1);
}

static void note_last(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    size_t length = strlen(user);
    snprintf((char *)user + length, 4096 - length, "%s\n", message);
}

/* So much is still tried, less is not; and the log tells of it. */
static void test_address_space_is_halved_down_to_a_least(void **state) {
    (void)state;
    static char lines[4096];
    char expected[128];
    const uint64_t least = sizeof(void *) >= 8 ? GIB : 16 * MIB;
    lines[0] = '\0';
    SamrenaConfig config = config_named("virtual");
    config.log = note_last;
    config.log_user = lines;
    calls.fail_errno = ENOMEM;
    config.max_reserve = 2 * least;
    calls.fail_kernel_at = 1;
    Samrena *arena = create(&config);
    assert_int_equal(info_of(arena).ceiling, least);
    snprintf(expected, sizeof(expected), "virtual: %llu bytes of address space instead of %llu",
             (unsigned long long)least, (unsigned long long)(2 * least));
    assert_non_null(strstr(lines, expected));
    samrena_destroy(arena);
    config.max_reserve = 2 * least - 4 * KIB;
    calls.fail_kernel_at = 1;
    assert_null(samrena_create(&config));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_message_has("max_reserve");
}

/* Growth takes what is left below the ceiling, and no byte behind it. */
static void test_growth_ends_at_the_ceiling(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = MIB;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 700 * KIB));
    assert_non_null(samrena_push(arena, 10 * KIB));
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_destroy(arena);
}

#if POPULATES
/* Touched instead of populated: every page of the range, with a write, from the first byte to the last. */
static void test_touching_leaves_no_fault(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 4 * MIB;
    calls.fail_populate = EAGAIN;
    for (uint64_t used = 2 * MIB; used <= 2 * MIB + 4000; used += 1000) {
        Samrena *arena = create(&config);
        assert_non_null(samrena_push_aligned(arena, used, 1)); /* not touched */
        uint64_t total = 3 * MIB + 200;
        assert_int_equal(samrena_reserve(arena, total), SAMRENA_OK);
        unsigned char *bytes = samrena_push_aligned(arena, total - used, 1);
        assert_int_equal(faults_of_touching(bytes, total - used), 0);
        samrena_destroy(arena);
    }
}

/* What is not committed counts against no limit on data. */
static void test_address_space_is_no_memory(void **state) {
    (void)state;
    uint64_t before = status_bytes("VmData:");
    Samrena *arena = create_named("virtual");
    assert_in_range(status_bytes("VmData:"), before, before + MIB);
    samrena_destroy(arena);
}

/* The window is resident already: one call for the new region, and no empty one for the window. */
static void test_each_region_is_populated_by_one_call(void **state) {
    (void)state;
    Samrena *arena = create_named("chained");
    samrena_push(arena, 4 * KIB);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(calls.populates, 1);
    samrena_destroy(arena);
}

static void test_populate_is_repeated_where_it_was_interrupted(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = MIB;
    Samrena *arena = create(&config);
    clear_calls();
    calls.fail_errno = EINTR;
    calls.fail_kernel_at = 1;
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    assert_int_equal(info_of(arena).reserve.prefaulted, MIB);
    assert_int_equal(calls.kernel, 2);
    assert_int_equal(calls.populates, 1);
    samrena_destroy(arena);
}

static void test_refused_populate_is_logged(void **state) {
    static char lines[4096];
    lines[0] = '\0';
    SamrenaConfig config = config_of(state);
    config.initial_size = MIB;
    config.log = note_last;
    config.log_user = lines;
    Samrena *arena = create(&config);
    calls.fail_populate = ENOMEM;
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    const char *words = strstr(lines, "prefaulted 0 of 1048576 bytes: populating 1048576 bytes: ");
    assert_non_null(words);
    assert_non_null(strstr(words, strerror(ENOMEM)));
    samrena_destroy(arena);
}

#endif

/* ---- The heap's words ---- */

static void test_refused_heap_is_told(void **state) {
    (void)state;
    Samrena *arena = create_named("chained");
    assert_null(samrena_push(arena, PTRDIFF_MAX / 2));
    assert_message_has("the C heap has no ");
    samrena_destroy(arena);
}

/* Storage of the caller's own: neither the heap nor the kernel, from creation to the end, whatever is done with it. */
static void test_storage_that_is_enough_needs_no_call(void **state) {
    static unsigned char storage[16 * KIB];
    SamrenaConfig config = config_of(state);
    clear_calls();
    Samrena *arena = samrena_create_in(storage, sizeof(storage), &config);
    for (int i = 0; i < 100; i++) {
        SAMRENA_SCOPE(arena);
        char *text = samrena_push_format(arena, "%d", i);
        assert_non_null(samrena_resize(arena, samrena_push_copy(arena, text, 2), 2, 3000));
        assert_non_null(samrena_push_zero(arena, 4000));
        assert_int_equal(samrena_on_release(arena, free, NULL), SAMRENA_OK);
        assert_int_equal(samrena_rewind(arena, samrena_mark(arena)), SAMRENA_OK);
        if (i % 10 == 0)
            assert_int_equal(samrena_reset(arena), SAMRENA_OK);
        samrena_trim(arena, 0);
    }
    samrena_destroy(arena);
    assert_int_equal(calls.heap + calls.frees + calls.kernel, 0);

    arena = samrena_create_in(storage, sizeof(storage), &config);
    clear_calls();
    assert_non_null(samrena_push(arena, sizeof(storage) + 1));
    assert_true(calls.heap + calls.kernel > 0);
    samrena_destroy(arena);
}

/* The first arena of a process: no adapter, no environment, before the storage is full. */
static void test_storage_asks_nobody_before_it_is_full(void **state) {
    SAMRENA_STORAGE(storage, 4 * KIB);
    (void)state;
    clear_calls();
    Samrena *arena = samrena_create_in(storage, sizeof(storage), NULL);
    for (int i = 0; i < 50; i++)
        assert_non_null(samrena_push(arena, 64));
    samrena_destroy(arena);
    assert_int_equal(calls.heap + calls.frees + calls.kernel + calls.environment, 0);

    SamrenaConfig fixed = SAMRENA_CONFIG(.growth = SAMRENA_GROWTH_NONE); /* then nobody ever, also when it is full */
    arena = samrena_create_in(storage, sizeof(storage), &fixed);
    while (samrena_push(arena, 64))
        continue;
    clear_calls(); /* the first failure of a process asks the environment whether it is told */
    assert_null(samrena_push(arena, 64));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_OUT_OF_MEMORY);
    samrena_destroy(arena);
    assert_int_equal(calls.heap + calls.frees + calls.kernel + calls.environment, 0);

    arena = samrena_create_in(storage, sizeof(storage), NULL);
    assert_non_null(samrena_push(arena, sizeof(storage)));
    assert_true(calls.environment > 0);
    samrena_destroy(arena);
}

/* The same for one in storage: all that it got beyond that goes back, its supply too. */
static void test_an_arena_in_storage_leaves_nothing_behind(void **state) {
    SAMRENA_STORAGE(storage, 4 * KIB);
    SamrenaConfig config = config_of(state);
    samrena_destroy(create(&config)); /* the adapter is there */
    clear_calls();
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    for (int i = 0; i < 10; i++)
        assert_non_null(samrena_push(arena, 4 * KIB));
    samrena_destroy(arena);
    assert_true(calls.heap > 0);
    assert_int_equal(calls.heap, calls.frees);
}

/* An operator's choice of the default adapter is looked for once. */
static void test_the_environment_is_not_searched_for_each_arena(void **state) {
    (void)state;
    samrena_destroy(samrena_create(NULL));
    clear_calls();
    for (int i = 0; i < 10; i++)
        samrena_destroy(samrena_create(NULL));
    assert_int_equal(calls.environment, 0);
}

#if POPULATES
/* The system will not take the pages: they stay in use, and are taken the next time. */
static void test_refused_trim_changes_nothing(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *bytes = samrena_push(arena, 4 * MIB);
    memset(bytes, 1, 4 * MIB);
    SamrenaMark mark = samrena_mark(arena);
    assert_int_equal(samrena_reserve_more(arena, 2 * MIB), SAMRENA_OK);
    assert_non_null(samrena_push(arena, MIB));
    uint64_t capacity = samrena_capacity(arena), resident = samrena_resident(arena);
    clear_calls();
    calls.fail_kernel_at = 1;
    calls.fail_errno = ENOMEM;
    samrena_trim(arena, 0);
    assert_int_equal(samrena_capacity(arena), capacity);
    assert_non_null(samrena_push(arena, MIB / 2));
    samrena_trim(arena, 0);
    assert_true(samrena_resident(arena) < resident);
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    assert_int_equal(bytes[4 * MIB - 1], 1);
    samrena_destroy(arena);
}
#endif

/* ---- Recycled arenas ---- */

/* The next arena of a kind that ended is the last one: neither the heap nor the kernel is asked. */
static void test_a_recycled_arena_costs_no_call(void **state) {
    SamrenaConfig config = config_of(state);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    Samrena *arena = create(&config);
    samrena_push(arena, 4 * KIB);
    samrena_destroy(arena);
    clear_calls();
    for (int i = 0; i < 100; i++) {
        assert_ptr_equal(samrena_create(&config), arena);
        assert_non_null(samrena_push(arena, 4 * KIB));
        samrena_destroy(arena);
    }
    assert_int_equal(calls.heap + calls.frees + calls.kernel, 0);
}

/* Also where a label plans more than the first region usually has. */
static void test_a_recycled_arena_with_a_plan_costs_no_heap(void **state) {
    static SamrenaLabel labels[] = {SAMRENA_LABEL("chained"), SAMRENA_LABEL("virtual")};
    SamrenaConfig config = config_of(state);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    config.label = &labels[strcmp(*state, "virtual") == 0];
    for (int i = 0; i < 40; i++) {
        if (i == 20)
            clear_calls();
        Samrena *arena = create(&config);
        for (int j = 0; j < 40; j++)
            assert_non_null(samrena_push(arena, KIB));
        samrena_destroy(arena);
    }
    assert_int_equal(calls.heap + calls.frees, 0);
}

/* Eight at most, each with its first region alone. */
static void test_what_is_kept_is_little(void **state) {
    SamrenaConfig config = config_of(state);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    bool mapped = strcmp(*state, "virtual") == 0;
    Samrena *arenas[20];
    for (int round = 0; round < 3; round++) {
        clear_calls();
        for (size_t i = 0; i < COUNT_OF(arenas); i++)
            arenas[i] = create(&config);
        if (round > 0)
            assert_int_equal(calls.heap, mapped ? 12 : 24); /* for those that were not kept */
        for (size_t i = 0; i < COUNT_OF(arenas); i++)
            for (int j = 0; j < 300; j++)
                samrena_push(arenas[i], 1000);
        for (size_t i = 0; i < COUNT_OF(arenas); i++)
            samrena_destroy(arenas[i]);
    }
}

/* What is kept must not be what somebody else lacks. */
static void test_what_is_kept_makes_room(void **state) {
    SamrenaConfig config = config_of(state);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    samrena_destroy(create(&config));
    clear_calls();
    calls.fail_heap_at = 1;
    config.growth_size = 8 * KIB; /* another kind */
    Samrena *arena = create(&config);
    assert_true(calls.frees > 0);
    samrena_destroy(arena);
}

/* Where an arena that lives finds no more, that goes as well. */
static void test_what_is_kept_makes_room_for_growth(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create(&config);
    config.recycle = SAMRENA_RECYCLE_AUTO;
    samrena_destroy(create(&config));
    clear_calls();
    calls.fail_errno = ENOMEM;
    long *fail_at = strcmp(*state, "virtual") == 0 ? &calls.fail_kernel_at : &calls.fail_heap_at;
    *fail_at = 1;
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(create(&config));
    *fail_at = 1;
    assert_int_equal(samrena_reserve(arena, 3 * MIB), SAMRENA_OK);
    samrena_destroy(arena);
}

int main(void) {
    leave_no_large_gap();
    common_recycle = SAMRENA_RECYCLE_NEVER; /* each arena is made and ended in full */
    child_starts_here();
    const struct CMUnitTest tests[] = {
        IN_A_PROCESS(test_storage_asks_nobody_before_it_is_full), /* first: what is read once was not read yet */
        cmocka_unit_test_teardown(test_the_environment_is_not_searched_for_each_arena, tear_down),
        OVER_ADAPTERS_CLEARED(test_ahead_without_heap),
        OVER_ADAPTERS_CLEARED(test_an_arena_in_storage_leaves_nothing_behind),
        OVER_ADAPTERS_CLEARED(test_reserved_pushes_reach_neither_heap_nor_kernel),
        OVER_ADAPTERS_CLEARED(test_what_an_arena_costs_of_the_heap),
        OVER_ADAPTERS_CLEARED(test_residence_is_asked_for_in_large_pieces),
        OVER_ADAPTERS_CLEARED(test_a_destroyed_arena_leaves_nothing_behind),
        OVER_ADAPTERS_CLEARED(test_never_prefault_never_populates),
        OVER_ADAPTERS_CLEARED(test_populate_falls_back_to_touching),
#if POPULATES
        IN_A_PROCESS(test_populate_that_is_not_there),
        OVER_ADAPTERS_CLEARED(test_refused_populate_is_told),
        OVER_ADAPTERS_CLEARED(test_touching_leaves_no_fault),
        cmocka_unit_test_teardown(test_address_space_is_no_memory, tear_down),
        cmocka_unit_test_teardown(test_each_region_is_populated_by_one_call, tear_down),
        OVER_ADAPTERS_CLEARED(test_populate_is_repeated_where_it_was_interrupted),
        OVER_ADAPTERS_CLEARED(test_refused_populate_is_logged),
#endif
        OVER_ADAPTERS_CLEARED(test_storage_that_is_enough_needs_no_call),
#if POPULATES
        OVER_ADAPTERS_CLEARED(test_refused_trim_changes_nothing),
#endif
        OVER_ADAPTERS_CLEARED(test_heap_fails_at_every_call),
        OVER_ADAPTERS_CLEARED(test_kernel_fails_at_every_call),
        cmocka_unit_test_teardown(test_heap_fails_in_a_search, tear_down),
        cmocka_unit_test_teardown(test_refused_address_space_is_halved, tear_down),
        cmocka_unit_test_teardown(test_address_space_goes_back, tear_down),
        cmocka_unit_test_teardown(test_failed_creation_frees_the_handle, tear_down),
        cmocka_unit_test_teardown(test_address_space_is_halved_down_to_a_least, tear_down),
        cmocka_unit_test_teardown(test_growth_ends_at_the_ceiling, tear_down),
        cmocka_unit_test_teardown(test_refused_heap_is_told, tear_down),
        OVER_ADAPTERS_CLEARED(test_what_is_kept_is_little),
        OVER_ADAPTERS_CLEARED(test_a_recycled_arena_costs_no_call),
        OVER_ADAPTERS_CLEARED(test_a_recycled_arena_with_a_plan_costs_no_heap),
        OVER_ADAPTERS_CLEARED(test_what_is_kept_makes_room),
        OVER_ADAPTERS_CLEARED(test_what_is_kept_makes_room_for_growth),
    };
    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
