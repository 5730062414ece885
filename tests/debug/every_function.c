// SPDX-License-Identifier: MIT
// A correct program that calls every function of the library, for what looks for leaks.
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "files.h"

static void count(void *argument) {
    ++*(int *)argument;
}

static char *vformat(Samrena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = samrena_push_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

static void push_all(Samrena *arena) {
    static const char text[] = "text";
    const struct {
        void *block;
        uint64_t size;
    } pushed[] = {
        {samrena_push(arena, 24), 24},
        {samrena_push_slow(arena, 7, 1), 7},
        {samrena_push_aligned(arena, 100, 64), 100},
        {samrena_push_array(arena, 3, 5), 15},
        {samrena_push_array_aligned(arena, 3, 5, 1), 15},
        {samrena_push_zero(arena, 300000), 300000},
        {samrena_push_array_zero(arena, 3, 8, 8), 24},
        {samrena_push_copy(arena, text, sizeof(text)), sizeof(text)},
        {samrena_push_string(arena, text), sizeof(text)},
        {samrena_push_substring(arena, text, 2), 3},
        {samrena_push_format(arena, "%s %d", text, 1), sizeof(text) + 2},
        {vformat(arena, "%1000s", text), 1001},
        {samrena_push_with_reserve(arena, 10), 10},
    };
    check(!samrena_push_array(arena, UINT64_MAX, 2)); /* samrena_push_overflow() */
    for (size_t i = 0; i < COUNT_OF(pushed); i++) {
        check(pushed[i].block && samrena_contains(arena, pushed[i].block));
        memset(pushed[i].block, 1, (size_t)pushed[i].size);
    }
}

static void take_back(Samrena *arena) {
    int released = 0;
    SamrenaMark mark = samrena_mark(arena);
    check(samrena_on_release(arena, count, &released) == SAMRENA_OK);
    check(samrena_on_release(arena, count, &released) == SAMRENA_OK);
    check(samrena_cancel_release(arena, count, &released) == SAMRENA_OK);
    push_all(arena);
    check(samrena_rewind(arena, mark) == SAMRENA_OK && released == 1);
    {
        SAMRENA_SCOPE(arena);
        unsigned char *block = samrena_push(arena, 10);
        check(block && (block = samrena_resize(arena, block, 10, 20)) && samrena_push(arena, 1));
        check((block = samrena_resize(arena, block, 20, 100000)) && samrena_push(arena, 1));
        check(samrena_resize_aligned(arena, block, 100000, 100001, 64) != NULL);
    }
    unsigned char *block = samrena_push(arena, 10);
    check(block && samrena_push(arena, 100000) && samrena_rewind_to(arena, block) == SAMRENA_OK);
    check(!samrena_contains(arena, block));
    check(samrena_rewind_and_drop(arena, mark) == SAMRENA_OK);
    check(samrena_rewind(arena, mark) == SAMRENA_ERROR_INVALID_PARAMETER);
}

static void use_heap(Samrena *arena) {
    unsigned char *block = samrena_malloc(arena, 100), *zero = samrena_calloc(arena, 10, 1000);
    check(block && zero && !zero[9999] && samrena_block_size(block) >= 100);
    memset(block, 1, 100);
    check((block = samrena_realloc(arena, block, 1000)) && block[99] == 1);
    check((block = samrena_realloc(arena, block, 10)) && block[9] == 1);
    samrena_free(arena, block);
    samrena_free(arena, zero);
    check((block = samrena_allocator(arena, NULL, 0, 100)) != NULL);
    memset(block, 1, 100);
    check((block = samrena_allocator(arena, block, 100, 5000)) && block[99] == 1);
    check(!samrena_allocator(arena, block, 5000, 0));
}

static void reach_limit(void) {
    SamrenaConfig config = samrena_default_config();
    config.limit = 10000;
    Samrena *arena = samrena_create(&config);
    check(arena && !samrena_malloc(arena, 20000) && samrena_last_error() == SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
}

static void take_in(Samrena *arena, const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    int released = 0;
    config.adapter = adapter;
    config.parent = arena;
    Samrena *child = samrena_create(&config), *other = samrena_create(&config), *scratch = samrena_scratch(&arena, 1);
    check(child && other && scratch && samrena_create(&config));
    samrena_destroy(child);
    check(samrena_push(other, 100000) && samrena_on_release(other, count, &released) == SAMRENA_OK);
    use_heap(other);
    check(samrena_splice(arena, other) == SAMRENA_OK && released == 0);

    config.parent = NULL;
    other = samrena_create(&config);
    char *one = samrena_push(other, 16), *two = samrena_push(other, 16);
    config.debug = SAMRENA_DEBUG_NEVER;
    Samrena *unwatched = samrena_create(&config);
    bool watched = two - one > 16;
    check((samrena_splice(unwatched, other) == SAMRENA_OK) == !watched);
    if (watched)
        check(samrena_splice(arena, other) == SAMRENA_OK && samrena_splice(arena, unwatched) == SAMRENA_OK);
    samrena_destroy(watched ? NULL : unwatched);

    SAMRENA_SCOPE(scratch);
    check(samrena_push(scratch, 1000) && samrena_reset(arena) == SAMRENA_OK && released == 1);
}

static void reserve_all(Samrena *arena) {
    check(samrena_reserve(arena, 100000) == SAMRENA_OK);
    check(samrena_reserve_more(arena, 400000) == SAMRENA_OK);
    check(samrena_reserve_with_growth(arena, 10000, 1000000) == SAMRENA_OK);
    samrena_trim(arena, 1000);
}

static void ask_all(Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    FILE *nowhere = fopen("/dev/null", "w");
    check(nowhere && samrena_print_info(arena, nowhere) == SAMRENA_OK && fclose(nowhere) == 0);
    check(samrena_get_info(arena, &info) == SAMRENA_OK && info.allocated == samrena_allocated(arena));
    check(samrena_capacity(arena) >= samrena_allocated(arena));
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE));
    check(samrena_resident(arena) <= info.committed);
}

static bool see(const SamrenaAdapterInfo *info, void *user) {
    *(bool *)user |= info->error == SAMRENA_OK;
    return true;
}

static void ask_the_library(void) {
    bool seen = false;
    check(samrena_adapter_each(see, &seen) == SAMRENA_OK && seen);
    check(samrena_adapter_register(NULL) != SAMRENA_OK);
    check(samrena_adapter_load("/nowhere/none.so") != SAMRENA_OK);
    check(*samrena_error_string(samrena_last_error()) && *samrena_last_error_message() && *samrena_version());
}

static bool see_label(const SamrenaLabelInfo *info, void *user) {
    *(bool *)user = *(bool *)user || strcmp(info->name, "every") == 0;
    return true;
}

/* With a budget: what it holds goes with its arenas. */
static void use_labels(void) {
    static SamrenaLabel label = SAMRENA_LABEL("every");
    static SamrenaBudget budget = SAMRENA_BUDGET(UINT64_C(64) << 20);
    char folder[FOLDER_MOST], path[PATH_MOST];
    SamrenaConfig config;
    samrena_config_init(&config, sizeof(config));
    config.label = &label;
    config.budget = &budget;
    for (int i = 0; i < 8; i++) {
        Samrena *arena = samrena_create(&config);
        check(arena && samrena_push(arena, 200000) && samrena_budget_used(&budget) >= 200000);
        samrena_destroy(arena);
    }
    check(samrena_budget_used(&budget) == 0);
    bool seen = false;
    FILE *stream = tmpfile();
    check(samrena_labels_each(see_label, &seen) == SAMRENA_OK && seen);
    check(stream && samrena_labels_print(stream) == SAMRENA_OK && fclose(stream) == 0);
    check(make_temporary_folder(folder));
    snprintf(path, sizeof(path), "%s/profile", folder);
    check(samrena_labels_save(path) == SAMRENA_OK && samrena_labels_save(path) == SAMRENA_OK);
    check(samrena_labels_load(path) == SAMRENA_OK);
    check(remove_folder_and_files(folder));
}

static void use(Samrena *arena) {
    check(arena);
    push_all(arena);
    take_back(arena);
    reserve_all(arena);
    push_all(arena);
    ask_all(arena);
    check(samrena_reset(arena) == SAMRENA_OK);
    push_all(arena);
    use_heap(arena);
    reach_limit();
    take_in(arena, "chained");
    take_in(arena, "virtual");
    use_heap(arena);
    samrena_destroy(arena);
}

void every_function(Source source) {
    use(open_place(source).arena);
    use(samrena_create_named(source == CALLERS ? "chained" : source_names[source]));
    use(samrena_create(NULL));
    use_labels();
    ask_the_library();
}
