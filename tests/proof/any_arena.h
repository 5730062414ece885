// SPDX-License-Identifier: MIT
// An arena in any state that regions_check() lets pass, and regions_check() as what is to be shown after a step. The
// system around regions.c is here too; bytes that it fills lie nowhere.
//
// Regions lie at given places, each in the lower or the upper half of all addresses, and have up to 2^16 bytes: sums of
// unknown addresses would take the solver many times as long, and nothing here goes by where a region lies but by that
// half.
#ifndef SAMRENA_TESTS_ANY_ARENA_H
#define SAMRENA_TESTS_ANY_ARENA_H

#include "config.h"
#include "proof.h"
#include "regions.h"

/* The digits of a case: 1 where guards watch, what is done, how many regions the arena has, which one is current, and
   which one it is done to. What is constant there costs the solver nothing. */
enum {
    GUARDED = CASE / 10000,
    STEP = CASE / 1000 % 10,
    COUNT = CASE / 100 % 10,
    CURRENT = CASE / 10 % 10,
    SUBJECT = CASE % 10
};

static const uint64_t MOST_OF_A_REGION = UINT64_C(1) << 16, PAGE = 4096;

const SamrenaConfig samrena_config_defaults;
static SamrenaConfig config;
static Samrena arena;

/* regions_check() ends here where the state is not sound: such states are not looked at before the step, and must not
   come to be by it. */
static bool has_stepped;

void abort(void) {
    __CPROVER_assert(!has_stepped, "regions_check() holds after the step");
    GIVEN(false);
}

void *memset(void *bytes, int value, size_t size) {
    (void)value;
    (void)size;
    return bytes;
}

SamrenaDebug config_debug(const SamrenaConfig *of) {
    (void)of;
    return any_bool() ? SAMRENA_DEBUG_JUNK : SAMRENA_DEBUG_NEVER;
}

uint64_t system_page_size(void) {
    return PAGE;
}

bool system_guard(unsigned char *from, uint64_t size) {
    SHOW((uintptr_t)from % PAGE == 0 && size % PAGE == 0);
    return any_bool();
}

Samrena any_samrena(void);
SamrenaConfig any_config(void);
SamrenaRegion any_memory(void);

static unsigned char *place_of(uint32_t region) {
    uint64_t half = any_bool() ? UINT64_C(1) << 63 : 0;
    return (unsigned char *)(uintptr_t)(half + (region + 1) * 2 * MOST_OF_A_REGION);
}

/* Of a region that begins with a page. */
static uint64_t usable_of(uint64_t size) {
    return GUARDED && size >= 2 * PAGE ? (size & ~(PAGE - 1)) - PAGE : size & ~UINT64_C(15);
}

/* What pushes and the window rely on, and regions_check() does not say. */
static bool is_whole(const Region *region) {
    return region->usable == usable_of(region_size(region));
}

static bool is_shut_where_watched(void) {
    return arena.watch == NOT_WATCHED || !arena.window.cursor;
}

/* What follows from regions_check(), as the cases of no step show: the solver takes half the time where it is told. */
static bool is_small(void) {
    bool small = region_used(&arena) <= MOST_OF_A_REGION && arena.regions.held <= COUNT * MOST_OF_A_REGION;
    for (uint32_t i = 0; i <= CURRENT; i++)
        small = small && arena.first[i].start <= i * MOST_OF_A_REGION && arena.first[i].before <= i * MOST_OF_A_REGION;
    return small;
}

/* What regions_check() need not say, as other files see to it. */
static void given_arena(void) {
    config = any_config();
    arena = any_samrena();
    arena.config = &config;
    arena.regions.records = arena.first;
    arena.regions.index = NULL;
    arena.regions.room = FIRST_REGIONS;
    arena.regions.count = COUNT;
    arena.regions.current = CURRENT;
    arena.watch = GUARDED ? WATCHED_BY_GUARDS : any_bool() ? WATCHED_BY_CHECKER : NOT_WATCHED;
    arena.red_zone = arena_is_watched(&arena) ? RED_ZONE : 0;
    GIVEN(is_shut_where_watched());
    GIVEN(arena.spoiling <= SPOIL_ALL && (!arena_is_watched(&arena) || arena.spoiling != SPOIL_NOTHING));
    GIVEN(arena.parts.allocated <= MOST_OF_A_REGION && arena.parts.allocated <= config.limit);
    for (uint32_t i = 0; i < COUNT; i++) {
        arena.first[i].base = place_of(i);
        GIVEN(is_whole(&arena.first[i]) && region_size(&arena.first[i]) <= MOST_OF_A_REGION);
    }
    GIVEN(arena.first[0].start == 0);
    GIVEN(STEP == 0 || is_small());
    regions_check(&arena);
    SHOW(is_small());
    GIVEN(region_current(&arena)->start <= arena.shown_to);
    for (uint32_t i = 0; i < CURRENT; i++) /* regions_enter() is shown to see to it */
        GIVEN(arena.first[i].packed <= region_used_at(&arena, i) &&
              arena.first[i].zero_from >= region_used_at(&arena, i));
    has_stepped = true;
}

static void show_sound(void) {
    regions_check(&arena);
    SHOW(is_shut_where_watched());
    for (uint32_t i = 0; i < COUNT + (STEP == 1); i++)
        SHOW(i >= arena.regions.count || is_whole(&arena.first[i]));
}

#endif
