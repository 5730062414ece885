// SPDX-License-Identifier: MIT
// The arenas that the model runs against.
#include "arenas.h"

#include <inttypes.h>
#include <string.h>

#include "fickle_adapter.h"
#include "operations.h"
#include "pages.h"
#include "test_adapters.h"

#define NONE SAMRENA_GROWTH_NONE
#define FIXED SAMRENA_GROWTH_FIXED
#define JUNK SAMRENA_DEBUG_JUNK
#define GUARD SAMRENA_DEBUG_GUARD

const Setting settings[] = {
    {.name = "chained", .adapter = "chained"},
    {.name = "chained, limit", .adapter = "chained", .limit = 300 * KIB + 5},
    {.name = "chained, growth fixed, retain", .adapter = "chained", .growth = FIXED, .retain = 40 * KIB},
    {.name = "chained, growth none, junk",
     .adapter = "chained",
     .growth = NONE,
     .initial_size = 160 * KIB,
     .debug = JUNK},
    {.name = "chained, hint, junk", .adapter = "chained", .hint = 500 * KIB, .debug = JUNK},
    {.name = "virtual", .adapter = "virtual"},
    {.name = "virtual, limit", .adapter = "virtual", .limit = 300 * KIB + 5},
    {.name = "virtual, ceiling, retain", .adapter = "virtual", .max_reserve = 512 * KIB, .retain = 100 * KIB},
    {.name = "virtual, growth none, junk",
     .adapter = "virtual",
     .growth = NONE,
     .initial_size = 160 * KIB,
     .debug = JUNK},
    {.name = "virtual, growth fixed, hint", .adapter = "virtual", .growth = FIXED, .hint = 500 * KIB},
    {.name = "in storage, chained", .adapter = "chained", .callers = true},
    {.name = "in storage, limit", .adapter = "chained", .callers = true, .limit = 100 * KIB, .debug = JUNK},
    {.name = "in storage, virtual", .adapter = "virtual", .callers = true, .retain = 1},
    {.name = "in storage, virtual, ceiling", .adapter = "virtual", .callers = true, .max_reserve = 200 * KIB},
    {.name = "in storage, growth none", .adapter = "chained", .callers = true, .growth = NONE},
    {.name = "chained, short lives, junk", .adapter = "chained", .lives = 30, .debug = JUNK},
    {.name = "virtual, short lives", .adapter = "virtual", .lives = 30},
    {.name = "fickle, short lives", .adapter = "fickle", .lives = 30, .refuses = 20},
    {.name = "fickle", .adapter = "fickle", .refuses = 20},
    {.name = "fickle, junk, retain", .adapter = "fickle", .refuses = 200, .debug = JUNK, .retain = 20 * KIB},
    {.name = "fickle, limit, in storage", .adapter = "fickle", .refuses = 3, .limit = 70 * KIB, .callers = true},
    {.name = "chained, labelled", .adapter = "chained", .lives = 100, .labelled = true},
    {.name = "virtual, labelled, limit", .adapter = "virtual", .lives = 60, .labelled = true, .limit = 300 * KIB + 5},
    {.name = "fickle, labelled, lying", .adapter = "fickle", .lives = 40, .labelled = true, .refuses = 20, .lies = 20},
    {.name = "fickle, lying", .adapter = "fickle", .refuses = 30, .lies = 12},
    {.name = "fickle, lying, in storage, junk",
     .adapter = "fickle",
     .refuses = 30,
     .lies = 4,
     .callers = true,
     .debug = JUNK},
    {.name = "fickle pieces, lying", .adapter = "fickle_pieces", .refuses = 30, .lies = 8, .limit = 200 * KIB + 3},
    {.name = "fickle pieces", .adapter = "fickle_pieces", .refuses = 20, .growth = FIXED},
    {.name = "fickle pieces, never refusing", .adapter = "fickle_pieces"},
    {.name = "separate", .adapter = "separate", .refuses = 8, .growth = FIXED},
    {.name = "separate, tiny steps", .adapter = "separate", .refuses = 3, .growth = FIXED, .tiny_steps = true},
    {.name = "growing, in storage", .adapter = "growing", .refuses = 8, .exhausted = true, .callers = true},
    {.name = "plain", .adapter = "plain", .refuses = 8},
    {.name = "trimming", .adapter = "trimming", .refuses = 8},
    {.name = "trimming, retain", .adapter = "trimming", .retain = 30 * KIB},
    {.name = "shared", .adapter = "shared", .exhausted = true, .retain = 50 * KIB},
    {.name = "stacked", .adapter = "stacked", .refuses = 8, .exhausted = true},
    {.name = "stacked, in storage", .adapter = "stacked", .exhausted = true, .callers = true},
    {.name = "chained, guard", .adapter = "chained", .debug = GUARD},
    {.name = "virtual, ceiling, guard, retain",
     .adapter = "virtual",
     .max_reserve = 512 * KIB,
     .debug = GUARD,
     .retain = 100 * KIB},
    {.name = "fickle, guard", .adapter = "fickle", .refuses = 20, .debug = GUARD},
    {.name = "fickle pieces, guard, in storage, limit",
     .adapter = "fickle_pieces",
     .refuses = 20,
     .debug = GUARD,
     .callers = true,
     .limit = 300 * KIB + 5},
    {.name = "trimming, guard, short lives", .adapter = "trimming", .debug = GUARD, .lives = 30},
};
const size_t setting_count = COUNT_OF(settings);

bool arenas_set_up(void) {
    return set_up_test_adapters(NULL) == 0 && samrena_adapter_register(&samrena_adapter_fickle) == SAMRENA_OK &&
           samrena_adapter_register(&samrena_adapter_fickle_pieces) == SAMRENA_OK;
}

static bool is_fickle(const Model *model) {
    return strncmp(model->setting->adapter, "fickle", strlen("fickle")) == 0;
}

/* ---- The caller's storage ---- */

enum { AROUND = 64, AROUND_BYTE = 0x5a };

static struct Storage {
    _Alignas(64) unsigned char before[AROUND];
    unsigned char bytes[64 * 1024 + 64]; /* and what of it is not used */
    unsigned char behind[AROUND];
} storage;

static uint64_t storage_start;
static uint64_t storage_size; /* 0: none */

static void draw_storage(Model *model) {
    static const uint64_t sizes[] = {SAMRENA_STORAGE_LEAST, SAMRENA_STORAGE_LEAST + 61, 4099, 20000, 64 * KIB};
    memset(&storage, AROUND_BYTE, sizeof(storage));
    storage_start = below(model, 33);
    storage_size = model->setting->callers ? sizes[below(model, COUNT_OF(sizes))] : 0;
}

void arena_expect_storage_intact(Model *model) {
    if (!storage_size)
        return;
    const unsigned char *all = storage.before;
    size_t start = AROUND + (size_t)storage_start;
    for (size_t i = 0; i < sizeof(storage); i = i + 1 == start ? start + (size_t)storage_size : i + 1)
        expect(model, all[i] == AROUND_BYTE, "byte %td beside the caller's storage changed", (ptrdiff_t)(i - start));
}

/* ---- Refusals ---- */

static uint64_t refusals_of_test_adapter;

static bool test_adapter_refused(void) {
    return test_adapter.fail_at > 0 && test_adapter.calls >= test_adapter.fail_at;
}

uint64_t arena_refusals(void) {
    return fickle.refusals + fickle.told_lies + refusals_of_test_adapter + test_adapter_refused();
}

uint64_t arena_lies(void) {
    return fickle.told_lies;
}

enum { GUARDS_OF_REGION = 2 }; /* pages that it may lose */

uint64_t arena_largest_told(void) {
    return fickle.largest ? fickle.largest - GUARDS_OF_REGION * fickle.guard_page : UINT64_MAX;
}

void arena_plan_refusal(Model *model) {
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

enum { MOST_RECYCLED = 8 }; /* arenas, with one region each */

#define LARGEST_STEP (4 * 64 * KIB)
#define LARGEST_WISH (16 * MIB)

static SamrenaLabel label = SAMRENA_LABEL("model");

static SamrenaConfig draw_config(Model *model) {
    static const uint64_t sizes[] = {0, 0, 0, 16, 64, 4112, 64 * KIB};
    static const uint64_t commits[] = {0, 0, 1, 4 * KIB, 200000};
    static const uint64_t aheads[] = {0, 1, 100 * KIB, MIB, UINT64_MAX};
    const Setting *setting = model->setting;
    SamrenaConfig config = samrena_default_config();
    config.adapter = setting->adapter;
    config.limit = setting->limit;
    config.retain = setting->retain;
    config.max_reserve = setting->max_reserve ? setting->max_reserve : 64 * MIB; /* some reserves take all of it */
    config.growth = (int32_t)setting->growth;
    config.debug = (int32_t)setting->debug;
    config.initial_size = setting->initial_size;
    config.label = setting->labelled ? &label : NULL;
    config.failure = on_failure;
    config.failure_user = model;
    model->ahead = false;
    if (setting->lives)
        return config;
    if (!setting->initial_size && !setting->callers)
        config.initial_size = sizes[below(model, COUNT_OF(sizes))];
    config.growth_size = sizes[below(model, COUNT_OF(sizes))] * (1 + 3 * below(model, 2));
    if (setting->tiny_steps)
        config.initial_size = config.growth_size = SAMRENA_REGION_ALIGNMENT;
    if (one_in(model, 4))
        config.growth_most = LARGEST_STEP;
    config.commit_size = commits[below(model, COUNT_OF(commits))];
    config.prefault = (int32_t)below(model, SAMRENA_PREFAULT_AHEAD + 1);
    config.ahead = aheads[below(model, COUNT_OF(aheads))];
    model->ahead = config.prefault == SAMRENA_PREFAULT_AHEAD;
    config.huge_pages = (int32_t)below(model, 3);
    config.recycle = (int32_t)below(model, 2);
    return config;
}

static Samrena *create(const SamrenaConfig *config) {
    unsigned char *start = storage.bytes + storage_start;
    return storage_size ? samrena_create_in(start, storage_size, config) : samrena_create(config);
}

static Samrena *create_at_last(Model *model, const SamrenaConfig *config) {
    for (;;) {
        uint64_t refusals = arena_refusals();
        model->lies_before = arena_lies();
        model->failures = 0;
        arena_plan_refusal(model);
        Samrena *arena = create(config);
        if (arena)
            return arena;
        expect(model, is_for_want_of_memory(model, samrena_last_error()) && arena_refusals() > refusals, "no arena: %s",
               samrena_last_error_message());
        expect(model, model->failures == 1, "no arena, and the failure callback was called %u times", model->failures);
        expect(model, fickle_held().regions == 0, "no arena, but the adapter's memory is still out");
    }
}

/* An arena that wants to see each push has no window, be it for a checker or, where none is, for guards. Whether there
   is a checker is the same for each arena. */
static bool is_watched(const Setting *setting) {
    static _Alignas(16) unsigned char bytes[4096];
    SamrenaConfig config = samrena_default_config();
    SamrenaWindow window;
    config.debug = setting->debug == GUARD ? JUNK : (int32_t)setting->debug;
    Samrena *probe = samrena_create_in(bytes, sizeof(bytes), &config);
    memcpy(&window, probe, sizeof(window));
    samrena_destroy(probe);
    return window.end == NULL;
}

static void draw_fickle(Model *model) {
    fickle = (FickleState){.random = draw(model),
                           .refuses = model->setting->refuses,
                           .lies = model->setting->lies,
                           .refusals = fickle.refusals,
                           .told_lies = fickle.told_lies,
                           .recyclable = model->setting->lives ? 64 * KIB : 0};
    if (is_fickle(model) && !model->setting->lives && one_in(model, 3))
        fickle.largest = 64 * KIB + below(model, 128 * KIB);
    if (is_fickle(model) && !model->setting->lives && one_in(model, 3))
        fickle.step = 1 + below(model, 20000);
}

void arena_create(Model *model) {
    draw_fickle(model);
    test_adapter.fill = 0xaa;
    test_adapter.trim_keeps_size = one_in(model, 2);
    test_adapter.refuse_above = LARGEST_WISH; /* all that it gives is filled */
    draw_storage(model);
    model->red_zone = is_watched(model->setting) ? 16 : 0;
    model->guarded = model->setting->debug == GUARD && !model->red_zone;
    fickle.watched = model->red_zone > 0;
    fickle.guard_page = model->guarded ? size_of_page() : 0;
    fickle.largest += fickle.largest ? GUARDS_OF_REGION * fickle.guard_page : 0; /* an initial size can be had */
    SamrenaConfig config = draw_config(model);
    model->refusals_at_birth = arena_refusals();
    model->arena = create_at_last(model, &config);

    model->high_water = 0;
    model->hint = 0;
    model->adapter_calls = 0;
    model->calls_before = 0;
    model->disturbed = false;
    move_to(model, (Place){.lost = model->setting->limit ? NOT_KNOWN : 0});

    learn_adapter(model);
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    model->hint = model->setting->labelled ? info.growth_hint : 0; /* what was learnt */
    model->callers_size = storage_size ? info.committed : 0;
    expect(model, model->callers_size < SAMRENA_STORAGE_LEAST || storage_size > model->callers_size,
           "%" PRIu64 " of %" PRIu64 " bytes of storage are to be handed out", model->callers_size, storage_size);
    expect_sound_info(model);
}

Samrena *arena_create_another(Model *model) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = model->setting->adapter;
    config.debug = (int32_t)model->setting->debug;
    config.max_reserve = MIB;
    config.recycle = SAMRENA_RECYCLE_NEVER;
    return samrena_create(&config);
}

void arena_destroy(Model *model) {
    model->failures = 0;
    samrena_destroy(model->arena);
    model->arena = NULL;
    uint64_t most = fickle.recyclable ? MOST_RECYCLED : 0;
    expect(model, fickle_held().regions <= most, "destroyed, but %" PRIu64 " regions are still out",
           fickle_held().regions);
    expect(model, fickle_guards_intact(), "something wrote beside a region");
    expect(model, test_adapter.live_regions == 0 && test_adapter.live_contexts == 0,
           "destroyed, but %d regions and %d contexts are still out", test_adapter.live_regions,
           test_adapter.live_contexts);
    arena_expect_storage_intact(model);
}

/* ---- What the adapters know ---- */

void arena_expect_held(Model *model, const SamrenaInfo *info) {
    uint64_t callers_own = model->callers_size ? 1 : 0;
    if (test_adapter.live_regions > 0)
        expect(model, info->regions - callers_own <= (uint64_t)test_adapter.live_regions,
               "%" PRIu64 " regions, the adapter gave %d", info->regions, test_adapter.live_regions);
    /* What the limit keeps from being pushed is not taken either, but for one step of the config's and a page. */
    if (model->contiguous && info->limit)
        expect(model, info->committed <= info->limit + LARGEST_STEP + 64 * KIB,
               "%" PRIu64 " bytes held under a limit of %" PRIu64, info->committed, info->limit);
    if (!is_fickle(model))
        return;
    FickleHeld held = fickle_held();
    bool others = fickle.recyclable > 0; /* arenas that ended and were kept have regions as well */
    expect(model, info->regions == held.regions + callers_own || (others && info->regions <= held.regions),
           "%" PRIu64 " regions, the adapter gave %" PRIu64, info->regions, held.regions);
    expect(model, info->committed == held.usable + model->callers_size || (others && info->committed <= held.usable),
           "%" PRIu64 " bytes held, the adapter gave %" PRIu64, info->committed, held.usable + model->callers_size);
    expect(model, fickle_guards_intact(), "something wrote beside a region");
}

void arena_expect_inside(Model *model, const void *block, uint64_t size) {
    uint64_t offset = (uint64_t)((uintptr_t)block - (uintptr_t)(storage.bytes + storage_start));
    if (offset <= storage_size && size <= storage_size - offset)
        return;
    if (is_fickle(model))
        expect(model, fickle_holds(block, size), "the %" PRIu64 " bytes at %p lie in no region", size, block);
}

/* Only one range of addresses is known to shrink: to whole pages, and with the red zone behind the last block. */
uint64_t arena_trim_slack(const Model *model) {
    uint64_t page = size_of_page();
    return model->contiguous && strcmp(model->setting->adapter, "virtual") == 0
               ? (model->guarded ? 3 : 1) * page + SAMRENA_REGION_ALIGNMENT + model->red_zone
               : NOT_KNOWN;
}

uint64_t arena_largest_region(void) {
    return fickle.recyclable ? 0 : fickle_held().largest;
}
