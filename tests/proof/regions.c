// SPDX-License-Identifier: MIT
// The list of regions, from every sound state and for every step of its own: regions_check() holds afterwards, that is
// all counters equal the sums that they stand for, and the step did what regions.h says of it.
#include "any_arena.h"

static Samrena before;

/* Whether a record has the same memory in it, whatever became of its place. */
static bool is_same(const Region *one, const Region *other) {
    return one->base == other->base && region_size(one) == region_size(other) && one->cookie == other->cookie;
}

static void show_used_regions_stay(void) {
    for (uint32_t i = 0; i <= CURRENT; i++)
        SHOW(is_same(&arena.first[i], &before.first[i]) && arena.first[i].start == before.first[i].start);
}

static void show_position_stays(void) {
    SHOW(arena.regions.current == before.regions.current &&
         arena_own_allocated(&arena) == arena_own_allocated(&before));
}

/* Where the window opens, padding that was cut off by the limit comes to be there. */
static void show_used_stays(void) {
    uint64_t used = region_used(&before);
    SHOW(region_used(&arena) == used || region_used(&arena) == ((used + 7) & ~UINT64_C(7)));
}

static SamrenaRegion sound_memory(void) {
    SamrenaRegion memory = any_memory();
    memory.base = place_of(COUNT);
    GIVEN(memory.size >= SAMRENA_REGION_ALIGNMENT && memory.size <= MOST_OF_A_REGION &&
          memory.zero_from <= memory.size);
    return memory;
}

static void add(void) {
    SamrenaRegion memory = sound_memory();
    regions_add(&arena, &memory);
    show_used_regions_stay();
    show_position_stays();
    const Region *next = &arena.first[before.regions.current + 1];
    SHOW(arena.regions.count == before.regions.count + 1 && arena.regions.newest == before.regions.current + 1);
    SHOW(next->base == memory.base && region_size(next) == memory.size && next->cookie == memory.cookie);
    SHOW(arena.regions.held == before.regions.held + region_usable(next));
}

static void bring_forward(void) {
    regions_bring_forward(&arena, SUBJECT);
    show_used_regions_stay();
    show_position_stays();
    SHOW(is_same(&arena.first[before.regions.current + 1], &before.first[SUBJECT]));
    SHOW(is_same(&arena.first[SUBJECT], &before.first[before.regions.current + 1]));
}

static void enter(void) {
    regions_enter(&arena, SUBJECT);
    show_used_regions_stay();
    SHOW(is_same(region_current(&arena), &before.first[SUBJECT]));
    SHOW(arena.regions.current == before.regions.current + 1 && region_used(&arena) == 0);
    SHOW(arena_allocated(&arena) == arena_allocated(&before));
    SHOW(region_used_at(&arena, before.regions.current) == region_used(&before));
    const Region *left = &arena.first[before.regions.current];
    SHOW(left->zero_from >= region_used(&before) && left->packed <= region_used(&before));
    SHOW(before.window.packed == left->base + (region_used(&before) - left->packed));
}

static void take_out(void) {
    regions_remove(&arena, SUBJECT);
    regions_promise(&arena, 0); /* trim.c lowers what is promised */
    show_used_regions_stay();
    show_position_stays();
    SHOW(arena.regions.count == before.regions.count - 1);
    SHOW(arena.regions.held == before.regions.held - region_usable(&before.first[SUBJECT]));
    if (before.regions.newest == SUBJECT || before.regions.newest == NO_REGION)
        SHOW(arena.regions.newest == NO_REGION);
    for (uint32_t i = 0; i < COUNT; i++)
        for (uint32_t j = 0; j + 1 < COUNT; j++)
            if (i != SUBJECT && before.regions.newest == i && arena.regions.newest == j)
                SHOW(is_same(&arena.first[j], &before.first[i]));
}

static void rewind_to_any(void) {
    Position position = {SUBJECT, any_u64()};
    GIVEN(position.used <= region_used_at(&before, position.region));
    uint64_t most = arena_allocated(&arena);
    regions_rewind(&arena, position);
    show_used_regions_stay();
    SHOW(arena.regions.current == position.region && region_used(&arena) == position.used);
    SHOW(arena.regions.count == before.regions.count && arena.regions.held == before.regions.held);
    SHOW(arena.regions.newest == before.regions.newest);
    SHOW(arena.now.high_water >= most && arena.now.high_water >= before.now.high_water);
    SHOW(arena_allocated(&arena) <= most);
    SHOW(region_current(&arena)->zero_from >= position.used);
    if (position.region == before.regions.current && regions_has_spare(&before))
        SHOW(arena.now.reserved == 0);
}

/* Who asks for it, grow.c and trim.c, does so for none behind the current one. */
static void adopt(void) {
    SamrenaRegion memory = sound_memory();
    memory.base = before.first[SUBJECT].base;
    GIVEN(region_used_at(&before, SUBJECT) <= usable_of(memory.size));
    regions_adopt(&arena, SUBJECT, &memory);
    /* Who makes less of one usable lowers what is promised; growth asks for more, as the proof of guards shows. */
    if (usable_of(memory.size) < region_usable(&before.first[SUBJECT]))
        regions_promise(&arena, 0);
    show_used_stays();
    SHOW(region_size(&arena.first[SUBJECT]) == memory.size);
    SHOW(arena.regions.held - region_usable(&arena.first[SUBJECT]) ==
         before.regions.held - region_usable(&before.first[SUBJECT]));
    SHOW(arena.first[SUBJECT].zero_from >= region_used_at(&before, SUBJECT));
}

static void close_or_shut(void) {
    if (any_bool()) {
        regions_shut(&arena);
        show_position_stays();
    } else {
        regions_close(&arena);
        SHOW(arena.regions.current == 0 && arena_own_allocated(&arena) == 0);
    }
    SHOW(!arena.window.cursor && !arena.window.end && arena.now.reserved == 0);
    SHOW(arena.regions.count == before.regions.count && arena.regions.held == before.regions.held);
}

int main(void) {
    given_arena();
    before = arena;
    before.regions.records = before.first;
    switch (STEP) {
    case 0: break;
    case 1: add(); break;
    case 2: bring_forward(); break;
    case 3: enter(); break;
    case 4: take_out(); break;
    case 5: rewind_to_any(); break;
    case 6: adopt(); break;
    default: close_or_shut(); break;
    }
    show_sound();
    return 0;
}
