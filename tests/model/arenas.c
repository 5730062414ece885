// SPDX-License-Identifier: MIT
// The arenas that the model runs against.
#define _DEFAULT_SOURCE
#include "arenas.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../unit/test_adapters.h"
#include "fickle_adapter.h"

#define NONE SAMRENA_GROWTH_NONE
#define FIXED SAMRENA_GROWTH_FIXED
#define JUNK SAMRENA_DEBUG_JUNK

const Setting settings[] = {
    {.name = "chained", .adapter = "chained"},
    {.name = "chained, limit", .adapter = "chained", .limit = 300 * KIB + 5},
    {.name = "chained, growth fixed, retain", .adapter = "chained", .growth = FIXED, .retain = 40 * KIB},
    {.name = "chained, growth none, junk", .adapter = "chained", .growth = NONE, .initial_pages = 40, .debug = JUNK},
    {.name = "chained, hint, junk", .adapter = "chained", .hint = 500 * KIB, .debug = JUNK},
    {.name = "virtual", .adapter = "virtual"},
    {.name = "virtual, limit", .adapter = "virtual", .limit = 300 * KIB + 5},
    {.name = "virtual, ceiling, retain", .adapter = "virtual", .max_reserve = 512 * KIB, .retain = 100 * KIB},
    {.name = "virtual, growth none, junk", .adapter = "virtual", .growth = NONE, .initial_pages = 40, .debug = JUNK},
    {.name = "virtual, growth fixed, hint", .adapter = "virtual", .growth = FIXED, .hint = 500 * KIB},
    {.name = "caller's block, chained", .adapter = "chained", .callers = true},
    {.name = "caller's block, limit", .adapter = "chained", .callers = true, .limit = 100 * KIB, .debug = JUNK},
    {.name = "caller's block, virtual", .adapter = "virtual", .callers = true, .retain = 1},
    {.name = "caller's block, virtual, ceiling", .adapter = "virtual", .callers = true, .max_reserve = 200 * KIB},
    {.name = "caller's block, growth none", .adapter = "chained", .callers = true, .growth = NONE},
    {.name = "chained, short lives, junk", .adapter = "chained", .lives = 30, .debug = JUNK},
    {.name = "virtual, short lives", .adapter = "virtual", .lives = 30},
    {.name = "fickle, short lives", .adapter = "fickle", .lives = 30, .refuses = 20},
    {.name = "fickle", .adapter = "fickle", .refuses = 20},
    {.name = "fickle, junk, retain", .adapter = "fickle", .refuses = 200, .debug = JUNK, .retain = 20 * KIB},
    {.name = "fickle, limit, caller's block", .adapter = "fickle", .refuses = 3, .limit = 70 * KIB, .callers = true},
    {.name = "fickle pieces", .adapter = "fickle_pieces", .refuses = 20, .growth = FIXED},
    {.name = "fickle pieces, never refusing", .adapter = "fickle_pieces"},
    {.name = "separate", .adapter = "separate", .refuses = 8, .growth = FIXED},
    {.name = "separate, tiny pages", .adapter = "separate", .refuses = 3, .growth = FIXED, .tiny_pages = true},
    {.name = "growing, caller's block", .adapter = "growing", .refuses = 8, .exhausted = true, .callers = true},
    {.name = "plain", .adapter = "plain", .refuses = 8},
    {.name = "stacked", .adapter = "stacked", .refuses = 8, .exhausted = true},
    {.name = "stacked, caller's block", .adapter = "stacked", .exhausted = true, .callers = true},
};
const size_t setting_count = COUNT_OF(settings);

bool arenas_set_up(void) {
    return set_up_test_adapters(NULL) == 0 && samrena_adapter_register(&samrena_adapter_fickle) == SAMRENA_OK &&
           samrena_adapter_register(&samrena_adapter_fickle_pieces) == SAMRENA_OK;
}

static bool is_fickle(const Model *model) {
    return strncmp(model->setting->adapter, "fickle", strlen("fickle")) == 0;
}

/* ---- The caller's block ---- */

enum { AROUND = 64, AROUND_BYTE = 0x5a };

static struct CallersBlock {
    _Alignas(64) unsigned char before[AROUND];
    unsigned char bytes[64 * 1024 + 64]; /* and what of it is not used */
    unsigned char behind[AROUND];
} callers;

static uint64_t callers_start;

static void take_callers_block(Model *model, SamrenaConfig *config) {
    static const uint64_t sizes[] = {32, 100, 4099, 20000, 64 * KIB};
    memset(&callers, AROUND_BYTE, sizeof(callers));
    callers_start = below(model, 33);
    config->first_block = callers.bytes + callers_start;
    config->first_block_size = sizes[below(model, COUNT_OF(sizes))];
    model->callers_size = config->first_block_size;
}

void arena_expect_callers_block_intact(Model *model) {
    if (!model->setting->callers)
        return;
    const unsigned char *all = callers.before;
    size_t start = AROUND + (size_t)callers_start;
    for (size_t i = 0; i < sizeof(callers); i = i + 1 == start ? start + (size_t)model->callers_size : i + 1)
        expect(model, all[i] == AROUND_BYTE, "byte %zd beside the caller's block changed", (ptrdiff_t)(i - start));
}

/* ---- Refusals ---- */

static uint64_t refusals_of_test_adapter;

static bool test_adapter_refused(void) {
    return test_adapter.fail_at > 0 && test_adapter.calls >= test_adapter.fail_at;
}

uint64_t arena_refusals(void) {
    return fickle.refusals + refusals_of_test_adapter + test_adapter_refused();
}

static uint64_t trims_refused_before;

void arena_plan_refusal(Model *model) {
    trims_refused_before = fickle.trims_refused;
    refusals_of_test_adapter += test_adapter_refused();
    test_adapter.calls = 0;
    test_adapter.fail_at = 0;
    if (!is_fickle(model) && model->setting->refuses && one_in(model, model->setting->refuses)) {
        test_adapter.fail_at = 1 + (int)below(model, 2);
        test_adapter.fail_from_there = one_in(model, 2);
    }
}

/* ---- Creating and destroying ---- */

static void on_failure(SamrenaError error, const char *message, void *user) {
    Model *model = user;
    model->failures++;
    model->failure = error;
    expect(model, message && *message && samrena_last_error() == error, "a failure without a message");
}

enum { MOST_KEPT = 8 }; /* arenas, with one region each */

#define LARGEST_STEP (4 * 64 * KIB)

static SamrenaConfig draw_config(Model *model) {
    static const uint64_t pages[] = {0, 0, 0, 16, 64, 4112, 64 * KIB};
    static const uint64_t commits[] = {0, 0, 1, 4 * KIB, 200000};
    const Setting *setting = model->setting;
    SamrenaConfig config = samrena_default_config();
    config.adapter = setting->adapter;
    config.limit = setting->limit;
    config.retain = setting->retain;
    config.max_reserve = setting->max_reserve ? setting->max_reserve : 64 * MIB; /* some reserves take all of it */
    config.growth = (int32_t)setting->growth;
    config.debug = (int32_t)setting->debug;
    config.initial_pages = setting->initial_pages;
    config.failure = on_failure;
    config.failure_user = model;
    if (setting->callers)
        take_callers_block(model, &config);
    if (setting->lives)
        return config;
    config.page_size = setting->initial_pages ? 0 : pages[below(model, COUNT_OF(pages))];
    config.growth_pages = 1 + 3 * below(model, 2);
    if (setting->tiny_pages) {
        config.page_size = SAMRENA_REGION_ALIGNMENT;
        config.growth_pages = 1;
    }
    config.commit_size = commits[below(model, COUNT_OF(commits))];
    config.prefault = (int32_t)below(model, 3);
    config.huge_pages = (int32_t)below(model, 3);
    return config;
}

static Samrena *create_at_last(Model *model, const SamrenaConfig *config) {
    for (;;) {
        uint64_t refusals = arena_refusals();
        model->failures = 0;
        arena_plan_refusal(model);
        Samrena *arena = samrena_create(config);
        if (arena)
            return arena;
        expect(model, samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY && arena_refusals() > refusals,
               "no arena: %s", samrena_last_error_message());
        expect(model, model->failures == 1, "no arena, and the failure callback was called %u times", model->failures);
        expect(model, fickle_held().regions == 0, "no arena, but the adapter's memory is still out");
    }
}

void arena_create(Model *model) {
    fickle.refuses = model->setting->refuses;
    fickle.random = draw(model);
    fickle.keep = model->setting->lives ? 64 * KIB : 0;
    test_adapter.fill = 0xaa;
    model->callers_size = 0;
    SamrenaConfig config = draw_config(model);
    model->arena = create_at_last(model, &config);

    /* Both pointers are NULL while the arena wants to see each push; every setting leaves room for a first one. */
    SamrenaWindow window;
    memcpy(&window, model->arena, sizeof(window));
    model->red_zone = window.cursor == NULL && window.limit == NULL ? 16 : 0;
    fickle.watched = model->red_zone > 0;
    model->contiguous = samrena_has_capability(model->arena, SAMRENA_CAPABILITY_CONTIGUOUS);
    model->reserves = samrena_has_capability(model->arena, SAMRENA_CAPABILITY_RESERVE);
    model->high_water = 0;
    model->hint = 0;
    model->adapter_calls = 0;
    model->disturbed = false;
    move_to(model, (Place){.lost = model->setting->limit ? NOT_KNOWN : 0});

    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    model->ceiling = info.ceiling;
    expect_sound_info(model);
}

void arena_destroy(Model *model) {
    model->failures = 0;
    samrena_destroy(model->arena);
    model->arena = NULL;
    uint64_t kept = fickle.keep ? MOST_KEPT : 0;
    expect(model, fickle_held().regions <= kept, "destroyed, but %" PRIu64 " regions are still out",
           fickle_held().regions);
    expect(model, fickle_guards_intact(), "something wrote beside a region");
    expect(model, test_adapter.live_regions == 0 && test_adapter.live_contexts == 0,
           "destroyed, but %d regions and %d contexts are still out", test_adapter.live_regions,
           test_adapter.live_contexts);
    arena_expect_callers_block_intact(model);
}

/* ---- What the adapters know ---- */

void arena_expect_held(Model *model, const SamrenaInfo *info) {
    uint64_t callers_own = model->setting->callers ? 1 : 0;
    if (test_adapter.live_regions > 0)
        expect(model, info->regions - callers_own <= (uint64_t)test_adapter.live_regions || !callers_own,
               "%" PRIu64 " regions, the adapter gave %d", info->regions, test_adapter.live_regions);
    /* What the limit keeps from being pushed is not taken either, but for one step of the config's and a page. */
    if (model->contiguous && info->limit)
        expect(model, info->committed <= info->limit + LARGEST_STEP + 64 * KIB,
               "%" PRIu64 " bytes held under a limit of %" PRIu64, info->committed, info->limit);
    if (!is_fickle(model))
        return;
    FickleHeld held = fickle_held();
    uint64_t own = (model->callers_size - (0 - (uintptr_t)callers.bytes - callers_start) % 16) / 16 * 16;
    if (!model->setting->callers)
        own = 0;
    bool others = fickle.keep > 0; /* arenas that ended and were kept have regions as well */
    expect(model, info->regions == held.regions + callers_own || (others && info->regions <= held.regions),
           "%" PRIu64 " regions, the adapter gave %" PRIu64, info->regions, held.regions);
    expect(model, info->committed == held.usable + own || (others && info->committed <= held.usable),
           "%" PRIu64 " bytes held, the adapter gave %" PRIu64, info->committed, held.usable + own);
    expect(model, fickle_guards_intact(), "something wrote beside a region");
}

void arena_expect_inside(Model *model, const void *block, uint64_t size) {
    uint64_t offset = (uint64_t)((uintptr_t)block - (uintptr_t)(callers.bytes + callers_start));
    if (offset <= model->callers_size && size <= model->callers_size - offset)
        return;
    if (is_fickle(model))
        expect(model, fickle_holds(block, size), "the %" PRIu64 " bytes at %p lie in no region", size, block);
}

/* Whole alignments are kept, and the red zone behind the last block; of the caller's block nothing can be given back.
 */
uint64_t arena_trim_slack(const Model *model) {
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t always = SAMRENA_REGION_ALIGNMENT + model->red_zone + model->callers_size;
    if (strcmp(model->setting->adapter, "chained") == 0 && MODEL_DISCARDS)
        return 2 * page + always;
    if (strcmp(model->setting->adapter, "virtual") == 0)
        return page + always;
    if (is_fickle(model) && fickle.trims_refused == trims_refused_before)
        return FICKLE_TRIM_STEP + always;
    return NOT_KNOWN;
}

uint64_t arena_largest_region(void) {
    return fickle.keep ? 0 : fickle_held().largest;
}
