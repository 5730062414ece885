// SPDX-License-Identifier: MIT
// Huge pages: who asks for them, where, and what is left behind.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "calls.h"
#include "child.h"
#include "readings.h"
#include "support.h"

static int tear_down(void **state) {
    (void)state;
    memset(&calls, 0, sizeof(calls));
    return 0;
}

static void clear_calls(void) {
    (void)tear_down(NULL);
}

/* ---- chained: collapsed, on the program's own heap ---- */

static void test_no_advice_on_the_users_heap(void **state) {
    (void)state;
    SamrenaConfig config = config_named("chained");
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 0);
    samrena_destroy(arena);
}

#define CHOSEN "always [madvise] never\n"
#define FORBIDDEN "always madvise [never]\n"

/* How many huge pages a reserve of that size asks for in the heap, which are then whole and lie inside. */
static size_t collapsed_of(SamrenaConfig *config, uint64_t size) {
    config->adapter = "chained";
    config->initial_size = size;
    Samrena *arena = create(config);
    calls.collapses = 0;
    calls.collapse_bytes = 0;
    assert_int_equal(samrena_reserve(arena, size), SAMRENA_OK);
    unsigned char *block = samrena_push(arena, size);
    if (calls.collapse_bytes > 0) {
        unsigned char *from = calls.collapse_from;
        assert_true(is_aligned(from, 2 * MIB) && calls.collapse_bytes % (2 * MIB) == 0);
        assert_true(from >= block && calls.collapse_bytes <= size - (uint64_t)(from - block));
    }
    samrena_destroy(arena);
    return calls.collapse_bytes / (2 * MIB);
}

static void test_huge_pages_in_the_heap(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    assert_int_equal(collapsed_of(&config, 6 * MIB), 0);
    assert_in_range(collapsed_of(&config, 8 * MIB), 3, 4);
    assert_in_range(collapsed_of(&config, 64 * MIB), 31, 32);
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    assert_in_range(collapsed_of(&config, 4 * MIB), 1, 2);
    assert_int_equal(collapsed_of(&config, MIB), 0); /* none fits */
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    assert_int_equal(collapsed_of(&config, 64 * MIB), 0);
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    config.prefault = SAMRENA_PREFAULT_NEVER;
    assert_int_equal(collapsed_of(&config, 64 * MIB), 0);
}

/* The call would pass over what the operator said. */
static void test_the_operator_is_obeyed(void **state) {
    (void)state;
    static const struct {
        const char *all, *of_2_mib;
        bool allowed;
    } cases[] = {
        {CHOSEN, "", true},
        {"[always] madvise never\n", "", true},
        {FORBIDDEN, "", false},
        {"", "", false}, /* not told */
        {CHOSEN, "always [inherit] madvise never\n", true},
        {FORBIDDEN, "always [inherit] madvise never\n", false},
        {FORBIDDEN, "always inherit [madvise] never\n", true},
        {CHOSEN, "always inherit madvise [never]\n", false},
    };
    SamrenaConfig config = samrena_default_config();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        calls.huge_setting = cases[i].all;
        calls.huge_setting_2_mib = cases[i].of_2_mib;
        assert_int_equal(collapsed_of(&config, 16 * MIB) > 0, cases[i].allowed);
    }
}

/* Fragmented memory, or a busy system: small pages instead, and it is asked for once. */
static void test_collapse_falls_back_to_populating(void **state) {
    (void)state;
    static const int errors[] = {ENOMEM, EAGAIN, EBUSY};
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        SamrenaConfig config = config_named("chained");
        calls.fail_collapse = errors[i];
        assert_int_equal(collapsed_of(&config, 16 * MIB), 1);
        Samrena *arena = create_named("chained");
        assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK);
        assert_true(info_of(arena).reserve.prefaulted >= 16 * MIB);
        assert_true(samrena_resident(arena) >= 16 * MIB);
        samrena_destroy(arena);
    }
    SamrenaConfig config = config_named("chained");
    calls.fail_collapse = 0;
    calls.fail_populate = EAGAIN; /* there is nothing to collapse then */
    assert_int_equal(collapsed_of(&config, 16 * MIB), 0);
}

/* Older kernels and filters refuse it in itself: it is not asked for again. */
static void test_collapse_that_is_not_there(void **state) {
    (void)state;
    SamrenaConfig config = config_named("chained");
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    calls.fail_collapse = EINVAL;
    assert_int_equal(collapsed_of(&config, 16 * MIB), 1);
    for (int again = 0; again < 3; again++)
        assert_int_equal(collapsed_of(&config, 16 * MIB), 0);
}

/* ---- virtual: advised, on a range of its own, or collapsed ---- */

typedef struct Asked {
    uint64_t advised, collapsed; /* bytes */
} Asked;

/* What a reserve with headroom asks for. */
static Asked asked_for(SamrenaConfig *config, uint64_t immediate, uint64_t total) {
    config->adapter = "virtual";
    Samrena *arena = create(config);
    calls.huge_bytes = calls.collapse_bytes = 0;
    assert_int_equal(samrena_reserve_with_growth(arena, immediate, total), SAMRENA_OK);
    Asked asked = {calls.huge_bytes, calls.collapse_bytes};
    samrena_destroy(arena);
    return asked;
}

#define assert_asked(asked, advice, collapsing)                                                                        \
    do {                                                                                                               \
        Asked asked_ = (asked);                                                                                        \
        assert_int_equal(asked_.advised, advice);                                                                      \
        assert_int_equal(asked_.collapsed, collapsing);                                                                \
    } while (0)

/* Advice where it is faster, or where pages come as they are touched. */
static void test_virtual_collapses_what_is_large(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    assert_asked(asked_for(&config, 16 * MIB, 16 * MIB), 16 * MIB, 0);
    assert_asked(asked_for(&config, 64 * MIB, 64 * MIB), 0, 64 * MIB);
    assert_asked(asked_for(&config, 48 * MIB, 128 * MIB), 48 * MIB, 48 * MIB); /* the headroom is advised */
    assert_asked(asked_for(&config, 48 * MIB, 50 * MIB), 0, 48 * MIB);         /* which is too small */
    assert_asked(asked_for(&config, 0, 256 * MIB), 64 * MIB, 0);               /* there is nothing but headroom */
    assert_asked(asked_for(&config, 4 * KIB, 256 * MIB), 64 * MIB, 0);
    config.prefault = SAMRENA_PREFAULT_NEVER;
    assert_asked(asked_for(&config, 64 * MIB, 64 * MIB), 64 * MIB, 0);
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    assert_asked(asked_for(&config, 64 * MIB, 64 * MIB), 0, 0);
}

/* One is tried; no other has a small page in it then that would keep advice from it. */
static void test_virtual_falls_back_to_advice(void **state) {
    (void)state;
    SamrenaConfig config = samrena_default_config();
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    calls.fail_collapse = ENOMEM;
    assert_asked(asked_for(&config, 64 * MIB, 64 * MIB), 64 * MIB, 2 * MIB);
    calls.huge_setting = FORBIDDEN;
    assert_asked(asked_for(&config, 64 * MIB, 64 * MIB), 64 * MIB, 0);
}

/* Nothing was prefaulted: when the range grows, it is known. */
static void test_due_advice_is_not_forgotten(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    calls.huge_setting = CHOSEN;
    calls.huge_setting_2_mib = "";
    pressure_reading.spare = 0;
    Samrena *arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_bytes, 0);
    assert_non_null(samrena_push(arena, 65 * MIB));
    assert_int_equal(calls.huge_bytes, 64 * MIB);
    assert_int_equal(calls.collapses, 0);
    samrena_destroy(arena);
    pressure_reading.spare = UINT64_MAX;
}

static void test_huge_page_policy(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.huge_pages = SAMRENA_HUGE_PAGES_AUTO;
    Samrena *arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, MIB), SAMRENA_OK);
    samrena_push(arena, 40 * MIB);
    assert_int_equal(calls.huge_advices, 0); /* neither small nor unspoken for */
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 1);
    samrena_destroy(arena);

    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 0);
    samrena_destroy(arena);

    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    arena = create(&config);
    clear_calls();
    samrena_push(arena, 40 * MIB);
    assert_int_equal(calls.huge_advices, 1);
    samrena_destroy(arena);
}

static void test_huge_pages_are_asked_for_once(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 8 * MIB - 4 * KIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 0);
    samrena_destroy(arena);

    arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 8 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 1);
    assert_int_equal(samrena_reserve(arena, 15 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve(arena, 16 * MIB), SAMRENA_OK); /* two small ones */
    assert_int_equal(calls.huge_advices, 1);
    assert_int_equal(samrena_reserve(arena, 24 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 2);
    assert_int_equal(calls.huge_bytes, 16 * MIB);
    samrena_destroy(arena);

    arena = create(&config); /* what growth brought in was spoken for by nobody */
    samrena_push(arena, 64 * MIB);
    clear_calls();
    assert_int_equal(samrena_reserve_more(arena, 8 * KIB), SAMRENA_OK);
    assert_int_equal(calls.huge_advices, 0);
    samrena_destroy(arena);
}

/* Whole huge pages, each once. */
static void test_huge_pages_are_whole(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create(&config);
    clear_calls();
    assert_int_equal(samrena_reserve(arena, 9 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_bytes, 8 * MIB);
    assert_int_equal(samrena_reserve(arena, 17 * MIB), SAMRENA_OK);
    assert_int_equal(calls.huge_bytes, 16 * MIB);
    assert_true(is_aligned(samrena_push(arena, 1), 2 * MIB));
    samrena_destroy(arena);
}

/* ---- What the kernel says ---- */

/* Of the mapping that has that address. */
typedef struct Mapping {
    unsigned long long huge; /* bytes in huge pages */
    bool advised;
} Mapping;

static Mapping mapping_of(const void *address) {
    Mapping mapping = {0};
    char line[1024];
    bool inside = false;
    FILE *maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps)) {
        unsigned long long from, to, kilobytes;
        if (sscanf(line, "%llx-%llx ", &from, &to) == 2)
            inside = from <= (uintptr_t)address && (uintptr_t)address < to;
        else if (inside && sscanf(line, "AnonHugePages: %llu", &kilobytes) == 1)
            mapping.huge = kilobytes * KIB;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            mapping.advised = strstr(line, " hg ") || strstr(line, " hg\n");
    }
    fclose(maps);
    return mapping;
}

/* Whether the machine can make a huge page just now, and may. */
static bool can_collapse(void) {
    size_t size = 4 * MIB;
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    unsigned char *page = memory + (2 * MIB - (uintptr_t)memory % (2 * MIB)) % (2 * MIB);
    *page = 1;
    bool can = madvise(page, 2 * MIB, 25) == 0 && mapping_of(page).huge > 0;
    munmap(memory, size);
    FILE *setting = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    char line[64] = "";
    can = can && setting && fgets(line, sizeof(line), setting) && !strstr(line, "[never]");
    if (setting)
        fclose(setting);
    return can;
}

/* Half of them at least: the machine may run out of memory in one piece meanwhile. */
static void test_the_heap_has_huge_pages_and_no_advice(void **state) {
    (void)state;
    Samrena *arena = create_named("chained");
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_true(info_of(arena).reserve.prefaulted >= 64 * MIB);
    Mapping mapping = mapping_of(samrena_push(arena, 64 * MIB));
    assert_false(mapping.advised);
    if (!can_collapse()) {
        samrena_destroy(arena);
        skip_because("no huge pages can be had here: only that there is no advice was tested");
    }
    assert_true(mapping.huge >= 32 * MIB);
    samrena_destroy(arena);
}

/* What was there stays, and what was known to be zero is zero. */
static void test_no_byte_changes(void **state) {
    SamrenaConfig config = config_of(state);
    config.initial_size = 32 * MIB;
    Samrena *arena = create(&config);
    unsigned char *first = samrena_push(arena, 3 * MIB);
    memset(first, 0x5a, 3 * MIB);
    assert_int_equal(samrena_reserve(arena, 32 * MIB), SAMRENA_OK);
    unsigned char *rest = samrena_push_zero(arena, 32 * MIB - samrena_allocated(arena));
    assert_filled_with(first, 3 * MIB, 0x5a);
    assert_filled_with(rest, 29 * MIB, 0);
    samrena_destroy(arena);
}

/* Given back, and had again: huge pages are split where they must be. */
static void test_trim_takes_huge_pages_too(void **state) {
    Samrena *arena = create_for(state);
    assert_int_equal(samrena_reserve(arena, 32 * MIB), SAMRENA_OK);
    memset(samrena_push(arena, 5 * MIB + 4096), 0x5a, 5 * MIB + 4096);
    samrena_trim(arena, 0);
    assert_in_range(samrena_resident(arena), 5 * MIB, 6 * MIB);
    assert_int_equal(samrena_reserve(arena, 32 * MIB), SAMRENA_OK);
    assert_true(samrena_resident(arena) >= 31 * MIB);
    samrena_destroy(arena);
}

int main(void) {
    common_recycle = SAMRENA_RECYCLE_NEVER; /* each arena is made and ended in full */
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_no_advice_on_the_users_heap, tear_down),
        cmocka_unit_test_teardown(test_huge_pages_in_the_heap, tear_down),
        cmocka_unit_test_teardown(test_the_operator_is_obeyed, tear_down),
        cmocka_unit_test_teardown(test_collapse_falls_back_to_populating, tear_down),
        IN_A_PROCESS(test_collapse_that_is_not_there),
        cmocka_unit_test_teardown(test_virtual_collapses_what_is_large, tear_down),
        cmocka_unit_test_teardown(test_virtual_falls_back_to_advice, tear_down),
        cmocka_unit_test_teardown(test_due_advice_is_not_forgotten, tear_down),
        cmocka_unit_test_teardown(test_huge_page_policy, tear_down),
        cmocka_unit_test_teardown(test_huge_pages_are_asked_for_once, tear_down),
        cmocka_unit_test_teardown(test_huge_pages_are_whole, tear_down),
        cmocka_unit_test(test_the_heap_has_huge_pages_and_no_advice),
        OVER_ADAPTERS(test_no_byte_changes),
        OVER_ADAPTERS(test_trim_takes_huge_pages_too),
    };
    return cmocka_run_group_tests_name("huge pages", tests, NULL, NULL);
}
