// SPDX-License-Identifier: MIT
// What a label learns: sizes are told to it, and it says what the next arena takes at first.
#include "learn.h"

enum {
    PLANNED_AT_EACH = 16, /* of the first rounds; then at every few, at which all that is told seldom is counted */
    PLANNED_AT_EVERY = 2 * TOLD_OF,
    SETTLED_AFTER = 32 * TOLD_OF, /* then that changes little: a plan costs as much as a hundred rounds tell */
    PLANNED_WHEN_SETTLED = 8 * TOLD_OF,
    LARGEST_COUNT = 0xff,
    CLASSES_IN_AN_OCTAVE = 8
};

unsigned learn_get_sizes(const SamrenaLabel *label, Sizes *sizes) {
    size_t pairs = 0;
    for (unsigned i = 0; i < SIZES_WORDS; i++) {
        sizes->words[i] = relaxed_load(&label->sizes[i]);
        pairs += sizes_in_pairs(sizes->words[i]);
    }
    return sizes_sum_of_pairs(pairs);
}

static void set_sizes(SamrenaLabel *label, const Sizes *sizes) {
    for (unsigned i = 0; i < SIZES_WORDS; i++)
        relaxed_store(&label->sizes[i], sizes->words[i]);
}

/* A little more than is needed now is no reason to have the kept arenas made anew. */
static bool is_good_enough(SizePlan old, SizePlan plan) {
    return !old.prefault == !plan.prefault && old.first == plan.first + 1 && old.rest == plan.rest;
}

static void make_plan(SamrenaLabel *label) {
    Sizes sizes;
    unsigned total = learn_get_sizes(label, &sizes);
    if (total < (relaxed_load(&label->seeded) ? 1 : SIZES_ENOUGH))
        return;
    bool changed = total > SIZES_REMEMBERED;
    bool newest_are_known = relaxed_load(&label->rounds) >= SIZES_IN_A_WORD; /* told in this run */
    if (newest_are_known && total > SIZES_IN_A_WORD && sizes_forget(&sizes, total, relaxed_load(&label->newest))) {
        total = SIZES_IN_A_WORD;
        changed = true;
    }
    SizePlan plan = sizes_plan(&sizes, total);
    if (changed) {
        sizes_settle(&sizes);
        set_sizes(label, &sizes);
    }
    if (!is_good_enough(learn_plan(label), plan))
        relaxed_store(&label->plan,
                      plan.first | (size_t)plan.prefault << PLAN_SHIFT | (size_t)plan.rest << 2 * PLAN_SHIFT);
}

/* Sizes that are close to one another, and larger than one region was to hold, or than twice what there was in the end;
   or less than half of what was sure. */
static bool is_another_phase(const SamrenaLabel *label, size_t newest) {
    SizePlan plan = learn_plan(label);
    unsigned expected = plan.first ? plan.first : size_class(SIZES_USUAL) + 1;
    unsigned most = expected + (plan.prefault ? 0 : CLASSES_IN_AN_OCTAVE);
    unsigned last = newest & 0xff;
    bool small = plan.prefault && last + CLASSES_IN_AN_OCTAVE < expected;
    return (small || last >= most) && sizes_are_close(newest);
}

static void count(SamrenaLabel *label, unsigned bin, unsigned weight) {
    size_t *word = &label->sizes[bin / SIZES_IN_A_WORD];
    size_t counts = relaxed_load(word);
    size_t room = LARGEST_COUNT - (counts >> sizes_shift(bin) & LARGEST_COUNT);
    relaxed_store(word, counts + ((size_t)min_u64(weight, room) << sizes_shift(bin)));
}

static bool is_planned_at(size_t round) {
    unsigned every = round < SETTLED_AFTER ? PLANNED_AT_EVERY : PLANNED_WHEN_SETTLED;
    return round <= PLANNED_AT_EACH || round % every == 0;
}

void learn_tell(SamrenaLabel *label, uint64_t size, unsigned weight) {
    unsigned bin = size_class(size);
    size_t rounds = relaxed_load(&label->rounds);
    size_t newest = relaxed_load(&label->newest) << 8 | bin;
    relaxed_store(&label->newest, newest);
    count(label, bin, weight);
    if (is_planned_at(rounds) || is_another_phase(label, newest))
        make_plan(label);
}

void learn_from(SamrenaLabel *label, const Sizes *sizes) {
    Sizes all;
    if (relaxed_exchange(&label->seeded, 1) != 0)
        return;
    (void)learn_get_sizes(label, &all);
    sizes_merge(&all, sizes);
    set_sizes(label, &all);
    make_plan(label);
}
