// SPDX-License-Identifier: MIT
// Checks of trim(): by itself, and with every operation that may come after it.
#include <inttypes.h>

#include "area.h"
#include "checks.h"
#include "pages.h"

static void require_trim(Trial *trial) {
    if (!trial->adapter.operations.trim)
        skip(trial, "it has no trim()");
}

static void skip_without(Trial *trial, const Context *context, bool trimmed) {
    if (!trimmed)
        skip(trial, "trim() gave nothing back: %s", context->note[0] ? context->note : "no reason given");
}

/* What is left after a trim is memory like any other. */
static void use_what_is_left(Area *area) {
    area_verify(area, "trim()");
    area_fill(area, area->region.size);
    area_verify(area, "writing to what trim() left");
}

/* ---- One region ---- */

/* Whether something was given back. `used`: how much of it the region had held before. */
static bool trim_once(Context *context, uint64_t size, uint64_t used, uint64_t keep) {
    Area *area = area_of(context, size);
    area_fill(area, used < area->region.size ? used : area->region.size);
    bool trimmed = area_trim(area, keep < area->region.size ? keep : area->region.size) == SAMRENA_OK;
    use_what_is_left(area);
    area_release(area);
    return trimmed;
}

/* Less and less of it, as resets of an arena may have it. */
static void trim_again_and_again(Context *context) {
    Area *area = area_of(context, MIB);
    area_fill(area, area->region.size);
    for (uint64_t keep = area->region.size; keep > 0; keep = keep * 3 / 4) {
        (void)area_trim(area, keep);
        area_verify(area, "trim() of what was trimmed");
        (void)area_trim(area, keep); /* the same once more */
        area_verify(area, "trim() once more");
    }
    use_what_is_left(area);
    area_release(area);
}

void check_trim(Trial *trial) {
    static const uint64_t keeps[] = {1, 15, 16, 4095, 4096, 4097, 12345, 65535, 65536, 100001};
    enum { KEEPS = sizeof(keeps) / sizeof(keeps[0]) };
    require_trim(trial);
    Context *context = context_new(trial);
    uint64_t size = in_steps(context, 300 * KIB, 3);
    int apart = KEEPS / rounds_of(context, KEEPS);
    bool trimmed = false;
    for (int i = 0; i < KEEPS; i += apart)
        for (uint64_t used = 0; used <= size; used += size / 2)
            trimmed = trim_once(context, size, used, keeps[i]) || trimmed;
    for (uint64_t behind = 0; behind <= 16; behind = behind * 2 + 1)
        (void)trim_once(context, size, size, size - behind);
    trim_again_and_again(context);
    skip_without(trial, context, trimmed);
}

/* Whether it was refused to give back the last `behind` bytes. */
static bool trim_is_refused(Context *context, uint64_t size, uint64_t behind) {
    Trial *trial = context->trial;
    Area *area = area_of(context, size);
    area_fill(area, area->region.size / 2);
    SamrenaRegion before = area->region;
    SamrenaRegion given = before;
    uint64_t keep = (before.size - behind) & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
    SamrenaError error = trial->adapter.operations.trim(context->memory, &given, keep);
    bool same = given.base == before.base && given.size == before.size && given.zero_from == before.zero_from &&
                given.cookie == before.cookie;
    REQUIRE(trial, !error || error == SAMRENA_ERROR_UNSUPPORTED,
            "trim(%" PRIu64 ") returned \"%s\", expected OK or UNSUPPORTED", keep, samrena_error_string(error));
    REQUIRE(trial, !error || same, "trim(%" PRIu64 ") was refused and wrote to the region all the same", keep);
    area->region = given;
    context->held -= before.size - given.size;
    if (!error) /* what is left behind `keep` may hold anything */
        area->region.zero_from = given.size;
    area_verify(area, "trim() of next to nothing");
    area_release(area);
    return error != SAMRENA_OK;
}

/* Pages do not allow the last bytes alone; an adapter that can give them back refuses nothing here. */
void check_trim_refusal(Trial *trial) {
    require_trim(trial);
    Context *context = context_new(trial);
    bool refused = false;
    for (uint64_t size = 50 * KIB; size <= MIB; size *= 4)
        for (uint64_t behind = 0; behind <= 16; behind += 16)
            refused = trim_is_refused(context, size, behind) || refused;
    if (!refused)
        skip(trial, "trim() refused nothing");
}

/* ---- More than one region ---- */

/* As many of `most` as the adapter has, in use all over. */
static int used_areas(Context *context, Area **areas, int most) {
    areas[0] = area_of(context, 100 * KIB);
    uint64_t size = fitting(context, 100 * KIB);
    int count = 1;
    while (count < most && size && fitting(context, size) == size &&
           (areas[count] = area_acquire(context, exactly(size))))
        count++;
    for (int i = 0; i < count; i++)
        area_fill(areas[i], areas[i]->region.size);
    return count;
}

void check_trim_others(Trial *trial) {
    require_trim(trial);
    Context *context = context_new(trial);
    Area *areas[4];
    int count = used_areas(context, areas, 4);
    if (count < 2)
        skip(trial, "it gives one region at a time");
    bool trimmed = false;
    for (int i = 0; i < count; i++) { /* the newest comes last */
        trimmed = area_trim(areas[i], 10001) == SAMRENA_OK || trimmed;
        for (int j = 0; j < count; j++)
            area_verify(areas[j], i == j ? "trim()" : "trim() of another region");
    }
    area_release(areas[1]);
    for (int i = 0; i < count; i++)
        if (i != 1)
            use_what_is_left(areas[i]);
    skip_without(trial, context, trimmed);
}

/* More than the ceiling in all, where it is told what it may come to use. */
void check_trim_reuse(Trial *trial) {
    enum { REGIONS = 64, ROUNDS = 140 };
    require_trim(trial);
    Context *context = context_new_of(trial, REGIONS * MIB);
    uint64_t size = fitting(context, MIB);
    int rounds = size > MIB ? rounds_of(context, ROUNDS) + (int)(MOST_HELD / size) + 5 : ROUNDS;
    bool trimmed = false;
    for (int round = 0; round < rounds; round++) {
        Area *area = round == 0 ? area_of(context, MIB) : area_acquire(context, exactly(fitting(context, MIB)));
        REQUIRE(trial, area, "%d regions were trimmed and released, one more was refused: %s", round, context->note);
        area_fill(area, 4 * KIB < area->region.size ? 4 * KIB : area->region.size);
        trimmed = area_trim(area, 1 + (uint64_t)round * 10) == SAMRENA_OK || trimmed;
        area_verify(area, "trim()");
        area_release(area);
    }
    skip_without(trial, context, trimmed);
}

/* ---- Growing again ---- */

static SamrenaError grow(Area *area, uint64_t size, bool by_reserve) {
    uint64_t fits = fitting(area->context, size);
    if (!by_reserve)
        return area_grow(area, size);
    bool too_large = fits == 0 || fits > largest_of(area->context) - area->region.size;
    return too_large ? SAMRENA_ERROR_OUT_OF_MEMORY : area_reserve_more(area, exactly(fits));
}

/* In an odd place, so that a page is kept in part; what was trimmed had been in use, `used` parts in eight of it. */
static bool trim_and_grow(Context *context, unsigned used, uint64_t keep, bool by_reserve) {
    Area *area = area_of(context, 200 * KIB);
    area_fill(area, area->region.size / 8 * used);
    if (area_trim(area, keep) != SAMRENA_OK) {
        area_release(area);
        return false;
    }
    bool grown = false;
    for (uint64_t bytes = 100; bytes < 500 * KIB; bytes *= 9) {
        grown = grow(area, bytes, by_reserve) == SAMRENA_OK || grown;
        area_verify(area, by_reserve ? "trim() and reserve()" : "trim() and extend()");
        area_fill(area, area->filled + (area->region.size - area->filled) / 3);
    }
    (void)area_trim(area, area->filled ? area->filled : 1); /* what it grew by can be trimmed as well */
    use_what_is_left(area);
    area_release(area);
    return grown;
}

void check_trim_growth(Trial *trial) {
    static const uint64_t keeps[] = {1, 4096, 50001, 100 * 1024};
    require_trim(trial);
    if (!trial->adapter.operations.extend)
        skip(trial, "it has no extend()");
    Context *context = context_new(trial);
    size_t apart = in_steps(context, 0, 1) > 0 ? 2 : 1;
    bool grown = false;
    for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i += apart) {
        grown = trim_and_grow(context, 0, keeps[i], false) || grown;
        grown = trim_and_grow(context, 8, keeps[i], false) || grown;
        if (trial->adapter.operations.reserve)
            grown = trim_and_grow(context, 6, keeps[i], true) || grown;
    }
    if (!grown)
        skip(trial, "no region was trimmed and grew again");
}

/* ---- What is resident ---- */

static void prefault_unused(Area *area) {
    Trial *trial = area->context->trial;
    uint64_t page = area->context->host.page_size;
    const unsigned char *start = area->region.base + area->filled;
    uint64_t populated = area_prefault(area, area->filled, area->region.size - area->filled);
    Pages pages = residence_is_told(page) ? pages_between(start, start + populated, page) : (Pages){0, 0};
    REQUIRE(trial, pages.resident == pages.whole,
            "after trim() prefault() says %" PRIu64 " bytes are populated, %" PRId64 " pages of them are not",
            populated, pages.whole - pages.resident);
    area_verify(area, "trim() and prefault()");
}

void check_trim_prefault(Trial *trial) {
    require_trim(trial);
    if (!trial->adapter.operations.prefault)
        skip(trial, "it has no prefault()");
    Context *context = context_new(trial);
    Area *area = area_of(context, in_steps(context, MIB, 3));
    (void)area_prefault(area, 0, area->region.size);
    area_fill(area, area->region.size / 5);
    bool trimmed = area_trim(area, area->region.size / 2 + 1) == SAMRENA_OK;
    area_verify(area, "prefault() and trim()");
    prefault_unused(area);
    if (area_grow(area, MIB) == SAMRENA_OK)
        prefault_unused(area);
    use_what_is_left(area);
    skip_without(trial, context, trimmed);
}

/* Most of them, not all: pages are kept in whole, and the adapter may keep notes of its own in what is its own again.
   Where the size stays, its pages have to be gone all the same. */
void check_trim_resident(Trial *trial) {
    const uint64_t keep = 10016;
    require_trim(trial);
    Context *context = context_new(trial);
    Area *area = area_of(context, in_steps(context, 4 * MIB, 4));
    uint64_t page = context->host.page_size;
    if (!residence_is_told(page))
        skip(trial, "the system cannot tell what is resident");
    const unsigned char *start = area->region.base + keep;
    const unsigned char *end = area->region.base + area->region.size;
    area_fill(area, area->region.size);
    if (area->region.size < keep + 8 * page)
        skip(trial, "a region of %" PRIu64 " bytes is too small to tell", area->region.size);
    bool trimmed = area_trim(area, keep) == SAMRENA_OK;
    skip_without(trial, context, trimmed);
    Pages pages = pages_between(start, end, page);
    area_verify(area, "trim()");
    REQUIRE(trial, pages.resident * 2 <= pages.whole,
            "of %" PRId64 " pages behind what trim() was to keep %" PRId64 " are resident", pages.whole,
            pages.resident);
}
