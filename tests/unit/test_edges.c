// SPDX-License-Identifier: MIT
// Edges of the public API that the tests of each subject pass by: found by what tests/coverage showed not to be taken.
#include <inttypes.h>

#include "child.h"
#include "files.h"
#include "label_record.h"
#include "profile.h"
#include "profile_hash.h"
#include "samrena/heap.h"
#include "support.h"
#include "test_adapters.h"
#include "variables.h"

/* ---- No arena ---- */

static void test_no_arena(void **state) {
    char block[64];
    (void)state;
    assert_fails(samrena_create_in(NULL, 4096, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_allocator(NULL, block, 10, 0), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_allocator(NULL, block, 10, 20), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_calloc(NULL, UINT64_MAX, 2), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_realloc(NULL, block, 10), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(samrena_resize_aligned(NULL, block, 8, 16, 3), SAMRENA_ERROR_INVALID_PARAMETER);
}

/* ---- Blocks that are none ---- */

/* Of a size that the heap would know about. Who makes a block smaller does not expect to fail. */
static void test_large_strangers(void **state) {
    Samrena *arena = create_for(state);
    unsigned char *stranger = samrena_push_zero(arena, 256 * KIB);
    assert_non_null(stranger);
    stranger += 64;
    assert_fails(samrena_allocator(arena, stranger, 64 * KIB, 128 * KIB), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_ptr_equal(samrena_allocator(arena, stranger, 128 * KIB, 64 * KIB), stranger);
    assert_fails(samrena_allocator(arena, stranger, 64 * KIB, 0), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

static void test_a_header_of_no_class(void **state) {
    static const uint64_t classes[] = {0, 0xee};
    Samrena *arena = create_for(state);
    uint64_t *block = samrena_malloc(arena, 100);
    assert_non_null(block);
    const uint64_t header = block[-1];
    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        block[-1] = (header & ~UINT64_C(0xff)) | classes[i];
        assert_int_equal(samrena_block_size(block), 0);
        samrena_free(arena, block);
        assert_int_equal(samrena_last_error(), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_ptr_not_equal(samrena_malloc(arena, 100), block);
    }
    block[-1] = header;
    assert_true(samrena_block_size(block) >= 100);
    samrena_free(arena, block);
    samrena_destroy(arena);
}

/* ---- What is printed ---- */

static bool prints(SamrenaError (*print)(const Samrena *arena, FILE *stream), const Samrena *arena, const char *text) {
    static char printed[1 << 15];
    FILE *stream = open_temporary_file();
    assert_non_null(stream);
    assert_int_equal(print(arena, stream), SAMRENA_OK);
    rewind(stream);
    printed[fread(printed, 1, sizeof(printed) - 1, stream)] = '\0';
    fclose(stream);
    return strstr(printed, text) != NULL;
}

static SamrenaError print_labels(const Samrena *unused, FILE *stream) {
    (void)unused;
    return samrena_labels_print(stream);
}

static void test_a_budget_is_printed(void **state) {
    SamrenaBudget budget = SAMRENA_BUDGET(MIB);
    SamrenaConfig config = config_of(state);
    config.budget = &budget;
    Samrena *arena = create(&config);
    assert_true(prints(samrena_print_info, arena, " of 1048576 B used, by all of its arenas"));
    samrena_destroy(arena);
}

static void test_a_terminal_obeys_no_name(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("delete\x7f"
                                              "bell\x07");
    live_often(*state, &label, 100, 1);
    assert_true(prints(print_labels, NULL, "delete?bell?"));
}

/* ---- Labels and budgets ---- */

static void test_shares_with_and_without_a_label(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("has a share");
    SamrenaBudget budget = SAMRENA_BUDGET(MIB);
    SamrenaConfig config = config_of(state);
    config.budget = &budget;
    Samrena *without = create(&config);
    config.label = &label;
    Samrena *with = create(&config);
    config.label = NULL;
    Samrena *another = create(&config);
    assert_true(samrena_budget_used(&budget) >= samrena_capacity(without) + samrena_capacity(with));
    samrena_destroy(with);
    samrena_destroy(without);
    samrena_destroy(another);
    assert_int_equal(samrena_budget_used(&budget), 0);
}

/* It asked no adapter for anything. */
static void test_a_label_in_storage(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("in storage");
    static unsigned char storage[4096];
    SamrenaConfig config = config_of(state);
    config.label = &label;
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_non_null(samrena_push(arena, 100));
    samrena_destroy(arena);
    assert_true(prints(print_labels, NULL, "in storage"));
}

/* So much at once that the machine is asked whether it can spare it. */
static void test_a_label_with_large_arenas(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("large");
    SamrenaConfig config = config_of(state);
    config.label = &label;
    for (int i = 0; i < 40; i++) {
        Samrena *arena = create(&config);
        for (int j = 0; j < 5; j++)
            assert_non_null(samrena_push(arena, 8 * MIB));
        samrena_destroy(arena);
    }
    Samrena *taught = create(&config);
    assert_non_null(samrena_push(taught, 8 * MIB));
    assert_true(info_of(taught).capacity >= 8 * MIB);
    samrena_destroy(taught);
}

static void keep_quiet(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    (void)message;
    ++*(int *)user;
}

/* Its owner may be gone when the part ends. */
static void test_a_part_logs_no_more(void **state) {
    int lines = 0;
    SamrenaConfig config = config_of(state);
    Samrena *into = create(&config);
    config.log = keep_quiet;
    config.log_user = &lines;
    Samrena *part = create(&config);
    assert_non_null(samrena_push(part, 100));
    assert_int_equal(samrena_splice(into, part), SAMRENA_OK);
    int before = lines;
    assert_true(before > 0);
    samrena_destroy(into);
    assert_int_equal(lines, before);
}

/* ---- Names and options ---- */

static void test_letters_around_those_of_names(void **state) {
    static const char *const names[] = {"{abc", "`abc", "a{", "a`", "a/", "a:", "A"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_fails(samrena_create_named(names[i]), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
}

static void test_a_key_that_begins_another(void **state) {
    static SamrenaAdapter twins;
    (void)state;
    twins = samrena_adapter_plain;
    strcpy(twins.name, "twins");
    twins.option_keys = "a,ab";
    assert_int_equal(samrena_adapter_register(&twins), SAMRENA_OK);
    SamrenaConfig config = config_named("twins");
    config.adapter_options = "ab=1,a=2";
    samrena_destroy(create(&config));
    config.adapter_options = "ab=1,a=2,a=3";
    assert_fails(samrena_create(&config), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void test_a_budget_and_no_adapter(void **state) {
    SamrenaBudget budget = SAMRENA_BUDGET(MIB);
    SamrenaConfig config = config_named("unheard-of");
    (void)state;
    config.budget = &budget;
    assert_fails(samrena_create(&config), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_int_equal(samrena_budget_used(&budget), 0);
}

static void ask_for_scratch(const void *unused) {
    (void)unused;
    set_environment("SAMRENA_ADAPTER", "unheard-of");
    check(!samrena_scratch(NULL, 0));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
}

static void test_scratch_without_an_adapter(void **state) {
    (void)state;
    assert_child_passes(ask_for_scratch, NULL, 0);
}

/* ---- Without an adapter's memory ---- */

/* In storage there is room for what is reserved; what goes beyond is refused, and told. */
static void test_storage_whose_adapter_refuses(void **state) {
    static unsigned char storage[16 * 1024];
    SamrenaConfig config = config_named("plain");
    (void)state;
    test_adapter.fail_at = 1;
    test_adapter.fail_from_there = true;
    test_adapter.error = SAMRENA_ERROR_OUT_OF_MEMORY;
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(samrena_reserve_with_growth(arena, 1000, 100000), SAMRENA_OK);
    assert_non_null(samrena_push(arena, 1000));
    assert_fails(samrena_push(arena, 64 * KIB), SAMRENA_ERROR_OUT_OF_MEMORY);
    test_adapter.fail_at = 0;
    test_adapter.fail_from_there = false;
    assert_non_null(samrena_push(arena, 64 * KIB));
    samrena_destroy(arena);
}

/* Several threads are a wish. */
static void test_an_adapter_that_populates_alone(void **state) {
    SamrenaConfig config = config_named("separate");
    (void)state;
    config.prefault = SAMRENA_PREFAULT_PARALLEL;
    config.initial_size = 64 * MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_int_equal(test_adapter.prefaulted, 64 * MIB);
    samrena_destroy(arena);
}

/* Whose adapter is not there at all. */
static void test_storage_without_an_adapter(void **state) {
    static unsigned char storage[16 * 1024];
    SamrenaConfig config = config_named("unheard-of");
    (void)state;
    Samrena *arena = must_be_made(samrena_create_in(storage, sizeof(storage), &config));
    assert_int_equal(samrena_reserve_with_growth(arena, 1000, 64 * MIB), SAMRENA_OK);
    assert_int_equal(samrena_reserve_with_growth(arena, 64 * KIB, 64 * MIB), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_fails(samrena_push(arena, 64 * KIB), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_non_null(samrena_push(arena, 1000));
    samrena_destroy(arena);
}

/* Among many, as the index finds them: from below into the next one. */
static unsigned char *overlapped, *as_it_was;

static void begin_below(SamrenaRegion *region) {
    as_it_was = region->base;
    region->base = overlapped - 16;
}

static void test_a_region_that_reaches_into_the_next(void **state) {
    SamrenaConfig config = config_named("separate");
    (void)state;
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 4096;
    Samrena *arena = create(&config);
    for (int i = 0; i < 20; i++) {
        unsigned char *block = samrena_push(arena, 4000);
        assert_non_null(block);
        overlapped = i == 10 ? block : overlapped;
    }
    test_adapter.spoil = begin_below;
    assert_false(samrena_push(arena, 4000));
    assert_message_has("separate");
    test_adapter.spoil = NULL;
    assert_non_null(as_it_was);
    assert_non_null(samrena_push(arena, 4000));
    samrena_destroy(arena);
}

/* ---- Profiles ---- */

static char profile_folder[FOLDER_MOST], profile_path[PATH_MOST];

static int make_profile_folder(void **state) {
    (void)state;
    if (!make_temporary_folder(profile_folder))
        return -1;
    snprintf(profile_path, sizeof(profile_path), "%s/profile", profile_folder);
    return 0;
}

static int remove_profile_folder(void **state) {
    (void)state;
    return remove_folder_and_files(profile_folder) ? 0 : -1;
}

/* With an end of `count` labels, as it has to be. */
static void write_profile(const char *labels, int count) {
    char text[1024];
    int length = snprintf(text, sizeof(text), PROFILE_HEAD "%s", labels);
    FILE *file = fopen(profile_path, "wb");
    assert_non_null(file);
    fprintf(file, "%send %d %016" PRIx64 "\n", text, count, profile_hash(text, (size_t)length));
    assert_int_equal(fclose(file), 0);
}

#define COUNTS(arenas, most) "arenas " arenas " rounds 8 most " most " calls 8 avoided 0 regretted 0\n"

static void test_labels_that_came_to_nothing(void **state) {
    static SamrenaLabel none = SAMRENA_LABEL("came to nothing"), unsure = SAMRENA_LABEL("no most");
    write_profile(
        "label \"came to nothing\" " COUNTS("0", "0") "sizes\nlabel \"no most\" " COUNTS("8", "0") "sizes 4096 8\n", 2);
    assert_int_equal(samrena_labels_load(profile_path), SAMRENA_OK);
    live_often(*state, &none, 100, 1);
    live_often(*state, &unsure, 100, 1);
    assert_int_equal(samrena_labels_save(profile_path), SAMRENA_OK);
    assert_int_equal(samrena_labels_load(profile_path), SAMRENA_OK);
    assert_true(prints(print_labels, NULL, "came to nothing"));
}

/* Nobody knows what came up at most: a size is its bin's. */
static void test_a_median_without_a_most(void **state) {
    char text[1024], reason[PROFILE_REASON];
    (void)state;
    write_profile("label \"no most\" " COUNTS("8", "0") "sizes 4096 8\n", 1);
    FILE *file = fopen(profile_path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    copy[size] = '\0';
    Profile *profile = profile_parse(copy, size, reason);
    assert_non_null(profile);
    assert_int_equal(label_record_median(&profile->records[0]), 4096);
    profile_free(profile);
}

/* More than a profile may have is not written. */
static void save_too_much(const void *path) {
    enum { MANY = 50, LENGTH = 100000 };
    static SamrenaLabel labels[MANY];
    for (int i = 0; i < MANY; i++) {
        char *name = malloc(LENGTH + 1);
        check(name);
        memset(name, 'a' + i % 26, LENGTH);
        snprintf(name + LENGTH - 8, 9, "%08d", i);
        labels[i].name = name;
        SamrenaConfig config = samrena_default_config();
        config.label = &labels[i];
        Samrena *arena = samrena_create(&config);
        check(arena && samrena_push(arena, 100));
        samrena_destroy(arena);
    }
    check(samrena_labels_save(path) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(strstr(samrena_last_error_message(), "it would be too large"));
}

static void test_a_profile_that_would_be_too_large(void **state) {
    (void)state;
    assert_child_passes(save_too_much, profile_path, strlen(profile_path) + 1);
}

static void test_a_number_that_is_missing(void **state) {
    (void)state;
    write_profile("label \"one\" " COUNTS("", "1") "sizes 4096 8\n", 1);
    assert_int_equal(samrena_labels_load(profile_path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("a number is missing");
}

/* Files are named from where the process is as well, and in the root folder there is none. */
static void save_nothing(const void *saved_path) {
    char where[FOLDER_MOST];
    snprintf(where, sizeof(where), "%.*s", (int)(strrchr(saved_path, '/') - (const char *)saved_path),
             (const char *)saved_path);
    check(samrena_labels_load("/samrena-has-no-profile-here") != SAMRENA_OK);
    check(chdir(where) == 0);
    check(samrena_labels_save("profile") == SAMRENA_OK);
    check(samrena_labels_load("profile") == SAMRENA_OK);
    check(chdir("/") == 0);
    check(samrena_labels_save(saved_path) == SAMRENA_OK);
    check(samrena_labels_load(saved_path) == SAMRENA_OK);
}

/* ---- All of it ---- */

#define IN_A_FOLDER_OVER_ADAPTERS(test) OVER_ADAPTERS_WITH(test, make_profile_folder, remove_profile_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_arena),
        OVER_ADAPTERS(test_large_strangers),
        OVER_ADAPTERS(test_a_header_of_no_class),
        OVER_ADAPTERS(test_a_budget_is_printed),
        OVER_ADAPTERS(test_a_terminal_obeys_no_name),
        OVER_ADAPTERS(test_shares_with_and_without_a_label),
        OVER_ADAPTERS(test_a_label_in_storage),
        OVER_ADAPTERS(test_a_label_with_large_arenas),
        OVER_ADAPTERS(test_a_part_logs_no_more),
        cmocka_unit_test(test_letters_around_those_of_names),
        cmocka_unit_test(test_a_budget_and_no_adapter),
        cmocka_unit_test(test_scratch_without_an_adapter),
        cmocka_unit_test_setup(test_a_key_that_begins_another, set_up_test_adapters),
        cmocka_unit_test_setup(test_storage_whose_adapter_refuses, set_up_test_adapters),
        cmocka_unit_test_setup(test_an_adapter_that_populates_alone, set_up_test_adapters),
        cmocka_unit_test_setup(test_a_region_that_reaches_into_the_next, set_up_test_adapters),
        cmocka_unit_test(test_storage_without_an_adapter),
        IN_A_FOLDER_OVER_ADAPTERS(test_labels_that_came_to_nothing),
        IN_A_FOLDER_OVER_ADAPTERS(test_a_number_that_is_missing),
        cmocka_unit_test_setup_teardown(test_a_median_without_a_most, make_profile_folder, remove_profile_folder),
        cmocka_unit_test_setup_teardown(test_a_profile_that_would_be_too_large, make_profile_folder,
                                        remove_profile_folder),
    };
    child_starts_here();
    if (!make_temporary_folder(profile_folder))
        return 1;
    snprintf(profile_path, sizeof(profile_path), "%s/profile", profile_folder);
    int status = status_of_child(save_nothing, profile_path, strlen(profile_path) + 1); /* before there is any label */
    (void)remove_folder_and_files(profile_folder);
    return status == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
