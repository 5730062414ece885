// SPDX-License-Identifier: MIT
// What the loops of cliffs.h ask of the adapter and hold, as counts: adapter calls, regions, bytes committed, lost, and
// of address space, each bounded by a number however many regions there were before.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "address_space.h"
#include "cliffs.h"

enum { TIMES = 16, SLACK = 64 << 10, ADDRESS_SLACK = 2 << 20, REGION = 4096 };

typedef struct Bound {
    const char *name;
    double calls;         /* of the adapter, and regions gained: for each operation */
    uint64_t more;        /* and besides */
    double committed;     /* over the most that was ever allocated */
    double lost;          /* over what is allocated */
    uint64_t most_behind; /* bytes committed at the end; 0: any number */
} Bound;

/* A SMALL block leaves a quarter of its region; a LARGE one comes on top of the small regions. */
static const Bound bounds[] = {
    {"spare regions taken", 0, 0, 1.5, 0.5, 0},
    {"spare regions behind smaller ones", 0, 0, 2, 1, 0},
    {"spare regions too small", 1, 0, 2.5, 1, 0},
    {"spare regions too small, geometric", 0.01, 8, 2.5, 1, 0},
    {"spare regions that fit by size alone", 1, 0, 3, 1.2, 0},
    {"spare regions searched in vain", 1, 0, 2.5, 1, 0},
    {"spare regions, a block outgrows its own", 1, 0, 3, 1, 0},
    {"phases after resets", 0.03, 8, 2, 0, 0},
    {"phases after rewinds", 0.03, 8, 2, 0, 0},
    {"a mark, a region, a rewind", 0, 2, 2, 0.5, 0},
    {"an old block resized", 0, 0, 1.5, 0.5, 0},
    {"an old block asked for", 0, 0, 1.5, 0.5, 0},
    {"pushes among many regions", 0.02, 1, 2, 0.5, 0},
    {"pushes among many regions, virtual", 0.02, 1, 2, 0, 0},
    {"a buffer grown bit by bit", 0, 20, 2, 1, 4 * 16 * 1024 * TIMES},
    {"growth refused, large wishes", 0.0025, 24, 1.2, 0.1, 0},
    {"growth refused, little left", 0, 24, 2, 0.2, 0},
    {"a hint that cannot be had", 0, 48, 2, 0.2, 0},
    {"push, trim", 0, 20, 2, 0.3, 0},
    {"push, trim, virtual", 1, 1, 1.5, 0, 0},
    {"a spare region trimmed", 0, 0, 1, 0, 2 * REGION},
    {"frames, some retained", 1, 0, 1, 0, (64 << 10) + 3 * REGION},
    {"frames, reserved and retained", 0, 4, 20, 0, 66 << 20},
    {"reserve, push", 1, 0, 2, 1, 0},
    {"reserve, push among spare regions", 1, 0, 2.5, 1, 0},
    {"reserved already", 0, 0, 1.5, 0.5, 0},
    {"create, destroy among others", 0, 0, 1, 0, 0},
    {"create, destroy among others, virtual", 0, 0, 1, 0, 0},
};

enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]) };

static SamrenaInfo info_of(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_get_info(arena, &info), SAMRENA_OK);
    return info;
}

/* 0 also where a checker's own takes part. */
static uint64_t address_space(void) {
    return COUNTS_ADDRESS_SPACE ? address_space_taken() : 0;
}

static void assert_at_most(const char *what, uint64_t value, double most) {
    if ((double)value > most)
        fail_msg("%s: %llu, expected at most %.0f", what, (unsigned long long)value, most);
}

static void expect_bounded(const Bound *bound, const SamrenaInfo *before, const SamrenaInfo *after, double operations) {
    double calls = bound->calls * operations + (double)bound->more;
    double high_water = (double)after->high_water;
    double allocated = (double)after->allocated;
    assert_at_most("adapter calls", after->adapter_calls - before->adapter_calls, calls);
    assert_at_most("regions", after->regions, (double)before->regions + calls);
    assert_at_most("bytes committed", after->committed, bound->committed * high_water + SLACK);
    assert_at_most("bytes lost", after->committed - after->capacity, bound->lost * allocated + 2 * REGION);
    if (bound->most_behind)
        assert_at_most("bytes committed at the end", after->committed, (double)bound->most_behind);
}

static void costs_stay_bounded(void **state) {
    const Bound *bound = *state;
    const Cliff *cliff = cliff_named(bound->name);
    Stage stage;
    cliff_open(&stage, cliff, cliff->n * TIMES);
    SamrenaInfo before = info_of(stage.arena);
    uint64_t space = address_space();
    uint64_t operations = cliff_run(&stage);
    SamrenaInfo after = info_of(stage.arena);
    uint64_t space_after = address_space();
    expect_bounded(bound, &before, &after, (double)operations);
    uint64_t held = after.high_water > after.committed ? after.high_water : after.committed;
    assert_at_most("bytes of address space", space_after > space ? space_after - space : 0,
                   2 * (double)held + ADDRESS_SLACK);
    cliff_close(&stage);
}

/* No loop without bounds. */
static void every_loop_has_bounds(void **state) {
    (void)state;
    for (size_t i = 0; i < cliff_count; i++) {
        size_t found = 0;
        while (found < BOUNDS && strcmp(bounds[found].name, cliffs[i].name) != 0)
            found++;
        if (found == BOUNDS)
            fail_msg("\"%s\" has no bounds", cliffs[i].name);
    }
}

int main(void) {
    static struct CMUnitTest tests[BOUNDS + 1];
    for (size_t i = 0; i < BOUNDS; i++)
        tests[i] = (struct CMUnitTest){bounds[i].name, costs_stay_bounded, NULL, NULL, (void *)(uintptr_t)&bounds[i]};
    tests[BOUNDS] = (struct CMUnitTest)cmocka_unit_test(every_loop_has_bounds);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
