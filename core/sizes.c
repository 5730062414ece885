// SPDX-License-Identifier: MIT
// What sizes came up how often: a histogram of eighth octaves that forgets, and what follows from it for the next one.
#include "sizes.h"

unsigned sizes_total(const Sizes *sizes) {
    size_t pairs = 0;
    for (unsigned i = 0; i < SIZES_WORDS; i++)
        pairs += sizes_in_pairs(sizes->words[i]);
    return sizes_sum_of_pairs(pairs);
}

static void halve(Sizes *sizes) {
    for (unsigned i = 0; i < SIZES_WORDS; i++)
        sizes->words[i] = sizes_halved(sizes->words[i]);
}

void sizes_settle(Sizes *sizes) {
    while (sizes_total(sizes) > SIZES_REMEMBERED)
        halve(sizes);
}

void sizes_merge(Sizes *sizes, const Sizes *other) {
    Sizes theirs = *other;
    sizes_settle(sizes);
    sizes_settle(&theirs);
    for (unsigned i = 0; i < SIZES_WORDS; i++)
        sizes->words[i] += theirs.words[i];
    sizes_settle(sizes);
}

/* The bin of the size that `rank` of all, in order, are not above. *seen are counted in the words before *word. */
static unsigned class_of_rank(const Sizes *sizes, unsigned rank, unsigned *word, unsigned *seen) {
    for (; *word < SIZES_WORDS; ++*word) { /* GCOVR_EXCL_BR_LINE: there are more than `rank` */
        size_t counts = sizes->words[*word];
        unsigned sum = counts ? sizes_sum_of_pairs(sizes_in_pairs(counts)) : 0;
        if (*seen + sum > rank)
            break;
        *seen += sum;
    }
    unsigned found = *word * SIZES_IN_A_WORD;
    unsigned before = *seen + sizes_count(sizes, found);
    while (before <= rank)
        before += sizes_count(sizes, ++found);
    return found;
}

Quantiles sizes_quantiles(const Sizes *sizes, unsigned total) {
    unsigned word = 0, seen = 0;
    unsigned low = class_of_rank(sizes, total / 4, &word, &seen);
    unsigned middle = class_of_rank(sizes, total / 2, &word, &seen);
    unsigned upper = class_of_rank(sizes, total - (total + 3) / 4, &word, &seen);
    unsigned high = class_of_rank(sizes, total - (total + 9) / 10, &word, &seen);
    return (Quantiles){low, middle, upper, high};
}

/* In that bin, and below it. */
static unsigned count_up_to(const Sizes *sizes, unsigned bin) {
    size_t pairs = 0, last = sizes->words[bin / SIZES_IN_A_WORD];
    for (unsigned i = 0; i < bin / SIZES_IN_A_WORD; i++)
        pairs += sizes_in_pairs(sizes->words[i]);
    unsigned behind = (SIZES_IN_A_WORD - 1) * 8 - sizes_shift(bin);
    return sizes_sum_of_pairs(pairs + sizes_in_pairs(last & ((size_t)-1 >> behind)));
}

/* Where those above that bin come to much the same: what nine of ten of them need. */
static unsigned rest_above(const Sizes *sizes, unsigned total, unsigned first) {
    enum { FEWEST = 2 };
    unsigned below = count_up_to(sizes, first), above = total - below, word = 0, seen = 0;
    if (above < FEWEST)
        return 0;
    unsigned low = class_of_rank(sizes, below + above / 10, &word, &seen);
    unsigned high = class_of_rank(sizes, below + above - (above + 9) / 10, &word, &seen);
    return size_class_top(high) <= size_class_top(low) + size_class_top(low) / 2 ? high + 1 : 0;
}

SizePlan sizes_plan(const Sizes *sizes, unsigned total) {
    Quantiles quantiles = sizes_quantiles(sizes, total);
    uint64_t low = size_class_top(quantiles.low), middle = size_class_top(quantiles.middle);
    bool narrow = size_class_top(quantiles.high) <= middle + middle / 2 && middle <= 2 * low;
    uint64_t most = min_u64(middle + middle / 4, 2 * low);
    unsigned first = narrow ? quantiles.high : size_class(min_u64(size_class_top(quantiles.upper), most));
    SizePlan plan = {.rest = rest_above(sizes, total, first)};
    if (size_class_top(first) > SIZES_USUAL) {
        plan.first = first + 1;
        plan.prefault = narrow ? quantiles.middle + 1 : 0;
    }
    return plan;
}

/* Of two sizes the larger one is at most half as large again. */
enum { CLOSE_CLASSES = 4 };

bool sizes_are_close(size_t newest) {
    unsigned least = SIZE_CLASSES, most = 0;
    for (unsigned i = 0; i < SIZES_IN_A_WORD; i++, newest >>= 8) {
        unsigned bin = (unsigned)newest & 0xff;
        least = bin < least ? bin : least;
        most = bin > most ? bin : most;
        if (most > least + CLOSE_CLASSES)
            return false;
    }
    return true;
}

bool sizes_forget(Sizes *sizes, unsigned total, size_t newest) {
    unsigned newer = (unsigned)newest & 0xff, among = 0;
    if (!sizes_are_close(newest))
        return false;
    unsigned from = newer < CLOSE_CLASSES ? 0 : newer - CLOSE_CLASSES;
    for (unsigned bin = from; bin <= newer + CLOSE_CLASSES && bin < SIZE_CLASSES; bin++)
        among += sizes_count(sizes, bin);
    if (among * 10 >= total * 9)
        return false;
    *sizes = (Sizes){{0}};
    for (size_t rest = newest, i = 0; i < SIZES_IN_A_WORD; i++, rest >>= 8)
        sizes->words[(rest & 0xff) / SIZES_IN_A_WORD] += (size_t)1 << sizes_shift((unsigned)rest & 0xff);
    return true;
}
