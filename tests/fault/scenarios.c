// SPDX-License-Identifier: MIT
// The scenarios: each part of the public API that reaches the heap or the system.
#define _POSIX_C_SOURCE 200809L
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "samrena/heap.h"
#include "test_adapters.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

const char *adapter_folder;
char scenario_folder[FOLDER_MOST];

static bool succeeds(SamrenaError error) {
    return error == SAMRENA_OK;
}

/* ---- Creating ---- */

static bool create(Life *life) {
    life->arena = samrena_create(&life->config);
    return life->arena;
}

static bool create_default(Life *life) {
    life->arena = samrena_create(NULL);
    return life->arena;
}

static bool create_other(Life *life) {
    life->other = samrena_create(&life->config);
    return life->other;
}

static bool create_other_virtual(Life *life) {
    SamrenaConfig config = life->config;
    config.adapter = "virtual";
    life->other = samrena_create(&config);
    return life->other;
}

static bool create_child(Life *life) {
    SamrenaConfig config = life->config;
    config.parent = life->arena;
    return samrena_create(&config); /* ends with its parent */
}

static bool create_in_storage(Life *life) {
    static SAMRENA_STORAGE(storage, 2048);
    life->arena = samrena_create_in(storage, sizeof(storage), &life->config);
    return life->arena;
}

static bool end(Life *life) {
    samrena_destroy(life->arena);
    life->arena = NULL;
    return true;
}

/* ---- Pushing ---- */

static bool push_small(Life *life) {
    return samrena_push(life->arena, 3000);
}

static bool push_large(Life *life) {
    return samrena_push(life->arena, 300 * KIB);
}

static bool push_huge(Life *life) {
    return samrena_push(life->arena, 20 * MIB);
}

static bool push_zero(Life *life) {
    return samrena_push_zero(life->arena, 2 * MIB);
}

static bool push_often(Life *life, int times, uint64_t size) {
    life->moves = true;
    for (int i = 0; i < times; i++)
        if (!samrena_push(life->arena, size))
            return false;
    return true;
}

static bool push_some(Life *life) {
    return push_often(life, 20, 3000);
}

static bool push_many(Life *life) {
    return push_often(life, 300, 3000);
}

/* With steps of 4 KiB: more regions than there is room for at first, so that they are indexed. */
static bool push_regions(Life *life) {
    return push_often(life, 200, 4000);
}

static bool push_text(Life *life) {
    life->moves = true;
    return samrena_push_string(life->arena, "text") && samrena_push_format(life->arena, "%9000d", 1) &&
           samrena_push_format(life->arena, "%s", "short");
}

static bool push_copy(Life *life) {
    static const unsigned char source[64 * 1024];
    return samrena_push_copy(life->arena, source, sizeof(source));
}

static bool push_block(Life *life) {
    life->size = 2000;
    life->block = samrena_push(life->arena, life->size);
    return life->block;
}

static bool resize(Life *life) {
    void *moved = samrena_resize(life->arena, life->block, life->size, 300 * KIB);
    if (!moved)
        return false;
    life->block = moved;
    life->size = 300 * KIB;
    return true;
}

static bool push_with_reserve(Life *life) {
    return samrena_push_with_reserve(life->arena, 3 * MIB);
}

/* ---- Taking back ---- */

static bool mark(Life *life) {
    life->mark = samrena_mark(life->arena);
    return life->mark.serial != 0;
}

static bool mark_often(Life *life) {
    life->moves = true;
    for (int i = 0; i < 300; i++)
        if (samrena_mark(life->arena).serial == 0 || !samrena_push(life->arena, 100))
            return false;
    return true;
}

static bool rewind_mark(Life *life) {
    life->moves = true;
    return succeeds(samrena_rewind(life->arena, life->mark));
}

static void note_release(void *nothing) {
    (void)nothing;
}

static bool on_release(Life *life) {
    life->moves = true;
    for (int i = 0; i < 300; i++)
        if (samrena_on_release(life->arena, note_release, NULL) != SAMRENA_OK)
            return false;
    return true;
}

static bool trim(Life *life) {
    samrena_trim(life->arena, 0);
    return true;
}

static bool trim_and_ask(Life *life) {
    samrena_trim(life->arena, 0);
    (void)samrena_resident(life->arena);
    return samrena_contains(life->arena, life->block) == (life->block != NULL);
}

static bool reset(Life *life) {
    life->moves = true;
    return succeeds(samrena_reset(life->arena));
}

/* ---- Reserving ---- */

static bool reserve(Life *life) {
    return succeeds(samrena_reserve(life->arena, 3 * MIB));
}

static bool reserve_more(Life *life) {
    return succeeds(samrena_reserve_more(life->arena, 2 * MIB));
}

static bool reserve_large(Life *life) {
    return succeeds(samrena_reserve(life->arena, 16 * MIB));
}

/* The message has what limits the process. */
static bool push_too_much(Life *life) {
    return !samrena_push(life->arena, PTRDIFF_MAX / 2) && samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY;
}

static bool reserve_for_threads(Life *life) {
    return succeeds(samrena_reserve(life->arena, 64 * MIB));
}

static bool reserve_with_growth(Life *life) {
    return succeeds(samrena_reserve_with_growth(life->arena, MIB, 8 * MIB));
}

static void never_prefault(Life *life) {
    life->config.prefault = SAMRENA_PREFAULT_NEVER;
}

static void always_prefault(Life *life) {
    life->config.prefault = SAMRENA_PREFAULT_ALWAYS;
}

static void prefault_in_parallel(Life *life) {
    life->config.prefault = SAMRENA_PREFAULT_PARALLEL;
}

static void prefault_ahead(Life *life) {
    life->config.prefault = SAMRENA_PREFAULT_AHEAD;
}

static void want_huge_pages(Life *life) {
    life->config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
}

/* ---- Configs ---- */

static void begin_large(Life *life) {
    life->config.initial_size = MIB;
}

static void grow_in_small_steps(Life *life) {
    life->config.growth = SAMRENA_GROWTH_FIXED;
    life->config.growth_size = 4 * KIB;
}

static void do_not_grow(Life *life) {
    life->config.growth = SAMRENA_GROWTH_NONE;
}

static void retain_little(Life *life) {
    life->config.retain = 1;
}

static void fill_with_junk(Life *life) {
    life->config.debug = SAMRENA_DEBUG_JUNK;
}

static void guard(Life *life) {
    life->config.debug = SAMRENA_DEBUG_GUARD;
}

static void choose_addresses(Life *life) {
    life->config.max_reserve = 64 * MIB;
    life->config.commit_size = 256 * KIB;
}

static void share_budget(Life *life) {
    static SamrenaBudget budget = SAMRENA_BUDGET(UINT64_C(64) << 20);
    life->config.budget = &budget;
}

static void recycle(Life *life) {
    life->config.recycle = SAMRENA_RECYCLE_AUTO;
}

/* ---- Heaps, scratch arenas, splices ---- */

static bool heap_malloc(Life *life) {
    life->block = samrena_malloc(life->arena, 3000);
    return life->block;
}

static bool heap_realloc(Life *life) {
    void *moved = samrena_realloc(life->arena, life->block, 200 * KIB);
    life->block = moved ? moved : life->block;
    return moved;
}

static bool heap_many(Life *life) {
    life->moves = true;
    for (int i = 0; i < 400; i++) {
        void *block = samrena_calloc(life->arena, 1, (uint64_t)i * 16);
        if (!block)
            return false;
        if (i % 2)
            samrena_free(life->arena, block);
    }
    return true;
}

static bool heap_some(Life *life) {
    life->moves = true;
    for (int i = 1; i < 20; i++) {
        void *block = samrena_malloc(life->arena, (uint64_t)i * 1000);
        if (!block)
            return false;
        if (i % 2)
            samrena_free(life->arena, block);
    }
    return true;
}

static bool heap_allocator(Life *life) {
    life->moves = true;
    void *block = samrena_allocator(life->arena, NULL, 0, 400);
    void *moved = block ? samrena_allocator(life->arena, block, 400, 100 * 1024) : NULL;
    (void)samrena_allocator(life->arena, moved ? moved : block, moved ? 100 * 1024 : 400, 0);
    return moved;
}

/* They stay: what one got piece by piece is given back. */
static bool use_scratch(Life *life) {
    Samrena *first = samrena_scratch(NULL, 0);
    Samrena *second = first ? samrena_scratch(&first, 1) : NULL;
    bool pushed = second && samrena_push(second, 3000) && samrena_reset(second) == SAMRENA_OK;
    (void)life;
    if (second)
        samrena_trim(second, 0);
    return pushed;
}

static bool fill_other(Life *life) {
    return samrena_push(life->other, 100 * KIB);
}

static bool splice(Life *life) {
    life->moves = true;
    if (!succeeds(samrena_splice(life->arena, life->other)))
        return false;
    life->other = NULL;
    return true;
}

/* ---- Labels ---- */

static SamrenaLabel label = SAMRENA_LABEL("fault");

static void use_label(Life *life) {
    life->config.label = &label;
}

static void teach_label(Life *life) {
    use_label(life);
    for (int i = 0; i < 8; i++) {
        Samrena *arena = samrena_create(&life->config);
        (void)samrena_push(arena, 200 * KIB);
        samrena_destroy(arena);
    }
}

static const char *path_of(const char *name) {
    static char path[PATH_MOST];
    snprintf(path, sizeof(path), "%s/%s", scenario_folder, name);
    return path;
}

#define SAMPLE "sample"

static void write_profile(Life *life) {
    teach_label(life);
    if (samrena_labels_save(path_of("profile")) != SAMRENA_OK)
        abort();
}

/* More than what is written has room for at first. */
static void teach_many_labels(Life *life) {
    enum { MANY = 40 };
    static SamrenaLabel labels[MANY];
    static char names[MANY][64];
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "a label whose name is as long as some are, and number %d", i);
        labels[i].name = names[i];
        life->config.label = &labels[i];
        Samrena *arena = samrena_create(&life->config);
        (void)samrena_push(arena, 200 * KIB);
        samrena_destroy(arena);
    }
    life->config.label = NULL;
}

static bool save_profile(Life *life) {
    (void)life;
    return succeeds(samrena_labels_save(path_of("profile")));
}

static bool load_profile(Life *life) {
    (void)life;
    return succeeds(samrena_labels_load(path_of("profile")));
}

static bool print_labels(Life *life) {
    FILE *stream = fopen("/dev/null", "w");
    bool printed = stream && succeeds(samrena_labels_print(stream));
    if (stream)
        fclose(stream);
    (void)life;
    return printed || !stream;
}

static bool print_info(Life *life) {
    FILE *stream = fopen("/dev/null", "w");
    bool printed = stream && succeeds(samrena_print_info(life->arena, stream));
    if (stream)
        fclose(stream);
    return printed || !stream;
}

void make_sample(const void *unused) {
    Life life = {.config = samrena_default_config()};
    (void)unused;
    teach_label(&life);
    if (samrena_labels_save(path_of(SAMPLE)) != SAMRENA_OK)
        abort();
}

/* What another process learnt. */
static void name_profile(Life *life) {
    use_label(life);
    if (setenv("SAMRENA_PROFILE", path_of(SAMPLE), 1) != 0)
        abort();
}

static void name_profile_here(Life *life) {
    use_label(life);
    if (chdir(scenario_folder) != 0 || setenv("SAMRENA_PROFILE", SAMPLE, 1) != 0)
        abort();
}

/* ---- Adapters ---- */

static const char *plugin_path(const char *name) {
    static char path[PATH_MOST];
    snprintf(path, sizeof(path), "%s/%s.so", adapter_folder, name);
    return path;
}

static bool load_file(Life *life) {
    (void)life;
    return succeeds(samrena_adapter_load(plugin_path("virtual")));
}

static bool load_no_file(Life *life) {
    SamrenaError error = samrena_adapter_load(plugin_path("unheard-of"));
    (void)life;
    return error == SAMRENA_ERROR_ADAPTER_NOT_FOUND;
}

/* Where it is not known in which folder the library is, it is not taken to be at the root. */
static bool name_nothing(Life *life) {
    life->config.adapter = "unheard-of";
    bool refused = !samrena_create(&life->config);
    if (refused && strstr(samrena_last_error_message(), "\n  /samrena"))
        abort();
    return refused && samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND;
}

static bool count_adapter(const SamrenaAdapterInfo *info, void *count) {
    *(int *)count += info->error == SAMRENA_OK;
    return true;
}

/* A listing tells of what it could not read, and is no failure. */
static bool list_adapters(Life *life) {
    int count = 0;
    (void)life;
    return succeeds(samrena_adapter_each(count_adapter, &count));
}

static bool register_adapter(Life *life) {
    (void)life;
    return succeeds(samrena_adapter_register(&samrena_adapter_separate));
}

static void choose_by_environment(Life *life) {
    (void)life;
    if (setenv("SAMRENA_ADAPTER", "virtual", 1) != 0)
        abort();
}

/* What is in the folder that the operator chose is no plugin, and is not passed over. */
static void shadow_adapter(Life *life) {
    FILE *stream = fopen(path_of("chained.so"), "w");
    (void)life;
    if (!stream || fputs("no plugin\n", stream) < 0 || fclose(stream) != 0 ||
        setenv("SAMRENA_ADAPTER_PATH", scenario_folder, 1) != 0)
        abort();
}

static void choose_nothing(Life *life) {
    (void)life;
    if (setenv("SAMRENA_ADAPTER", "", 1) != 0)
        abort();
}

static bool find_shadow(Life *life) {
    life->config.adapter = "chained";
    life->arena = samrena_create(&life->config);
    return !life->arena && samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID;
}

/* What the operator chose is had, or nothing. */
static bool create_chosen(Life *life) {
    return create_default(life) && samrena_has_capability(life->arena, SAMRENA_CAPABILITY_CONTIGUOUS);
}

/* ---- The table ---- */

#define ERROR(name) (1U << SAMRENA_ERROR_##name)
#define OF_FILES (ERROR(OUT_OF_MEMORY) | ERROR(ADAPTER_NOT_FOUND) | ERROR(ADAPTER_INVALID))
#define OF_PROFILES (ERROR(OUT_OF_MEMORY) | ERROR(INVALID_PARAMETER))

/* Those that need a process in which nothing was loaded come first. */
const Scenario scenarios[] = {
    {"first use by name", NULL, {create, push_large}, NULL, OF_FILES, FIRST_USE},
    {"first use by $SAMRENA_ADAPTER", "", {create_chosen, push_large}, choose_by_environment, OF_FILES, FIRST_USE},
    {"first use by $SAMRENA_ADAPTER_PATH", "", {find_shadow}, shadow_adapter, OF_FILES, FIRST_USE | PLUGINS},
    {"a plugin's file", "", {load_file}, NULL, OF_FILES, FIRST_USE | PLUGINS},
    {"a file that is not there", "", {load_no_file}, NULL, OF_FILES, FIRST_USE | PLUGINS},
    {"a name that nobody has", "", {name_nothing}, NULL, OF_FILES, FIRST_USE},
    {"all adapters", "", {list_adapters}, NULL, OF_FILES, FIRST_USE},
    {"all adapters, one of them broken", "", {list_adapters}, shadow_adapter, OF_FILES, FIRST_USE | PLUGINS},
    {"first use by an empty $SAMRENA_ADAPTER", "", {create, push_large}, choose_nothing, OF_FILES, FIRST_USE},
    {"a registered adapter", "", {register_adapter}, NULL, OF_FILES, FIRST_USE},
    {"first use of a label, and of $SAMRENA_PROFILE",
     "chained",
     {create, push_large},
     name_profile,
     OF_FILES,
     FIRST_USE},
    {"first use of a label, and of a relative $SAMRENA_PROFILE",
     "chained",
     {create, push_large},
     name_profile_here,
     OF_FILES,
     FIRST_USE},
    {"first reserve ahead", "virtual", {create, reserve_large, push_many}, prefault_ahead, OF_FILES, FIRST_USE},

    {"create", NULL, {create, push_small}, NULL, 0, 0},
    {"create with an initial size", NULL, {create, push_large}, begin_large, 0, 0},
    {"create with chosen addresses", "virtual", {create, push_large}, choose_addresses, 0, 0},
    {"create in storage", NULL, {create_in_storage, push_large, reserve}, NULL, 0, 0},
    {"create a child", NULL, {create, create_child, create_child}, NULL, 0, 0},
    {"small pushes", NULL, {create, push_many, trim, push_many}, NULL, 0, 0},
    {"large pushes", NULL, {create, push_large, push_huge}, NULL, 0, 0},
    {"zeroed pushes", NULL, {create, push_zero, reset, push_zero}, NULL, 0, 0},
    {"texts and copies", NULL, {create, push_text, push_copy, push_text}, NULL, 0, 0},
    {"resize", NULL, {create, push_block, push_small, resize}, NULL, 0, 0},
    {"many regions", NULL, {create, push_regions, trim_and_ask}, grow_in_small_steps, 0, 0},
    {"marks", NULL, {create, mark, mark_often, rewind_mark}, NULL, 0, 0},
    {"release functions", NULL, {create, on_release, reset}, NULL, 0, 0},
    {"junk for what is taken back", NULL, {create, push_large, reset, push_zero}, fill_with_junk, 0, 0},
    {"guard pages", NULL, {create, push_some, mark, push_large, rewind_mark, push_some}, guard, 0, LOSES},
    {"guard pages, resize", NULL, {create, push_block, push_small, resize, reset, push_some}, guard, 0, LOSES},
    {"guard pages, trim", NULL, {create, push_huge, reset, trim, push_large}, guard, 0, LOSES},
    {"guard pages, heap", NULL, {create, heap_malloc, heap_some, heap_realloc}, guard, 0, LOSES},
    {"guard pages, splice", NULL, {create, create_other, fill_other, splice, push_large}, guard, 0, LOSES},
    {"guard pages, storage", NULL, {create_in_storage, push_large, reset, push_small}, guard, 0, LOSES},
    {"reserve", NULL, {create, reserve, push_large, reserve_more, trim_and_ask}, NULL, 0, 0},
    {"reserve, never prefaulted", NULL, {create, reserve, push_large}, never_prefault, 0, 0},
    {"reserve, always prefaulted", NULL, {create, reserve, push_large}, always_prefault, 0, 0},
    {"reserve, prefaulted in parallel", NULL, {create, reserve_for_threads}, prefault_in_parallel, 0, 0},
    {"reserve, prefaulted ahead", NULL, {create, reserve_large, push_many}, prefault_ahead, 0, 0},
    {"reserve with huge pages", NULL, {create, reserve_large, push_huge}, want_huge_pages, 0, 0},
    {"reserve with growth", NULL, {create, reserve_with_growth, push_many}, NULL, 0, 0},
    {"push with reserve", NULL, {create, push_with_reserve}, do_not_grow, 0, 0},
    {"more than there can be", NULL, {create, push_too_much, push_small}, NULL, 0, 0},
    {"trim", NULL, {create, push_huge, reset, trim, push_large}, NULL, 0, 0},
    {"retain", NULL, {create, push_many, reset, push_large}, retain_little, 0, 0},
    {"budget", NULL, {create, push_many, reserve, create_other}, share_budget, 0, 0},
    {"recycled arenas", NULL, {create, push_small, end, create, push_large}, recycle, 0, 0},
    {"heap", NULL, {create, heap_malloc, heap_many, heap_realloc}, NULL, 0, 0},
    {"allocator", NULL, {create, heap_allocator}, NULL, 0, 0},
    {"scratch arenas", "", {use_scratch}, NULL, 0, 0},
    {"splice", NULL, {create, create_other, fill_other, splice, push_large}, NULL, 0, 0},
    {"splice of another adapter's",
     "chained",
     {create, create_other_virtual, fill_other, splice, push_large},
     NULL,
     0,
     0},
    {"a label that learnt", NULL, {create, push_large, push_large}, teach_label, 0, 0},
    {"print labels", "chained", {print_labels}, teach_label, 0, 0},
    {"save a profile", "chained", {save_profile}, teach_label, OF_PROFILES, 0},
    {"save a profile of many labels", "chained", {save_profile}, teach_many_labels, OF_PROFILES, 0},
    {"save over a profile", "chained", {save_profile}, write_profile, OF_PROFILES, 0},
    {"load a profile", "chained", {load_profile}, write_profile, OF_PROFILES, 0},
    {"print an arena", NULL, {create, reserve, print_info}, NULL, 0, 0},
};
const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);
